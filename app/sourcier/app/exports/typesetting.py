"""What any PDF of ours is set with: Typst, on templates that take their texts as values and never as markup."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any

import typst

from sourcier.app.exports.paper import Note, Span

__all__ = ["breakable", "note_values", "span_values", "typeset_pdf"]

_SPANS = (files("sourcier.app.exports") / "spans.typ").read_bytes()
#: A word longer than any of the language (« anticonstitutionnellement » has 25 letters) may be cut anywhere, so that it
#: stays on the page: invisible spaces tell where.
_LONG = re.compile(r"[^\s\u200b]{31,}")
_CUT = re.compile(r"(.{6})(?=.)")


def typeset_pdf(template: bytes, values: dict[str, Any], made: datetime) -> bytes:
    """A PDF that holds to PDF/UA-1, where the fonts at hand draw every character.

    Args:
        template: Typst markup that reads ``sys.inputs.paper`` as JSON and may import ``spans.typ``.
    """
    sources = {"main.typ": template, "spans.typ": _SPANS}
    inputs = {"paper": json.dumps(values, ensure_ascii=False)}
    made = made.replace(microsecond=0)
    try:
        return _made(sources, inputs, made, "ua-1")
    except typst.TypstError:
        # A character that no font of the machine draws: the file is made all the same, with a box in its place.
        return _made(sources, inputs, made, "1.7")


def _made(sources: dict[str, bytes], inputs: dict[str, str], made: datetime, standard: Any) -> bytes:
    compile_files: Any = typst.compile  # takes several files too, which its signature does not tell
    return bytes(compile_files(sources, sys_inputs=inputs, timestamp=made, pdf_standards=standard))


def note_values(notes: Sequence[Note]) -> list[dict[str, Any]]:
    """Notes as ``spans.typ`` reads them."""
    return [{"lost": n.lost, "quote": breakable(n.quote), "place": breakable(n.place), "href": n.href} for n in notes]


def span_values(spans: Sequence[Span], called: set[int]) -> list[dict[str, Any]]:
    """Spans as ``spans.typ`` reads them; ``called`` holds the numbers of the notes already called, and gets those of these."""
    before = (None, *(span.note for span in spans))
    return [{**_span(span, called), "follows": before[i] is not None} for i, span in enumerate(spans)]


def _span(span: Span, called: set[int]) -> dict[str, Any]:
    first = span.note is not None and span.note not in called
    if span.note is not None:
        called.add(span.note)
    text = breakable(span.text)
    return {"text": text, "strong": span.strong, "href": span.href, "note": span.note, "first": first}


def breakable(text: str) -> str:
    """A text whose endless words may be cut at the end of a line."""
    return _LONG.sub(lambda found: _CUT.sub("\\1\u200b", found[0]), text)
