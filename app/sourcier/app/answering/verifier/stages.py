"""How far a text has come: presented, adopted, sanctioned, in force. A bill that was presented is not yet the law."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sourcier.app.answering.verifier.polarity import negations
from sourcier.app.answering.verifier.text import Reading, lexicon, stem

__all__ = ["StageFeatures", "compare"]

_ORDER = ("presented", "adopted", "sanctioned", "in_force")


@cache
def _ranks() -> dict[str, int]:
    """Stem to stage, from 0."""
    table = lexicon()["stages"]
    return {stem(word): rank for rank, name in enumerate(_ORDER) for word in table[name].split()}


@cache
def _about() -> frozenset[str]:
    return frozenset(stem(word) for word in lexicon()["stages"]["texts"].split())


@dataclass(frozen=True, slots=True)
class StageFeatures:
    """Stages of a law, a regulation or an agreement."""

    ahead: int
    """How many stages further the claim is than its text; 0 where the text names none, or the claim denies its own."""


def compare(claim: Reading, text: Reading) -> StageFeatures:
    """Compare the furthest stage that each side names."""
    mine, theirs = _furthest(claim), _furthest(text)
    if mine is None or theirs is None or mine <= theirs or negations(claim):
        return StageFeatures(0)
    about = _about() & {t.stem for t in claim.tokens} and _about() & {t.stem for t in text.tokens}
    return StageFeatures(mine - theirs if about else 0)


def _furthest(reading: Reading) -> int | None:
    ranks = _ranks()
    return max((ranks[t.stem] for t in reading.tokens if t.stem in ranks), default=None)
