"""A paper as a PDF that holds to PDF/UA-1: tagged, outlined, its fonts inside, its language and title said."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import typst

from sourcier.app.exports.paper import Block, Paper, Span

__all__ = ["pdf"]

_TEMPLATE = (files("sourcier.app.exports") / "paper.typ").read_bytes()


def pdf(paper: Paper) -> bytes:
    """The bytes of a ``.pdf`` file."""
    inputs = {"paper": json.dumps(_values(paper), ensure_ascii=False)}
    made = paper.made.replace(microsecond=0)
    try:
        return _made(inputs, made, "ua-1")
    except typst.TypstError:
        # A character that no font of the machine draws: the file is made all the same, with a box in its place.
        return _made(inputs, made, "1.7")


def _made(inputs: dict[str, str], made: Any, standard: Any) -> bytes:
    return bytes(typst.compile(_TEMPLATE, sys_inputs=inputs, timestamp=made, pdf_standards=standard))


def _values(paper: Paper) -> dict[str, Any]:
    language, region = paper.locale.split("-")
    called: set[int] = set()
    blocks: list[dict[str, Any]] = []
    for block in paper.blocks:
        if block.kind in {"item", "listed"}:
            if not blocks or blocks[-1]["kind"] != "list":
                blocks.append({"kind": "list", "items": [], "spans": []})
            blocks[-1]["items"].append(_spans(block, called))
        elif block.kind != "notes":
            blocks.append({"kind": block.kind, "spans": _spans(block, called)})
    return {
        "title": paper.title,
        "subject": paper.subject,
        "author": paper.author,
        "lang": language,
        "region": region,
        "page": paper.words["page"],
        "blocks": blocks,
        "notes": [{"lost": n.lost, "quote": n.quote, "place": n.place, "href": n.href} for n in paper.notes],
    }


def _spans(block: Block, called: set[int]) -> list[dict[str, Any]]:
    before = (None, *(span.note for span in block.spans))
    return [{**_span(span, called), "follows": before[i] is not None} for i, span in enumerate(block.spans)]


def _span(span: Span, called: set[int]) -> dict[str, Any]:
    first = span.note is not None and span.note not in called
    if span.note is not None:
        called.add(span.note)
    return {"text": span.text, "strong": span.strong, "href": span.href, "note": span.note, "first": first}
