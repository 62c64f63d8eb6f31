"""No question is answered by another one of the same quiz: sentences that say the same thing are asked about once."""

from __future__ import annotations

from collections.abc import Sequence

from sourcier.app.answering.terms import content_stems, coverage
from sourcier.app.answering.verifier import Evidence
from sourcier.app.answering.verifier.text import fold
from sourcier.app.workshop.quiz.checking import Checker
from sourcier.app.workshop.quiz.reading import Fact
from sourcier.app.workshop.quiz.values import values_in

__all__ = ["Spent"]

#: Share of a sentence's words, weighted by rarity, that another must hold to be looked at closer.
_SAME_MATTER = 0.5


class Spent:
    """The sentences that a quiz cannot use any more: those it asks about, and those that would tell the answer of one of them.

    Args:
        facts: the sentences that there are.
    """

    def __init__(self, facts: Sequence[Fact], checker: Checker) -> None:
        self._facts = facts
        self._checker = checker
        self._known = {fact.key for fact in facts}
        self._keys: set[tuple[str, int, int]] = set()
        self._taken: list[Fact] = []
        self._stems: dict[str, frozenset[str]] = {}
        self._figures: dict[str, frozenset[str]] = {}

    def __contains__(self, fact: Fact) -> bool:
        if fact.key in self._keys:
            return True
        return fact.key not in self._known and any(self.tells(fact, taken) for taken in self._taken)

    def refuse(self, fact: Fact) -> None:
        """That sentence cannot be asked about."""
        self._keys.add(fact.key)

    def take(self, fact: Fact) -> None:
        """That sentence is asked about, or shown: none that tells the same is from now on."""
        self._keys.add(fact.key)
        self._taken.append(fact)
        for other in self._facts:
            if other.key not in self._keys and self.tells(fact, other):
                self._keys.add(other.key)

    def tells(self, one: Fact, other: Fact) -> bool:
        """Whether who has read either sentence knows the answer to a question on the other one."""
        if one.key == other.key:
            return True
        weight_of = self._checker.tools.searcher.idf
        stems, others = self._stems_of(one), self._stems_of(other)
        if (
            not stems & others
            or max(coverage(stems, others, weight_of), coverage(others, stems, weight_of)) < _SAME_MATTER
        ):
            return False
        if self._figures_of(one) & self._figures_of(other):
            return True
        given = [
            (first.text, [Evidence(second.text, second.heading)], None)
            for first, second in ((one, other), (other, one))
        ]
        return any(
            found.support >= self._checker.tools.threshold for found in self._checker.tools.verifier.verify_many(given)
        )

    def _stems_of(self, fact: Fact) -> frozenset[str]:
        if fact.text not in self._stems:
            self._stems[fact.text] = content_stems(fact.text)
        return self._stems[fact.text]

    def _figures_of(self, fact: Fact) -> frozenset[str]:
        if fact.text not in self._figures:
            values = values_in(fact.text)
            self._figures[fact.text] = frozenset(
                fold(one.text) for one in values if one.kind not in {"acronym", "name"}
            )
        return self._figures[fact.text]
