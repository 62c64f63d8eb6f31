"""A paper as a Word document, with real styles and real footnotes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from sourcier.app.exports.paper import Paper
from sourcier.app.exports.word_parts import add_footnotes, add_page_numbers, add_spans, set_properties

__all__ = ["docx"]

_STYLES = {
    "heading": "Heading 1",
    "sub": "Heading 2",
    "text": "Normal",
    "quote": "Quote",
    "item": "List Bullet",
    "listed": "List Bullet",
    "notice": "Normal",
    "facts": "Small",
}


def docx(paper: Paper) -> bytes:
    """The bytes of a ``.docx`` file."""
    document = Document()
    _styles(document, paper)
    set_properties(document, paper)
    document.add_heading(paper.title, 0)
    called: set[int] = set()
    for block in paper.blocks:
        if block.kind != "notes":
            add_spans(document.add_paragraph(style=_STYLES[block.kind]), block.spans, called)
    add_footnotes(document, paper.notes)
    add_page_numbers(document, paper)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _styles(document: Any, paper: Paper) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.59), Cm(27.94)  # letter, as offices of Québec print
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.5)
    styles = document.styles
    normal = styles["Normal"]
    normal.font.size = Pt(11)
    normal.paragraph_format.space_after = Pt(8)
    small = styles.add_style("Small", WD_STYLE_TYPE.PARAGRAPH)
    small.base_style = normal
    small.font.size = Pt(9)
    text = styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
    text.base_style = normal
    text.font.size = Pt(9)
    text.paragraph_format.space_after = Pt(2)
    reference = styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
    reference.font.superscript = True
    # The language of every style, so that a screen reader and a spelling checker read it right.
    for lang in styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), paper.locale)
