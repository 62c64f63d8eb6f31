"""Statements that were checked, right and wrong: sentences of the documents, and the same with one thing changed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sourcier.app.workshop.quiz.balance import around
from sourcier.app.workshop.quiz.changes import Change, changes_of
from sourcier.app.workshop.quiz.checking import Checker, Claim
from sourcier.app.workshop.quiz.reading import Fact
from sourcier.app.workshop.quiz.telling import Spent
from sourcier.app.workshop.quiz.values import Value

__all__ = ["Statement", "Stock"]

#: Changes of one sentence that are tried at once.
_TRIED = 3
#: Statements side by side differ at most so much in length, the shorter to the longer.
_CLOSEST = 0.55


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that is right, or was changed to be wrong.

    Attributes:
        support: what the whole index gives it, 0 to 1; ``key`` what it gives the sentence as it was.
    """

    text: str
    fact: Fact
    support: float
    key: float
    change: Change | None = None

    @property
    def right(self) -> bool:
        """Whether it is the document's own."""
        return self.change is None


@dataclass(slots=True)
class Stock:
    """Checks sentences as they are needed; each makes one statement at most.

    Args:
        facts: sentences to draw from, in order; those that are ``spent`` are passed over, and what is taken is spent.
        refuse: told of the sentences whose key failed.
        same: how often the same word is changed at most, all statements together.
    """

    checker: Checker
    facts: Iterable[Fact]
    pool: list[Value]
    source: random.Random
    spent: Spent
    refuse: Callable[[str], None]
    same: int = 2
    _rights: list[Statement] = field(default_factory=list)
    _wrongs: list[Statement] = field(default_factory=list)

    _changed: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.facts = iter(self.facts)

    def one(self, right: bool) -> Statement | None:
        """A statement that was never taken; None where there are no more."""
        found = self._filled(right, 1)
        return self._take(found[0]) if found else None

    def several(self, rights: int, wrongs: int, rank: int) -> list[Statement] | None:
        """So many right and wrong statements of like lengths, the first of them right and longer than ``rank`` of the wrong ones.

        The rank is kept where the statements at hand allow it; None where there are too few.
        """
        bad = self._filled(False, 3 * wrongs)
        for first in self._filled(True, 2 * rights):
            size = len(first.text)
            alike = self._apart([first], (one for one in bad if self._alike(one, size)))
            more = self._apart(
                [first, *alike], (one for one in self._rights if one is not first and self._alike(one, size))
            )
            if len(alike) < wrongs or len(more) < rights - 1:
                continue
            below = min(rank, wrongs)
            chosen = around(float(size), alike, lambda one: float(len(one.text)), below, wrongs - below)
            return [self._take(one) for one in [first, *more[: rights - 1], *(chosen or alike[:wrongs])]]
        return None

    @staticmethod
    def _alike(one: Statement, size: int) -> bool:
        return min(size, len(one.text)) >= _CLOSEST * max(size, len(one.text))

    def _apart(self, side: Sequence[Statement], others: Iterable[Statement]) -> list[Statement]:
        """Those of the others that do not tell whether one beside them is right."""
        kept: list[Statement] = []
        for other in others:
            if not any(self.spent.tells(other.fact, one.fact) for one in [*side, *kept]):
                kept.append(other)
        return kept

    def _take(self, statement: Statement) -> Statement:
        (self._rights if statement.right else self._wrongs).remove(statement)
        self.spent.take(statement.fact)
        return statement

    def _filled(self, right: bool, count: int) -> list[Statement]:
        """``count`` statements at hand, or all that there are, sentences that others took since left out."""
        while True:
            self._rights = [one for one in self._rights if one.fact not in self.spent]
            self._wrongs = [one for one in self._wrongs if one.fact not in self.spent]
            here = self._rights if right else self._wrongs
            if len(here) >= count or not self._check_next():
                return list(here)

    def _check_next(self) -> bool:
        for fact in self.facts:
            if fact not in self.spent:
                self._check(fact)
                return True
        return False

    def _check(self, fact: Fact) -> None:
        # Sentences that can be changed are the rarer: they are kept for that as long as there are few.
        wanted = len(self._wrongs) <= 2 * len(self._rights)
        fresh = (
            change for change in changes_of(fact.text, self.pool, self.source) if self._changed[change.was] < self.same
        )
        changes = list(islice(fresh, _TRIED if wanted else 0))
        right = Claim(fact.text, True)
        key = self.checker.check(fact.text, [right])
        if key.reasons:
            self.spent.refuse(fact)
            self.refuse(fact.text)
            return
        for change in changes:
            checked = self.checker.check(fact.text, [right, Claim(change.text, False, change.now)])
            if not checked.reasons:
                self._changed[change.was] += 1
                self._wrongs.append(Statement(change.text, fact, checked.verdicts[1].support, key.support, change))
                return
        self._rights.append(Statement(fact.text, fact, key.support, key.support))
