"""From the blocks of a reader to the canonical text, and the offsets of each block in it."""

from __future__ import annotations

from sourcier.core.types import Block, BlockKind, Document, Metadata
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.drafts import Draft, Reading

_LINES = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE})
"""Kinds whose neighbours are the lines of one list, the rows of one table."""


def assemble(reading: Reading, *, document_id: str, path: str, metadata: Metadata) -> Document:
    """The document of a reading: paragraphs are set apart by a blank line, the items of a list and the rows of a table
    by a line feed.

    A document without any visible character has an empty text and no block.
    """
    pieces: list[str] = []
    blocks: list[Block] = []
    position = 0
    for draft in reading.drafts:
        text = clean_block(draft.text)
        if not text:
            continue
        if blocks:
            separator = "\n" if draft.kind is blocks[-1].kind and draft.kind in _LINES else "\n\n"
            pieces.append(separator)
            position += len(separator)
        pieces.append(text)
        blocks.append(_block(draft, position, position + len(text)))
        position += len(text)
    return Document(
        document_id=document_id,
        path=path,
        text="".join(pieces),
        blocks=tuple(blocks),
        metadata=metadata,
        findings=reading.findings,
        page_labels=reading.page_labels,
    )


def _block(draft: Draft, start: int, end: int) -> Block:
    notes = tuple(note for note in map(clean_block, draft.notes) if note)
    return Block(draft.kind, start, end, level=draft.level, page=draft.page, notes=notes)
