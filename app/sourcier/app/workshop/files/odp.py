"""The slides as an OpenDocument presentation (ISO/IEC 26300): master pages, placeholders, lists, notes, alternative texts."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from odfdo import Cell, Column, Document, DrawPage, Element, List, ListItem, Paragraph, Row, Table
from odfdo import Span as Stretch

from sourcier.app.exports.odt_parts import set_language, set_metadata
from sourcier.app.workshop.files.odp_master import Master, add_styles, our_masters, their_masters
from sourcier.app.workshop.files.templates import open_document_template
from sourcier.app.workshop.papers.deck import Deck, Line, Panel
from sourcier.app.workshop.papers.fit import TABLE, fitted, title_size

__all__ = ["odp"]

#: In centimetres: the height of a row; and on the page of the notes, the picture of the slide, and the notes under it.
_THUMBNAIL = (3.0, 2.2, 15.0, 8.4)
_ROW = 1.15
_NOTES = (2.1, 11.5, 16.8, 14.0)


def odp(deck: Deck, template: Path | None = None) -> bytes:
    """The bytes of an ``.odp`` file.

    Raises:
        UsageError: the template cannot be used; the message says why.
    """
    document: Any = open_document_template(template, "odp") if template else Document("presentation")
    document.body.clear()
    masters = their_masters(document) if template else our_masters(document)
    add_styles(document)
    set_language(document, deck)
    set_metadata(document, deck)
    writer = _Writer(document, masters)
    for panel in deck.panels:
        master = masters[panel.kind]
        for part in fitted(panel, master.room, master.title_room):
            writer.page(part, master)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


class _Writer:
    def __init__(self, document: Any, masters: dict[str, Master]) -> None:
        self._body = document.body
        self._pages = 0
        self._declared = 0

    def page(self, panel: Panel, master: Master) -> None:
        self._pages += 1
        page = DrawPage(
            draw_id=f"page{self._pages}", name=f"{self._pages}. {panel.title}"[:100], master_page=master.name
        )
        page.set_attribute("draw:style-name", "SourcierPage")
        if panel.foot:
            self._footer(page, panel.foot)
        page.append(_frame("title", f"{master.name}-title", master.title, [_title(panel.title, master)]))
        if panel.kind == "table":
            page.append(_table(panel, master.body))
        elif panel.lines:
            page.append(_frame("outline", f"{master.name}-outline1", master.body, _filled(panel.lines)))
        page.append(self._notes(panel.notes, master))
        self._body.append(page)

    def _footer(self, page: Any, text: str) -> None:
        """The text at the foot of one slide: declared before all slides, called by it."""
        self._declared += 1
        declared = Element.from_tag("presentation:footer-decl")
        declared.set_attribute("presentation:name", f"foot{self._declared}")
        declared.text = text
        self._body.insert(declared, position=self._declared - 1)
        page.set_attribute("presentation:use-footer-name", f"foot{self._declared}")

    def _notes(self, notes: tuple[str, ...], master: Master) -> Any:
        holder = Element.from_tag("presentation:notes")
        picture = Element.from_tag("draw:page-thumbnail")
        picture.set_attribute("draw:layer", "layout")
        picture.set_attribute("draw:page-number", str(self._pages))
        picture.set_attribute("presentation:class", "page")
        _boxed(picture, _THUMBNAIL)
        holder.append(picture)
        holder.append(_frame("notes", f"{master.name}-notes", _NOTES, [_paragraph(note) for note in notes]))
        return holder


def _boxed(element: Any, box: tuple[float, float, float, float]) -> None:
    for name, value in zip(("x", "y", "width", "height"), box, strict=True):
        element.set_attribute(f"svg:{name}", f"{value:.3f}cm")


def _frame(kind: str, style: str, box: tuple[float, float, float, float], paragraphs: list[Any]) -> Any:
    frame = Element.from_tag("draw:frame")
    frame.set_attribute("presentation:style-name", style)
    frame.set_attribute("draw:layer", "layout")
    frame.set_attribute("presentation:class", kind)
    _boxed(frame, box)
    text = Element.from_tag("draw:text-box")
    for paragraph in paragraphs:
        text.append(paragraph)
    frame.append(text)
    return frame


def _paragraph(text: str, style: str | None = None) -> Any:
    paragraph = Paragraph(style=style)
    paragraph.append_plain_text(text)
    return paragraph


def _title(text: str, master: Master) -> Any:
    if title_size(text, master.title_room) == master.title_room.size:
        return _paragraph(text)
    paragraph = Paragraph()
    paragraph.append(Stretch(text, style="SourcierSmallTitle"))
    return paragraph


def _filled(lines: tuple[Line, ...]) -> list[Any]:
    """Bullets are items of a list; a paragraph by itself has none."""
    made: list[Any] = []
    listing: Any = None
    for line in lines:
        paragraph = _paragraph("", {"quote": "SourcierQuote", "bullet": None}.get(line.look, "SourcierText"))
        if line.look == "quote":
            paragraph.append(Stretch(line.text, style="SourcierItalic"))
        else:
            paragraph.append_plain_text(line.text)
        for number in line.sources:
            paragraph.append(Stretch(f" S{number}", style="SourcierRaised"))
        if line.look != "bullet":
            listing = None
            made.append(paragraph)
            continue
        if listing is None:
            listing = List()
            made.append(listing)
        item = ListItem()
        item.append(paragraph)
        listing.append(item)
    return made


def _table(panel: Panel, box: tuple[float, float, float, float]) -> Any:
    frame = Element.from_tag("draw:frame")
    frame.set_attribute("draw:layer", "layout")
    left, top, width, _ = box
    _boxed(frame, (left, top, width, _ROW * (len(panel.rows) + 1)))
    grid = Table("Agenda")
    grid.set_attribute("table:use-first-row-styles", "true")
    for index, _ in enumerate(TABLE):
        grid.append(Column(style=f"SourcierColumn{index}"))
    # As a first row: presentations have no rows of titles in what LibreOffice shows.
    grid.append(_row(panel.columns, "SourcierHead"))
    for row in panel.rows:
        grid.append(_row(row, "SourcierCell"))
    frame.append(grid)
    description = Element.from_tag("svg:desc")
    description.text = panel.about
    frame.append(description)
    return frame


def _row(texts: tuple[str, ...], style: str) -> Any:
    row = Row()
    for text in texts:
        cell = Cell(style=style)
        cell.append(_paragraph(text, "SourcierCellText"))
        row.append(cell)
    return row
