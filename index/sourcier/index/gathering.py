"""From ranked passages to what is shown: neighbours in one, the same text once, no document alone.

A text that differs by a figure or a word is another text: it is shown too. So is the same clause of two agreements: what it
stands under is part of what it says. Only what says the same, word for word, under the same title and headings, is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from sourcier.core.types import Hit
from sourcier.index.fusion import Fused
from sourcier.index.serving import OpenGeneration

__all__ = ["hits_of"]

_TOGETHER = 2
"""Passages that one result holds at the most: what is read, and what a small model is given, stays short."""
_SHORTEST = 60
"""Characters below which being part of another text means nothing: a heading, a date."""
_NOT_A_WORD = re.compile(r"\W+")


@dataclass(slots=True)
class _Stretch:
    """Passages ``[first, last)`` of one document; ``places`` in the ranking, the best first."""

    first: int
    last: int
    document: int
    places: list[int]


def hits_of(generation: OpenGeneration, fused: Fused, wanted: int) -> tuple[tuple[Hit, ...], bool]:
    """The ``wanted`` best results, and whether no text was lost on the way.

    A passage next to one that is better, in the same section and clause, joins it. A document has at most half of the
    results, as long as there are others.
    """
    stretches = _stretches(generation, fused, 2 * wanted)
    hits: list[Hit] = []
    said: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    whole = True
    leading = 0
    for stretch in _spread(stretches, wanted):
        if leading == wanted:
            break
        found = [_hit(generation, fused, place) for place in stretch.places]
        whole = whole and None not in found
        apart = [hit for hit in found if hit is not None]
        joined = generation.extended(apart[0], stretch.first, stretch.last) if len(apart) > 1 else None
        new = [hit for hit in ([joined] if joined else apart) if not _is_said(hit, said)]
        leading += bool(new)
        hits += new
    # Neighbours that could not be joined come in their own places, not in that of the best of them.
    hits = sorted(hits, key=lambda hit: -hit.score)[:wanted]
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(hits, 1)), whole


def _hit(generation: OpenGeneration, fused: Fused, place: int) -> Hit | None:
    scores = float(fused.scores[place]), float(fused.dense[place]), float(fused.lexical[place])
    return generation.hit(int(fused.rows[place]), 1, *scores)


def _is_said(hit: Hit, said: dict[tuple[str, tuple[str, ...]], list[str]]) -> bool:
    """Whether a better hit holds all the words of this one, in order; they are noted otherwise."""
    words = f" {_NOT_A_WORD.sub(' ', hit.passage.text.casefold()).strip()} "
    before = said.setdefault((hit.metadata.title.casefold(), hit.passage.section), [])
    if words in before or (len(words) >= _SHORTEST and any(words in other for other in before)):
        return True
    before.append(words)
    return False


def _stretches(generation: OpenGeneration, fused: Fused, most: int) -> list[_Stretch]:
    """Passages with their neighbours, in the order of the best of each."""
    found: list[_Stretch] = []
    beside: dict[int, _Stretch] = {}  # the passages that may still join a stretch
    for place, row in enumerate(fused.rows.tolist()):
        stretch = beside.get(row)
        if stretch is None and len(found) < most:
            stretch = _Stretch(row, row + 1, generation.document_of(row), [place])
            found.append(stretch)
        elif stretch is None or not generation.surroundings.same_section(row, stretch.first):
            continue
        else:
            beside.pop(stretch.first - 1, None)
            beside.pop(stretch.last, None)
            stretch.places.append(place)
            stretch.first, stretch.last = min(stretch.first, row), max(stretch.last, row + 1)
        if stretch.last - stretch.first < _TOGETHER:
            for other in (stretch.first - 1, stretch.last):
                if 0 <= other < generation.lexical.size and generation.document_of(other) == stretch.document:
                    beside.setdefault(other, stretch)
    return found


def _spread(stretches: list[_Stretch], wanted: int) -> list[_Stretch]:
    """The same, those beyond their document's share last."""
    counts: Counter[int] = Counter()
    first: list[_Stretch] = []
    rest: list[_Stretch] = []
    for stretch in stretches:
        counts[stretch.document] += 1
        (first if counts[stretch.document] <= max(1, (wanted + 1) // 2) else rest).append(stretch)
    return first + rest
