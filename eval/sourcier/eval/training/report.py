"""How well supports separate right claims from wrong ones, and how honest they are as probabilities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcier.eval.training.examples import Example


def expected_calibration_error(supports: NDArray[np.float64], labels: NDArray[np.int64], bins: int = 10) -> float:
    """Mean distance, over ten equal bins, of mean support and share of right claims (Naeini et al., 2015)."""
    place = np.minimum((supports * bins).astype(int), bins - 1)
    error = 0.0
    for b in range(bins):
        inside = place == b
        if inside.any():
            error += float(inside.mean()) * abs(float(supports[inside].mean()) - float(labels[inside].mean()))
    return error


def area(supports: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Area under the ROC curve: chance that a right claim is above a wrong one, ties counted half."""
    right, wrong = supports[labels == 1], supports[labels == 0]
    if not len(right) or not len(wrong):
        return float("nan")
    ordered = np.sort(wrong)
    below = np.searchsorted(ordered, right, "left") + np.searchsorted(ordered, right, "right")
    return float(below.mean() / 2 / len(wrong))


def measure(examples: Sequence[Example], supports: NDArray[np.float64], threshold: float = 0.5) -> dict[str, Any]:
    """Balanced accuracy, AUC, calibration, share caught by kind of error and false alarms by kind of right claim."""
    labels = np.array([e.label for e in examples])
    held = supports >= threshold
    caught: dict[str, list[bool]] = defaultdict(list)
    alarms: dict[str, list[bool]] = defaultdict(list)
    for example, ok in zip(examples, held.tolist(), strict=True):
        (alarms if example.label else caught)[example.kind].append(not ok)

    def shares(table: dict[str, list[bool]]) -> dict[str, str]:
        return {k: f"{100 * sum(v) / len(v):.1f} % of {len(v)}" for k, v in sorted(table.items())}

    sensitivity = float(held[labels == 1].mean()) if (labels == 1).any() else float("nan")
    specificity = float((~held[labels == 0]).mean()) if (labels == 0).any() else float("nan")
    return {
        "n": len(examples),
        "balanced_accuracy": round(50 * (sensitivity + specificity), 1),
        "auc": round(100 * area(supports, labels), 1),
        "false_alarms": round(100 * (1 - sensitivity), 1),
        "caught_all": round(100 * specificity, 1),
        "ece": round(100 * expected_calibration_error(supports, labels), 1),
        "caught": shares(caught),
        "false_alarms_by_kind": shares(alarms),
    }
