"""What abstention is judged by: error rates, area under the ROC curve within a question, paired accuracy, risk and coverage.

Scores of different questions are never pooled where one question is asked of several collections: which question is
asked tells its label nine times in ten there, without a document being read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

__all__ = ["Errors", "aurc", "errors", "paired_accuracy", "risk_coverage", "within_question_auroc"]

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Errors:
    """Shares, 0 to 1, at one threshold.

    Attributes:
        hallucination: of what no passage answers, how much is answered.
        error: of what is answerable, how much is refused.
        refusal_f1: of refusals, the harmonic mean of precision and recall (F1_RG of Song et al., 2024).
    """

    hallucination: float
    error: float
    refusal_f1: float

    @property
    def balanced_accuracy(self) -> float:
        """Mean of the shares of right decisions on either side."""
        return 1 - (self.hallucination + self.error) / 2


def errors(y: Labels, scores: Floats, threshold: float | Floats) -> Errors:
    """Both error rates when what scores at least ``threshold`` is answered; ``threshold`` may be one a row."""
    answered = scores >= threshold
    bad, good = y == 0, y == 1
    refused_right = int((~answered & bad).sum())
    precision = refused_right / max(1, int((~answered).sum()))
    recall = refused_right / max(1, int(bad.sum()))
    return Errors(
        float(answered[bad].mean()) if bad.any() else 0.0,
        float((~answered[good]).mean()) if good.any() else 0.0,
        2 * precision * recall / (precision + recall) if precision + recall else 0.0,
    )


def _mixed(y: Labels, scores: Floats, groups: Sequence[str], least: int) -> Iterator[tuple[Floats, Floats]]:
    """For each question with at least ``least`` rows of both labels, the scores of either."""
    order = sorted(range(len(y)), key=lambda i: groups[i])
    for _, rows in groupby(order, key=lambda i: groups[i]):
        mine = np.array(list(rows))
        good, bad = scores[mine[y[mine] == 1]], scores[mine[y[mine] == 0]]
        if min(len(good), len(bad)) >= least:
            yield good, bad


def within_question_auroc(y: Labels, scores: Floats, groups: Sequence[str], least: int = 1) -> tuple[float, int]:
    """Mean over questions with both labels of the chance that an answerable row scores above an unanswerable one.

    Equal scores count one half, so that a score which only depends on the question gives exactly 0.5.

    Args:
        least: rows of each label that a question must have.

    Returns:
        the mean, not-a-number without such a question, and the number of questions.
    """
    each = [
        float(np.mean((good[:, None] > bad[None, :]) + 0.5 * (good[:, None] == bad[None, :])))
        for good, bad in _mixed(y, scores, groups, least)
    ]
    return (float(np.mean(each)) if each else float("nan")), len(each)


def paired_accuracy(
    y: Labels, scores: Floats, groups: Sequence[str], threshold: float, least: int = 1
) -> tuple[float, int]:
    """Mean over questions of the chance that, of one answerable and one unanswerable row drawn at random, the first is
    answered and the second refused: exact, without drawing. A blind guess gets a quarter, a question's prior nothing.
    """
    each = [
        float((good >= threshold).mean() * (bad < threshold).mean()) for good, bad in _mixed(y, scores, groups, least)
    ]
    return (float(np.mean(each)) if each else float("nan")), len(each)


def risk_coverage(y: Labels, scores: Floats) -> list[tuple[float, float, float]]:
    """``(threshold, coverage, risk)`` from the surest row on: the share of rows answered, and of those the share that no
    passage answers. Rows of one score enter together.
    """
    points = []
    for threshold in sorted(set(scores.tolist()), reverse=True):
        answered = scores >= threshold
        points.append((float(threshold), float(answered.mean()), float((y[answered] == 0).mean())))
    return points


def aurc(y: Labels, scores: Floats) -> float:
    """Area under the risk–coverage curve (Geifman and El-Yaniv, 2017): the mean risk over coverages; lower is better."""
    points = risk_coverage(y, scores)
    covered = np.array([coverage for _, coverage, _ in points])
    risks = np.array([risk for _, _, risk in points])
    return float(np.sum(np.diff(covered, prepend=0.0) * risks))
