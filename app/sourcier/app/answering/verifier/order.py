"""Who does what to whom: whether the words that both sides share come in the same order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from sourcier.app.answering.verifier.names import names
from sourcier.app.answering.verifier.text import Reading


@dataclass(frozen=True, slots=True)
class OrderFeatures:
    """Shares of pairs of shared words that stand in the opposite order (0 when fewer than two are shared)."""

    inverted: float
    names_inverted: float
    passive_changed: int
    """« par » on one side only: an inversion is then likely to be a change of voice."""


def _positions(reading: Reading, kept: set[str]) -> dict[str, int]:
    """Stem to place, for the stems that occur exactly once."""
    seen: dict[str, list[int]] = {}
    for i, token in enumerate(reading.tokens):
        if token.stem in kept:
            seen.setdefault(token.stem, []).append(i)
    return {word: places[0] for word, places in seen.items() if len(places) == 1}


def _inverted(first: dict[str, int], second: dict[str, int]) -> float:
    shared = sorted(first.keys() & second.keys(), key=first.__getitem__)
    pairs = [second[a] > second[b] for a, b in combinations(shared, 2)]
    return sum(pairs) / len(pairs) if pairs else 0.0


def compare(claim: Reading, text: Reading) -> OrderFeatures:
    """Kendall's share of discordant pairs, on content words and on names alone."""
    content = {t.stem for t in claim.content()}
    proper = {t.stem for t in names(claim)} | {t.stem for t in names(text)}
    mine, theirs = _positions(claim, content), _positions(text, content)
    by = [any(t.folded == "par" for t in r.tokens) for r in (claim, text)]
    return OrderFeatures(
        inverted=_inverted(mine, theirs),
        names_inverted=_inverted(
            {k: v for k, v in mine.items() if k in proper}, {k: v for k, v in theirs.items() if k in proper}
        ),
        passive_changed=int(by[0] != by[1]),
    )
