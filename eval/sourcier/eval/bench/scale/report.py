"""The table and the curve of what was measured at several sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcier.core.messages import Language, message
from sourcier.eval import machine
from sourcier.eval.reports.markdown import table

__all__ = ["Point", "draw", "limits", "markdown"]

_MEMORY = 16e9
"""Bytes of an ordinary server, of which a quarter is left to the system and to the models."""
_SLOW = 100.0
"""Milliseconds that a search may take beside those of embedding the question, before it is felt."""


@dataclass(frozen=True, slots=True)
class Point:
    """What was measured at one size: the figures of :mod:`sourcier.eval.bench.scale.measure`, together."""

    figures: dict[str, Any]

    @property
    def passages(self) -> int:
        """How many there are."""
        return int(self.figures["passages"])

    def ms(self, *names: str) -> NDArray[np.float64]:
        """(questions,) milliseconds of one program, or of several one after the other."""
        found: NDArray[np.float64] = np.sum([self.figures[name] for name in names], axis=0)
        return found

    def ratio(self, quantile: float) -> float:
        """Our time over that of Chroma and bm25s together, at one quantile of each."""
        both = np.quantile(self.ms("chroma", "bm25s"), quantile)
        return float(np.quantile(self.ms("ours"), quantile) / both)

    @property
    def held(self) -> float:
        """Bytes a passage of what a search reads or holds: it is fast while all of it stays in memory.

        Chroma holds its graph in the memory of the process: its files are not read again.
        """
        parts = sum(self.figures["disk"].get(name, 0) for name in ("vectors", "words"))
        return float((parts + self.figures["anonymous"]) / self.passages)


def limits(points: Sequence[Point]) -> tuple[int, int | None]:
    """Passages that an ordinary server holds, and those at which half of the searches take 100 ms.

    The second is a line through the two largest sizes that have a graph: a smaller one is searched in another way.
    ``None`` where there are not two, or it does not rise.
    """
    holds = int(0.75 * _MEMORY / points[-1].held)
    alike = [one for one in points if one.figures["disk"].get("graph")][-2:]
    if len(alike) < 2:
        return holds, None
    median = [float(np.median(one.ms("ours"))) for one in alike]
    slope = (median[1] - median[0]) / (alike[1].passages - alike[0].passages)
    return holds, int(alike[1].passages + (_SLOW - median[1]) / slope) if slope > 0 else None


def markdown(points: Sequence[Point], language: Language) -> str:
    """The table, a column a size, and the lines below it."""

    def say(key: str, /, **values: object) -> str:
        return message(f"bench.scale_{key}", language, **values)

    rows: list[list[str]] = []

    def row(name: str, shown: Callable[[Point], str]) -> None:
        rows.append([say(name), *map(shown, points)])

    def times(*names: str) -> Callable[[Point], str]:
        return lambda one: " / ".join(f"{np.quantile(one.ms(*names), q):.2f}" for q in (0.5, 0.95))

    def disk(name: str) -> Callable[[Point], str]:
        return lambda one: f"{one.figures['disk'].get(name, 0) / one.passages:.0f}"

    def seconds(name: str) -> Callable[[Point], str]:
        return lambda one: f"{one.figures[name]:.1f}" if name in one.figures else "–"

    row("ours", times("ours"))
    row("chroma", times("chroma"))
    row("bm25s", times("bm25s"))
    row("both", times("chroma", "bm25s"))
    row("ratio", lambda one: f"{one.ratio(0.5):.2f} / {one.ratio(0.95):.2f}")
    row("recall", lambda one: f"{100 * one.figures['recall']:.1f} %")
    row("opening", seconds("opening_s"))
    row("held", lambda one: f"{one.held:.0f}")
    row("anonymous", lambda one: f"{one.figures['anonymous'] / one.passages:.0f}")
    for name in ("vectors", "words", "graph", "store"):
        row(name, disk(name))
    row("build", seconds("build_s"))
    row("graph_build", seconds("graph_s"))
    row("change", seconds("change_build_s"))
    titles = [say("passages"), *(f"{one.passages:,}".replace(",", " ") for one in points)]
    holds, slow = limits(points)
    lines = [*table(titles, rows), "", say("holds", passages=f"{holds / 1e6:.1f}")]
    if slow is not None:
        lines.append(say("slow", passages=f"{slow / 1e6:.1f}"))
    described = {key: value for key, value in machine.describe().items() if key != "sourcier"}
    return "\n".join([*lines, say("machine", questions=len(points[0].ms("ours")), **described)])


def draw(points: Sequence[Point], path: Path, language: Language) -> None:
    """Write the curve: median and 95th percentile of a search, by passages, on logarithmic axes."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot, ticker

    sizes = [one.passages for one in points]
    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    for key, names, colour in (("ours", ("ours",), "#1f5fa8"), ("both", ("chroma", "bm25s"), "#b3541e")):
        label = message(f"bench.scale_curve_{key}", language)
        medians, slow = ([np.quantile(one.ms(*names), q) for one in points] for q in (0.5, 0.95))
        axes.plot(sizes, medians, "o-", color=colour, label=label)
        axes.plot(sizes, slow, "o:", color=colour, label=f"{label}, p95")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(message("bench.scale_passages", language))
    axes.set_ylabel(message("bench.scale_axis", language))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(ticker.StrMethodFormatter("{x:.0f}"))
        axis.set_minor_formatter(ticker.NullFormatter())
    axes.set_yticks([1, 2, 5, 10, 20, 50, 100])
    axes.set_xticks(sizes)
    axes.grid(visible=True, which="both", alpha=0.25)
    axes.legend(ncols=2, fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    figure.savefig(path, dpi=150, bbox_inches="tight")
    pyplot.close(figure)
