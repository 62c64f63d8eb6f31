"""Shared words: exact wording, stems, pairs of words and pieces of words, in both directions."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sourcier.app.answering.verifier.numbers import wording
from sourcier.app.answering.verifier.text import Reading, Token, read, weight

_PREFIX = 5  # letters that an unmatched word must share to count as kin: « interdiction », « interdire »


@dataclass(frozen=True, slots=True)
class OverlapFeatures:
    """Weighted shares of the claim's content (see :func:`text.weight`)."""

    verbatim: int
    """Whether the claim, spacing and typography aside, is a piece of the text."""
    coverage: float
    """Stems found in the text."""
    kin: float
    """Stems found, or sharing their first letters with a word of the text."""
    with_context: float
    """Stems found in the text, the titles or the question."""
    heaviest_missing: float
    """Weight of the heaviest word found nowhere, 0 when nothing is missing."""
    missing_count: int
    bigrams: float
    """Pairs of neighbouring tokens (grammar words included) found in the text."""
    anywhere: float
    """Stems found in any sentence of the evidence, chosen or not."""
    rivals: int
    """Words of the claim that the text does not have but another sentence of the evidence has: a sign of a swap."""
    reverse: float
    """Share of the best sentence's content that the claim takes up."""
    pieces: float
    """Character trigrams of the claim found in the text."""


def _flat(reading: Reading) -> str:
    return " " + " ".join(t.folded for t in reading.tokens) + " "


def _share(tokens: Sequence[Token], kept: Iterable[bool]) -> float:
    total = sum(weight(t) for t in tokens)
    return sum(weight(t) for t, ok in zip(tokens, kept, strict=True) if ok) / total if total else 1.0


def coverage(claim: Reading, stems: frozenset[str] | set[str]) -> float:
    """Weighted share of the claim's content words among ``stems``."""
    content = claim.content()
    return _share(content, (t.stem in stems for t in content))


def _trigrams(text: str) -> set[str]:
    return {text[i : i + 3] for i in range(len(text) - 2)}


def compare(
    claim: Reading, text: Reading, best: Reading, *, everything: Iterable[Reading] = (), also: Iterable[str] = ()
) -> OverlapFeatures:
    """Overlap of a claim with a text (its chosen sentences joined).

    Args:
        best: the nearest of the chosen sentences.
        everything: all the sentences of the evidence.
        also: titles and the question.
    """
    content = [claim.tokens[i] for i in wording(claim)]
    stems = {t.stem for t in text.tokens}
    prefixes = {t.folded[:_PREFIX] for t in text.tokens if len(t.folded) >= _PREFIX}
    context = stems | {t.stem for other in also for t in read(other).tokens}
    kin = [t.stem in stems or (len(t.folded) >= _PREFIX and t.folded[:_PREFIX] in prefixes) for t in content]
    known = [t.stem in context for t in content]
    missing = [weight(t) for t, related, there in zip(content, kin, known, strict=True) if not related and not there]
    mine, theirs = claim.stems(), text.stems()
    pairs = set(itertools.pairwise(theirs))
    my_pairs = list(itertools.pairwise(mine))
    my_stems = {t.stem for t in claim.tokens}
    flat, flat_text = _flat(claim), _flat(text)
    my_pieces = _trigrams(flat)
    wide = stems | {t.stem for other in everything for t in other.tokens}
    return OverlapFeatures(
        verbatim=int(flat in flat_text),
        coverage=_share(content, (t.stem in stems for t in content)),
        kin=_share(content, kin),
        with_context=_share(content, known),
        heaviest_missing=max(missing, default=0.0),
        missing_count=len(missing),
        bigrams=sum(p in pairs for p in my_pairs) / len(my_pairs) if my_pairs else 1.0,
        anywhere=_share(content, (t.stem in wide for t in content)),
        rivals=sum(t.stem in wide and not ok for t, ok in zip(content, kin, strict=True)),
        reverse=coverage(best, my_stems),
        pieces=len(my_pieces & _trigrams(flat_text)) / max(1, len(my_pieces)),
    )
