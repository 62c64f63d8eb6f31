"""The kinds of files that are read, told by what they hold and, failing that, by their names."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import cast

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.drafts import Reader, SourceText
from sourcier.ingest.signatures import LOCKED, suffix_of
from sourcier.ingest.vocabulary import word_set


class Kind(StrEnum):
    """A kind of file; the value is the name of its reader's module. ZIP has none: its members are read."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODT = "odt"
    ODP = "odp"
    ODS = "ods"
    CSV = "csv"
    EPUB = "epub"
    MAIL = "mail"
    ZIP = "zip"


_SUFFIXES = {
    "md": Kind.MARKDOWN,
    "markdown": Kind.MARKDOWN,
    "html": Kind.HTML,
    "htm": Kind.HTML,
    "xhtml": Kind.HTML,
    "mht": Kind.HTML,
    "mhtml": Kind.HTML,
    "epub": Kind.EPUB,
    "pdf": Kind.PDF,
    "docx": Kind.DOCX,
    "docm": Kind.DOCX,
    "dotx": Kind.DOCX,
    "odt": Kind.ODT,
    "ott": Kind.ODT,
    "odp": Kind.ODP,
    "otp": Kind.ODP,
    "ods": Kind.ODS,
    "ots": Kind.ODS,
    "pptx": Kind.PPTX,
    "pptm": Kind.PPTX,
    "ppsx": Kind.PPTX,
    "potx": Kind.PPTX,
    "xlsx": Kind.XLSX,
    "xlsm": Kind.XLSX,
    "xltx": Kind.XLSX,
    "csv": Kind.CSV,
    "tsv": Kind.CSV,
    "tab": Kind.CSV,
    "eml": Kind.MAIL,
    "zip": Kind.ZIP,
}
_UNSUPPORTED = word_set(
    """
    doc rtf pages xls xlsb ppt msg
    """
)


_DOWNLOADED = word_set("pdf docx odt xlsx ods pptx odp epub zip")
"""Formats in which a web page is what a server sent instead of the document: an error, a page to sign in."""


def kind_of(path: str, data: bytes) -> Kind:
    """The kind of a file named ``path`` that holds ``data``: its content decides, its name only where that says nothing.

    Whatever is unknown is tried as plain text.

    Raises:
        UnreadableFileError: a format that is known, and known not to be read; a file that a password protects;
            a web page in the place of a document.
    """
    suffix = path.rpartition(".")[2].lower()
    named = announced(path)
    held = suffix_of(data)
    if held == LOCKED:
        raise UnreadableFileError("ingest.archive_locked")
    if held == "html" and suffix in _DOWNLOADED:
        raise UnreadableFileError("ingest.web_page", suffix=suffix)
    if held is not None and not (held == "zip" and named is not None):
        # An archive whose inside is not known is left to the reader that its name calls for: it will say what is wrong.
        if held in _SUFFIXES:
            return _SUFFIXES[held]
        raise UnreadableFileError("ingest.unsupported", suffix=suffix if suffix in _UNSUPPORTED else held)
    if named is not None:
        return named
    if suffix in _UNSUPPORTED:
        raise UnreadableFileError("ingest.unsupported", suffix=suffix)
    return Kind.PLAIN


def announced(path: str) -> Kind | None:
    """The kind that a name announces, ``None`` when it says nothing."""
    return _SUFFIXES.get(path.rpartition(".")[2].lower())


def reader_for(kind: Kind) -> Reader:
    """The reader of a kind; its libraries are imported now, and not before."""
    return cast("Reader", import_module(f"sourcier.ingest.readers.{kind.value}").read)


def source_text_for(kind: Kind) -> SourceText:
    """What gives all the text of a file of this kind, for comparing it to what was read of it.

    Raises:
        UnreadableFileError: ``ingest.no_source_text``, this kind has none.
    """
    found = getattr(import_module(f"sourcier.ingest.readers.{kind.value}"), "source_text", None)
    if found is None:
        raise UnreadableFileError("ingest.no_source_text", kind=kind.value)
    return cast("SourceText", found)
