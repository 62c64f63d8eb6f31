"""Claims that are a sentence of the source with a part left out, word for word: « L'horaire débute lundi et compte 32 heures. »

The forest weighs words; whether what was left out could be left out is a matter of where the cuts are. A claim taken
so from one sentence, and from nothing else, is right by construction: it starts as the sentence does, and each cut
takes out an aside between commas, the first of two predicates, or an end that limits nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sourcier.app.answering.verifier.text import Reading, Token, words

__all__ = ["ExtractionFeatures", "compare"]

_OPEN, _CLOSE = ",(–—", ",)–—"
_MOST_CUTS = 2
_LEAST_TOKENS, _LEAST_CONTENT = 4, 3


@dataclass(frozen=True, slots=True)
class ExtractionFeatures:
    """What is taken as it stands."""

    whole: int
    """1 where the claim is one sentence of the text less asides, a coordinated predicate or a harmless end."""


def compare(claim: Reading, texts: Sequence[Reading]) -> ExtractionFeatures:
    """Look for the claim in each sentence of the text."""
    long = len(claim.tokens) >= _LEAST_TOKENS and len(claim.content()) >= _LEAST_CONTENT
    return ExtractionFeatures(int(long and any(_held(claim.tokens, text) for text in texts)))


def _held(claim: Sequence[Token], text: Reading) -> bool:
    tokens = text.tokens
    if len(tokens) < len(claim) or tokens[0].folded != claim[0].folded:
        return False
    return _follow(claim, 1, text, 0, (), _MOST_CUTS)


def _follow(
    claim: Sequence[Token], done: int, text: Reading, at: int, left_out: tuple[tuple[int, int], ...], cuts: int
) -> bool:
    """Whether the claim from its token ``done`` on is found after the text's token ``at``, with at most ``cuts`` cuts."""
    tokens = text.tokens
    while True:
        if done == len(claim):
            return _may_end(text, at, left_out)
        if at + 1 < len(tokens) and tokens[at + 1].folded == claim[done].folded:
            if cuts and any(
                tokens[j].folded == claim[done].folded
                and _may_cut(text, at, j)
                and _follow(claim, done + 1, text, j, (*left_out, (at + 1, j)), cuts - 1)
                for j in range(at + 2, len(tokens))
            ):
                return True
            at, done = at + 1, done + 1
            continue
        return cuts > 0 and any(
            tokens[j].folded == claim[done].folded
            and _may_cut(text, at, j)
            and _follow(claim, done + 1, text, j, (*left_out, (at + 1, j)), cuts - 1)
            for j in range(at + 2, len(tokens))
        )


def _may_cut(text: Reading, at: int, to: int) -> bool:
    """Whether the tokens between ``at`` and ``to`` can go: an aside, or all from a predicate to the « et » before the next."""
    tokens = text.tokens
    skipped = [t.folded for t in tokens[at + 1 : to]]
    if words("limits") & set(skipped):
        return False
    if _sign(text, at + 1, _OPEN) and _sign(text, to, _CLOSE) and skipped[0] not in {"et", "mais", "ou"}:
        return True
    return skipped[-1] in {"et", "puis"} and len(skipped) > 1 and not words("relatives") & set(skipped)


def _may_end(text: Reading, at: int, left_out: Sequence[tuple[int, int]]) -> bool:
    """Whether the rest of the sentence can go."""
    rest = [t.folded for t in text.tokens[at + 1 :]]
    if not rest:
        return True
    return (_sign(text, at + 1, ",;:(–—") or rest[0] in {"et", "mais", "tandis", "alors"}) and not words(
        "limits"
    ) & set(rest)


def _sign(text: Reading, index: int, marks: str) -> bool:
    """Whether one of ``marks`` stands just before a token."""
    between = text.text[text.tokens[index - 1].end : text.tokens[index].start]
    return any(mark in between for mark in marks)
