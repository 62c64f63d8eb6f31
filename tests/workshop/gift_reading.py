"""GIFT read back twice: by a package that is not ours, and as Moodle's own import undoes escapes."""

from __future__ import annotations

import importlib
import io
import sys
import types
import warnings
from typing import Any

__all__ = ["read_by_package", "unescaped"]


def read_by_package(text: str) -> list[Any]:
    """The questions as ``pygiftparser`` understands them: ``valid``, ``title``, ``text``, ``answers``, ``generalFeedback``."""
    # It imports a renderer of its time, which looks for its plug-ins through a module that no longer exists.
    if "pkg_resources" not in sys.modules:
        plugins = types.ModuleType("pkg_resources")
        plugins.iter_entry_points = lambda group: iter(())  # type: ignore[attr-defined]
        sys.modules["pkg_resources"] = plugins
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        parser = importlib.import_module("pygiftparser.parser")
    return list(parser.parseFile(io.StringIO(text)))


_ESCAPES = {"\\:": ":", "\\#": "#", "\\=": "=", "\\{": "{", "\\}": "}", "\\~": "~", "\\n": "\n"}


def unescaped(text: str) -> str:
    """A text as Moodle shows it: a double backslash first, then one before a control character."""
    out, place = [], 0
    while place < len(text):
        pair = text[place : place + 2]
        if pair == "\\\\" or pair in _ESCAPES:
            out.append(_ESCAPES.get(pair, "\\"))
            place += 2
        else:
            out.append(text[place])
            place += 1
    return "".join(out)
