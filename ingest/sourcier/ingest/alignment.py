"""Which words of one text are which words of another: common runs, found in time that grows with the texts, not their product."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple


class Run(NamedTuple):
    """``a[a : a + size] == b[b : b + size]``."""

    a: int
    b: int
    size: int


_SMALL = 40_000
"""Product of the lengths of two stretches below which every pair of words may be looked at."""
_GRAMS = (1, 3, 8)
"""Words taken together to find places that exist once in both texts, until there are some."""


def common_runs(a: Sequence[str], b: Sequence[str]) -> list[Run]:
    """Runs of words that both sequences have, in the order of both, as many words as can be found.

    Words that occur once in both are the anchors (patience diff); between two of them, only what stands between is
    compared. Long stretches of nothing but repeated words may be left without a match.
    """
    whole: list[Run] = []
    for run in sorted(_runs(a, b)):
        last = whole[-1] if whole else None
        if last is not None and (run.a, run.b) == (last.a + last.size, last.b + last.size):
            whole[-1] = Run(last.a, last.b, last.size + run.size)
        else:
            whole.append(run)
    return whole


def left_over(before: str, after: str) -> list[str] | None:
    """What has to be taken out of ``before`` to get ``after``; ``None`` when that is not enough."""
    pieces: list[str] = []
    at = 0
    for character in after:
        found = before.find(character, at)
        if found < 0:
            return None
        if found > at:
            pieces.append(before[at:found])
        at = found + 1
    return [*pieces, before[at:]] if at < len(before) else pieces


def _runs(a: Sequence[str], b: Sequence[str]) -> Iterator[Run]:
    waiting = [(0, len(a), 0, len(b))]
    while waiting:
        a_low, a_high, b_low, b_high = waiting.pop()
        start = 0
        while a_low + start < a_high and b_low + start < b_high and a[a_low + start] == b[b_low + start]:
            start += 1
        if start:
            yield Run(a_low, b_low, start)
            a_low, b_low = a_low + start, b_low + start
        end = 0
        while a_low < a_high - end and b_low < b_high - end and a[a_high - end - 1] == b[b_high - end - 1]:
            end += 1
        if end:
            a_high, b_high = a_high - end, b_high - end
            yield Run(a_high, b_high, end)
        if a_low == a_high or b_low == b_high:
            continue
        if (a_high - a_low) * (b_high - b_low) <= _SMALL:
            matcher = SequenceMatcher(None, a[a_low:a_high], b[b_low:b_high], autojunk=False)
            yield from (Run(a_low + i, b_low + j, size) for i, j, size in matcher.get_matching_blocks() if size)
            continue
        anchors = _anchors(a[a_low:a_high], b[b_low:b_high])
        a_from, b_from = a_low, b_low
        for i, j, size in anchors:
            yield Run(a_low + i, b_low + j, size)
            waiting.append((a_from, a_low + i, b_from, b_low + j))
            a_from, b_from = a_low + i + size, b_low + j + size
        if anchors:
            waiting.append((a_from, a_high, b_from, b_high))


def _anchors(a: Sequence[str], b: Sequence[str]) -> list[Run]:
    """Places that exist once in each sequence, in the order of both, none overlapping another."""
    for size in _GRAMS:
        ours, theirs = _once(a, size), _once(b, size)
        pairs = [(place, theirs[gram]) for gram, place in ours.items() if gram in theirs]
        chain: list[Run] = []
        for i, j in _rising(pairs):
            if not chain or (i >= chain[-1].a + chain[-1].size and j >= chain[-1].b + chain[-1].size):
                chain.append(Run(i, j, size))
        if chain:
            return chain
    return []


def _once(words: Sequence[str], size: int) -> dict[tuple[str, ...], int]:
    """The grams that occur once, and where, in order."""
    grams = list(zip(*(words[shift:] for shift in range(size)), strict=False))
    counts = Counter(grams)
    return {gram: place for place, gram in enumerate(grams) if counts[gram] == 1}


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs that rise on both sides; they come in rising order of the first."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for position, (_, second) in enumerate(pairs):
        pile = bisect_left(tops, second)
        before.append(ends[pile - 1] if pile else None)
        if pile == len(tops):
            tops.append(second)
            ends.append(position)
        else:
            tops[pile], ends[pile] = second, position
    chain: list[tuple[int, int]] = []
    at = ends[-1] if ends else None
    while at is not None:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]
