"""What the whole index says of a statement: a key must be carried by what a search for its question finds, a wrong choice by nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sourcier.app.answering.evidence import Unit, units_of
from sourcier.app.answering.terms import content_stems, coverage
from sourcier.app.answering.verifier import Evidence, Verdict
from sourcier.app.answering.verifier.text import fold
from sourcier.app.workshop.quiz.reading import Fact, holds
from sourcier.app.workshop.quiz.values import Value, values_in
from sourcier.app.workshop.tools import Tools

__all__ = ["CLEARLY", "REFUSED", "Checked", "Checker", "Claim"]

#: A wrong choice is one that gets less than this from the best evidence of the whole index, and less than its key by ``CLEARLY``.
REFUSED = 0.35
CLEARLY = 0.4
#: Passages that a search gives as evidence.
_PASSAGES = 10
#: Share of a sentence's words, weighted by rarity, from which another sentence speaks of the same thing.
_SAME_MATTER = 0.5
_SAME_QUESTION = 0.65


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement that is right or wrong.

    Attributes:
        said: the value that it holds where another might, if it holds one.
        named: what it is about, where that is known, in its different names: a sentence that has none of them, in its text, in the
            one before that it refers to or in its headings, is no evidence of this.
    """

    text: str
    right: bool
    said: str = ""
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What came out of checking the claims of one question.

    Attributes:
        support: the lowest support of its right claims; ``worst`` the highest of its wrong ones, None without any.
        reasons: why claims failed, by place: ``key``, ``wrong`` or ``elsewhere``; empty where all is well.
        verdicts: of the verifier, in the order of the claims.
    """

    support: float
    worst: float | None
    reasons: dict[int, str]
    verdicts: tuple[Verdict, ...]


@dataclass(slots=True)
class Checker:
    """Searches and verifies, and remembers what it searched for."""

    tools: Tools
    _found: dict[str, tuple[Unit, ...]] = field(default_factory=dict)

    def units(self, query: str) -> tuple[Unit, ...]:
        """The sentences and enumerations of the best passages of the whole index."""
        if query not in self._found:
            hits = self.tools.searcher.search(query, _PASSAGES).hits
            self._found[query] = tuple(unit for hit in hits for unit in units_of(hit))
        return self._found[query]

    def check(self, question: str, claims: Sequence[Claim], *, blanked: str = "", quick: bool = False) -> Checked:
        """Judge the claims of one question against what the whole index says.

        Right claims are judged from what a search for the question finds, as if it were asked; wrong ones also from what a
        search for themselves finds.

        Args:
            question: its words, without the answer.
            quick: look at what the question finds only; what passes is to be checked again.
            blanked: the sentence with its value hidden, where one was: a wrong value must not fit it elsewhere.
        """
        asked = self.units(question)
        sets = [
            _naming(claim.named, asked if claim.right or quick else (*asked, *self.units(claim.text)))
            for claim in claims
        ]
        verdicts = self.tools.verifier.verify_many(
            [(claim.text, _evidence(units), None) for claim, units in zip(claims, sets, strict=True)]
        )
        full = self._whole_index(claims, asked) if not quick else {}
        key = min((v.support for c, v in zip(claims, verdicts, strict=True) if c.right), default=1.0)
        wrong = [v.support for c, v in zip(claims, verdicts, strict=True) if not c.right]
        reasons = dict.fromkeys((place for place, support in full.items() if support >= self.tools.threshold), "wrong")
        for place, (claim, verdict, units) in enumerate(zip(claims, verdicts, sets, strict=True)):
            if claim.right and verdict.support < self.tools.threshold:
                reasons[place] = "key"
            elif not claim.right and verdict.support >= min(REFUSED, key - CLEARLY):
                reasons[place] = "wrong"
            elif not claim.right and blanked and claim.said and self.fits_elsewhere(claim.said, blanked, units):
                reasons[place] = "elsewhere"
        return Checked(key, max(wrong, default=None), reasons, tuple(verdicts))

    def _whole_index(self, claims: Sequence[Claim], asked: tuple[Unit, ...]) -> dict[int, float]:
        """Support of the wrong claims that are judged by the sentences that name their thing, by all sentences as well."""
        places = [place for place, claim in enumerate(claims) if claim.named and not claim.right]
        cases = [(claims[place].text, _evidence((*asked, *self.units(claims[place].text))), None) for place in places]
        verdicts = self.tools.verifier.verify_many(cases) if cases else []
        return {place: verdict.support for place, verdict in zip(places, verdicts, strict=True)}

    def evidence_of(self, fact: Fact) -> list[Evidence]:
        """The sentence itself, as the verifier is given it."""
        return [Evidence(fact.text, fact.heading)]

    def fits_elsewhere(self, said: str, blanked: str, units: Sequence[Unit]) -> bool:
        """Whether a sentence that speaks of the same thing holds that value: it might be an answer too."""
        stems = content_stems(blanked)
        return any(
            holds(unit.text, said)
            and coverage(stems, content_stems(unit.text), self.tools.searcher.idf) >= _SAME_MATTER
            for unit in units
            if not unit.is_list
        )

    def has_rival(self, value: Value, blanked: str) -> bool:
        """Whether another sentence answers the same question with another value: then no answer alone is right."""
        stems = content_stems(blanked)
        return any(
            coverage(stems, content_stems(unit.text), self.tools.searcher.idf) >= _SAME_QUESTION
            and fold(value.text) not in fold(unit.text)
            and any(other.kind == value.kind for other in values_in(unit.text))
            for unit in self.units(blanked)
            if not unit.is_list
        )


def _naming(names: Sequence[str], units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """The units that speak of what has these names; all of them where it has none."""
    if not names:
        return units
    word = re.compile("|".join(rf"(?<!\w){re.escape(fold(name))}(?!\w)" for name in names))
    return tuple(unit for unit in units if word.search(fold(f"{unit.heading} {unit.meaning}")))


def _evidence(units: Sequence[Unit]) -> list[Evidence]:
    return [Evidence(unit.meaning, unit.heading) for unit in units]
