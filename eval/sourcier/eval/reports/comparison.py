"""Two runs of one data set, with what chance alone would show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sourcier.eval.metrics.intervals import Paired, paired
from sourcier.eval.reports.content import Cell, Row, Table
from sourcier.eval.reports.reading import Run
from sourcier.eval.reports.tables import LOWER_IS_BETTER, measure_name
from sourcier.eval.reports.words import NOTHING, Words

__all__ = ["compare_runs", "comparison", "holm"]

LEVEL = 0.05


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values over several tests, in the order given (Holm 1979, Scandinavian Journal of Statistics 6:65–70).

    The k-th smallest of m is multiplied by m − k + 1, never falls below the one before it, and stops at 1: calling
    those under 5 % differences keeps the chance of one false call at 5 % for all tests together, dependent or not.
    """
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for place, i in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[i]))
        adjusted[i] = highest
    return adjusted


def compare_runs(first: Run, second: Run) -> tuple[int, dict[str, Paired]]:
    """How many questions both answer, and of each measure the mean of ``second − first`` over those that it is of."""
    shared = [i for i in first.scores if i in second.scores]
    names: dict[str, None] = {}
    for i in shared:
        names.update(dict.fromkeys(first.scores[i].get("measures") or {}))
    found = {}
    for name in names:
        both = [
            (a, b)
            for i in shared
            if (a := _of(first, i).get(name)) is not None and (b := _of(second, i).get(name)) is not None
        ]
        if len(both) >= 2:
            found[name] = paired([a for a, _ in both], [b for _, b in both])
    return len(shared), found


def comparison(first: tuple[str, Run], second: tuple[str, Run], words: Words) -> Table | None:
    """Differences in points, with Holm's correction over the measures of the table."""
    shared, found = compare_runs(first[1], second[1])
    if not found:
        return None
    adjusted = dict(zip(found, holm([1.0 if of.p is None else of.p for of in found.values()]), strict=True))
    rows = []
    for name, of in found.items():
        value = of.difference.value or 0.0
        differs = adjusted[name] < LEVEL and value != 0
        better = (value < 0) == (name in LOWER_IS_BETTER)
        verdict = words("differs_not") if not differs else words("differs_better" if better else "differs_worse")
        bounds = words.interval(of.difference.low, of.difference.high)
        rows.append(
            Row(
                measure_name(name, words),
                (
                    Cell(str(of.difference.n), value=of.difference.n),
                    Cell(words.points(value), value=value),
                    Cell(bounds or NOTHING),
                    Cell(words.p(of.p), value=of.p),
                    Cell(words.p(adjusted[name]), value=adjusted[name]),
                    Cell(verdict, strong=differs),
                ),
            )
        )
    columns = ("measure", "n", "difference", "interval", "p", "p_holm", "verdict")
    return Table(
        words("comparison_caption", first=first[0], second=second[0], n=shared),
        tuple(words(name) for name in columns),
        (("", tuple(rows)),),
    )


def _of(run: Run, identifier: str) -> Mapping[str, float | None]:
    return run.scores[identifier].get("measures") or {}
