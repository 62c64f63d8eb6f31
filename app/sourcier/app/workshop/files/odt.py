"""A paper of the kit as an OpenDocument text (ISO/IEC 26300): named styles, headings, lists, tables, footnotes, page numbers."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from odfdo import Cell, Column, Document, Element, Header, HeaderRows, List, ListItem, Paragraph, Row, Style
from odfdo import Span as Stretch
from odfdo import Table as Grid

from sourcier.app.exports.odt_parts import add_spans, set_language, set_metadata, set_notes
from sourcier.app.workshop.files.odt_styles import LISTS, LOOKS, add_styles
from sourcier.app.workshop.files.templates import open_document_template
from sourcier.app.workshop.files.writing import Writing
from sourcier.app.workshop.papers.blocks import Box, Handout, Heading, Listing, Table, Text

__all__ = ["odt"]


def odt(handout: Handout, template: Path | None = None) -> bytes:
    """The bytes of an ``.odt`` file.

    Raises:
        UsageError: the template cannot be used; the message says why.
    """
    document: Any = open_document_template(template, "odt") if template else Document("text")
    document.body.clear()
    _Writer(document, handout, bare=template is None).write()
    written = BytesIO()
    document.save(written)
    return written.getvalue()


class _Writer(Writing):
    def __init__(self, document: Any, handout: Handout, *, bare: bool) -> None:
        super().__init__(document, handout, bare=bare)
        self._body = document.body
        self._broken = False
        self._tables = 0

    def write(self) -> None:
        add_styles(self._document, bare=self._bare)
        set_language(self._document, self._handout)
        set_notes(self._document, self._handout)
        set_metadata(self._document, self._handout)
        title = Paragraph(style="Title")
        title.append_plain_text(self._handout.title)
        self._body.append(title)
        self._blocks()

    def _filled(self, element: Any, block: Text | Heading) -> Any:
        add_spans(element, block.spans, self._handout, self._called)
        return element

    def _heading(self, block: Heading) -> None:
        broken, self._broken = self._broken, False
        style = "Sourcier_20_New_20_Page" if broken and block.level == 1 else f"Heading_20_{block.level}"
        header = Header(block.level)
        header.style = style  # its own argument is not written
        self._body.append(self._filled(header, block))

    def _text(self, block: Text, keep: bool) -> None:
        style = "Sourcier_20_Before" if keep and block.look == "text" else LOOKS[block.look]
        self._body.append(self._filled(Paragraph(style=style), block))

    def _box(self, block: Box) -> None:
        for text in block.texts[:-1]:
            self._body.append(self._boxed(text, "Sourcier_20_Extract"))
        self._body.append(self._boxed(block.texts[-1], "Sourcier_20_Extract_20_End"))
        self._body.append(Paragraph(style="Small"))

    def _line(self) -> None:
        line = Paragraph(style="Sourcier_20_Line")
        line.append_plain_text("\t")
        self._body.append(line)

    def _page_break(self) -> None:
        self._broken = True

    def _boxed(self, text: Text, style: str) -> Any:
        paragraph = Paragraph(style=style)
        if text.look == "small":
            paragraph.append(Stretch("".join(span.text for span in text.spans), style="Sourcier_20_Fine"))
            return paragraph
        add_spans(paragraph, text.spans, self._handout, self._called)
        return paragraph

    def _listing(self, block: Listing) -> None:
        listing = List(style=LISTS[block.mark])
        for item in block.items:
            paragraph = Paragraph(style="Sourcier_20_Item")
            add_spans(paragraph, item, self._handout, self._called)
            holder = ListItem()
            holder.append(paragraph)
            listing.append(holder)
        self._body.append(listing)

    def _table(self, block: Table) -> None:
        self._tables += 1
        name = f"Table{self._tables}"
        grid = Grid(name, style="SourcierTable")
        for tag, told in (("title", block.about), ("desc", ", ".join(block.columns))):
            element = Element.from_tag(f"table:{tag}")
            element.text = told
            grid.append(element)
        for index, share in enumerate(block.widths, 1):
            style = Style("table-column", name=f"{name}.{index}")
            style.set_properties({"style:rel-column-width": f"{round(share * 65535)}*"}, area="table-column")
            self._document.insert_style(style, automatic=True)
            grid.append(Column(style=f"{name}.{index}"))
        header = HeaderRows()
        header.append(self._row([(_title(column),) for column in block.columns], "SourcierHead", "SourcierRow"))
        grid.append(header)
        for row in block.rows:
            cells = [tuple(self._cell_text(text) for text in cell) for cell in row]
            grid.append(self._row(cells, "SourcierCell", "SourcierFill" if block.to_fill else "SourcierRow"))
        self._body.append(grid)
        self._body.append(Paragraph(style="Small"))

    def _cell_text(self, text: Text) -> Any:
        paragraph = Paragraph(style="Small" if text.look == "small" else "Sourcier_20_Cell")
        add_spans(paragraph, text.spans, self._handout, self._called)
        return paragraph

    def _row(self, cells: list[tuple[Any, ...]], cell_style: str, row_style: str) -> Any:
        row = Row(style=row_style)
        for paragraphs in cells:
            cell = Cell(style=cell_style)
            cell.set_attribute("office:value-type", "string")
            for paragraph in paragraphs:
                cell.append(paragraph)
            row.append(cell)
        return row


def _title(column: str) -> Any:
    paragraph = Paragraph(style="Sourcier_20_Cell")
    paragraph.append(Stretch(column, style="Strong"))
    return paragraph
