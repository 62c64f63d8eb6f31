"""Passages: what is searched, cut along the structure of a document and never across it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from sourcier.core.types import Block, BlockKind, Document, Passage
from sourcier.ingest.clauses import Clauses
from sourcier.ingest.sentences import split_sentences

__all__ = ["CUT_VERSION", "CountTokens", "cut_passages", "label_of"]

CUT_VERSION = 4
"""Raised whenever the same document would be cut into other passages, or say other clauses."""

CountTokens = Callable[[str], int]

_LINES = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE})
_CELLS = re.compile(r"(?<=\|)\s+")
_JOINTS = (re.compile(r"(?<=[;:])\s+"), re.compile(r"(?<=,)\s+"))
"""Where a sentence that is too long is best cut: before its items, then before its phrases."""
_NUMBER = re.compile(r"[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{2,5})(?:[.)\]]|°)")
_CRUMB = 8
"""A passage of less than this part of the limit finds nothing, and is found by everything."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a passage is made of: a block, or a part of one that was too long. ``tokens`` is its own count."""

    start: int
    end: int
    tokens: int
    block: Block


_Pieces = list[_Piece]


def cut_passages(
    document: Document, *, max_tokens: int, count_tokens: CountTokens, whole_tokens: int | None = None
) -> list[Passage]:
    """The passages of a document, in reading order: ``passage.text == document.text[start:end]``.

    A passage never crosses a heading; its headings are in ``section``. Every visible character but those of headings is
    in exactly one passage; a heading above nothing is a passage of its own, and notes never share one with the text.

    Blocks are packed up to ``max_tokens`` as ``count_tokens`` counts them. A clause that fits stays whole, and short ones
    share a passage; one that does not is cut by itself, unless what is left of it is a few words. A list or a table
    stays whole, with the sentence that introduces it, when it fits. A longer block is cut between sentences, a longer row
    of a table between cells. Only a sentence that is alone longer than the limit is cut inside: before its items, else its
    phrases, else between words; a longer word, anywhere.

    Args:
        whole_tokens: the most that a passage, the document's title and its headings may come to together. Passages under
            long headings are then shorter, down to half of ``max_tokens``.
    """
    if max_tokens < 1:
        raise ValueError(f"max_tokens is {max_tokens}")
    clauses = Clauses(document)
    starts = frozenset(clauses.starts)
    cutters: dict[tuple[str, ...], _Cutter] = {}
    passages: list[Passage] = []
    for section in _sections(document):
        if section.path not in cutters:
            limit = max_tokens
            above = "\n".join((document.metadata.title, " > ".join(section.path)))
            # No token is shorter than a character: most headings need no count.
            if whole_tokens is not None and len(above) + 2 + max_tokens > whole_tokens:
                limit = max(1, max_tokens // 2, min(max_tokens, whole_tokens - count_tokens(above) - 2))
            cutters[section.path] = _Cutter(document.text, limit, count_tokens)
        for pieces in cutters[section.path].pack(section.blocks, starts):
            passages.append(_passage(document, pieces, section.path, clauses))
    return sorted(passages, key=lambda passage: passage.start)


def label_of(document: Document, page: int | None) -> str | None:
    """What is printed on a physical page, counted from 1, where that is not its number."""
    if page is None or not 1 <= page <= len(document.page_labels):
        return None
    label = document.page_labels[page - 1]
    return label if label and label != str(page) else None


@dataclass(frozen=True, slots=True)
class _Section:
    path: tuple[str, ...]
    blocks: tuple[Block, ...]


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

    def pack(self, blocks: Sequence[Block], starts: frozenset[int]) -> Iterator[_Pieces]:
        """Groups of neighbouring pieces, each within the limit.

        Args:
            starts: where clauses begin.
        """
        groups: list[_Pieces] = []
        short: list[_Pieces] = []
        for clause in _clauses(blocks, starts):
            units = [unit for together in self._units(clause) for unit in self._fitting(together)]
            if _size(*units) <= self._max:
                short.append([piece for unit in units for piece in unit])
                continue
            groups += [*self._balanced(short), *self._balanced(units)]
            short = []
        groups += self._balanced(short)
        for group in self._swept(groups, starts):
            yield from self._checked(group)

    def _balanced(self, units: Sequence[_Pieces]) -> Iterator[_Pieces]:
        """Neighbouring units in groups of about equal sizes, within the limit."""
        total = _size(*units)
        # Filling each one to the brim would leave a last passage of a few words, which finds nothing and is found by all.
        share = total / max(1, -(-total // self._max))
        group: _Pieces = []
        size = 0
        for unit in units:
            tokens = _size(unit)
            if group and (size >= share or size + tokens > self._max):
                yield group
                group, size = [], 0
            group = [*group, *unit]
            size += tokens
        if group:
            yield group

    def _swept(self, groups: Sequence[_Pieces], starts: frozenset[int]) -> list[_Pieces]:
        """Groups of a few words joined to a neighbour: what opens a clause to what follows, the rest to what precedes."""
        swept: list[_Pieces] = []
        carried: _Pieces = []
        for index, group in enumerate(groups):
            group = [*carried, *group]
            carried = []
            crumb = _size(group) * _CRUMB < self._max
            before = bool(swept) and _size(swept[-1], group) <= self._max
            after = index + 1 < len(groups) and _size(group, groups[index + 1]) <= self._max
            if crumb and after and (group[-1].start in starts or not before):
                carried = group
            elif crumb and before:
                swept[-1] = [*swept[-1], *group]
            else:
                swept.append(group)
        return swept

    def _checked(self, group: _Pieces) -> Iterator[_Pieces]:
        """The group, or its halves: pieces counted apart may come to a little less than counted together."""
        # A line end is no more tokens than characters: a group that leaves room for its own need not be counted again.
        gaps = group[-1].end - group[0].start - sum(piece.end - piece.start for piece in group)
        if len(group) == 1 or _size(group) + gaps <= self._max or self._fits(group[0].start, group[-1].end):
            yield group
            return
        middle = len(group) / 2
        # As near the middle as can be, and not inside a list where it can be helped.
        inside = [self._goes_with(last.block, piece.block) for last, piece in pairwise(group)]
        cut = min(range(1, len(group)), key=lambda index: (inside[index - 1], abs(index - middle)))
        yield from self._checked(group[:cut])
        yield from self._checked(group[cut:])

    def _units(self, blocks: Sequence[Block]) -> Iterator[list[Block]]:
        """What should not be parted: a list or a table, and the paragraph that introduces it; any other block alone."""
        unit: list[Block] = []
        for block in blocks:
            if unit and not self._goes_with(unit[-1], block):
                yield unit
                unit = []
            unit.append(block)
        if unit:
            yield unit

    def _goes_with(self, last: Block, block: Block) -> bool:
        """Whether ``last`` introduces ``block``, or both are of one list or table."""
        introduces = self._text[last.end - 1] == ":" and block.kind is not BlockKind.PARAGRAPH
        return introduces or (block.kind is last.kind and block.kind in _LINES)

    def _fitting(self, blocks: list[Block]) -> Iterator[_Pieces]:
        """The unit itself when it fits, else its blocks, or their parts, each as a unit."""
        pieces = [self._piece(block.start, block.end, block) for block in blocks]
        if _size(pieces) <= self._max:
            yield pieces
            return
        # The introduction goes with the first item at least.
        together = len(pieces) > 1 and _size(pieces[:2]) <= self._max
        if together:
            yield pieces[:2]
        for piece in pieces[2:] if together else pieces:
            if piece.tokens <= self._max:
                yield [piece]
            else:
                yield from ([part] for part in self._parts(piece))

    def _parts(self, piece: _Piece) -> Iterator[_Piece]:
        if piece.block.kind is BlockKind.TABLE and _CELLS.search(self._text, piece.start, piece.end):
            cells = [self._piece(*span, piece.block) for span in _split(self._text, piece.start, piece.end, _CELLS)]
            for cell in cells:
                yield from [cell] if cell.tokens <= self._max else self._sentences(cell)
        else:
            yield from self._sentences(piece)

    def _sentences(self, piece: _Piece) -> Iterator[_Piece]:
        begun: int | None = None
        for span in split_sentences(self._text, piece.start, piece.end):
            start = span.start if begun is None else begun
            # A number on a line of its own goes with what it numbers.
            if span.end < piece.end and _NUMBER.fullmatch(self._text, span.start, span.end):
                begun = start
                continue
            begun = None
            sentence = self._piece(start, span.end, piece.block)
            yield from [sentence] if sentence.tokens <= self._max else self._joints(sentence, _JOINTS)

    def _joints(self, piece: _Piece, joints: Sequence[re.Pattern[str]]) -> Iterator[_Piece]:
        """A sentence cut at the first of ``joints`` that it has, and what is still too long at the next ones."""
        if not joints:
            yield from self._words(piece)
            return
        for span in _split(self._text, piece.start, piece.end, joints[0]):
            part = self._piece(*span, piece.block)
            yield from [part] if part.tokens <= self._max else self._joints(part, joints[1:])

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


def _clauses(blocks: Sequence[Block], starts: frozenset[int]) -> Iterator[list[Block]]:
    """Runs of blocks of one clause each."""
    run: list[Block] = []
    for block in blocks:
        if run and block.start in starts:
            yield run
            run = []
        run.append(block)
    if run:
        yield run


def _split(text: str, start: int, end: int, at: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """``text[start:end]`` without the white space that ``at`` finds in it."""
    for found in at.finditer(text, start, end):
        if start < found.start() and found.end() < end:
            yield start, found.start()
            start = found.end()
    yield start, end


def _size(*units: Sequence[_Piece]) -> int:
    return sum(piece.tokens for unit in units for piece in unit)


def _passage(document: Document, pieces: Sequence[_Piece], section: tuple[str, ...], clauses: Clauses) -> Passage:
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
        clause=clauses.over(start, end),
        page_label=label_of(document, pieces[0].block.page),
    )
