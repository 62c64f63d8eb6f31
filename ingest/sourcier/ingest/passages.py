"""Passages: what is searched, cut along the structure of a document and never across it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sourcier.core.types import Block, BlockKind, Document, Passage
from sourcier.ingest.sentences import split_sentences

_LINES = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE})
CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a passage is made of: a block, or a part of one that was too long. ``tokens`` is its own count."""

    start: int
    end: int
    tokens: int
    block: Block


@dataclass(frozen=True, slots=True)
class _Section:
    path: tuple[str, ...]
    blocks: tuple[Block, ...]


def cut_passages(document: Document, *, max_tokens: int, count_tokens: CountTokens) -> list[Passage]:
    """The passages of a document, in reading order: ``passage.text == document.text[start:end]``.

    A passage never crosses a heading; its headings are in ``section``. Blocks are packed up to ``max_tokens`` as
    ``count_tokens`` counts them; a list or a table stays whole, with the sentence that introduces it, when it fits; a longer block
    is cut between sentences, a longer sentence between words, a longer word anywhere. A heading above nothing is a
    passage of its own, and notes never share one with the text.
    """
    if max_tokens < 1:
        raise ValueError(f"max_tokens is {max_tokens}")
    cutter = _Cutter(document.text, max_tokens, count_tokens)
    passages = (
        _passage(document, pieces, section.path)
        for section in _sections(document)
        for pieces in cutter.pack(section.blocks)
    )
    return sorted(passages, key=lambda passage: passage.start)


def _sections(document: Document) -> Iterator[_Section]:
    """Runs of blocks under one heading path. A heading without anything below it makes a section of itself."""
    title = " ".join(document.metadata.title.casefold().split())
    path: list[Block] = []
    waiting: Block | None = None

    def names(headings: Iterable[Block]) -> tuple[str, ...]:
        texts = (document.text[heading.start : heading.end].replace("\n", " ") for heading in headings)
        return tuple(text for text in texts if " ".join(text.casefold().split()) != title)

    for kind, blocks in groupby(document.blocks, key=_role):
        if kind is BlockKind.NOTE:
            yield _Section((), tuple(blocks))
            continue
        if kind is not BlockKind.HEADING:
            waiting = None
            yield _Section(names(path), tuple(blocks))
            continue
        for heading in blocks:
            if waiting is not None and heading.level <= waiting.level:
                yield _Section(names(path[:-1]), (waiting,))
            while path and path[-1].level >= heading.level:
                path.pop()
            path.append(heading)
            waiting = heading
    if waiting is not None:
        yield _Section(names(path[:-1]), (waiting,))


def _role(block: Block) -> BlockKind:
    return block.kind if block.kind in {BlockKind.HEADING, BlockKind.NOTE} else BlockKind.PARAGRAPH


class _Cutter:
    """Packs blocks of one text within a number of tokens."""

    def __init__(self, text: str, max_tokens: int, count_tokens: CountTokens) -> None:
        self._text = text
        self._max = max_tokens
        self._count = count_tokens

    def pack(self, blocks: Sequence[Block]) -> Iterator[list[_Piece]]:
        """Groups of neighbouring pieces, each within the limit, of about equal sizes."""
        units = [unit for group in self._units(blocks) for unit in self._fitting(group)]
        total = sum(piece.tokens for unit in units for piece in unit)
        # Filling each one to the brim would leave a last passage of a few words, which finds nothing and is found by all.
        share = total / max(1, -(-total // self._max))
        group: list[_Piece] = []
        size = 0
        for unit in units:
            tokens = sum(piece.tokens for piece in unit)
            if group and (size >= share or size + tokens > self._max or not self._fits(group[0].start, unit[-1].end)):
                yield group
                group, size = [], 0
            group = [*group, *unit]
            size += tokens
        if group:
            yield group

    def _units(self, blocks: Sequence[Block]) -> Iterator[list[Block]]:
        """What should not be parted: a list or a table, and the paragraph that introduces it; any other block alone."""
        unit: list[Block] = []
        for block in blocks:
            introduces = bool(unit) and self._text[unit[-1].end - 1] == ":" and block.kind is not BlockKind.PARAGRAPH
            follows = bool(unit) and block.kind is unit[-1].kind and block.kind in _LINES
            if unit and not (introduces or follows):
                yield unit
                unit = []
            unit.append(block)
        if unit:
            yield unit

    def _fitting(self, blocks: list[Block]) -> Iterator[list[_Piece]]:
        """The unit itself when it fits, else its blocks, or their parts, each as a unit."""
        pieces = [self._piece(block.start, block.end, block) for block in blocks]
        if self._fits(blocks[0].start, blocks[-1].end):
            yield pieces
            return
        for index, piece in enumerate(pieces):
            if piece.tokens > self._max:
                yield from ([part] for part in self._parts(piece))
            elif index == 0 and len(pieces) > 1 and self._fits(piece.start, pieces[1].end):
                # The introduction goes with the first item at least.
                yield pieces[:2]
            elif not (index == 1 and self._fits(pieces[0].start, piece.end)):
                yield [piece]

    def _parts(self, piece: _Piece) -> Iterator[_Piece]:
        for span in split_sentences(self._text, piece.start, piece.end):
            sentence = self._piece(span.start, span.end, piece.block)
            if sentence.tokens <= self._max:
                yield sentence
            else:
                yield from self._words(sentence)

    def _words(self, sentence: _Piece) -> Iterator[_Piece]:
        """Cut at spaces, as few times as can be: the longest stretch that fits, found by halving."""
        start = sentence.start
        while start < sentence.end:
            end = self._longest(start, sentence.end)
            yield self._piece(start, end, sentence.block)
            while end < sentence.end and self._text[end].isspace():
                end += 1
            start = end

    def _longest(self, start: int, end: int) -> int:
        # A token is rarely longer than 16 characters: no need to look further than that many each.
        low, high = start + 1, min(end, start + 16 * self._max)
        if self._fits(start, high):
            low = high
        while low < high:
            middle = (low + high + 1) // 2
            if self._fits(start, middle):
                low = middle
            else:
                high = middle - 1
        if low == end or self._text[low].isspace():
            return low
        space = max(self._text.rfind(" ", start, low), self._text.rfind("\u00a0", start, low))
        cut = space if space > start else low
        while cut > start + 1 and self._text[cut - 1].isspace():
            cut -= 1
        return cut

    def _piece(self, start: int, end: int, block: Block) -> _Piece:
        return _Piece(start, end, self._count(self._text[start:end]), block)

    def _fits(self, start: int, end: int) -> bool:
        return self._count(self._text[start:end]) <= self._max


def _passage(document: Document, pieces: Sequence[_Piece], section: tuple[str, ...]) -> Passage:
    start, end = pieces[0].start, pieces[-1].end
    text = document.text[start:end]
    identity = f"{document.document_id}\0{start}\0{end}\0{text}".encode("utf-8", errors="surrogatepass")
    return Passage(
        passage_id=hashlib.sha256(identity).hexdigest()[:16],
        document_id=document.document_id,
        start=start,
        end=end,
        text=text,
        page=pieces[0].block.page,
        section=section,
        notes=tuple(dict.fromkeys(note for piece in pieces for note in piece.block.notes)),
    )
