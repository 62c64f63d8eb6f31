"""The kinds of files that are read, told by their names and, failing that, by their first bytes."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import cast

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.drafts import Reader
from sourcier.ingest.vocabulary import word_set


class Kind(StrEnum):
    """A kind of file; the value is the name of its reader's module."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"

    @property
    def apart(self) -> bool:
        """Whether its parser is complex enough to be run in a process of its own."""
        return self in {Kind.HTML, Kind.PDF, Kind.DOCX}


_SUFFIXES = {
    "md": Kind.MARKDOWN,
    "markdown": Kind.MARKDOWN,
    "html": Kind.HTML,
    "htm": Kind.HTML,
    "xhtml": Kind.HTML,
    "pdf": Kind.PDF,
    "docx": Kind.DOCX,
}
_UNSUPPORTED = word_set(
    """
    doc odt rtf pages xls xlsx ods ppt pptx odp epub zip mhtml mht eml msg
    """
)


def kind_of(path: str, data: bytes) -> Kind:
    """The kind of a file named ``path`` that holds ``data``; whatever is unknown is tried as plain text.

    Raises:
        UnreadableFileError: a format that is known, and known not to be read.
    """
    suffix = path.rpartition(".")[2].lower()
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if data.startswith(b"%PDF-"):
        return Kind.PDF
    if suffix in _UNSUPPORTED:
        raise UnreadableFileError("ingest.unsupported", suffix=suffix)
    return Kind.PLAIN


def reader_for(kind: Kind) -> Reader:
    """The reader of a kind; its libraries are imported now, and not before."""
    return cast("Reader", import_module(f"sourcier.ingest.readers.{kind.value}").read)
