"""Nearest vectors: what an index of them answers, the exact scan, and how either is checked."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sourcier.index.selection import best


class DenseIndex(Protocol):
    """Rows of the index nearest to a vector."""

    def nearest(self, query: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """(<= count,) rows, nearest first."""
        ...

    def close(self) -> None:
        """Let go of files and locks."""
        ...


def cosines(vectors: NDArray[np.float32], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n,) the cosine of each of some unit vectors with that of a question.

    One product after the other, in the thread that asks. ``vectors @ query`` has every thread of BLAS take a part and wait
    for the slowest: alone it is no faster, this being as fast as memory is, and where several search, or another program
    runs, 20,000 vectors took 20 ms instead of one.
    """
    found: NDArray[np.float32] = np.vecdot(vectors, query)
    return found


class ExactScan:
    """Every vector compared: recall 1, nothing that could be damaged silently, and 5 ms for 100,000 vectors."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors

    def nearest(self, query: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """(<= count,) rows, nearest first."""
        return best(cosines(self._vectors, query), count)

    def close(self) -> None:
        """Nothing to let go of."""


def finds_itself(index: DenseIndex, vectors: NDArray[np.float32], sample: int, *, share: float = 1.0) -> bool:
    """Whether vectors taken evenly from the index find themselves, or a vector as near: what a count cannot prove.

    Args:
        share: how many of them must; a graph is allowed to miss a few, an exact scan none.
    """
    rows = np.unique(np.linspace(0, len(vectors) - 1, min(sample, len(vectors)), dtype=np.int64))
    return sum(_finds(index, vectors, row) for row in rows) >= share * len(rows)


def _finds(index: DenseIndex, vectors: NDArray[np.float32], row: int) -> bool:
    query = np.array(vectors[row])
    found = index.nearest(query, 10)
    # Exact copies are each other's nearest: any vector as near as itself will do.
    return bool(len(found)) and float(np.max(cosines(vectors[found], query))) >= 1 - 1e-4
