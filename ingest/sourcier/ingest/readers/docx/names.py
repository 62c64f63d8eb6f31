"""Names of WordprocessingML, and its small values."""

from __future__ import annotations

from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
VAL = f"{W}val"
_OFF = frozenset({"0", "false", "off", "none"})


def value(element: Any, path: str) -> str | None:
    """``w:val`` of the first element at ``path`` (``w`` names without prefix, set apart by ``/``)."""
    found = find(element, path)
    return None if found is None else str(found.get(VAL, ""))


def find(element: Any, path: str) -> Any:
    """The first element at ``path``, None when there is none."""
    return None if element is None else element.find("/".join(W + name for name in path.split("/")))


def is_on(element: Any) -> bool:
    """Whether an on/off property is on: present, and not switched off."""
    return element is not None and element.get(VAL, "1") not in _OFF


def integer(text: str | None, default: int = 0) -> int:
    """A small whole number; ``default`` where there is none."""
    return int(text) if text and len(text) < 7 and text.removeprefix("-").isdecimal() and text.isascii() else default
