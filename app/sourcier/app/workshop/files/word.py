"""A paper of the kit as a Word document: real styles, headings, numbered lists, tables, footnotes and page numbers.

Every style of ours that the organisation's template already has is taken as it is there: it may define « Sourcier Extract » or
« Sourcier Line » to choose their looks.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from sourcier.app.exports.word_parts import add_footnotes, add_page_numbers, add_spans, set_properties
from sourcier.app.workshop.files.colours import ACCENT, PALE
from sourcier.app.workshop.files.templates import word_template
from sourcier.app.workshop.files.word_lists import Lists
from sourcier.app.workshop.files.writing import Writing
from sourcier.app.workshop.papers.blocks import Box, Handout, Heading, Listing, Table, Text

__all__ = ["EXTRACT", "LINE", "docx"]

EXTRACT, LINE, CELL, LEAD, SMALL, FICTION = (
    f"Sourcier {name}" for name in ("Extract", "Line", "Cell", "Lead", "Small", "Fiction")
)
_LOOKS = {"text": "Normal", "quote": "Quote", "fiction": FICTION, "small": SMALL, "lead": LEAD}
#: In a table, what must be known of a paragraph is told by its words: quotes have their marks.
_IN_CELL = {"text": CELL, "quote": CELL, "fiction": CELL, "small": SMALL, "lead": CELL}


#: Between the edge of a cell and its words, in EMU (0.19 cm, Word's own).
_CELL_MARGIN = 68580


def docx(handout: Handout, template: Path | None = None) -> bytes:
    """The bytes of a ``.docx`` file.

    Raises:
        UsageError: the template cannot be used; the message says why.
    """
    document = word_template(template) if template else Document()
    _Writer(document, handout, bare=template is None).write()
    written = BytesIO()
    document.save(written)
    return written.getvalue()


class _Writer(Writing):
    def __init__(self, document: Any, handout: Handout, *, bare: bool) -> None:
        super().__init__(document, handout, bare=bare)
        self._lists = Lists(document)

    def write(self) -> None:
        if self._bare:
            _letter(self._document)
        _styles(self._document, self._width(), bare=self._bare)
        for lang in self._document.styles.element.iter(qn("w:lang")):
            lang.set(qn("w:val"), self._handout.locale)
        set_properties(self._document, self._handout)
        self._document.add_paragraph(self._handout.title, style="Title")
        self._blocks()
        add_footnotes(self._document, self._handout.notes)
        if not any("PAGE" in (field.text or "") + (field.get(qn("w:instr")) or "") for field in self._fields()):
            add_page_numbers(self._document, self._handout)

    def _fields(self) -> list[Any]:
        footer = self._document.sections[0].footer
        return [*footer._element.iter(qn("w:fldSimple"), qn("w:instrText"))] if not footer.is_linked_to_previous else []

    def _width(self) -> int:
        """Between the margins, in EMU."""
        section = self._document.sections[0]
        return int(section.page_width - section.left_margin - section.right_margin)

    def _heading(self, block: Heading) -> None:
        add_spans(self._document.add_paragraph(style=f"Heading {block.level}"), block.spans, self._called)

    def _text(self, block: Text, keep: bool) -> None:
        paragraph = self._document.add_paragraph(style=_LOOKS[block.look])
        add_spans(paragraph, block.spans, self._called)
        if keep:
            paragraph.paragraph_format.keep_with_next = True

    def _listing(self, block: Listing) -> None:
        again = self._lists.begin(block.mark)
        for item in block.items:
            paragraph = self._document.add_paragraph(style="List Paragraph")
            again(paragraph)
            add_spans(paragraph, item, self._called)

    def _line(self) -> None:
        self._document.add_paragraph("\t", style=LINE)

    def _page_break(self) -> None:
        self._document.add_page_break()

    def _box(self, block: Box) -> None:
        for index, text in enumerate(block.texts):
            paragraph = self._document.add_paragraph(style=EXTRACT)
            add_spans(paragraph, text.spans, self._called)
            paragraph.paragraph_format.keep_with_next = index < len(block.texts) - 1
            if text.look == "small":
                for run in paragraph.runs:
                    run.font.size = Pt(9)
        self._apart()

    def _table(self, block: Table) -> None:
        table = self._document.add_table(rows=0, cols=len(block.columns))
        table.style = self._document.styles["Table Grid"]
        table.autofit = False
        _described(table, block)
        widths = [int(self._width() * share) for share in block.widths]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        header = table.add_row()
        _repeated(header)
        for cell, title in zip(header.cells, block.columns, strict=True):
            _shaded(cell)
            run = cell.paragraphs[0].add_run(title)
            run.bold = True
            cell.paragraphs[0].style = self._document.styles[CELL]
            cell.paragraphs[0].paragraph_format.keep_with_next = True
        for texts in block.rows:
            row = table.add_row()
            _whole(row)
            if block.to_fill:
                row.height = Cm(1.3)
            for cell, paragraphs in zip(row.cells, texts, strict=True):
                self._cell(cell, paragraphs)
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = width
        self._apart()

    def _apart(self) -> None:
        """Room under a table or a box: two that follow each other would be one."""
        after = self._document.add_paragraph(style=SMALL)
        after.paragraph_format.space_after = Pt(0)

    def _cell(self, cell: Any, texts: tuple[Text, ...]) -> None:
        for index, text in enumerate(texts):
            paragraph = cell.paragraphs[0] if not index else cell.add_paragraph()
            paragraph.style = self._document.styles[_IN_CELL[text.look]]
            add_spans(paragraph, text.spans, self._called)


def _letter(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.59), Cm(27.94)  # letter, as offices of Québec print
    section.left_margin = section.right_margin = Cm(2.3)
    section.top_margin = section.bottom_margin = Cm(2.2)


def _styles(document: Any, width: int, *, bare: bool) -> None:
    """The styles that the paper needs and the document lacks; in a document of ours, the looks of the known ones too."""
    styles = document.styles
    normal = styles["Normal"] if "Normal" in styles else styles.add_style("Normal", WD_STYLE_TYPE.PARAGRAPH)

    def has(name: str, shape: Callable[[Any], None], base: Any = normal) -> None:
        if name not in styles:
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = base
            style.quick_style = True
            shape(style)

    if bare:
        normal.font.size = Pt(11)
        normal.paragraph_format.space_after = Pt(6)
        for level, size in ((1, 15), (2, 12.5), (3, 11.5)):
            _coloured(styles[f"Heading {level}"], size)
        _coloured(styles["Title"], 24)
        styles["List Paragraph"].paragraph_format.space_after = Pt(3)
        styles["Quote"].paragraph_format.left_indent = Cm(0.8)
    has("Title", lambda style: _headed(style, 24, None))
    for level, size in ((1, 15), (2, 12.5), (3, 11.5)):
        has(f"Heading {level}", lambda style, level=level, size=size: _headed(style, size, level - 1))  # type: ignore[misc]
    has("Quote", lambda style: setattr(style.paragraph_format, "left_indent", Cm(0.8)))
    has("List Paragraph", lambda style: setattr(style.paragraph_format, "space_after", Pt(3)))
    has(LEAD, lambda style: setattr(style.font, "italic", True))
    has(FICTION, _fiction)
    has(SMALL, lambda style: setattr(style.font, "size", Pt(9)))
    has(CELL, _cell_style)
    has(LINE, lambda style: _line(style, width))
    has(EXTRACT, _extract)
    has("footnote text", lambda style: setattr(style.font, "size", Pt(9)))
    if "footnote reference" not in styles:
        styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER).font.superscript = True
    if "Table Grid" not in styles:
        _borders(styles.add_style("Table Grid", WD_STYLE_TYPE.TABLE))


def _coloured(style: Any, size: float) -> None:
    style.font.size = Pt(size)
    style.font.color.rgb = RGBColor.from_string(ACCENT)


def _headed(style: Any, size: float, level: int | None) -> None:
    _coloured(style, size)
    style.font.bold = True
    style.paragraph_format.keep_with_next = True
    style.paragraph_format.space_before = Pt(12)
    if level is not None:
        outline = OxmlElement("w:outlineLvl")
        outline.set(qn("w:val"), str(level))
        style.element.get_or_add_pPr().append(outline)


def _fiction(style: Any) -> None:
    style.paragraph_format.left_indent = Cm(0.4)
    _bordered(style, ("left",), 18)


def _cell_style(style: Any) -> None:
    style.font.size = Pt(10)
    style.paragraph_format.space_after = Pt(3)


def _line(style: Any, width: int) -> None:
    # A tab with a line under it: it is typed over without moving anything, and read aloud as nothing.
    style.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES)
    style.paragraph_format.space_before = Pt(10)
    style.paragraph_format.space_after = Pt(0)


def _extract(style: Any) -> None:
    style.paragraph_format.left_indent = style.paragraph_format.right_indent = Cm(0.3)
    style.paragraph_format.space_after = Pt(3)
    style.paragraph_format.keep_together = True
    _bordered(style, ("top", "left", "bottom", "right"), 6)
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), PALE)
    # In a paragraph's properties, shading comes right after the borders (ECMA-376 part 1, 17.3.1.26).
    style.element.pPr.find(qn("w:pBdr")).addnext(shading)


def _bordered(style: Any, sides: tuple[str, ...], eighths: int) -> None:
    borders = OxmlElement("w:pBdr")
    for side in sides:
        _side(borders, side, eighths, 6)
    properties = style.element.get_or_add_pPr()
    before = next((child for child in properties if child.tag in {qn("w:spacing"), qn("w:ind"), qn("w:jc")}), None)
    if before is None:
        properties.append(borders)
    else:
        before.addprevious(borders)


def _side(borders: Any, side: str, eighths: int, space: int = 0) -> None:
    border = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", eighths), ("space", space), ("color", ACCENT)):
        border.set(qn(f"w:{name}"), str(value))
    borders.append(border)


def _borders(style: Any) -> None:
    properties = OxmlElement("w:tblPr")
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        _side(borders, side, 4)
    properties.append(borders)
    style.element.append(properties)


def _described(table: Any, block: Table) -> None:
    """Where the table begins, and what it holds, for who cannot see it, in the order of ECMA-376 part 1, 17.4.59."""
    indent = OxmlElement("w:tblInd")
    indent.set(qn("w:w"), str(round(_CELL_MARGIN / 635)))
    indent.set(qn("w:type"), "dxa")
    table._tbl.tblPr.find(qn("w:tblLayout")).addprevious(indent)
    for name, value in (("tblCaption", block.about), ("tblDescription", ", ".join(block.columns))):
        element = OxmlElement(f"w:{name}")
        element.set(qn("w:val"), value)
        table._tbl.tblPr.append(element)


def _repeated(row: Any) -> None:
    properties = row._tr.get_or_add_trPr()
    for name in ("cantSplit", "tblHeader"):
        properties.append(OxmlElement(f"w:{name}"))


def _whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _shaded(cell: Any) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), PALE)
    cell._tc.get_or_add_tcPr().append(shading)
