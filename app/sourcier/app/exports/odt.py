"""A paper as an OpenDocument text (ISO/IEC 26300), with named styles and real footnotes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from odfdo import Document, Header, List, ListItem, Paragraph

from sourcier.app.exports.odt_parts import add_spans, paragraph_style, set_language, set_metadata, set_notes
from sourcier.app.exports.paper import Block, Paper

__all__ = ["odt"]

_STYLES = {
    "text": "Text_20_body",
    "quote": "Quotations",
    "notice": "Text_20_body",
    "facts": "Small",
    "item": "Text_20_body",
    "listed": "Text_20_body",
}


def odt(paper: Paper) -> bytes:
    """The bytes of an ``.odt`` file."""
    document: Any = Document("text")
    body = document.body
    body.clear()
    _styles(document, paper)
    set_metadata(document, paper)
    title = Paragraph(style="Title")
    title.append_plain_text(paper.title)
    body.append(title)
    called: set[int] = set()
    listing: Any = None
    for block in paper.blocks:
        if block.kind == "notes":
            continue
        element = _element(block)
        add_spans(element, block.spans, paper, called)
        if block.kind in {"item", "listed"}:
            if listing is None:
                listing = List()
                body.append(listing)
            item = ListItem()
            item.append(element)
            listing.append(item)
        else:
            listing = None
            body.append(element)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _element(block: Block) -> Any:
    if block.kind in {"heading", "sub"}:
        level = 1 if block.kind == "heading" else 2
        return Header(level, style=f"Heading_20_{level}")
    return Paragraph(style=_STYLES[block.kind])


def _styles(document: Any, paper: Paper) -> None:
    set_language(document, paper)
    for style in document.get_styles():
        if style.family == "page-layout":
            properties = style.get_element("style:page-layout-properties")
            # Letter, as offices of Québec print.
            properties.set_attribute("fo:page-width", "21.59cm")
            properties.set_attribute("fo:page-height", "27.94cm")
    for level in document.get_part("styles.xml").get_elements("//text:outline-level-style"):
        level.set_attribute("style:num-format", "")  # a question is not a chapter
        for suffix in ("style:num-suffix", "style:num-list-format", "loext:num-list-format"):
            if level.get_attribute(suffix) is not None:
                level.del_attribute(suffix)
    title = paragraph_style("Title", "Heading", {"fo:font-size": "22pt", "fo:font-weight": "bold"})
    quotations = paragraph_style("Quotations", "Text_20_body", margin_left="1cm", margin_right="1cm")
    for style in (title, quotations):
        document.insert_style(style)
    set_notes(document, paper)
