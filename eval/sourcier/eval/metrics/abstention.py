"""Answering or not: the decisions of a run, and what the gate's probability is worth.

Rates of one threshold follow NoMIRACL (Thakur et al. 2024): hallucination, of what nothing answers, is ``wrongly_answered``
of :mod:`.summary`; error, of what is answerable, is ``wrongly_refused``. Scores of one question asked of several
collections are another matter (:mod:`sourcier.eval.bench.abstention.measure`: never pooled).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sourcier.eval.bench.abstention.measure import aurc
from sourcier.eval.metrics.intervals import SEED, Estimate, of_means

__all__ = ["area_under_risk_coverage", "grounded_refusal", "refusal_f1"]

#: Resamples of the area, which costs a sort each.
_RESAMPLES = 1_000


def refusal_f1(decisions: Sequence[tuple[bool, bool]], seed: int = SEED) -> Estimate:
    """Harmonic mean of the precision and recall of refusals.

    Args:
        decisions: ``(answerable, refused)``, one a question.
    """
    if not any(not answerable for answerable, _ in decisions):
        return Estimate(None, 0)
    return of_means(_columns(decisions, of_refusals=True), _harmonic, seed=seed)


def grounded_refusal(decisions: Sequence[tuple[bool, bool]], seed: int = SEED) -> Estimate:
    """F1_RG of Trust-Score (Song et al. 2025, ICLR): the mean of F1 over refusals and of F1 over answers.

    Undefined unless there are questions of both sorts.
    """
    if len({answerable for answerable, _ in decisions}) < 2:
        return Estimate(None, 0)
    both = [(*a, *b) for a, b in zip(_columns(decisions, True), _columns(decisions, False), strict=True)]
    return of_means(both, lambda rn, rd, an, ad: (_harmonic(rn, rd) + _harmonic(an, ad)) / 2, seed=seed)


def _columns(decisions: Sequence[tuple[bool, bool]], of_refusals: bool) -> list[tuple[float, float]]:
    """Twice what was rightly decided that way, and what was decided plus what should have been: F1 is their ratio."""
    return [
        (2.0 * (decided and wanted), float(decided) + float(wanted))
        for answerable, refused in decisions
        for decided, wanted in [(refused, not answerable) if of_refusals else (not refused, answerable)]
    ]


def _harmonic(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    # Nothing decided that way where nothing should have been, in a resample: no refusal was wrong.
    return np.where(bottom > 0, top / np.maximum(bottom, 1e-12), 0.0)


def area_under_risk_coverage(rows: Sequence[tuple[bool, float]], seed: int = SEED) -> Estimate:
    """AURC (Geifman and El-Yaniv 2017): mean, over coverages, of the share of unanswerable questions among those that the
    gate's probability puts first. Lower is better; what a gate that knows nothing gets is the share of unanswerable ones.

    Args:
        rows: ``(answerable, probability)``, one a question that the gate was asked about.
    """
    if len({answerable for answerable, _ in rows}) < 2:
        return Estimate(None, 0)
    labels = np.array([answerable for answerable, _ in rows], np.int64)
    scores = np.array([probability for _, probability in rows], np.float64)
    generator = np.random.default_rng(seed)
    drawn = []
    for _ in range(_RESAMPLES):
        chosen = generator.integers(0, len(rows), len(rows))
        drawn.append(aurc(labels[chosen], scores[chosen]))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(aurc(labels, scores), len(rows), float(low), float(high))
