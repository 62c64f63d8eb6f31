"""One ranking out of two: the convex combination of scores that are made comparable first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sourcier.index.selection import best

__all__ = ["Fused", "best", "fuse", "scaled"]


@dataclass(frozen=True, slots=True)
class Fused:
    """Candidates, best first: row in the index, fused score (0 to 1), cosine and BM25 score of each."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]
    dense: NDArray[np.float32]
    lexical: NDArray[np.float32]


def fuse(
    rows: NDArray[np.int64], dense: NDArray[np.float32], lexical: NDArray[np.float32], *, lexical_weight: float
) -> Fused:
    """Rank candidates by ``(1 - w) * dense + w * lexical``, each scaled to 0–1 over the candidates of this query.

    Both scores of every candidate are known here, whichever search found it, so that none is punished for a score it was
    never given. Convex combination with min-max scaling beats rank fusion, in and out of domain, and its one weight
    needs few examples to set (Bruch, Gai, Ingber 2023, "An analysis of fusion functions for hybrid retrieval",
    ACM TOIS 42(1), arXiv:2210.11934).

    Args:
        rows: (n,) candidates, each once.
        dense: (n,) their cosines with the question.
        lexical: (n,) their BM25 scores.
        lexical_weight: the share of BM25, 0 to 1. Where no candidate shares a term with the question, BM25 has nothing
            to say and the cosine decides alone.
    """
    weight = lexical_weight if lexical.any() else 0.0
    scores = (1.0 - weight) * scaled(dense) + weight * scaled(lexical)
    # Equal scores keep the order of the corpus: results do not depend on how candidates were found.
    order = np.lexsort((rows, -scores))
    return Fused(rows[order], scores[order].astype(np.float32), dense[order], lexical[order])


def scaled(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scores brought to 0–1 by their smallest and largest; all 1 where they are equal."""
    if not len(scores):
        return scores
    low, high = float(scores.min()), float(scores.max())
    if high <= low:
        return np.ones_like(scores)
    return (scores - low) / np.float32(high - low)
