"""Things to match: names with what the documents say they are, values with the sentence they complete."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sourcier.app.answering.terms import content_stems
from sourcier.app.answering.verifier.text import fold
from sourcier.app.workshop.quiz.checking import Checker, Claim
from sourcier.app.workshop.quiz.defining import Definition
from sourcier.app.workshop.quiz.drafts import Cloze, replaced
from sourcier.app.workshop.quiz.reading import holds

__all__ = ["FEWEST_PAIRS", "Matched", "definitions_apart", "match_clozes", "match_definitions"]

#: Pairs of one question.
FEWEST_PAIRS, _MOST = 3, 4
#: Pairs that are tried together: at worst each is verified against all the others.
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

    def own(place: int) -> float | None:
        one, start = given[place]
        return _support(checker, _text(one, start), Claim(_text(one, one.start), True))

    def crossed(left: int, right: int) -> float | None:
        (one, _), (other, start) = given[left], given[right]
        # The term stays as the document has it before what is said of another one.
        said = _text(one, one.start)[: one.said - one.start] + _text(other, start)
        return _support(checker, _text(other, start), Claim(said, False, named=_names(one)))

    return _Pairing(own, crossed).largest(range(min(_TRIED, len(given))))


def _names(one: Definition) -> tuple[str, ...]:
    """What tells that a sentence may speak of what is defined: any long word of its term, or what that stands for."""
    words = [word for word in re.findall(r"\w{3,}", one.term) if content_stems(word)]
    return (*(words or [one.term]), *([one.expansion] if one.expansion else []))


def match_clozes(given: Sequence[Cloze], checker: Checker, source: random.Random) -> Matched | None:
    """The first of the sentences whose values, all of one kind, each fit one alone."""

    def own(place: int) -> float | None:
        return _support(checker, given[place].question, Claim(given[place].fact.text, True))

    def crossed(left: int, right: int) -> float | None:
        value, cloze = given[left].value, given[right]
        if holds(cloze.shown, value.text):
            return None
        named = (value.text,) if value.kind in {"acronym", "name"} else ()
        claim = Claim(replaced(cloze.fact.text, cloze.value, value.text), False, value.text, named)
        return _support(checker, cloze.question, claim, cloze.question)

    return _Pairing(own, crossed).largest(_distinct(given, source))


def _distinct(given: Sequence[Cloze], source: random.Random) -> list[int]:
    """Places of sentences that complete alike, so that no gender tells them apart, each with a value of its own."""
    by_slot: dict[str, dict[str, int]] = {}
    for place in source.sample(range(len(given)), len(given)):
        value = given[place].value
        by_slot.setdefault(value.slot, {}).setdefault(fold(value.text), place)
    return list(max(by_slot.values(), key=len).values())[:_TRIED] if by_slot else []


def _support(checker: Checker, question: str, claim: Claim, blanked: str = "") -> float | None:
    """What the whole index gives a claim; None where it is not what it should be."""
    if not claim.right and checker.check(question, [claim], blanked=blanked, quick=True).reasons:
        return None
    checked = checker.check(question, [claim], blanked=blanked)
    return None if checked.reasons else checked.verdicts[0].support


@dataclass(slots=True)
class _Pairing:
    """Looks for pairs where none goes with another's, verifying no more of them than it takes."""

    own: Callable[[int], float | None]
    crossed: Callable[[int, int], float | None]
    _own: dict[int, float | None] = field(default_factory=dict)
    _worst: dict[tuple[int, int], float | None] = field(default_factory=dict)

    def largest(self, places: Iterable[int]) -> Matched | None:
        """The first :data:`_MOST` of the places that go together, else the most that do; None under :data:`FEWEST_PAIRS`."""
        kept = self._grown((), list(places))
        if len(kept) < FEWEST_PAIRS:
            return None
        supports = tuple(support for place in kept if (support := self._own[place]) is not None)
        worst = [self._worst[min(i, j), max(i, j)] or 0.0 for i in kept for j in kept if i != j]
        return Matched(kept, supports, max(worst))

    def _grown(self, kept: tuple[int, ...], rest: list[int]) -> tuple[int, ...]:
        best = kept
        for n, place in enumerate(rest):
            if len(best) == _MOST or len(kept) + len(rest) - n <= len(best):
                break
            if self._has_key(place) and all(self._apart(place, other) for other in kept):
                found = self._grown((*kept, place), rest[n + 1 :])
                best = found if len(found) > len(best) else best
        return best

    def _has_key(self, place: int) -> bool:
        if place not in self._own:
            self._own[place] = self.own(place)
        return self._own[place] is not None

    def _apart(self, place: int, other: int) -> bool:
        pair = min(place, other), max(place, other)
        if pair not in self._worst:
            there = self.crossed(*pair)
            back = None if there is None else self.crossed(pair[1], pair[0])
            self._worst[pair] = None if there is None or back is None else max(there, back)
        return self._worst[pair] is not None
