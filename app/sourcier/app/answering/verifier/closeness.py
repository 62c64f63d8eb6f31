"""Meaning, as far as the embedding model sees it: late interaction between the words of a claim and those of its source.

Each word of the claim is laid on the nearest word of the source (ColBERT's MaxSim: Khattab and Zaharia, 2020), but
where ColBERT sums, a verifier looks at the words that find nothing, and at those found in another role.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sourcier.app.answering.verifier.numbers import wording
from sourcier.app.answering.verifier.text import Reading, weight
from sourcier.index.embedding import TokenVectors

Matrix = NDArray[np.float32]
_JOINING = frozenset({"et", "qui", "mais", "dont", "ou", "car", "lorsque", "tandis", "alors", "afin", "puis"})


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Vectors of a text: ``words`` (n_tokens, d), one row for each token of its reading, and ``sentence`` (d,)."""

    words: Matrix
    sentence: Matrix


def vectors(reading: Reading, pieces: TokenVectors, centre: Matrix) -> Vectors:
    """Mean of the pieces of each word, less ``centre``, to length 1.

    Vectors of this family share one large component, which hides the rest: ``centre`` (d,) is their mean over the
    training texts (« all-but-the-top », Mu and Viswanath, 2018, first step alone).
    """
    dimension = centre.shape[0]
    words = np.zeros((len(reading.tokens), dimension), np.float32)
    if len(pieces.vectors):
        starts, ends = pieces.spans[:, 0], pieces.spans[:, 1]
        for i, token in enumerate(reading.tokens):
            inside = (starts < token.end) & (ends > token.start)
            if inside.any():
                words[i] = pieces.vectors[inside].mean(axis=0) - centre
    sentence = pieces.vectors.mean(axis=0) - centre if len(pieces.vectors) else np.zeros(dimension, np.float32)
    return Vectors(_unit(words), _unit(sentence[None, :])[0])


def _unit(rows: Matrix) -> Matrix:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0), np.float32)


@dataclass(frozen=True, slots=True)
class ClosenessFeatures:
    """Cosines, from -1 to 1; 1 where there is no such word."""

    best: float
    """Claim with the nearest sentence."""
    joined: float
    """Claim with the mean of the chosen sentences."""
    mean: float
    """Weighted mean, over the claim's content words, of the nearest word of the text."""
    lowest: float
    second_lowest: float
    new_mean: float
    """The same for words of the claim whose stem the text does not have: synonyms are near, inventions are far."""
    new_lowest: float
    same_lowest: float
    """Lowest cosine of a word with itself in the text: the same word used of something else."""
    displaced: float
    """Weight share of words that the text has, but that stand nearer to another of its words: swapped roles."""
    reverse: float
    """Mean, over the best sentence's content words, of the nearest word of the claim."""
    anywhere: float
    """As ``mean``, over every sentence of the evidence: what a few sentences leave out, others may say."""
    clause: float
    """Lowest mean of a clause of the claim, cut at punctuation and conjunctions: one half may be invented."""
    own_mean: float
    """As ``mean``, over the words that the question does not have: an answer repeats its question."""
    own_lowest: float


@dataclass(frozen=True, slots=True)
class AskedFeatures:
    """The question's content words laid on the text, its names and figures included; 1 without a question."""

    mean: float
    lowest: float
    gap: float
    """How much nearer to the question another sentence of the evidence is than the chosen ones; 0 without one."""


NOT_ASKED = AskedFeatures(1.0, 1.0, 0.0)
NO_ASKED = AskedFeatures(float("nan"), float("nan"), float("nan"))


def compare_question(
    asked: Reading,
    mine: Vectors,
    texts: Sequence[Reading],
    theirs: Sequence[Vectors],
    *,
    skipped: frozenset[str],
    needs: float,
    everything: Sequence[Vectors] = (),
) -> AskedFeatures:
    """Closeness of a question to the chosen sentences.

    Args:
        skipped: folded words that only ask.
        needs: how much the claim leans on its question, 0 to 1; the features fade with it.
        everything: vectors of all the sentences of the evidence, for ``gap``.
    """
    rows = [i for i, t in enumerate(asked.tokens) if t.content and t.folded not in skipped]
    columns = [(s, i) for s, r in enumerate(texts) for i, t in enumerate(r.tokens) if t.content]
    if not rows or not columns:
        return NOT_ASKED
    nearest = (mine.words[rows] @ np.stack([theirs[s].words[i] for s, i in columns]).T).max(axis=1)
    weights = np.array([weight(asked.tokens[i]) for i in rows])
    mean, lowest = float((nearest * weights).sum() / weights.sum()), float(nearest.min())
    own = max(float(mine.sentence @ v.sentence) for v in theirs)
    best = max((float(mine.sentence @ v.sentence) for v in everything), default=own)
    return AskedFeatures(1 - needs * (1 - mean), 1 - needs * (1 - lowest), needs * max(0.0, best - own))


