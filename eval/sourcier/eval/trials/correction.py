"""A share of supported sentences, corrected for how often its judge is wrong."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from sourcier.eval.metrics.intervals import RESAMPLES, SEED, Estimate
from sourcier.eval.trials.trial import Floats, Trial

__all__ = ["corrected", "rogan_gladen", "tells_apart"]

#: Share of the draws beyond what can be from which the trial is held not to apply.
_BEYOND = 0.995


def rogan_gladen(observed: float, sensitivity: float, specificity: float) -> float | None:
    """``(observed + Sp - 1) / (Se + Sp - 1)``, clipped to 0–1 (Rogan and Gladen 1978, Am. J. Epidemiology 107).

    None where ``Se + Sp - 1 <= 0``: a judge no better than chance says nothing of what it judged.
    """
    apart = sensitivity + specificity - 1
    if apart <= 0:
        return None
    return min(1.0, max(0.0, (observed + specificity - 1) / apart))


def tells_apart(trial: Trial) -> bool:
    """Whether the trial shows that the judge tells right claims from wrong ones: ``Se + Sp - 1`` above 0 at 97.5 %."""
    if not (trial.right and trial.wrong):
        return False
    value = trial.right_supported / trial.right - trial.wrong_supported / trial.wrong
    se, sp = trial.draws()
    return value > 0 and float(np.percentile(se + sp - 1, 2.5)) > 0


def corrected(
    supported: Sequence[bool], trial: Trial, seed: int = SEED, groups: Sequence[Hashable] | None = None
) -> Estimate:
    """The share that is truly supported, given the judge's verdicts and its trial.

    Both the verdicts and the trial are drawn anew, so the interval widens with a weak judge or a small trial. It holds
    for claims on which the judge errs as often as in its trial, and for no others. That it does not can be seen when
    more is found supported than the trial could explain even if every sentence were true, or less than if none were:
    clipping would then make a perfect score out of a trial that does not apply.

    Args:
        supported: one verdict a sentence, the unreadable ones as False.
        groups: the question of each sentence; sentences of one question are drawn together.

    Returns:
        ``n`` is the number of sentences. No value without a sentence, where the judge does not tell right claims from
        wrong ones (:func:`tells_apart`), or where the trial does not apply: the share lies beyond 0–1 in 99.5 % of
        the draws.
    """
    n = len(supported)
    if not n or not tells_apart(trial):
        return Estimate(None, n)
    observed = sum(supported) / n
    value = rogan_gladen(observed, trial.right_supported / trial.right, 1 - trial.wrong_supported / trial.wrong)
    se, sp = trial.draws(seed)
    drawn = _observed(supported, groups, seed + 1)
    apart = se + sp - 1
    known = apart > 0
    shares = (drawn[known] + sp[known] - 1) / apart[known]
    if max(float((shares > 1).mean()), float((shares < 0).mean())) > _BEYOND:
        return Estimate(None, n)
    shares = np.clip(shares, 0.0, 1.0)
    # A draw in which the judge is no better than chance says nothing: it stands for both ends.
    lost = RESAMPLES - int(known.sum())
    shares = np.concatenate([shares, np.zeros(lost // 2), np.ones(lost - lost // 2)])
    low, high = np.percentile(shares, [2.5, 97.5])
    assert value is not None
    return Estimate(value, n, min(value, float(low)), max(value, float(high)))


def _observed(supported: Sequence[bool], groups: Sequence[Hashable] | None, seed: int) -> Floats:
    """``(RESAMPLES,)`` shares that the judge could as well have found supported, drawn as trials are."""
    counts: dict[Hashable, list[int]] = {}
    for verdict, group in zip(supported, groups if groups is not None else range(len(supported)), strict=True):
        held = counts.setdefault(group, [0, 0])
        held[0] += 1
        held[1] += verdict
    asked = Trial(
        sum(total for total, _ in counts.values()),
        sum(held for _, held in counts.values()),
        0,
        0,
        groups=tuple((total, held, 0, 0) for total, held in counts.values()) if groups is not None else (),
    )
    return asked.draws(seed)[0]
