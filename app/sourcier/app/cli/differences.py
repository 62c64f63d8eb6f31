"""What `sourcier documents ID --diff` shows: how a canonical text differs from its source, group by group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from sourcier.app.cli.console import sentence
from sourcier.core.types import Document
from sourcier.ingest.comparison import Change, Comparison
from sourcier.ingest.drafts import Dropped

_REASONS = {
    "furniture": "cli.diff_furniture",
    "navigation": "cli.diff_navigation",
    "print_mark": "cli.diff_print_marks",
    "markup": "cli.diff_markup",
    "note": "cli.diff_notes",
}
_WIDTH = 110
_SIGN = 12
"""Pieces no longer than this are signs: counted together, not listed."""


def to_json(document: Document, found: Comparison) -> dict[str, Any]:
    """The groups as one JSON value; ``same`` when nothing is left that has no reason."""
    groups = asdict(found)
    return {"document_id": document.document_id, "path": document.path, "same": not found.other, **groups}


def report(document: Document, found: Comparison) -> Iterator[str]:
    """The groups as lines of text; those that are empty are not shown."""
    yield sentence("cli.diff_title", path=document.path)
    yield from _changes("cli.diff_rejoined", found.rejoined)
    yield from _changes("cli.diff_marks", found.marks)
    known = {why: [one for one in found.left_out if one.why == why] for why in _REASONS}
    for why, key in _REASONS.items():
        yield from _left_out(key, known[why])
    yield from _left_out("cli.diff_left_out", [one for one in found.left_out if one.why not in _REASONS])
    if found.characters:
        yield from _titled("cli.diff_characters", len(found.characters))
    for finding in found.characters:
        yield f"  {sentence(finding.key, count=finding.count, sample=finding.sample, page=finding.page)}"
    if found.moved:
        yield from _titled("cli.diff_moved", len(found.moved))
    yield from (f"  {_short(text)}" for text in found.moved)
    if found.added:
        yield from _titled("cli.diff_added", found.added)
    if not found.other:
        yield ""
        yield sentence("cli.diff_same")
        return
    yield from _titled("cli.diff_other", len(found.other))
    for change in found.other:
        yield sentence("cli.diff_line", line=change.line)
        yield from (f"-{text}" for text in [change.before] if text)
        yield from (f"+{text}" for text in [change.after] if text)


def _titled(key: str, count: int) -> Iterator[str]:
    yield ""
    yield f"{sentence(key)} : {count}"


def _changes(key: str, changes: Sequence[Change]) -> Iterator[str]:
    if changes:
        yield from _titled(key, len(changes))
    for change in changes:
        note = f"   [{_short(change.note)}]" if change.note else ""
        after = f" → {_short(change.after)}" if change.after else ""
        yield f"  {sentence('cli.diff_at_line', line=change.line)}  {_short(change.before)}{after}{note}"


def _left_out(key: str, pieces: Sequence[Dropped]) -> Iterator[str]:
    if not pieces:
        return
    yield from _titled(key, len(pieces))
    signs = Counter(piece.text for piece in pieces if piece.why == "markup" and len(piece.text) <= _SIGN)
    if signs:
        yield "  " + "   ".join(f"{text} ×{count}" for text, count in signs.most_common())
    for piece in pieces:
        if piece.text not in signs or piece.why != "markup":
            page = sentence("cli.diff_at_page", page=piece.page) + "  " if piece.page else ""
            yield f"  {page}{_short(' '.join(piece.text.split()))}"


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
