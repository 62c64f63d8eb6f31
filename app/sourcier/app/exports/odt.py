"""A paper as an OpenDocument text (ISO/IEC 26300), with named styles and real footnotes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from odfdo import Document, Element, Header, Link, List, ListItem, Note, Paragraph, Style
from odfdo import Span as Stretch

from sourcier.app.exports.paper import Block, Paper, Span
from sourcier.app.exports.paper import Note as Proof

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
    _metadata(document, paper)
    title = Paragraph(style="Title")
    title.append_plain_text(paper.title)
    body.append(title)
    called: set[int] = set()
    listing: Any = None
    for block in paper.blocks:
        if block.kind == "notes":
            continue
        element = _element(block)
        before: int | None = None
        for span in block.spans:
            if span.note and before:
                element.append(Stretch(",", style="Raised"))
            before = span.note
            _append(element, span, paper, called)
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


def _append(element: Any, span: Span, paper: Paper, called: set[int]) -> None:
    if span.note and span.note in called:
        reference = Element.from_tag("text:note-ref")
        for name, value in (("ref-name", f"ftn{span.note}"), ("note-class", "footnote"), ("reference-format", "text")):
            reference.set_attribute(f"text:{name}", value)
        reference.text = str(span.note)
        raised = Stretch(style="Raised")
        raised.append(reference)
        element.append(raised)
    elif span.note:
        called.add(span.note)
        note = Note("footnote", f"ftn{span.note}", str(span.note))
        note.note_body = _proof(paper.notes[span.note - 1])
        element.append(note)
    elif span.href:
        element.append(Link(span.href, text=span.text))
    elif span.strong:
        element.append(Stretch(span.text, style="Strong"))
    else:
        element.append_plain_text(span.text)


def _proof(note: Proof) -> Any:
    paragraph = Paragraph(style="Footnote")
    paragraph.append_plain_text(" ")
    if note.lost:
        paragraph.append(Stretch(f"[{note.lost}]", style="Strong"))
        paragraph.append_plain_text(" ")
    paragraph.append_plain_text(f"{note.quote} — {note.place}")
    if note.href:
        paragraph.append_plain_text(" — ")
        paragraph.append(Link(note.href, text=note.href))
    return paragraph


def _styles(document: Any, paper: Paper) -> None:
    language, country = paper.locale.split("-")
    for style in document.get_styles():
        if style.tag == "style:default-style":
            properties = style.get_element("style:text-properties")
            if properties is not None:
                properties.set_attribute("fo:language", language)
                properties.set_attribute("fo:country", country)
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
    title = Style("paragraph", "Title", parent_style="Heading")
    title.set_properties({"fo:font-size": "22pt", "fo:font-weight": "bold"}, area="text")
    quotations = Style("paragraph", "Quotations", parent_style="Text_20_body")
    quotations.set_properties({"fo:margin-left": "1cm", "fo:margin-right": "1cm"}, area="paragraph")
    small = Style("paragraph", "Small", parent_style="Text_20_body")
    small.set_properties({"fo:font-size": "9pt"}, area="text")
    footnote = Style("paragraph", "Footnote", parent_style="Standard")
    footnote.set_properties({"fo:font-size": "9pt"}, area="text")
    footer = Style("paragraph", "Footer", parent_style="Standard")
    footer.set_properties({"fo:text-align": "center"}, area="paragraph")
    strong = Style("text", "Strong")
    strong.set_properties({"fo:font-weight": "bold"}, area="text")
    raised = Style("text", "Raised")
    raised.set_properties({"style:text-position": "super 58%"}, area="text")
    for style in (title, quotations, small, footnote, footer, strong, raised):
        document.insert_style(style)
    number = Paragraph(style="Footer")
    number.append_plain_text(f"{paper.words['page']} ")
    number.append(Element.from_tag("text:page-number"))
    document.get_style("master-page", "Standard").set_page_footer([number])


def _metadata(document: Any, paper: Paper) -> None:
    meta = document.meta
    meta.title, meta.subject, meta.language = paper.title, paper.subject, paper.locale
    meta.creator = meta.initial_creator = paper.author
    meta.creation_date = meta.date = paper.made.astimezone().replace(tzinfo=None, microsecond=0)
