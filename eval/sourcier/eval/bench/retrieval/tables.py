"""What was measured, as Markdown, JSON and a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sourcier.core.messages import Language, message
from sourcier.eval.bench.retrieval.measure import MEASURES, Compared, Measured, against
from sourcier.eval.metrics.intervals import Estimate, Paired, mean, percentile
from sourcier.eval.reports.markdown import table

__all__ = ["Numbers", "SetResult", "draw", "markdown"]

_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class SetResult:
    """One set, measured.

    Attributes:
        ours: the name of the ranking that the others are compared with.
        absent: labels that no document bears.
        embed_ms: milliseconds to embed each question.
    """

    name: str
    split: str
    passages: int
    documents: int
    absent: tuple[str, ...]
    measured: tuple[Measured, ...]
    ours: str
    embed_ms: tuple[float, ...]

    @property
    def compared(self) -> list[Compared]:
        """Ours less each other ranking."""
        ours = next(one for one in self.measured if one.name == self.ours)
        return against(ours, [one for one in self.measured if one is not ours])

    def to_json(self) -> dict[str, Any]:
        """Everything measured, question by question."""
        return {
            "split": self.split,
            "documents": self.documents,
            "passages": self.passages,
            "absent": list(self.absent),
            "embed_ms": {f"p{q}": percentile(self.embed_ms, q) for q in (50, 95)},
            "rankings": {one.name: one.to_json() for one in self.measured},
            "ours_less": {
                one.name: {name: asdict(value) for name, value in one.differences.items()} for one in self.compared
            },
        }


def markdown(results: Sequence[SetResult], language: Language) -> str:
    """A table for each set."""
    return "\n\n".join("\n".join(_set(one, language)) for one in results)


def _set(result: SetResult, language: Language) -> list[str]:
    def say(key: str, /, **values: object) -> str:
        return message(f"bench.{key}", language, **values)

    number = Numbers(language)
    compared = {one.name: one.differences["ndcg@10"] for one in result.compared}
    questions = len(result.measured[0].deep)
    lines = [
        f"## {result.name}",
        "",
        say(
            "set",
            questions=questions,
            split=say(f"split_{result.split}"),
            documents=result.documents,
            passages=result.passages,
            embed=number(percentile(result.embed_ms, 50), 1),
        ),
        "",
    ]
    if result.absent:
        lines += [message("eval.report_not_indexed", language, n=len(result.absent), first=result.absent[0]), ""]
    names = [message(f"eval.measure_{name.replace('@', '_at_')}", language) for name in MEASURES]
    head = [say("ranking"), *names, say("ours_less"), "p", say("seen"), say("search_ms"), "p95"]
    rows = []
    for one in result.measured:
        versus = compared.get(one.name)
        seen = mean([value for row in one.seen if (value := row.values["ndcg@10"]) is not None])
        rows.append(
            [
                _name(one.name, language),
                *(number.share(mean(one.values(name))) for name in MEASURES),
                number.gain(versus.difference) if versus else _NOTHING,
                number.p(versus) if versus else _NOTHING,
                number(None if seen.value is None else 100 * seen.value, 1),
                number(percentile(one.times, 50), 2),
                number(percentile(one.times, 95), 2),
            ]
        )
    return lines + table(head, rows)


def draw(results: Sequence[SetResult], path: Path, language: Language) -> None:
    """A picture of nDCG@10 with its intervals, a group of bars for each set."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    names = list(dict.fromkeys(one.name for result in results for one in result.measured))
    width = 0.8 / len(names)
    figure, axes = pyplot.subplots(figsize=(2 + 1.9 * len(results), 4.5))
    for place, name in enumerate(names):
        points = [
            (number + place * width, 100 * value, [100 * (value - low), 100 * (high - value)])
            for number, result in enumerate(results)
            for one in result.measured
            if one.name == name
            for e in [mean(one.values("ndcg@10"))]
            if (value := e.value) is not None and (low := e.low) is not None and (high := e.high) is not None
        ]
        if points:
            places, heights, errors = zip(*points, strict=True)
            error = [[e[0] for e in errors], [e[1] for e in errors]]
            axes.bar(places, heights, width, yerr=error, label=_name(name, language), error_kw={"lw": 0.8})
    axes.set_xticks([n + 0.4 - width / 2 for n in range(len(results))], [result.name for result in results])
    axes.set_ylabel("nDCG@10")
    axes.legend(fontsize=7, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    figure.savefig(path, dpi=150, bbox_inches="tight")
    pyplot.close(figure)


def _name(name: str, language: Language) -> str:
    """A ranking's name in words; one that was given on the command line as it was given."""
    known = ("bm25_documents", "bm25", "dense", "rrf", "shares", "ours")
    return message(f"bench.row_{name}", language) if name in known else name


class Numbers:
    """Figures as they are written in a language; what has no value is a dash."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def __call__(self, value: float | None, digits: int) -> str:
        """A number with so many decimals."""
        if value is None:
            return _NOTHING
        return f"{value:.{digits}f}".replace(".", "," if self._language == "fr" else ".")

    def share(self, estimate: Estimate) -> str:
        """A share with its interval, in points of percentage."""
        if estimate.value is None or estimate.low is None or estimate.high is None:
            return self(None if estimate.value is None else 100 * estimate.value, 1)
        low, high = self(100 * estimate.low, 1), self(100 * estimate.high, 1)
        return f"**{self(100 * estimate.value, 1)}** ({low} – {high})"

    def gain(self, estimate: Estimate) -> str:
        """A difference with its interval, in points of percentage."""
        if estimate.value is None or estimate.low is None or estimate.high is None:
            return _NOTHING
        parts = [f"{'+' if part > 0 else ''}{self(100 * part, 1)}" for part in (estimate.low, estimate.high)]
        return f"{'+' if estimate.value > 0 else ''}{self(100 * estimate.value, 1)} ({' – '.join(parts)})"

    def p(self, versus: Paired) -> str:
        """A p-value."""
        if versus.p is None:
            return _NOTHING
        return f"< {self(0.001, 3)}" if versus.p < 0.001 else self(versus.p, 3)
