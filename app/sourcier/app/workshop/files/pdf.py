"""A paper of the kit as a PDF that holds to PDF/UA-1: tagged headings, lists and tables, real footnotes, numbered pages."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from sourcier.app.exports.typesetting import breakable, note_values, span_values, typeset_pdf
from sourcier.app.workshop.files.colours import ACCENT, PALE
from sourcier.app.workshop.papers.blocks import (
    Block,
    Box,
    Handout,
    Heading,
    Lines,
    Listing,
    PageBreak,
    Table,
    Text,
    kept,
    words_of,
)

__all__ = ["pdf"]

_TEMPLATE = (files("sourcier.app.workshop.files") / "handout.typ").read_bytes()

#: Characters up to which a box stays on one page: half a page of them.
_WHOLE = 1500


def pdf(handout: Handout) -> bytes:
    """The bytes of a ``.pdf`` file."""
    language, region = handout.locale.split("-")
    called: set[int] = set()
    values = {
        "title": breakable(handout.title),
        "subject": handout.subject,
        "author": handout.author,
        "lang": language,
        "region": region,
        "page": handout.words["page"],
        "accent": ACCENT,
        "pale": PALE,
        "blocks": [{**_block(block, called), "keep": keep} for block, keep in kept(handout.blocks)],
        "notes": note_values(handout.notes),
    }
    return typeset_pdf(_TEMPLATE, values, handout.made)


def _text(text: Text, called: set[int]) -> dict[str, Any]:
    return {"kind": text.look, "spans": span_values(text.spans, called)}


def _block(block: Block, called: set[int]) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "spans": span_values(block.spans, called)}
        case Text():
            return _text(block, called)
        case Listing():
            return {"kind": block.mark, "items": [span_values(item, called) for item in block.items]}
        case Table():
            rows = [[[_text(text, called) for text in cell] for cell in row] for row in block.rows]
            return {"kind": "table", "columns": [breakable(title) for title in block.columns], "rows": rows, "widths": block.widths,
                    "about": block.about, "fill": block.to_fill}  # fmt: skip
        case Box():
            whole = sum(len(text) for text in words_of(block)) <= _WHOLE
            return {"kind": "box", "texts": [_text(text, called) for text in block.texts], "whole": whole}
        case Lines():
            return {"kind": "lines", "count": block.count}
        case PageBreak():
            return {"kind": "break"}
