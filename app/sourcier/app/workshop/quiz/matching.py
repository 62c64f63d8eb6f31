"""Things to match: names with what the documents say they are, figures with the sentence they belong to."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations

from sourcier.app.answering.terms import content_stems
from sourcier.app.answering.verifier.text import fold
from sourcier.app.workshop.quiz.checking import Checker, Claim
from sourcier.app.workshop.quiz.defining import Definition
from sourcier.app.workshop.quiz.drafts import Cloze

__all__ = ["Matched", "definitions_apart", "match_clozes", "match_definitions"]

#: Pairs of one question.
_FEWEST, _MOST = 3, 4
#: Pairs that are tried together, each against all the others: so many squared are verified.
_TRIED = 8


@dataclass(frozen=True, slots=True)
class Matched:
    """Pairs that were checked: each goes with its own, and with no other.

    Attributes:
        supports: what the whole index gives each pair; ``worst`` the most that it gives a crossed one.
    """

    places: tuple[int, ...]
    supports: tuple[float, ...]
    worst: float


def definitions_apart(definitions: Iterable[Definition]) -> list[tuple[Definition, int]]:
    """Definitions that can be told without their term, with where the telling part starts; each term once."""
    found: dict[str, tuple[Definition, int]] = {}
    for one in definitions:
        if not one.strength:
            continue
        text = _text(one, one.said)
        start = one.said
        if one.expansion:
            # What an acronym stands for gives it away by its initials.
            after = re.search(re.escape(one.expansion) + r"(?:\s*\([^)]*\))?,\s*", text)
            if after is None:
                continue
            start += after.end()
        rest = _text(one, start)
        named = any(
            re.search(rf"(?<!\w){re.escape(fold(word))}", fold(rest)) for word in re.findall(r"\w{3,}", one.term)
        )
        if len(content_stems(rest)) >= 3 and not named:
            found.setdefault(fold(one.term), (one, start))
    return list(found.values())


def _text(one: Definition, start: int) -> str:
    return one.hit.passage.text[start - one.hit.passage.start : one.end - one.hit.passage.start]


def match_definitions(given: Sequence[tuple[Definition, int]], checker: Checker) -> Matched | None:
    """The first of the definitions that go together in one question."""
    tried = given[:_TRIED]
    rights = [_text(one, one.start) for one, _ in tried]
    # The term stays as the document has it before what is said of another one.
    crossed = [
        [_text(one, one.start)[: one.said - one.start] + _text(other, start) for other, start in tried]
        for one, _ in tried
    ]
    return _together(rights, crossed, [_text(one, start) for one, start in tried], checker)


def match_clozes(given: Sequence[Cloze], checker: Checker, source: random.Random) -> Matched | None:
    """The first of the sentences whose values, all of one kind, each fit one alone."""
    tried = source.sample(list(given), min(_TRIED, len(given)))
    places = [list(given).index(one) for one in tried]
    rights = [one.fact.text for one in tried]
    crossed = [[_filled(other, one) for other in tried] for one in tried]
    found = _together(rights, crossed, [one.shown for one in tried], checker, [one.value.text for one in tried])
    return None if found is None else replace(found, places=tuple(places[i] for i in found.places))


def _filled(cloze: Cloze, other: Cloze) -> str:
    value = cloze.value
    return cloze.fact.text[: value.start] + other.value.text + cloze.fact.text[value.end :]


def _together(
    rights: Sequence[str],
    crossed: Sequence[Sequence[str]],
    told: Sequence[str],
    checker: Checker,
    said: Sequence[str] = (),
) -> Matched | None:
    """The largest set of pairs, four at most, where none goes with another's; ``crossed[i][j]`` says that i goes with j."""
    places = range(len(rights))
    supports: dict[int, float] = {}
    refused: dict[tuple[int, int], float] = {}
    for right in places:
        others = [left for left in places if left != right]
        claims = [Claim(rights[right], True), *(Claim(crossed[left][right], False) for left in others)]
        checked = checker.check(told[right], claims)
        if 0 in checked.reasons:
            continue
        supports[right] = checked.verdicts[0].support
        for place, left in enumerate(others, 1):
            if place not in checked.reasons and not (said and fold(said[left]) == fold(said[right])):
                refused[left, right] = checked.verdicts[place].support
    for size in range(_MOST, _FEWEST - 1, -1):
        for kept in combinations(supports, size):
            pairs = list(permutations(kept, 2))
            if all(pair in refused for pair in pairs):
                return Matched(kept, tuple(supports[i] for i in kept), max(refused[pair] for pair in pairs))
    return None
