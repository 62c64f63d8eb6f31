"""Answers taken along: one paper, written in the format that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Literal, get_args

from sourcier.app.exports.body import ExportedAnswer
from sourcier.core.errors import MissingExtraError, SourcierError, UsageError
from sourcier.core.messages import Language
from sourcier.core.types import Document

__all__ = ["FORMATS", "MEDIA_TYPES", "ExportError", "Exported", "Format", "available", "export", "format_of"]

Format = Literal["txt", "md", "html", "docx", "odt", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)


class ExportError(SourcierError):
    """A file could not be made."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a format is written: by which function, as what MIME type, with which optional package, imported as."""

    module: str
    function: str
    media_type: str
    package: str = ""
    imported: str = "lxml"


_KINDS: dict[Format, _Kind] = {
    "txt": _Kind("plain", "text", "text/plain; charset=utf-8"),
    "md": _Kind("plain", "markdown", "text/markdown; charset=utf-8"),
    "html": _Kind("web", "page", "text/html; charset=utf-8"),
    "docx": _Kind(
        "word", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "python-docx", "docx"
    ),
    "odt": _Kind("odt", "odt", "application/vnd.oasis.opendocument.text", "odfdo", "odfdo"),
    "pdf": _Kind("pdf", "pdf", "application/pdf", "typst", "typst"),
}


MEDIA_TYPES = {wanted: kind.media_type for wanted, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Exported:
    """A file: its bytes, its MIME type, and the name it may be given (ASCII)."""

    content: bytes
    media_type: str
    name: str


@cache
def available() -> tuple[Format, ...]:
    """The formats whose package is installed."""
    return tuple(wanted for wanted, kind in _KINDS.items() if find_spec(kind.imported) is not None)


def format_of(name: str) -> Format:
    """The format of that name, or of a file so named.

    Raises:
        UsageError: there is none.
    """
    asked = name.rpartition(".")[2].lower()
    for known in FORMATS:
        if asked == known:
            return known
    raise UsageError("export.unknown_format", format=asked[:20], known=", ".join(FORMATS))


def export(
    answers: Sequence[ExportedAnswer],
    wanted: Format,
    find: Callable[[str], Document],
    language: Language,
    organisation: str,
    made: datetime,
) -> Exported:
    """The file of some answers, oldest first; see :func:`sourcier.app.exports.compose.compose`.

    Raises:
        MissingExtraError: the package that writes this format is not installed.
        ExportError: it could not be made.
    """
    from sourcier.app.exports.compose import compose
    from sourcier.core.messages import message

    kind = _KINDS[wanted]
    try:
        write = getattr(import_module(f"sourcier.app.exports.{kind.module}"), kind.function)
    except ModuleNotFoundError as error:
        raise MissingExtraError("export.missing", format=wanted, package=kind.package) from error
    paper = compose(answers, find, language, organisation, made)
    try:
        content: bytes = write(paper)
    except Exception:  # noqa: BLE001 - whatever a library stumbles on, the person gets a sentence
        # The message of a library may hold the text that it stumbled on, which is the person's own.
        raise ExportError("export.failed", format=wanted) from None
    name = message("export.file_name", language, day=made.date().isoformat())
    return Exported(content, kind.media_type, f"{name}.{wanted}")
