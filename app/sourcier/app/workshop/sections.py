"""The sections of a document, each from its heading to the next one, and what can be quoted of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sourcier.app.answering.evidence import Unit, units_of
from sourcier.core.types import Block, BlockKind, Document, Hit, Passage
from sourcier.index.records import DocumentRow

__all__ = ["Section", "bare_heading", "sections_of"]

_READ = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM})
_BLANK = re.compile(r"\W+")
#: « 3. », « Axe 2 – », « Annexe I »: what numbers a heading, and is not what it is about.
_NUMBERED = re.compile(
    r"^\s*(?:(?:axe|article|art\.|section|chapitre|partie|point)\s+)?[\dIVX]+(?:[.\-]\d+)*\s*[.):–—-]+\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading, up to the next heading of any level.

    Attributes:
        headings: outermost first, without the document's title; empty for what stands before the first one.
        units: sentences and enumerations that are no note, table or heading, in reading order.
    """

    document_id: str
    path: str
    title: str
    headings: tuple[str, ...]
    start: int
    units: tuple[Unit, ...]

    @property
    def parent(self) -> tuple[str, tuple[str, ...]]:
        """Its document, and the headings above its own."""
        return self.path, self.headings[:-1]


def bare_heading(heading: str) -> str:
    """A heading without its number: « 2. La souveraineté » is « La souveraineté »."""
    return _NUMBERED.sub("", " ".join(heading.split(" "))).strip(" .:;–—-") or heading.strip()


def sections_of(document: Document, row: DocumentRow) -> list[Section]:
    """The sections of a document that hold sentences, in reading order."""
    found: list[Section] = []
    for headings, blocks in _stretches(document):
        read = [block for block in blocks if block.kind in _READ]
        if not read:
            continue
        start, end = read[0].start, read[-1].end
        passage = Passage(
            passage_id=f"{document.document_id}:{start}",
            document_id=document.document_id,
            start=start,
            end=end,
            text=document.text[start:end],
            page=read[0].page,
            section=headings,
        )
        hit = Hit(1, 1.0, passage, row.path, document.metadata)
        units = tuple(
            replace(unit, hit=replace(hit, passage=replace(passage, notes=_notes(read, unit))))
            for unit in units_of(hit)
            if any(block.start <= unit.start and unit.start < block.end for block in read)
        )
        if units:
            found.append(Section(document.document_id, row.path, document.metadata.title, headings, start, units))
    return found


def _stretches(document: Document) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    """Headings in force, and the blocks under them; the document's own title is no heading."""
    above: list[tuple[int, str]] = []
    blocks: list[Block] = []
    title = _BLANK.sub(" ", document.metadata.title).casefold().strip()
    for block in document.blocks:
        if block.kind is not BlockKind.HEADING:
            blocks.append(block)
            continue
        if blocks:
            yield tuple(text for _, text in above), blocks
        blocks = []
        text = " ".join(document.text[block.start : block.end].split("\n"))
        above = [one for one in above if one[0] < block.level]
        if _BLANK.sub(" ", text).casefold().strip() != title:
            above.append((block.level, text))
    if blocks:
        yield tuple(text for _, text in above), blocks


def _notes(blocks: list[Block], unit: Unit) -> tuple[str, ...]:
    """What the blocks of a unit point to: its own notes, not those of the whole section."""
    own = [block for block in blocks if block.start < unit.end and unit.start < block.end]
    return tuple(dict.fromkeys(note for block in own for note in block.notes))
