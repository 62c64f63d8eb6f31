"""The drawings of a report. Series differ by mark and by dash or hatch, not by colour alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from sourcier.eval.metrics.intervals import Estimate, percentile
from sourcier.eval.reports import curves
from sourcier.eval.reports.content import Cell, Figure, Row, Table
from sourcier.eval.reports.reading import Run
from sourcier.eval.reports.svg import GRID, INK, SERIES, SOFT, axes_figure, decimal_axis, finish, legend, style
from sourcier.eval.reports.words import Words

__all__ = ["figures"]

_MARKS = ("o", "s", "^", "D", "v", "P")
_DASHES = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (6, 2, 1, 2)), (0, (3, 1)), "-")
_HATCHES = ("", "///", "\\\\\\", "xxx", "---", "|||")

Named = Sequence[tuple[str, Run]]


def figures(named: Named, words: Words) -> list[Figure]:
    """Every drawing that these runs have the figures for, in the order of the report."""
    makers = (_support, _answerability, _risk, _passages, _documents, _times, _energy)
    with style():
        drawn = [make(named, words) for make in makers]
    return [figure for figure in drawn if figure is not None]


def _support(named: Named, words: Words) -> Figure | None:
    """Support said against the share of sentences that an independent judge finds carried."""
    series = {}
    for name, run in named:
        judge = run.independent_judge()
        # The others' sentences carry no probability: there is nothing to hold them to.
        pairs = curves.supported_pairs(run, judge) if judge and run.engine == "sourcier" else []
        if pairs:
            series[name] = curves.reliability(pairs)
    return _reliability(named, series, "support", words)


def _answerability(named: Named, words: Words) -> Figure | None:
    """The gate's probability against the share of questions that the documents do answer."""
    pairs = {name: curves.answerable_pairs(run) for name, run in named}
    series = {name: curves.reliability(of) for name, of in pairs.items() if of}
    return _reliability(named, series, "answerability", words)


