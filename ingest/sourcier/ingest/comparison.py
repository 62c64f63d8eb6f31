"""How a canonical text differs from its source: every difference named, and whatever has no name shown as it is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sourcier.core.types import Block, BlockKind, Document, Finding
from sourcier.ingest.accounting import RAISED, Pool, Words
from sourcier.ingest.alignment import Run, common_runs, left_over
from sourcier.ingest.characters import character_findings
from sourcier.ingest.cleaning import clean_characters
from sourcier.ingest.drafts import Dropped
from sourcier.ingest.mojibake import repair

_LABEL = re.compile(r"[(\[]?(\d{1,3})")
_LONG_ENOUGH = 4
"""Words in a row that must be the same for a stretch to count as moved."""
_TARGET = re.compile(r"\]\([^()\s]*\)|\]\[[^\]]*\]|<[^<>]*>")
_SOLID = 12
"""Words in a row that are never the same by chance."""
_NEAR = 200
"""Words behind which a mark may stand alone."""
_ROUNDS = 4
_PASSES = 10
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Change:
    """Words of the source and what became of them, each on one line; ``line`` is that of the source, from 1.

    Attributes:
        note: for the mark of a note, how its note begins.
    """

    before: str
    after: str
    line: int
    note: str = ""


@dataclass(slots=True)
class Comparison:
    """What differs between a source and its canonical text.

    Attributes:
        rejoined: words and addresses that a line's end cut.
        marks: words that the mark of a note was stuck to.
        left_out: what was dropped on purpose, hyphens and marks of notes aside.
        characters: what was taken out of, or repaired in, the characters.
        moved: blocks of the canonical text that stand elsewhere in the source.
        added: bars that keep the cells of a table apart, and how many.
        other: everything else; empty when each difference is accounted for.
    """

    rejoined: list[Change] = field(default_factory=list)
    marks: list[Change] = field(default_factory=list)
    left_out: list[Dropped] = field(default_factory=list)
    characters: tuple[Finding, ...] = ()
    moved: list[str] = field(default_factory=list)
    added: int = 0
    other: list[Change] = field(default_factory=list)


def compare(source: str, document: Document, dropped: Iterable[Dropped]) -> Comparison:
    """Compare the text that a file holds to the canonical text that was made of it.

    Args:
        source: all the text of the file, as a naive extraction gives it.
        dropped: what reading it says it left out.
    """
    repaired = repair(source)
    found = _Comparer(Words.of(clean_characters(repaired.text)), document, dropped).compare()
    characters = character_findings([repaired.text])
    if repaired.count:
        characters.insert(0, Finding("finding.mojibake", repaired.count, repaired.sample))
    found.characters = tuple(characters)
    return found


class _Hunk(NamedTuple):
    """Words of the source, and those of the canonical text that stand in their place."""

    source: list[int]
    canonical: list[int]


class _Comparer:
    def __init__(self, source: Words, document: Document, dropped: Iterable[Dropped]) -> None:
        self._source = source
        self._canonical = Words.of(document.text)
        self._blocks = document.blocks
        self._starts = [block.start for block in document.blocks]
        self._document = document
        self._pool = Pool(dropped)
        # Of each word of the canonical text, the word of the source that it is; and the other way round.
        self._from: list[int | None] = [None] * len(self._canonical.keys)
        self._to: list[int | None] = [None] * len(source.keys)
        self._notes: dict[str, list[str]] = {}
        for text in (document.text[one.start : one.end] for one in document.blocks if one.kind is BlockKind.NOTE):
            if label := _LABEL.match(text.translate(RAISED)):
                self._notes.setdefault(label.group(1), []).append(text)
        self._lines = [found.start() for found in re.finditer("\n", source.text)]
        self._result = Comparison()

    def compare(self) -> Comparison:
        self._take_certain()
        self._align()
        self._take_dropped()
        self._take_changed()
        self._take_rest()
        self._find_moved()
        for changes in (self._result.rejoined, self._result.marks, self._result.other):
            changes.sort(key=lambda change: change.line)
        return self._result

    def _take_certain(self) -> None:
        """Pieces of several words that stand in one place of the source: nothing else there can be what was kept."""
        pieces = self._pool.pieces()
        firsts = {words[0] for words in pieces}
        places: dict[str, list[int]] = {}
        for place, key in enumerate(self._source.keys):
            if key in firsts:
                places.setdefault(key, []).append(place)
        keys = self._source.keys
        for words in pieces:
            found = [at for at in places.get(words[0], ()) if tuple(keys[at : at + len(words)]) == words]
            if len(found) == 1 and all(other is None for other in self._to[found[0] : found[0] + len(words)]):
                self._drop(found[0], len(words), self._pool.pop(words))

    def _drop(self, at: int, length: int, one: Dropped | None) -> None:
        if one is None:
            return
        self._to[at : at + length] = [-1] * length
        if one.why == "note_mark":
            self._result.marks.append(Change(one.text, "", self._line(at), self._note(one.text, self._follows(at))))
        elif one.why != "hyphen":
            self._result.left_out.append(one)

    def _align(self) -> None:
        """The words that stand in the same order, then those that moved together."""
        for number in range(_ROUNDS):
            ours = [place for place, other in enumerate(self._to) if other is None]
            theirs = [place for place, other in enumerate(self._from) if other is None]
            runs = common_runs([self._source.keys[i] for i in ours], [self._canonical.keys[j] for j in theirs])
            taken = [run for run in _solid(runs, len(ours), len(theirs)) if number == 0 or run.size >= _LONG_ENOUGH]
            for run in taken:
                for shift in range(run.size):
                    self._pair(ours[run.a + shift], theirs[run.b + shift])
            if not taken:
                break

    def _pair(self, ours: int, theirs: int) -> None:
        self._to[ours], self._from[theirs] = theirs, ours

    def _take_dropped(self) -> None:
        """Words of the source that were dropped whole."""
        for start, end in list(_gaps(self._to)):
            at = start
            while at < end:
                found = self._pool.take(self._source.keys, at, end)
                if found is None:
                    at += 1
                    continue
                length, one = found
                self._drop(at, length, one)
                at += length

    def _take_changed(self) -> None:
        """Words of the canonical text that are words of the source with something less."""
        for start, end in list(_gaps(self._from)):
            whole = _Hunk(self._candidates(start, end), list(range(start, end)))
            hunks = self._parted(whole)
            explained = self._explained(hunks)
            if explained is None and len(hunks) > 1 and (together := self._explained([whole])) is not None:
                hunks, explained = [whole], together
            for hunk, dropped in zip(hunks, explained or [self._explain(hunk) for hunk in hunks], strict=True):
                if dropped is not None:
                    self._note_change(hunk, dropped)
                elif not hunk.source and all(map(self._is_bar, hunk.canonical)):
                    self._result.added += len(hunk.canonical)
                else:
                    shown, left = self._source.shown(hunk.source), self._canonical.shown(hunk.canonical)
                    line = self._line(hunk.source[0] if hunk.source else self._before(start))
                    self._result.other.append(Change(shown, left, line))
            for place in whole.source:
                self._to[place] = start
            for place in whole.canonical:
                self._from[place] = whole.source[0] if whole.source else -1

    def _parted(self, whole: _Hunk) -> list[_Hunk]:
        """What differs in a stretch: the words that both sides have, by whatever chance, apart."""
        ours = [self._source.keys[place] for place in whole.source]
        theirs = [self._canonical.keys[place] for place in whole.canonical]
        hunks: list[_Hunk] = []
        a = b = 0
        for run in [*common_runs(ours, theirs), Run(len(ours), len(theirs), 0)]:
            if run.a > a or run.b > b:
                hunks.append(_Hunk(whole.source[a : run.a], whole.canonical[b : run.b]))
            a, b = run.a + run.size, run.b + run.size
        return hunks

    def _explained(self, hunks: Sequence[_Hunk]) -> list[list[Dropped] | None] | None:
        """What was dropped in each of these hunks, ``None`` as soon as one has something else."""
        found: list[list[Dropped] | None] = []
        for hunk in hunks:
            dropped = self._explain(hunk)
            if dropped is None:
                self._pool.give_back(one for part in found for one in part or ())
                return None
            found.append(dropped)
        return found

    def _candidates(self, start: int, end: int) -> list[int]:
        """The words of the source without a match that stand where ``canonical[start:end]`` would."""
        low = self._before(start)
        high = self._from[end] if end < len(self._from) else len(self._to)
        if high is None or high < 0:
            high = low + 1
        if low < high and all(other is None or other < 0 for other in self._to[low + 1 : high]):
            return [place for place in range(low + 1, high) if self._to[place] is None]
        # Something that moved stands between: what follows the word before, then what precedes the word behind.
        found: list[int] = []
        place = low + 1
        while place < len(self._to) and (self._to[place] is None or self._to[place] == -1):
            found += [place] if self._to[place] is None else []
            place += 1
        back: list[int] = []
        place = high - 1
        while place > low and place not in found and (self._to[place] is None or self._to[place] == -1):
            back += [place] if self._to[place] is None else []
            place -= 1
        return [*found, *back[::-1]]

    def _before(self, start: int) -> int:
        """The word of the source that the word before ``canonical[start]`` is, or -1."""
        previous = self._from[start - 1] if start else None
        if previous is None or previous < 0:
            return -1
        # A changed word is noted by the first of its words.
        while (
            previous + 1 < len(self._to)
            and self._to[previous + 1] is not None
            and self._to[previous + 1] == self._to[previous]
        ):
            previous += 1
        return previous

    def _explain(self, hunk: _Hunk) -> list[Dropped] | None:
        """What was dropped on purpose between these words, ``None`` if that is not all that differs."""
        before = "".join(self._source.keys[place] for place in hunk.source)
        after = "".join(self._canonical.keys[place] for place in hunk.canonical)
        dropped: list[Dropped] = []
        if "](" in before or "<" in before:
            # Where a link leads may look like what it says: it is set aside first.
            for found in list(_TARGET.finditer(before)):
                if (one := self._pool.pop((found.group(),))) is not None:
                    dropped.append(one)
                    before = before.replace(found.group(), "", 1)
        lost = left_over(before, after)
        for piece in lost or ():
            parts = self._pool.parts(piece)
            if parts is None:
                lost = None
                break
            dropped += parts
        if lost is None:
            self._pool.give_back(dropped)
            return None
        return dropped

    def _note_change(self, hunk: _Hunk, dropped: Sequence[Dropped]) -> None:
        whys = {one.why for one in dropped}
        shown, left = self._source.shown(hunk.source), self._canonical.shown(hunk.canonical)
        line = self._line(hunk.source[0])
        if "note_mark" in whys:
            mark = next(one.text for one in dropped if one.why == "note_mark")
            place = hunk.canonical[0] if hunk.canonical else self._follows(hunk.source[0])
            self._result.marks.append(Change(shown, left, line, self._note(mark, place)))
        if "hyphen" in whys or (not whys and shown != left):
            self._result.rejoined.append(Change(shown, left, line))
        self._result.left_out += [one for one in dropped if one.why not in {"hyphen", "note_mark"}]

    def _is_bar(self, place: int) -> bool:
        block = self._block(place)
        return self._canonical.keys[place] == "|" and block is not None and block.kind is BlockKind.TABLE

    def _take_rest(self) -> None:
        """Words of the source that are nowhere else."""
        for start, end in _gaps(self._to):
            unknown: list[int] = []
            for place in range(start, end):
                parts = self._pool.parts(self._source.keys[place])
                if parts is None:
                    unknown.append(place)
                else:
                    self._result.left_out += parts
            if unknown:
                self._result.other.append(Change(self._source.shown(unknown), "", self._line(unknown[0])))

    def _find_moved(self) -> None:
        """Blocks whose words stand, in the source, before those of the block before them."""
        furthest = -1
        block = -1
        firsts: dict[int, list[int]] = {}
        for place, ours in enumerate(self._from):
            if ours is not None and ours >= 0:
                block = bisect_right(self._starts, self._canonical.spans[place][0]) - 1
                firsts.setdefault(block, []).append(ours)
        for block, ours_of in firsts.items():
            middle = sorted(ours_of)[len(ours_of) // 2]
            if middle < furthest:
                one = self._blocks[block]
                self._result.moved.append(_start(self._document.text[one.start : one.end]))
            else:
                furthest = middle

    def _block(self, place: int) -> Block | None:
        at = bisect_right(self._starts, self._canonical.spans[place][0]) - 1
        return self._blocks[at] if at >= 0 else None

    def _note(self, mark: str, place: int | None) -> str:
        """How the note begins that a mark in the block of ``canonical[place]`` calls."""
        number = mark.strip(" []").translate(RAISED)
        block = self._block(place) if place is not None else None
        for text in self._notes.get(number, ()) if block else ():
            if block and text.endswith(block.notes):
                return _start(text)
        return ""

    def _follows(self, ours: int) -> int | None:
        """The word of the canonical text that a word of the source follows, or stands in place of."""
        for place in range(ours, max(-1, ours - _NEAR), -1):
            other = self._to[place]
            if other is not None and other >= 0:
                return other
        return None

    def _line(self, place: int) -> int:
        if not self._source.spans:
            return 1
        return bisect_right(self._lines, self._source.spans[max(0, min(place, len(self._source.spans) - 1))][0]) + 1


def _start(text: str) -> str:
    return text.replace("\n", " ") if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…".replace("\n", " ")


def _solid(runs: Sequence[Run], length_a: int, length_b: int) -> list[Run]:
    """The runs without those that are shorter than what differs on both sides of them: a few common words, by chance."""
    kept = list(runs)
    for _ in range(_PASSES):
        before = len(kept)
        result: list[Run] = []
        for index, run in enumerate(kept):
            last = result[-1] if result else Run(0, 0, 0)
            after = kept[index + 1] if index + 1 < len(kept) else Run(length_a, length_b, 0)
            behind = max(run.a - last.a - last.size, run.b - last.b - last.size)
            ahead = max(after.a - run.a - run.size, after.b - run.b - run.size)
            if run.size > min(behind, ahead) or run.size >= _SOLID:
                result.append(run)
        kept = result
        if len(kept) == before:
            break
    return kept


def _gaps(matches: Sequence[int | None]) -> Iterator[tuple[int, int]]:
    """Stretches without a match."""
    start: int | None = None
    for place, other in enumerate(matches):
        if other is None and start is None:
            start = place
        elif other is not None and start is not None:
            yield start, place
            start = None
    if start is not None:
        yield start, len(matches)
