"""A paper as a PDF that holds to PDF/UA-1: tagged, outlined, its fonts inside, its language and title said."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from sourcier.app.exports.paper import Paper
from sourcier.app.exports.typesetting import note_values, span_values, typeset_pdf

__all__ = ["pdf"]

_TEMPLATE = (files("sourcier.app.exports") / "paper.typ").read_bytes()


def pdf(paper: Paper) -> bytes:
    """The bytes of a ``.pdf`` file."""
    return typeset_pdf(_TEMPLATE, _values(paper), paper.made)


def _values(paper: Paper) -> dict[str, Any]:
    language, region = paper.locale.split("-")
    called: set[int] = set()
    blocks: list[dict[str, Any]] = []
    for block in paper.blocks:
        if block.kind in {"item", "listed"}:
            if not blocks or blocks[-1]["kind"] != "list":
                blocks.append({"kind": "list", "items": [], "spans": []})
            blocks[-1]["items"].append(span_values(block.spans, called))
        elif block.kind != "notes":
            blocks.append({"kind": block.kind, "spans": span_values(block.spans, called)})
    return {
        "title": paper.title,
        "subject": paper.subject,
        "author": paper.author,
        "lang": language,
        "region": region,
        "page": paper.words["page"],
        "blocks": blocks,
        "notes": note_values(paper.notes),
    }
