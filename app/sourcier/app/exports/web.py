"""A paper as HTML: for the clipboard, and to be printed. The tree is built, never written by hand."""

from __future__ import annotations

from lxml import etree, html
from lxml.html.builder import (
    ARTICLE,
    BLOCKQUOTE,
    BODY,
    CLASS,
    H1,
    H2,
    H3,
    HEAD,
    HTML,
    LI,
    META,
    OL,
    STRONG,
    SUP,
    TITLE,
    UL,
    A,
    P,
)

from sourcier.app.exports.paper import Block, Note, Paper, Span

__all__ = ["page"]


def page(paper: Paper) -> bytes:
    """An HTML document, UTF-8, without script or style: it takes those of where it is put."""
    article = ARTICLE(CLASS("export"), H1(paper.title), lang=paper.locale)
    listing: etree._Element | None = None
    for block in paper.blocks:
        if block.kind in {"item", "listed"}:
            if listing is None:
                listing = UL()
                article.append(listing)
            listing.append(_filled(LI(), block.spans))
            continue
        listing = None
        article.extend(_block(block, paper))
    head = HEAD(META(charset="utf-8"), TITLE(paper.title), META(name="description", content=paper.subject))
    document = HTML(head, BODY(article), lang=paper.locale)
    return html.tostring(document, encoding="utf-8", doctype="<!DOCTYPE html>")  # type: ignore[no-any-return]


def _block(block: Block, paper: Paper) -> list[etree._Element]:
    match block.kind:
        case "heading":
            return [_filled(H2(), block.spans)]
        case "sub":
            return [_filled(H3(), block.spans)]
        case "quote":
            return [BLOCKQUOTE(_filled(P(), block.spans))]
        case "notes":
            listed = OL(start=str(block.notes[0]))
            listed.extend(_note(paper.notes[number - 1]) for number in block.notes)
            return [H3(paper.words["sources"]), listed]
        case kind:
            return [_filled(P(CLASS(kind)), block.spans)]


def _note(note: Note) -> etree._Element:
    item = LI(id=f"note-{note.number}")
    warning = [Span(f"[{note.lost}] ", strong=True)] if note.lost else []
    address = [Span(" — "), Span(note.href, href=note.href)] if note.href else []
    return _filled(item, (*warning, Span(f"{note.quote} — {note.place}"), *address))


def _filled(element: etree._Element, spans: tuple[Span, ...]) -> etree._Element:
    for span in spans:
        if span.note:
            element.append(SUP(A(f"[{span.note}]", href=f"#note-{span.note}")))
        elif span.href:
            element.append(A(span.text, href=span.href, rel="noreferrer"))
        elif span.strong:
            element.append(STRONG(span.text))
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + span.text
        else:
            element.text = (element.text or "") + span.text
    return element
