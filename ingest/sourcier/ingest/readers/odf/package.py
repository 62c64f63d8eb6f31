"""The package around an OpenDocument file, and what it says of itself."""

from __future__ import annotations

import re
from typing import Any

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.limits import Limits, open_archive
from sourcier.ingest.readers.markup import local, member, parse

_ROOT = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE = f"{{{_ROOT}office:1.0}}"
STYLE = f"{{{_ROOT}style:1.0}}"
TEXT = f"{{{_ROOT}text:1.0}}"
TABLE = f"{{{_ROOT}table:1.0}}"
DRAW = f"{{{_ROOT}drawing:1.0}}"
FO = f"{{{_ROOT}xsl-fo-compatible:1.0}}"
SVG = f"{{{_ROOT}svg-compatible:1.0}}"
PRESENTATION = f"{{{_ROOT}presentation:1.0}}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
XLINK = "{http://www.w3.org/1999/xlink}"
XML = "{http://www.w3.org/XML/1998/namespace}"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class OpenPackage:
    """An OpenDocument file opened, every member of which was unfolded once within the limits.

    Args:
        kind: ``ODT``, ``ODP`` or ``ODS``, for the sentences of errors.
        body: local name of what its body must be: ``text``, ``presentation``, ``spreadsheet``.

    Raises:
        UnreadableFileError: locked, damaged, out of proportion, or another kind of document.
    """

    def __init__(self, data: bytes, limits: Limits, kind: str, body: str) -> None:
        self._kind = kind
        self._archive = archive = open_archive(data, limits, kind)
        if b"encryption-data" in (member(archive, "META-INF/manifest.xml") or b""):
            raise UnreadableFileError("ingest.archive_locked")
        parts = {name: member(archive, f"{name}.xml") for name in ("content", "styles", "meta")}
        content, styles, meta = (None if part is None else parse(part, kind) for part in parts.values())
        found = content.find(f"{OFFICE}body/{OFFICE}{body}") if content is not None else None
        if found is None:
            raise UnreadableFileError("ingest.damaged", detail=kind)
        self.body: Any = found
        self.content = content
        self.styles = styles
        self._meta = meta

    def object(self, reference: str | None) -> Any:
        """The root of the content of an object inside the file (« ./Object 1 »), None when there is none.

        Raises:
            UnreadableFileError: it is not XML, or not safe.
        """
        name = (reference or "").removeprefix("./").strip("/")
        data = member(self._archive, f"{name}/content.xml") if name else None
        return None if data is None else parse(data, self._kind)

    def given(self) -> dict[str, str]:
        """Title, first author, date of the last change and language of its metadata."""
        said: dict[str, str] = {}
        for element in self._meta.iter() if self._meta is not None else ():
            if element.text and (text := element.text.strip()):
                said.setdefault(local(element), text)
        dates = (said.get("date", ""), said.get("creation-date", ""))
        given = {
            "title": said.get("title", ""),
            "authors": said.get("initial-creator") or said.get("creator", ""),
            "date": next((day.group() for date in dates if (day := _DAY.match(date))), ""),
            "language": said.get("language", ""),
        }
        return {name: value for name, value in given.items() if value}


def integer(text: str | None, default: int = 1) -> int:
    """A whole number of at most seven digits, ``default`` where there is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 8 else default
