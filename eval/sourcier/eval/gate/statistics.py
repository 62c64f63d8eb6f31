"""Whether a loss is more than chance, and more than is let through.

All works on pairs: ``accepted`` and ``candidate`` are ``(n, 2)`` arrays, one row a question, of what it counts for in
each run (``(good, of)``); the value of a run is the sum of the first column over the sum of the second. A question that
says nothing in a run has a row of zeros there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sourcier.eval.metrics.intervals import SEED

__all__ = ["ALPHA", "DRAWS", "Loss", "holm", "loss"]

Floats = NDArray[np.float64]

#: Risk of refusing, on any measure, a change that loses nothing.
ALPHA = 0.05
DRAWS = 10_000
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Loss:
    """One measure in two runs.

    Attributes:
        accepted: its value in the accepted run, ``candidate`` in the other.
        gain: the difference, turned so that below 0 is worse; a share of ``accepted`` for a relative measure.
        at_worst: what the gain is above with 95 % confidence (one-sided percentile bootstrap over the questions).
        p: how often chance alone would show a loss that exceeds the margin as much.
        n: questions that count in one run or the other.
        changed: questions that are not worth the same in both runs, or count in one only.
    """

    accepted: float
    candidate: float
    n: int
    gain: float
    at_worst: float
    p: float
    changed: int


def loss(
    accepted: Floats, candidate: Floats, *, lower_is_better: bool = False, relative: bool = False, margin: float = 0.0
) -> Loss | None:
    """Compare a measure over the same questions, in the same order; ``None`` where a run says nothing of it.

    ``p`` is that of the paired randomisation test (Noreen 1989; for ratios over a data set Yeh 2000, COLING; for
    retrieval Smucker, Allan and Carterette 2007, CIKM): were the two runs alike, which of them gave which answer would
    be the toss of a coin, so the answers of each question are swapped or not, 10,000 times, and the gains of chance
    are set beside the gain seen; the margin is first given back to the candidate. A percentile bootstrap's tail is too thin where few questions changed:
    with four of ten lost and none won it gives 0.6¹⁰ = 0.006, where four coins on the same side come once in sixteen.
    So the bootstrap bounds the loss, and does not judge it.
    """
    if not accepted[:, 1].sum() or not candidate[:, 1].sum():
        return None
    before, after = _value(accepted.sum(axis=0)), _value(candidate.sum(axis=0))
    scale = (-1.0 if lower_is_better else 1.0) / (float(before) if relative and before else 1.0)
    gain = scale * float(after - before)
    change = candidate - accepted
    n = int(((accepted[:, 1] > 0) | (candidate[:, 1] > 0)).sum())
    # Two of two and three of three say the same: what a question is worth has changed, or whether it counts at all.
    worth = [np.nan_to_num(_value(run), nan=-1.0) for run in (accepted, candidate)]
    changed = int((np.abs(worth[1] - worth[0]) > _ROUNDING).sum())
    if not np.any(np.abs(change) > _ROUNDING):
        return Loss(float(before), float(after), n, 0.0, 0.0, 1.0, 0)

    swaps, resamples = _draws(len(change))
    # Were the loss just the margin, the candidate's answers with the margin given back would be like the accepted ones.
    given_back = candidate.copy()
    given_back[:, 0] += (margin / scale) * candidate[:, 1]
    swapped = swaps @ (given_back - accepted)
    by_chance = scale * (_value(given_back.sum(axis=0) - swapped) - _value(accepted.sum(axis=0) + swapped))
    p = (int((by_chance <= gain + margin + _ROUNDING).sum()) + 1) / (DRAWS + 1)
    drawn = scale * (_value(resamples @ candidate) - _value(resamples @ accepted))
    at_worst = float(np.percentile(drawn[np.isfinite(drawn)], 100 * ALPHA))
    return Loss(float(before), float(after), n, gain, at_worst, min(1.0, p), changed)


@lru_cache(maxsize=1)
def _draws(n: int) -> tuple[Floats, Floats]:
    """The same draws for every measure of ``n`` questions, both ``(DRAWS, n)``: 0 or 1, swapped or not; and how many
    times each question comes in a resample."""
    generator = np.random.default_rng(SEED)
    swaps = generator.integers(0, 2, (DRAWS, n)).astype(np.float64)
    return swaps, generator.multinomial(n, np.full(n, 1 / n), DRAWS).astype(np.float64)


def _value(sums: Floats) -> Floats:
    """Sums ``(…, 2)`` as values; what rests on nothing is no number, and no reason to refuse."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(sums[..., 0] / np.where(sums[..., 1] > _ROUNDING, sums[..., 1], np.nan))


def holm(losses: Mapping[str, Loss], alpha: float = ALPHA) -> dict[str, float]:
    """Each measure's p-value, adjusted for there being several (Holm 1979, Scandinavian Journal of Statistics 6:65).

    A measure on which k questions changed cannot have a p-value under 2⁻ᵏ. Those that could not be refused whatever
    happens are not counted among the several (Tarone 1990, Biometrics 46:515): on ten questions, most.
    """
    least = {name: 2.0**-one.changed for name, one in losses.items()}
    family = [name for name in losses if least[name] <= alpha]
    for size in range(1, len(losses) + 1):
        family = [name for name in losses if least[name] <= alpha / size]
        if len(family) <= size:
            break
    adjusted = dict.fromkeys(losses, 1.0)
    highest = 0.0
    for rank, name in enumerate(sorted(family, key=lambda name: losses[name].p)):
        highest = max(highest, min(1.0, (len(family) - rank) * losses[name].p))
        adjusted[name] = highest
    return adjusted