NEUTRAL = ClosenessFeatures(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0)
NO_VECTORS = ClosenessFeatures(*([float("nan")] * 14))


def compare(
    claim: Reading,
    mine: Vectors,
    texts: Sequence[Reading],
    theirs: Sequence[Vectors],
    *,
    everything: Sequence[tuple[Reading, Vectors]] = (),
    asked: Reading | None = None,
) -> ClosenessFeatures:
    """Closeness of a claim to the chosen sentences, the nearest first.

    Args:
        everything: all the sentences of the evidence, for ``anywhere``.
        asked: the question, whose words are no part of ``own_mean`` and ``own_lowest``.
    """
    rows = wording(claim)
    columns = [(s, i) for s, r in enumerate(texts) for i in wording(r)]
    best = float(mine.sentence @ theirs[0].sentence)
    joined = float(mine.sentence @ _unit(np.mean([v.sentence for v in theirs], axis=0)[None, :])[0])
    if not rows or not columns:
        return replace(NEUTRAL, best=best, joined=joined)
    table = mine.words[list(rows)] @ np.stack([theirs[s].words[i] for s, i in columns]).T
    stems = [texts[s].tokens[i].stem for s, i in columns]
    weights = np.array([weight(claim.tokens[i]) for i in rows])
    nearest = table.max(axis=1)
    ordered = np.sort(nearest)
    new, same, displaced = [], [], 0.0
    for row, i in enumerate(rows):
        own = [c for c, s in enumerate(stems) if s == claim.tokens[i].stem]
        if not own:
            new.append(float(nearest[row]))
            continue
        itself = float(table[row, own].max())
        same.append(itself)
        if nearest[row] > itself + 0.03:
            displaced += float(weights[row])
    first = [c for c, (s, _) in enumerate(columns) if s == 0]
    wide = nearest
    for reading, vectors_ in everything:
        if (there := wording(reading)) and reading not in texts:
            wide = np.maximum(wide, (mine.words[list(rows)] @ vectors_.words[list(there)].T).max(axis=1))
    asking = frozenset(t.stem for t in asked.tokens) if asked is not None else frozenset[str]()
    own_rows = [r for r, i in enumerate(rows) if claim.tokens[i].stem not in asking]
    part = clauses(claim)
    parts = [[r for r, i in enumerate(rows) if part[i] == p] for p in sorted(set(part))]
    return ClosenessFeatures(
        best=best,
        joined=joined,
        mean=float((nearest * weights).sum() / weights.sum()),
        lowest=float(ordered[0]),
        second_lowest=float(ordered[min(1, len(ordered) - 1)]),
        new_mean=float(np.mean(new)) if new else 1.0,
        new_lowest=min(new, default=1.0),
        same_lowest=min(same, default=1.0),
        displaced=displaced / float(weights.sum()),
        reverse=float(table[:, first].max(axis=0).mean()) if first else 1.0,
        anywhere=float((wide * weights).sum() / weights.sum()),
        clause=min((float(np.average(nearest[p], weights=weights[p])) for p in parts if len(p) > 1), default=1.0),
        own_mean=float(np.average(nearest[own_rows], weights=weights[own_rows])) if own_rows else 1.0,
        own_lowest=float(nearest[own_rows].min()) if own_rows else 1.0,
    )


def clauses(reading: Reading) -> list[int]:
    """(n_tokens,) number of the clause of each token."""
    out, current = [], 0
    for i, token in enumerate(reading.tokens):
        between = reading.text[reading.tokens[i - 1].end : token.start] if i else ""
        if any(mark in between for mark in ",;:.()–—") or token.folded in _JOINING:
            current += 1
        out.append(current)
    return out
