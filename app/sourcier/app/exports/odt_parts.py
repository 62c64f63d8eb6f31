"""What any OpenDocument text of ours has: its metadata, its language and page, real footnotes, page numbers."""

from __future__ import annotations

from typing import Any

from odfdo import Element, Link, Note, Paragraph, Style
from odfdo import Span as Stretch

from sourcier.app.exports.paper import Front, Noted, Span
from sourcier.app.exports.paper import Note as Proof

__all__ = ["add_spans", "paragraph_style", "set_language", "set_metadata", "set_notes", "text_style"]


def add_spans(element: Any, spans: tuple[Span, ...], paper: Noted, called: set[int]) -> None:
    """Fill a paragraph; ``called`` holds the numbers of the notes already called, and gets those of this one."""
    before: int | None = None
    for span in spans:
        if span.note and before:
            element.append(Stretch(",", style="Raised"))
        before = span.note
        _append(element, span, paper, called)


def _append(element: Any, span: Span, paper: Noted, called: set[int]) -> None:
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


def paragraph_style(name: str, parent: str, text: dict[str, str] | None = None, **paragraph: str) -> Any:
    """A named paragraph style; ``margin_left`` stands for ``fo:margin-left``."""
    style = Style("paragraph", name, parent_style=parent)
    if text:
        style.set_properties(text, area="text")
    if paragraph:
        style.set_properties(
            {f"fo:{key.replace('_', '-')}": value for key, value in paragraph.items()}, area="paragraph"
        )
    return style


def text_style(name: str, properties: dict[str, str]) -> Any:
    """A named style of words."""
    style = Style("text", name)
    style.set_properties(properties, area="text")
    return style


def set_language(document: Any, paper: Front) -> None:
    """The language of every default style, so that a screen reader and a spelling checker read it right."""
    language, country = paper.locale.split("-")
    for style in document.get_styles():
        if style.tag == "style:default-style":
            properties = style.get_element("style:text-properties")
            if properties is not None:
                properties.set_attribute("fo:language", language)
                properties.set_attribute("fo:country", country)


def set_notes(document: Any, paper: Noted) -> None:
    """The styles of notes and small print, where a template has none, and « Page 1 » at the foot of pages that have none."""
    for style in (
        paragraph_style("Small", "Text_20_body", {"fo:font-size": "9pt"}),
        paragraph_style("Footnote", "Standard", {"fo:font-size": "9pt"}),
        paragraph_style("Footer", "Standard", text_align="center"),
        text_style("Strong", {"fo:font-weight": "bold"}),
        text_style("Raised", {"style:text-position": "super 58%"}),
    ):
        if document.get_style(style.family, style.name) is None:
            document.insert_style(style)
    page = document.get_part("styles.xml").get_element("//style:master-page")
    if page is None or page.get_element("style:footer") is not None:
        return
    number = Paragraph(style="Footer")
    number.append_plain_text(f"{paper.words['page']} ")
    number.append(Element.from_tag("text:page-number"))
    page.set_page_footer([number])


def set_metadata(document: Any, paper: Front) -> None:
    """Title, subject, language, author and date of a document."""
    meta = document.meta
    meta.title, meta.subject, meta.language = paper.title, paper.subject, paper.locale
    meta.creator = meta.initial_creator = paper.author
    meta.creation_date = meta.date = paper.made.astimezone().replace(tzinfo=None, microsecond=0)