def _reliability(named: Named, series: Mapping[str, Sequence[curves.Bin]], name: str, words: Words) -> Figure | None:
    if not series:
        return None
    figure, grid = axes_figure(height=5.0)
    axes = grid[0][0]
    axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle=":", label=words("perfect"))
    rows, told = [], []
    for run, bins in series.items():
        i = _place(named, run)
        true = [one.true.value or 0.0 for one in bins]
        bounds = [[t - (one.true.low or 0.0) for t, one in zip(true, bins, strict=True)],
                  [(1.0 if one.true.high is None else one.true.high) - t for t, one in zip(true, bins, strict=True)]]  # fmt: skip
        shift = 0.008 * (i - (len(named) - 1) / 2)
        axes.errorbar([one.said + shift for one in bins], true, yerr=bounds, label=run, capsize=2, elinewidth=0.8,
                      **_line(i))  # fmt: skip
        error = curves.calibration_error(bins)
        told.append(words("ece_told", run=run, error=words.share(error), n=sum(one.true.n for one in bins)))
        rows += [
            Row(run, (Cell(words.number(one.said, 2), value=one.said), words.estimate(_plain(one.true))))
            for one in bins
        ]
    axes.set(xlabel=words(f"{name}_x"), ylabel=words(f"{name}_y"), xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    decimal_axis(axes.xaxis, words)
    decimal_axis(axes.yaxis, words, percent=True)
    legend(figure, len(series))
    title, alt = words(f"{name}_title"), f"{words(f'{name}_alt')} {' '.join(told)}"
    columns = (words("run"), words(f"{name}_x"), words(f"{name}_y"))
    data = Table(words("data_of", title=title), columns, (("", tuple(rows)),))
    return Figure(name, title, alt, finish(figure, name, title, alt), data, words(f"{name}_note"))


def _risk(named: Named, words: Words) -> Figure | None:
    found = {name: curves.risk_coverage(curves.answerable_pairs(run)) for name, run in named}
    series = {name: of for name, of in found.items() if of[0]}
    if not series:
        return None
    figure, grid = axes_figure()
    axes = grid[0][0]
    rows, told = [], []
    for name, (points, area) in series.items():
        line = _line(_place(named, name))
        label = words("aurc_label", run=name, area=words.number(area, 3))
        # A mark now and then: every point has one question, and marks would hide the line.
        axes.step([c for c, _ in points], [r for _, r in points], where="pre", label=label,
                  markevery=max(1, len(points) // 8), **line)  # fmt: skip
        told.append(label + ".")
        for coverage in (0.25, 0.5, 0.75, 1.0):
            at = next((point for point in points if point[0] >= coverage - 1e-9), points[-1])
            rows.append(Row(name, (Cell(words.share(at[0], 0), value=at[0]), Cell(words.share(at[1]), value=at[1]))))
    axes.set(xlabel=words("risk_x"), ylabel=words("risk_y"), xlim=(0, 1.01), ylim=(-0.01, None))
    decimal_axis(axes.xaxis, words, percent=True)
    decimal_axis(axes.yaxis, words, percent=True)
    legend(figure, len(series))
    title, alt = words("risk_title"), f"{words('risk_alt')} {' '.join(told)}"
    columns = (words("run"), words("risk_x"), words("risk_y"))
    data = Table(words("data_of", title=title), columns, (("", tuple(rows)),))
    return Figure("risk", title, alt, finish(figure, "risk", title, alt), data, words("risk_note"))


def _passages(named: Named, words: Words) -> Figure | None:
    return _retrieval(named, [one for one in named if not one[1].ranks], "found", words)


def _documents(named: Named, words: Words) -> Figure | None:
    return _retrieval(named, [one for one in named if one[1].ranks], "ranked", words)


def _retrieval(named: Named, shown: Named, kind: str, words: Words) -> Figure | None:
    """Share of the questions whose right passage, or document, is within the first k."""
    found = {name: curves.found_within(run) for name, run in shown}
    series = {name: of for name, of in found.items() if of is not None}
    if not series:
        return None
    figure, grid = axes_figure()
    axes = grid[0][0]
    rows, told = [], []
    for name, estimates in series.items():
        line = _line(_place(named, name))
        places = range(1, len(estimates) + 1)
        axes.plot(places, [e.value for e in estimates], label=name, **line)
        axes.fill_between(places, [e.low for e in estimates], [e.high for e in estimates], color=line["color"],
                          alpha=0.12, linewidth=0)  # fmt: skip
        told.append(words("found_told", run=name, first=words.share(estimates[0].value, 0),
                          last=words.share(estimates[-1].value, 0), k=len(estimates)))  # fmt: skip
        rows.append(Row(name, tuple(words.estimate(_plain(estimates[k - 1])) for k in (1, 3, 5, len(estimates)))))
    axes.set(xlabel=words(f"{kind}_x"), ylabel=words(f"{kind}_y"), ylim=(0, 1.02), xticks=range(1, 11))
    decimal_axis(axes.yaxis, words, percent=True)
    legend(figure, len(series))
    title, alt = words(f"{kind}_title"), f"{words(f'{kind}_alt')} {' '.join(told)}"
    columns = (words("run"), *(words("found_k", k=k) for k in (1, 3, 5, 10)))
    data = Table(words("data_of", title=title), columns, (("", tuple(rows)),))
    return Figure(kind, title, alt, finish(figure, kind, title, alt), data)


def _times(named: Named, words: Words) -> Figure | None:
    """The first sentence and the whole answer, in seconds, on one scale for all runs."""

    def of(run: Run, name: str) -> list[float]:
        times = (answer.timings_ms.get(name) for answer in run.answers.values())
        return [value / 1000 for value in times if value is not None and value > 0]

    kinds = {name: (lambda run, name=name: of(run, name)) for name in ("first_sentence", "total")}
    return _histograms(named, "times", kinds, words)


def _energy(named: Named, words: Words) -> Figure | None:
    def of(run: Run) -> list[float]:
        return [answer.energy_wh for answer in run.answers.values() if answer.energy_wh > 0]

    return _histograms(named, "energy", {"energy": of}, words)


def _histograms(
    named: Named, name: str, kinds: Mapping[str, Callable[[Run], list[float]]], words: Words
) -> Figure | None:
    """A row a run, a column a kind; one logarithmic scale a column, and the median as a line."""
    values = {run: {kind: of(each) for kind, of in kinds.items()} for run, each in named}
    values = {run: of for run, of in values.items() if any(of.values())}
    if not values:
        return None
    figure, grid = axes_figure(len(values), height=0.9 + 1.35 * len(values), columns=len(kinds))
    rows, told = [], []
    for column, kind in enumerate(kinds):
        edges = _edges([value for of in values.values() for value in of[kind]])
        _logarithmic(grid[-1][column], edges, words)
        for row, (run, of) in enumerate(values.items()):
            axes, seen, place = grid[row][column], of[kind], _place(named, run)
            head = run if len(kinds) == 1 else words("part_of", run=run, part=words(f"timing_{kind}"))
            counts, _ = np.histogram(seen, edges)
            # One outline with its hatch, not a rectangle a bin: a tenth of the size.
            axes.stairs(counts, edges, fill=True, facecolor=SERIES[place % len(SERIES)], edgecolor=INK, linewidth=0.7,
                        alpha=0.85, hatch=_HATCHES[place % len(_HATCHES)])  # fmt: skip
            axes.set(title=head, ylabel=words("questions"), ylim=(0, max(1.0, 1.08 * counts.max())))
            axes.yaxis.get_major_locator().set_params(integer=True, nbins=4)
            axes.tick_params(labelbottom=row == len(values) - 1)
            middle, high = percentile(seen, 50), percentile(seen, 95)
            if middle is not None:
                axes.axvline(middle, color=INK, linewidth=1.4, linestyle=(0, (4, 2)))
            digits = 2 if name == "times" else 4
            rows.append(Row(head, (Cell(words.number(middle, digits), value=middle),
                                   Cell(words.number(high, digits), value=high), Cell(str(len(seen)), value=len(seen)))))  # fmt: skip
            told.append(words("median_told", run=head, median=words.number(middle, digits)))
        grid[-1][column].set_xlabel(words(f"{name}_x"))
    title, alt = words(f"{name}_title"), f"{words(f'{name}_alt')} {' '.join(told)}"
    data = Table(words("data_of", title=title), (words("run"), words("median"), "p95", "n"), (("", tuple(rows)),))
    return Figure(name, title, alt, finish(figure, name, title, alt), data, words("histogram_note"))


def _edges(values: Sequence[float], bins: int = 24) -> list[float]:
    """Edges of bins of equal width on a logarithmic scale."""
    low, high = (min(values), max(values)) if values else (0.1, 1.0)
    if high / low < 1.5:  # all much the same: some room on either side
        low, high = low / 1.5, high * 1.5
    step = math.log(high / low) / bins
    return [low * math.exp(step * i) for i in range(bins)] + [high * 1.000001]


def _logarithmic(axes: Any, edges: Sequence[float], words: Words) -> None:
    """A logarithmic scale, marked at 1, 2, 5 of every power of ten: plain numbers, where the usual one writes powers."""
    from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

    powers = range(math.floor(math.log10(edges[0])), math.ceil(math.log10(edges[-1])) + 1)
    leading = (1, 2, 5) if edges[-1] / edges[0] < 60 else (1,)
    places = [m * 10.0**p for p in powers for m in leading if edges[0] * 0.8 <= m * 10.0**p <= edges[-1] * 1.25]
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator(places))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    decimal_axis(axes.xaxis, words)
    axes.grid(axis="y", color=GRID)


def _place(named: Named, run: str) -> int:
    """A run keeps its colour and its mark from one drawing to the next, whatever the others have to show."""
    return [name for name, _ in named].index(run)


def _line(i: int) -> dict[str, Any]:
    return {
        "color": SERIES[i % len(SERIES)],
        "marker": _MARKS[i % len(_MARKS)],
        "linestyle": _DASHES[i % len(_DASHES)],
        "markeredgecolor": INK,
        "markeredgewidth": 0.6,
    }


def _plain(estimate: Estimate) -> dict[str, float | int | None]:
    return {"value": estimate.value, "n": estimate.n, "low": estimate.low, "high": estimate.high}
