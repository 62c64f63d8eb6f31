"""A judge on trial: what it said of claims whose right verdict is known, as numbers alone."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcier.eval.judges import Judge, Verdict
from sourcier.eval.metrics.intervals import RESAMPLES, SEED, Estimate
from sourcier.eval.training.report import area, expected_calibration_error
from sourcier.eval.trials.claims import Labelled

__all__ = ["Floats", "Trial", "hold", "scored"]

Floats = NDArray[np.float64]
Counts = tuple[int, int, int, int]
"""Right claims, those of them found supported, wrong claims, those of them found supported."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Counts of verdicts on right and on wrong claims.

    Attributes:
        unreadable: verdicts that were none; each is among those not supported.
        groups: the same counts by question or document, whose claims are not independent; empty where all are.
        kinds: the same counts by finer label.
        changes: by change that should not matter (or, ``sibling``, that should), claims changed and those of which
            the verdict did as it should.
        ms: milliseconds a claim.
        whole: the set was tried whole; else a balanced sample of it.
        area: chance that a right claim has a better score than a wrong one; None without scores.
        best: the threshold that suits this very set best, and the balanced accuracy there: more than anyone could
            know beforehand.
        calibration: expected calibration error of the scores (:mod:`sourcier.eval.training.report`).
        digest: first characters of the digest of what was learnt, where the judge is a language model or the verifier.
    """

    right: int
    right_supported: int
    wrong: int
    wrong_supported: int
    unreadable: int = 0
    groups: tuple[Counts, ...] = ()
    kinds: Mapping[str, Counts] = field(default_factory=dict)
    changes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    ms: float | None = None
    whole: bool = True
    area: float | None = None
    best: tuple[float, float] | None = None
    calibration: float | None = None
    digest: str = ""

    def __post_init__(self) -> None:
        if not (0 <= self.right_supported <= self.right and 0 <= self.wrong_supported <= self.wrong):
            raise ValueError("more claims found supported than there are")

    @property
    def sensitivity(self) -> Estimate:
        """Share of the right claims that were found supported."""
        value = self.right_supported / self.right if self.right else None
        return _estimate(value, self.right, self.draws()[0])

    @property
    def specificity(self) -> Estimate:
        """Share of the wrong claims that were not."""
        value = 1 - self.wrong_supported / self.wrong if self.wrong else None
        return _estimate(value, self.wrong, self.draws()[1])

    @property
    def balanced_accuracy(self) -> Estimate:
        """The mean of both; undefined where the set has right or wrong claims alone."""
        if not (self.right and self.wrong):
            return Estimate(None, self.right + self.wrong)
        value = (self.right_supported / self.right + 1 - self.wrong_supported / self.wrong) / 2
        se, sp = self.draws()
        return _estimate(value, self.right + self.wrong, (se + sp) / 2)

    def draws(self, seed: int = SEED) -> tuple[Floats, Floats]:
        """What sensitivity and specificity could as well be: ``(RESAMPLES,)`` of each, drawn together.

        Groups are drawn by the Bayesian bootstrap (Rubin 1981, Annals of Statistics 9): each gets an exponential
        weight. Half a claim is added either way, as in Jeffreys' prior, so that a judge is not held for infallible
        because a trial saw it fail nowhere. Claims without groups are drawn from the beta distributions that this gives.
        """
        generator = np.random.default_rng(seed)
        counts = np.array(self.groups or [(self.right, self.right_supported, self.wrong, self.wrong_supported)], float)
        if not self.groups:
            right, held, wrong, passed = counts[0]
            return (
                generator.beta(held + 0.5, right - held + 0.5, RESAMPLES),
                1 - generator.beta(passed + 0.5, wrong - passed + 0.5, RESAMPLES),
            )
        sums = np.concatenate(
            [generator.standard_exponential((RESAMPLES // 10, len(counts))) @ counts for _ in range(10)]
        )
        prior = generator.standard_gamma(0.5, (RESAMPLES, 4))
        se = (sums[:, 1] + prior[:, 0]) / (sums[:, 0] + prior[:, 0] + prior[:, 1])
        sp = 1 - (sums[:, 3] + prior[:, 2]) / (sums[:, 2] + prior[:, 2] + prior[:, 3])
        return se, sp

    def worst_kind(self) -> tuple[str, float] | None:
        """The finer label with the least balanced accuracy, among those with right and wrong claims alike."""
        found = {kind: (rs / r + 1 - ws / w) / 2 for kind, (r, rs, w, ws) in self.kinds.items() if r and w}
        return min(found.items(), key=lambda item: (item[1], item[0])) if found else None

    def to_json(self) -> dict[str, Any]:
        """As ``trials.json`` keeps it; :meth:`from_json` is its inverse."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "", (), {})}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Trial:
        """A trial as it was kept; what a later version adds is left aside."""
        known = {name: row[name] for name in cls.__dataclass_fields__ if name in row}
        known["groups"] = tuple(tuple(group) for group in row.get("groups", ()))
        known["kinds"] = {kind: tuple(counts) for kind, counts in row.get("kinds", {}).items()}
        known["changes"] = {name: tuple(counts) for name, counts in row.get("changes", {}).items()}
        if "best" in row:
            known["best"] = tuple(row["best"])
        return cls(**known)


