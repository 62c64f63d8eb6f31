"""The curves of a report, as numbers: what is drawn, and what the table under the drawing says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sourcier.eval.metrics.intervals import Estimate, proportion
from sourcier.eval.reports.reading import Run

__all__ = [
    "Bin",
    "answerable_pairs",
    "calibration_error",
    "found_within",
    "reliability",
    "risk_coverage",
    "supported_pairs",
]

#: Bins of a reliability diagram, of equal width.
BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """What was given a probability in one tenth: the mean said, and the share that came true."""

    said: float
    true: Estimate


def reliability(pairs: Sequence[tuple[float, bool]], bins: int = BINS) -> list[Bin]:
    """The bins that hold something, in order; ``pairs`` are (probability said, whether it came true)."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for said, true in pairs:
        held.setdefault(min(int(said * bins), bins - 1), []).append((said, true))
    return [
        Bin(sum(said for said, _ in of) / len(of), proportion(sum(true for _, true in of), len(of)))
        for _, of in sorted(held.items())
    ]


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Expected calibration error (Naeini et al. 2015, AAAI): mean distance of said and true, by the size of bins."""
    total = sum(one.true.n for one in bins)
    if not total:
        return None
    return sum(one.true.n * abs(one.said - (one.true.value or 0.0)) for one in bins) / total


def supported_pairs(run: Run, judge: str) -> list[tuple[float, bool]]:
    """(support said, whether ``judge`` finds the cited quotes to carry it) of every sentence shown and judged."""
    return [
        (sentence.support, verdict)
        for identifier, answer in run.answers.items()
        for sentence, verdict in zip(answer.sentences, run.verdicts(judge, identifier), strict=False)
        if verdict is not None and sentence.support is not None
    ]


def answerable_pairs(run: Run) -> list[tuple[float, bool]]:
    """(probability that the documents answer, whether they do) of every question the gate looked at."""
    pairs = []
    for identifier, score in run.scores.items():
        said = score.get("answerable_p")
        answer = run.answers.get(identifier)
        if said is None and answer is not None:
            said = answer.answerable
        if said is not None and isinstance(score.get("answerable"), bool):
            pairs.append((float(said), bool(score["answerable"])))
    return pairs


def risk_coverage(pairs: Sequence[tuple[float, bool]]) -> tuple[list[tuple[float, float]], float | None]:
    """``[(coverage, risk)]`` from the surest question on, and the area under it (AURC; lower is better).

    Coverage is the share of questions answered at a threshold, risk the share of those that the documents do not
    answer (Geifman and El-Yaniv 2017). Questions of one probability enter together.
    """
    points: list[tuple[float, float]] = []
    area, before = 0.0, 0.0
    for threshold in sorted({said for said, _ in pairs}, reverse=True):
        answered = [true for said, true in pairs if said >= threshold]
        coverage, risk = len(answered) / len(pairs), sum(not true for true in answered) / len(answered)
        area += (coverage - before) * risk
        before = coverage
        points.append((coverage, risk))
    return points, area if points else None


def found_within(run: Run, depth: int = 10) -> list[Estimate] | None:
    """Share of the questions whose right passage (right document, of a ranking) is within the first ``1…depth`` found.

    ``None`` where the run does not say ranks.
    """
    if run.ranks:
        # The reciprocal rank says it: 0 is beyond ten.
        values = [(score.get("measures") or {}).get("mrr@10") for score in run.scores.values()]
        ranks = [round(1 / value) if value else None for value in values if value is not None]
    else:
        asked = [s for s in run.scores.values() if s.get("answerable") and s.get("passage_found") is not None]
        if not any("first_right_rank" in s for s in asked):
            return None
        ranks = [s.get("first_right_rank") for s in asked]
    if not ranks:
        return None
    return [proportion(sum(r is not None and r <= k for r in ranks), len(ranks)) for k in range(1, depth + 1)]
