"""From the elements of an OpenDocument text to blocks, in the order in which a reader meets them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sourcier.core.types import BlockKind
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.drafts import Draft
from sourcier.ingest.readers.left_out import LeftOut
from sourcier.ingest.readers.markup import local
from sourcier.ingest.readers.odf.inline import Inline, Said
from sourcier.ingest.readers.odf.numbering import Counters, Numbering
from sourcier.ingest.readers.odf.objects import object_drafts
from sourcier.ingest.readers.odf.package import DRAW, OFFICE, TABLE, TEXT, XLINK, OpenPackage, integer
from sourcier.ingest.readers.odf.styles import Reference, Styles
from sourcier.ingest.tables import MAX_COLUMNS, Cell, rows_with_header

_INDEXES = frozenset(
    {"table-of-content", "illustration-index", "table-index", "object-index", "user-index", "alphabetical-index"}
)
_NOTHING = frozenset({"forms", "sequence-decls", "variable-decls", "user-field-decls", "dde-connection-decls"})
_ROW_GROUPS = frozenset({"table-rows", "table-row-group", "table-header-rows"})
_LONG_CELL = 1500
_MAX_ROWS = 20_000


class Story:
    """Goes through a document once: counts its numbers, keeps the notes it meets, tells what is left out."""

    def __init__(self, package: OpenPackage, styles: Styles, left_out: LeftOut) -> None:
        self._package = package
        self._styles = styles
        self._left_out = left_out
        self._inline = Inline(styles, left_out)
        self._numbering = Numbering(styles)
        self._notes: dict[int, str] = {}
        self._bullets: list[str] = []
        self.page: int | None = None
        self.title = ""

    def blocks(self, container: Any, *, around: tuple[Reference, ...] = (), on_white: bool = True) -> Iterator[Draft]:
        """Paragraphs, headings, lists and tables of a body, a section, a cell or a text box."""
        for element in container:
            name = local(element)
            if element.tag.startswith(DRAW):
                yield from self.shape(element)
            elif name in {"p", "h"}:
                yield from self._paragraph(element, around=around, on_white=on_white)
            elif name == "list":
                yield from self._list(element, around=around, on_white=on_white)
            elif name == "table":
                yield from self.table(element, on_white=on_white)
            elif name == "tracked-changes":
                self._changes(element)
            elif name in _INDEXES:
                self._left_out.drop("navigation", "\n".join(self._lines(element)))
            elif name == "section" and self._concealed(element):
                self._left_out.hide("finding.hidden_text", "\n".join(self._lines(element)), page=self.page)
            elif name == "annotation":
                self._left_out.hide("finding.comments", "\n".join(self._lines(element)), page=self.page)
            elif name not in _NOTHING:
                yield from self.blocks(element, around=around, on_white=on_white)

    def notes(self) -> Iterator[Draft]:
        """The notes that were called, as blocks of their own; to be asked last."""
        for number, text in enumerate(filter(None, self._notes.values()), 1):
            yield Draft(BlockKind.NOTE, f"{number}. {text}")
        self._left_out.drop("markup", "".join(self._bullets))

    def shape(self, shape: Any) -> Iterator[Draft]:
        """The text inside a frame, a drawing or a group of them; an object that is no chart is only counted."""
        for element in shape:
            name = local(element)
            if element.tag.startswith(OFFICE) and name == "annotation":
                self._left_out.hide("finding.comments", "\n".join(self._lines(element)), page=self.page)
            elif element.tag.startswith(DRAW) and name in {"object", "object-ole", "applet", "plugin"}:
                # What follows in the same frame is a picture of it.
                yield from self._object(element)
                return
            elif element.tag.startswith(DRAW):
                yield from self.shape(element)
            elif element.tag.startswith((TEXT, TABLE)):
                yield from self.blocks([element], on_white=False)

    def _object(self, element: Any) -> Iterator[Draft]:
        root = self._package.object(element.get(f"{XLINK}href"))
        drafts = object_drafts(root, page=self.page) if root is not None else None
        if drafts is None:
            self._left_out.add("finding.embedded", page=self.page)
        yield from drafts or ()

    def said(self, paragraph: Any, *, around: tuple[Reference, ...] = (), on_white: bool = True) -> Said:
        """What a paragraph shows, on the page under way."""
        return self._inline.said(paragraph, around=around, on_white=on_white, page=self.page)

    def _paragraph(
        self,
        element: Any,
        *,
        number: str = "",
        depth: int | None = None,
        around: tuple[Reference, ...] = (),
        on_white: bool = True,
    ) -> Iterator[Draft]:
        said = self.said(element, around=around, on_white=on_white)
        text, notes = said.text, self._called(said)
        style = element.get(f"{TEXT}style-name", "")
        level = integer(element.get(f"{TEXT}outline-level")) if local(element) == "h" else 0
        if not text.strip():
            self._left_out.drop("markup", number)
        elif level or self._styles.is_title(style):
            if not level and not self.title:
                self.title = clean_block(text).replace("\n", " ")
            if level and depth is None:
                number = self._numbering.heading(element, level)
            number = number or (f"{said.number} " if said.number else "")
            level = max(1, min(level, 6))
            yield Draft(BlockKind.HEADING, (number + text).replace("\n", " "), level, self.page, notes)
        elif depth is not None:
            number = number or (f"{said.number} " if said.number else "")
            yield Draft(BlockKind.LIST_ITEM, number + text, depth, self.page, notes)
        else:
            yield Draft(BlockKind.PARAGRAPH, text, page=self.page, notes=notes)
        for shape in said.shapes:
            yield from self.shape(shape)

    def _list(
        self,
        element: Any,
        *,
        level: int = 0,
        style: str = "",
        counters: Counters | None = None,
        around: tuple[Reference, ...] = (),
        on_white: bool = True,
    ) -> Iterator[Draft]:
        style = element.get(f"{TEXT}style-name") or style or self._style_of(element)
        counters = self._numbering.open(element, style) if counters is None else counters
        for item in element:
            if local(item) not in {"list-item", "list-header"}:
                continue
            counted = local(item) == "list-header"
            for child in item:
                name = local(child)
                if name == "list":
                    yield from self._list(
                        child,
                        level=min(level + 1, 9),
                        style=style,
                        counters=counters,
                        around=around,
                        on_white=on_white,
                    )
                elif name in {"p", "h"}:
                    number = ""
                    if not counted:
                        start = item.get(f"{TEXT}start-value")
                        number, bullet = self._numbering.item(counters, style, level, start)
                        if bullet:
                            self._bullets.append(bullet)
                    counted = True
                    yield from self._paragraph(child, number=number, depth=level, around=around, on_white=on_white)
                elif name != "number":
                    yield from self.blocks([child], around=around, on_white=on_white)

    def _style_of(self, element: Any) -> str:
        """The list style that the first paragraph of a list asks for."""
        first = next(element.iter(f"{TEXT}p", f"{TEXT}h"), None)
        return "" if first is None else self._styles.list_of(first.get(f"{TEXT}style-name", ""))

    def _called(self, said: Said) -> tuple[str, ...]:
        texts = []
        for note in said.notes:
            body = note.find(f"{TEXT}note-body")
            self._left_out.drop("note_mark", note.findtext(f"{TEXT}note-citation") or "")
            shown = [self.said(p).text for p in body.iter(f"{TEXT}p", f"{TEXT}h")] if body is not None else []
            if text := clean_block(" ".join(shown)):
                self._notes[len(self._notes)] = text
                texts.append(text)
        return tuple(texts)

    def _changes(self, element: Any) -> None:
        for deletion in element.iter(f"{TEXT}deletion"):
            self._left_out.hide("finding.deletions", "\n".join(self._lines(deletion)))

    def _concealed(self, section: Any) -> bool:
        return bool(section.get(f"{TEXT}display") == "none" or section.get(f"{TEXT}is-hidden") == "true")

    def _lines(self, element: Any) -> Iterator[str]:
        return ("".join(p.itertext()) for p in element.iter(f"{TEXT}p", f"{TEXT}h"))

    def table(self, table: Any, *, on_white: bool = True) -> Iterator[Draft]:
        """The rows of a table, or the blocks of one that only lays text out."""
        rows = list(_rows(table))
        cells = [[cell for cell in row if local(cell) == "table-cell"] for row, _ in rows]
        behind = [_style(row, "table-row") + _style(table, "table") for row, _ in rows]
        if all(len(row) <= 1 for row in cells) or any(
            len("".join(cell.itertext())) > _LONG_CELL for row in cells for cell in row
        ):
            for row, under in zip(cells, behind, strict=True):
                for cell in row:
                    yield from self.blocks(cell, around=_style(cell, "table-cell") + under, on_white=on_white)
            return
        shown: list[list[str | Cell]] = []
        called: list[tuple[str, ...]] = []
        for row, under in zip(cells, behind, strict=True):
            notes: dict[str, None] = {}
            line: list[str | Cell] = []
            for cell in row:
                drafts = list(self.blocks(cell, around=_style(cell, "table-cell") + under, on_white=on_white))
                notes.update(dict.fromkeys(note for draft in drafts for note in draft.notes))
                text = " ".join(clean_block(draft.text).replace("\n", " ") for draft in drafts)
                spans = [integer(cell.get(f"{TABLE}number-{side}-spanned")) for side in ("columns", "rows")]
                line += [Cell(text, *spans)] * min(_repeated(cell, "columns"), MAX_COLUMNS if text else 50)
            shown.append(line)
            called.append(tuple(notes))
        header = sum(1 for _, marked in rows if marked)
        texts = rows_with_header(shown, header=header or self._bold_header(cells))
        for text, notes_of_row in zip(texts, called, strict=True):
            yield replace(Draft(BlockKind.TABLE, text, page=self.page), notes=notes_of_row)

    def _bold_header(self, cells: list[list[Any]]) -> int | None:
        """One header row where all its paragraphs have a style in bold (« Table Heading »), unlike the row under it."""

        def bold(row: list[Any]) -> bool:
            paragraphs = [p for cell in row for p in cell.iter(f"{TEXT}p") if "".join(p.itertext()).strip()]
            return bool(paragraphs) and all(self._styles.bold(_styles_of(p)) for p in paragraphs)

        return 1 if len(cells) > 1 and bold(cells[0]) and not bold(cells[1]) else None


def _styles_of(paragraph: Any) -> list[Reference]:
    spans = [("text", span.get(f"{TEXT}style-name", "")) for span in paragraph.iter(f"{TEXT}span")][:1]
    return [*spans, ("paragraph", paragraph.get(f"{TEXT}style-name", ""))]


def _style(element: Any, family: str) -> tuple[Reference, ...]:
    return ((family, element.get(f"{TABLE}style-name", "")),)


def _rows(table: Any, *, header: bool = False) -> Iterator[tuple[Any, bool]]:
    """The rows of a table that are shown, and whether each is one of its headers."""
    for element in table:
        name = local(element)
        if name == "table-row" and element.get(f"{TABLE}visibility", "visible") == "visible":
            empty = not "".join(element.itertext()).strip()
            for _ in range(1 if empty else min(_repeated(element, "rows"), _MAX_ROWS)):
                yield element, header
        elif name in _ROW_GROUPS:
            yield from _rows(element, header=header or name == "table-header-rows")


def _repeated(element: Any, side: str) -> int:
    return integer(element.get(f"{TABLE}number-{side}-repeated"))
