"""Candidates put in order: a weighted sum of their features, learnt on development questions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcier.index.dense import cosines
from sourcier.index.features import NAMES, measure
from sourcier.index.fusion import Fused, fuse
from sourcier.index.query import Understood
from sourcier.index.serving import OpenGeneration

__all__ = ["Ranking", "delivered", "features_of", "ranked"]

_TEMPERATURE = 2.0
"""Odds are taken to the power of its inverse: the order is the same for any, and so were the development answers."""
_FILE = Path(__file__).with_name("ranking.json")


@dataclass(frozen=True, slots=True)
class Ranking:
    """Weights of the features.

    Attributes:
        weights: (features,) in the order of :data:`~sourcier.index.features.NAMES`.
    """

    weights: NDArray[np.float32]

    def scores(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n,) scores of candidates, for ordering those of one question only."""
        found: NDArray[np.float32] = features @ self.weights
        return found

    @classmethod
    def load(cls, path: Path) -> Ranking:
        """Read what ``python -m sourcier.eval.training.train_ranking`` wrote.

        Raises:
            KeyError: it was learnt on other features.
        """
        weights = json.loads(path.read_text(encoding="utf-8"))["weights"]
        if set(weights) != set(NAMES):
            raise KeyError(f"{path.name}: {sorted(set(weights) ^ set(NAMES))}")
        return cls(np.array([weights[name] for name in NAMES], np.float32))


@cache
def delivered() -> Ranking:
    """The weights that Sourcier is delivered with."""
    return Ranking.load(_FILE)


def features_of(
    asked: Understood,
    vector: NDArray[np.float32],
    rows: NDArray[np.int64],
    scores: NDArray[np.float32],
    generation: OpenGeneration,
    scanned: NDArray[np.float32] | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(n, features) of candidates, and (n,) their cosines.

    Args:
        vector: of the question.
        rows: (n,) candidates, growing, each once.
        scores: (passages,) BM25 of every passage.
        scanned: (passages,) the cosine of every passage, where it is known.
    """
    vectors = generation.vectors[rows]
    near = cosines(vectors, vector) if scanned is None else scanned[rows]

    def around(others: NDArray[np.int64]) -> NDArray[np.float32]:
        return cosines(generation.vectors[others], vector) if scanned is None else scanned[others]

    spread = generation.spread(vector)
    lexical, surroundings = generation.lexical, generation.surroundings
    return measure(asked, rows, scores, near, vectors, around, spread, lexical, surroundings), near


def ranked(
    asked: Understood,
    vector: NDArray[np.float32],
    rows: NDArray[np.int64],
    scores: NDArray[np.float32],
    generation: OpenGeneration,
    lexical_weight: float | None = None,
    scanned: NDArray[np.float32] | None = None,
) -> Fused:
    """Candidates, best first; see :func:`features_of`.

    Scores are 1 for the best of a question, and for another the odds that it is the right one instead, to a power that
    keeps those further down apart.

    Args:
        lexical_weight: the share of BM25 in a plain fusion of both scores, in place of the learnt ranking.
    """
    if lexical_weight is not None or not len(rows):
        near = cosines(generation.vectors[rows], vector)
        return fuse(rows, near, scores[rows], lexical_weight=lexical_weight or 0.0)
    features, near = features_of(asked, vector, rows, scores, generation, scanned)
    weighed = delivered().scores(features)
    weighed = np.exp((weighed - weighed.max()) / _TEMPERATURE)
    order = np.lexsort((rows, -weighed))
    return Fused(rows[order], weighed[order], near[order], scores[rows][order])
