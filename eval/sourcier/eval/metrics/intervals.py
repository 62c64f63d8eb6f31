"""Estimates and what they are worth: every figure comes with its n and a 95 % interval.

What has no observation has no value: ``None``, never 0 or 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEED = 20261123
RESAMPLES = 10_000
_Z = 1.959963984540054  # 97.5 % quantile of the standard normal


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure. ``n`` is how many observations it rests on; ``low`` and ``high`` bound it at 95 %."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


def proportion(successes: int, n: int) -> Estimate:
    """A share, with Wilson's score interval (Wilson 1927), which holds near 0 and 1 and for small n."""
    if not n:
        return Estimate(None, 0)
    p = successes / n
    centre = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
    # Exact at both ends, where rounding would leave 0.99999….
    return Estimate(p, n, 0.0 if successes == 0 else centre - half, 1.0 if successes == n else centre + half)


def mean(values: Sequence[float], seed: int = SEED) -> Estimate:
    """A mean, with a percentile bootstrap over the observations; no interval under two observations."""
    if not values:
        return Estimate(None, 0)
    column = _columns(values)
    return _estimate(float(column.mean()), len(values), _resampled(column, np.random.default_rng(seed))[:, 0])


def ratio(numerators: Sequence[float], denominators: Sequence[float], seed: int = SEED) -> Estimate:
    """A share of items that come in groups (facts of a question): the bootstrap draws whole groups.

    ``n`` is the number of items. Groups without items count for nothing.
    """
    pairs = _columns(numerators, denominators)
    pairs = pairs[pairs[:, 1] > 0]
    if not len(pairs):
        return Estimate(None, 0)
    top, bottom = pairs.sum(axis=0)
    drawn = _resampled(pairs, np.random.default_rng(seed))
    return _estimate(float(top / bottom), int(bottom), drawn[:, 0] / drawn[:, 1], groups=len(pairs))


def mean_of_means(first: Sequence[float], second: Sequence[float], seed: int = SEED) -> Estimate:
    """The mean of the means of two independent groups, whatever their sizes; undefined unless both have members."""
    if not first or not second:
        return Estimate(None, 0)
    a, b, generator = _columns(first), _columns(second), np.random.default_rng(seed)
    drawn = (_resampled(a, generator) + _resampled(b, generator)) / 2
    return _estimate(float(a.mean() + b.mean()) / 2, len(a) + len(b), drawn[:, 0])


def of_means(
    rows: Sequence[Sequence[float]],
    function: Callable[..., NDArray[np.float64] | float],
    *,
    n: int | None = None,
    seed: int = SEED,
) -> Estimate:
    """A function of the means of some columns, such as a harmonic mean of two shares; the bootstrap draws whole rows.

    Args:
        rows: one a question, of as many numbers as ``function`` takes.
        function: of the columns' means, as numbers or as arrays of shape ``(RESAMPLES,)``, element by element.
        n: how many observations the figure rests on, where that is not the number of rows.
    """
    if not rows:
        return Estimate(None, 0)
    table = np.asarray(rows, dtype=np.float64)
    drawn = _resampled(table, np.random.default_rng(seed))
    value = float(function(*table.mean(axis=0)))
    resampled = np.asarray(function(*drawn.T), dtype=np.float64)
    return _estimate(value, len(rows) if n is None else n, resampled, groups=len(rows))


def difference(first: Sequence[float], second: Sequence[float], seed: int = SEED) -> Estimate:
    """Mean of ``second - first`` over the same questions, in the same order (paired bootstrap)."""
    return mean([b - a for a, b in zip(first, second, strict=True)], seed)


@dataclass(frozen=True, slots=True)
class Paired:
    """A difference over the same questions. ``p``: how often chance alone would show one as large, both ways."""

    difference: Estimate
    p: float | None


def paired(first: Sequence[float], second: Sequence[float], seed: int = SEED) -> Paired:
    """Mean of ``second - first`` with its interval, and the two-sided p-value of the same paired bootstrap.

    The p-value is twice the share of resampled means on the other side of 0, or on it (Efron and Tibshirani 1993,
    § 15.4; for retrieval: Sakai 2006, SIGIR), at most 1 and never 0: one resample is added to each count. ``None``
    under two questions.
    """
    differences = [b - a for a, b in zip(first, second, strict=True)]
    if len(differences) < 2:
        return Paired(mean(differences, seed), None)
    column = _columns(differences)
    drawn = _resampled(column, np.random.default_rng(seed))[:, 0]
    # Sums of binary fractions: what is nought but for rounding is nought.
    below, above = int((drawn < 1e-12).sum()), int((drawn > -1e-12).sum())
    p = min(1.0, 2 * (min(below, above) + 1) / (len(drawn) + 1))
    return Paired(_estimate(float(column.mean()), len(differences), drawn), p)


def percentile(values: Sequence[float], q: float) -> float | None:
    """The ``q``-th percentile (0–100), linear between observations; ``None`` without any."""
    return float(np.percentile(values, q)) if values else None


def _columns(*values: Sequence[float]) -> NDArray[np.float64]:
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in values])


def _resampled(rows: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    """Means of each column over rows drawn with replacement: ``(n, columns)`` to ``(RESAMPLES, columns)``."""
    # In slices, so that a thousand questions do not take ten million indices at once.
    shape = (RESAMPLES // 20, len(rows))
    return np.concatenate([rows[generator.integers(0, len(rows), shape)].mean(axis=1) for _ in range(20)])


def _estimate(value: float, n: int, drawn: NDArray[np.float64], groups: int | None = None) -> Estimate:
    if (n if groups is None else groups) < 2:
        return Estimate(value, n)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(value, n, float(low), float(high))