def hold(
    judge: Judge,
    claims: Sequence[Labelled],
    *,
    whole: bool = True,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Trial:
    """Ask ``judge`` about every claim."""
    verdicts = []
    started = time.perf_counter()
    for done, one in enumerate(claims, 1):
        verdicts.append(judge.judge(one.claim, one.sources, one.question))
        progress(done, len(claims))
    spent = 1000 * (time.perf_counter() - started) / max(1, len(claims))
    return scored(claims, verdicts, ms=round(spent, 1), whole=whole)


def scored(claims: Sequence[Labelled], verdicts: Sequence[Verdict], **more: Any) -> Trial:
    """Count verdicts.

    Raises:
        ValueError: there is not exactly one verdict for each claim: none may be left out of a count.
    """
    groups: dict[str, Counter[int]] = {}
    kinds: dict[str, Counter[int]] = {}
    total: Counter[int] = Counter()
    for one, verdict in zip(claims, verdicts, strict=True):
        first = 0 if one.supported else 2
        for counter in (total, groups.setdefault(one.group, Counter()), kinds.setdefault(one.kind, Counter())):
            counter[first] += 1
            counter[first + 1] += verdict.supported
    scores = [verdict.score for verdict in verdicts]
    labels = np.array([int(one.supported) for one in claims], np.int64)
    if len(scores) and all(score is not None for score in scores) and 0 < labels.sum() < len(labels):
        values = np.array(scores, np.float64)
        more |= {
            "area": round(area(values, labels), 4),
            "best": _best(values, labels),
            "calibration": round(expected_calibration_error(values, labels), 4),
        }
    return Trial(
        *_counts(total),
        unreadable=sum(not verdict.readable for verdict in verdicts),
        # Sorted: what is kept of a set that is not ours must not say which question it speaks of.
        groups=tuple(sorted(_counts(counter) for counter in groups.values())),
        kinds={kind: _counts(counter) for kind, counter in sorted(kinds.items())},
        **more,
    )


def _counts(counter: Counter[int]) -> Counts:
    return counter[0], counter[1], counter[2], counter[3]


def _best(scores: Floats, labels: NDArray[np.int64]) -> tuple[float, float]:
    """The score from which calling a claim supported gives the highest balanced accuracy, and that accuracy."""
    right, wrong = scores[labels == 1], scores[labels == 0]
    tried = np.unique(scores)
    gains = [float((right >= t).mean() + (wrong < t).mean()) / 2 for t in tried]
    at = int(np.argmax(gains))
    return round(float(tried[at]), 4), round(gains[at], 4)


def _estimate(value: float | None, n: int, drawn: Floats) -> Estimate:
    """A value with the middle 95 % of what it could as well be; the value itself is always inside."""
    if value is None:
        return Estimate(None, n)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(value, n, min(value, float(low)), max(value, float(high)))
