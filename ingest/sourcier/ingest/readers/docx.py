"""Word documents: headings by their styles, lists, tables and footnotes, in the order of the body.

Hidden text, tracked deletions and comments are not what a reader sees: they are left out, and the steward is told.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import BlockKind, Finding
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.limits import Limits, open_archive

if TYPE_CHECKING:
    from docx.document import Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|titre|überschrift|title)\s*(\d)", re.IGNORECASE)
_TITLE = re.compile(r"(?:title|titre)", re.IGNORECASE)
_LIST = re.compile(r"(?:list|liste|puces?)\b", re.IGNORECASE)


def read(data: bytes, *, limits: Limits) -> Reading:
    """A ``.docx`` file. Numbers that Word computes (lists, headings) are not in the file, hence not in the text.

    Raises:
        UnreadableFileError: not a Word document, or one that unfolds beyond measure.
    """
    open_archive(data, limits, "DOCX").close()
    import docx

    try:
        walker = _Walker(docx.Document(io.BytesIO(data)))
        drafts = (*walker.blocks(), *walker.notes())
    except MemoryError:
        raise
    except Exception as error:
        raise UnreadableFileError("ingest.damaged", detail="DOCX") from error
    given = {"title": walker.title} if walker.title else {}
    return Reading(drafts, given, (Finding("finding.changes"),) if walker.left_out else ())


class _Walker:
    """Goes through the body once, keeping the notes that it meets."""

    def __init__(self, document: Document) -> None:
        self._body = document.element.body
        self._styles = {style.style_id: style.name or "" for style in document.styles}
        self._notes = _notes(document)
        self._called: dict[str, str] = {}
        self.title = ""
        self.left_out = False

    def blocks(self) -> Iterator[Draft]:
        """Paragraphs, list items, headings and tables."""
        for element in _children(self._body):
            if element.tag == f"{_W}p":
                yield self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                yield from self._rows(element)

    def notes(self) -> Iterator[Draft]:
        """The notes that were called, as blocks of their own."""
        for number, text in enumerate(self._called.values(), 1):
            yield Draft(BlockKind.NOTE, f"{number}. {text}")

    def _paragraph(self, element: Any) -> Draft:
        calls: list[str] = []
        text = self._text(element, calls)
        notes = tuple(self._notes[name] for name in calls)
        style = self._style(element)
        if level := self._level(element, style):
            if not self.title and level == 1:
                self.title = clean_block(text).replace("\n", " ")
            return Draft(BlockKind.HEADING, text.replace("\n", " "), level, notes=notes)
        numbering = element.find(f"{_W}pPr/{_W}numPr")
        if (numbering is not None or _LIST.match(style)) and text.strip():
            depth = element.find(f"{_W}pPr/{_W}numPr/{_W}ilvl")
            return Draft(BlockKind.LIST_ITEM, text, _number(depth), notes=notes)
        return Draft(BlockKind.PARAGRAPH, text, notes=notes)

    def _style(self, element: Any) -> str:
        style = element.find(f"{_W}pPr/{_W}pStyle")
        return self._styles.get(style.get(f"{_W}val"), "") if style is not None else ""

    def _level(self, element: Any, style: str) -> int:
        if found := _HEADING.match(style):
            return max(1, min(int(found.group(1)), 6))
        if _TITLE.fullmatch(style):
            return 1
        outline = element.find(f"{_W}pPr/{_W}outlineLvl")
        level = _number(outline) + 1 if outline is not None else 0
        return level if level <= 6 else 0

    def _rows(self, table: Any) -> Iterator[Draft]:
        """The rows of a table, cells set apart by a bar."""
        for row in table.iter(f"{_W}tr"):
            calls: list[str] = []
            cells = [
                " ".join(self._text(paragraph, calls).replace("\n", " ") for paragraph in cell.iter(f"{_W}p"))
                for cell in row
                if cell.tag in {f"{_W}tc", f"{_W}sdt"}
            ]
            if any(cell.strip() for cell in cells):
                yield Draft(BlockKind.TABLE, " | ".join(cells), notes=tuple(self._notes[name] for name in calls))

    def _text(self, element: Any, calls: list[str]) -> str:
        """What a paragraph shows; the notes it calls are added to ``calls``."""
        parts: list[str] = []
        for run in element.iter(f"{_W}r"):
            if self._hidden(run):
                self.left_out = True
                continue
            for piece in run:
                parts.append(self._piece(piece, calls))
        self.left_out = self.left_out or next(element.iter(f"{_W}delText"), None) is not None
        return "".join(parts)

    def _piece(self, piece: Any, calls: list[str]) -> str:
        tag = str(piece.tag).removeprefix(_W)
        if tag == "t":
            return piece.text or ""
        if tag in {"tab", "ptab"}:
            return "\t"
        if tag in {"br", "cr"}:
            return "\n"
        if tag == "noBreakHyphen":
            return "\u2011"
        if tag in {"footnoteReference", "endnoteReference"}:
            name = f"{tag[0]}{piece.get(f'{_W}id')}"
            if name in self._notes:
                calls.append(name)
                self._called[name] = self._notes[name]
        return ""

    @staticmethod
    def _hidden(run: Any) -> bool:
        vanish = run.find(f"{_W}rPr/{_W}vanish")
        if vanish is not None and vanish.get(f"{_W}val", "1") not in {"0", "false", "off"}:
            return True
        return any(parent.tag in {f"{_W}del", f"{_W}moveFrom"} for parent in run.iterancestors())


def _children(element: Any) -> Iterator[Any]:
    """Blocks of a body, those inside content controls and tracked insertions included."""
    for child in element:
        if child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}moveTo", f"{_W}customXml"}:
            yield from _children(child)
        else:
            yield child


def _notes(document: Document) -> Mapping[str, str]:
    """Texts of the footnotes (``f1``) and endnotes (``e1``)."""
    from docx.oxml import parse_xml

    notes: dict[str, str] = {}
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind not in {"footnotes", "endnotes"} or relation.is_external:
            continue
        for note in parse_xml(relation.target_part.blob):
            text = clean_block(" ".join("".join(t.text or "" for t in p.iter(f"{_W}t")) for p in note.iter(f"{_W}p")))
            if note.get(f"{_W}type") is None and text:
                notes[f"{kind[0]}{note.get(f'{_W}id')}"] = text
    return notes


def _number(element: Any) -> int:
    value = element.get(f"{_W}val") if element is not None else None
    return int(value) if value and value.isdecimal() and len(value) < 4 else 0
