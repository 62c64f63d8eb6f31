"""From the blocks of a reader to the canonical text, and the offsets of each block in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sourcier.core.types import Block, BlockKind, Document, Finding, Metadata
from sourcier.ingest.characters import character_findings
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.instructions import find_instructions

_LINES = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE})
"""Kinds whose neighbours are the lines of one list, the rows of one table."""


def assemble(reading: Reading, *, document_id: str, path: str, metadata: Metadata) -> Document:
    """The document of a reading: paragraphs are set apart by a blank line, the items of a list and the rows of a table
    by a line feed.

    What is to be said of its characters, and of sentences that speak to a model, joins the findings of the reader. The
    line that is the document's title is a heading, wherever it stands. A document without any visible character has an
    empty text and no block.
    """
    pieces: list[str] = []
    blocks: list[Block] = []
    position = 0
    for draft, text in _titled([(draft, clean_block(draft.text)) for draft in reading.drafts], metadata.title):
        if not text:
            continue
        if blocks:
            separator = "\n" if draft.kind is blocks[-1].kind and draft.kind in _LINES else "\n\n"
            pieces.append(separator)
            position += len(separator)
        pieces.append(text)
        blocks.append(_block(draft, position, position + len(text)))
        position += len(text)
    whole = "".join(pieces)
    known = {finding.key for finding in reading.findings}
    characters = character_findings(draft.text for draft in reading.drafts)
    return Document(
        document_id=document_id,
        path=path,
        text=whole,
        blocks=tuple(blocks),
        metadata=metadata,
        findings=(
            *reading.findings,
            *(finding for finding in characters if finding.key not in known),
            *_instructions(whole, blocks),
        ),
        page_labels=reading.page_labels,
    )


def _titled(drafts: Sequence[tuple[Draft, str]], title: str) -> Iterator[tuple[Draft, str]]:
    """The drafts with their texts; the first paragraph that is the title, where no heading is, is one of level 1."""
    wanted = _folded(title)
    same = [
        index for index, (_, text) in enumerate(drafts) if len(text) < 2 * len(title) + 10 and _folded(text) == wanted
    ]
    headed = any(drafts[index][0].kind is BlockKind.HEADING for index in same)
    first = next((index for index in same if drafts[index][0].kind is BlockKind.PARAGRAPH), None)
    for index, (draft, text) in enumerate(drafts):
        heads = index == first and not headed and index + 1 < len(drafts)
        yield (replace(draft, kind=BlockKind.HEADING, level=1) if heads else draft), text


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def _instructions(text: str, blocks: Sequence[Block]) -> Iterator[Finding]:
    found = find_instructions(text)
    if found:
        page = next((block.page for block in blocks if block.end > found[0].start), None)
        yield Finding("finding.instructions", len(found), found[0].sample, page)


def _block(draft: Draft, start: int, end: int) -> Block:
    notes = tuple(note for note in map(clean_block, draft.notes) if note)
    return Block(draft.kind, start, end, level=draft.level, page=draft.page, notes=notes)
