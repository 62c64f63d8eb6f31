"""The tables of ``docs/evaluation.md``, written from run folders: nobody copies a figure by hand.

A table stands between ``<!-- eval:SORT/DATASET -->`` and ``<!-- /eval:SORT/DATASET -->``; SORT is one of :data:`SORTS`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sourcier.core.messages import Language, message
from sourcier.eval.folder import RunError
from sourcier.eval.metrics.summary import TOKENS
from sourcier.eval.reports.markdown import table

__all__ = ["SORTS", "Run", "costs_table", "filled", "kinds_table", "ordered", "quality_table", "read_run", "runs_table"]

_UNDEFINED = "–"
_ORDER = ("sourcier", "llamaindex", "plain")
_PROVIDERS = ("ollama", "embedded", "none")
_QUALITY = (
    "facts", "answered_fully", "nuggets_v_strict", "nuggets_v", "right_place", "answer_rate", "wrongly_refused",
    "wrongly_answered", "balanced_accuracy", "refusal_f1", "grounded_refusal", "aurc", "premise_corrected", "fabricated",
    "exact_quotes", "coverage", "number_fidelity", "quoted_span_exactness", "language",
)  # fmt: skip
_JUDGED = ("citation_recall", "citation_precision", "citation_f1", "faithfulness", "all_faithful", "corrected")
_TIMES = ("first_source", "first_sentence", "total")


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run, as its folder keeps it."""

    folder: Path
    environment: Mapping[str, Any]
    metrics: Mapping[str, Any]

    @property
    def dataset(self) -> str:
        """The name of its data set."""
        return str(self.environment["dataset"])

    @property
    def engine(self) -> str:
        """Who answered."""
        return str(self.environment.get("engine", "sourcier"))

    @property
    def provider(self) -> str:
        """Of the language model; ``none`` where there was none."""
        return next((str(model["provider"]) for model in self.environment["models"]), "none")

    def title(self, language: Language) -> str:
        """The head of its column."""
        if self.engine == "sourcier":
            return message("eval.tables_ours", language, provider=self.provider)
        return message(f"eval.engines_{self.engine}", language)


def read_run(folder: Path) -> Run:
    """A finished run on a question set.

    Raises:
        RunError: the folder is not that of one.
    """
    try:
        environment = json.loads((folder / "environment.json").read_text(encoding="utf-8"))
        metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
        run = Run(folder, environment, metrics)
        if not run.dataset or "facts" not in metrics:
            raise KeyError("facts")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError("eval.compare_folder", folder=folder, detail=error) from error
    return run


def quality_table(runs: Sequence[Run], language: Language) -> str:
    """What answers are worth, one column a run: value, 95 % interval, and the number it rests on."""
    rows: list[list[str]] = []
    for name in _QUALITY:
        rows.append([_name(name, language), *(_share(_find(run.metrics, name)) for run in runs)])
    for judge in _judges(runs):
        for name in _JUDGED:
            cells = [_share(run.metrics.get("judges", {}).get(judge, {}).get(name)) for run in runs]
            rows.append([f"{_name(f'judged_{name}', language)} ({_name(f'judge_{judge}', language)})", *cells])
    rows.append([_name("words", language), *(_number(run.metrics.get("words", {}).get("p50"), 0) for run in runs)])
    rows.append([message("eval.tables_statuses", language), *(_statuses(run.metrics) for run in runs)])
    return _table(runs, [row for row in rows if set(row[1:]) != {_UNDEFINED}], language)


def kinds_table(runs: Sequence[Run], language: Language) -> str:
    """By kind of question: facts found where the corpus answers, wrongly answered where it does not."""
    kinds = sorted({kind for run in runs for kind in run.metrics["by_kind"]})
    rows = []
    for kind in kinds:
        of = [run.metrics["by_kind"].get(kind, {}) for run in runs]
        for name in ("facts", "wrongly_answered"):
            cells = [_short(one.get(name)) for one in of]
            if set(cells) != {_UNDEFINED}:
                rows.append([kind, _name(name, language), *cells])
    heads = [message("eval.report_kind", language), message("eval.report_measure", language)]
    return "\n".join(table([*heads, *(run.title(language) for run in runs)], rows))


def costs_table(runs: Sequence[Run], language: Language) -> str:
    """What answers take, one column a run: median and 95th percentile of times, means of tokens and energy."""
    rows = []
    for name in _TIMES:
        of = [run.metrics["latency_ms"].get(name, {}) for run in runs]
        cells = [f"{_number(one.get('p50'), 2, 1000)} / {_number(one.get('p95'), 2, 1000)}" for one in of]
        rows.append([f"{_name(name, language)} (s)", *(_UNDEFINED if "–" in cell else cell for cell in cells)])
    for name in TOKENS:
        of = [run.metrics["tokens"].get(name, {}) for run in runs]
        rows.append([_name(name, language), *(_number(one.get("value"), 0) for one in of)])
    rows.append([_name("energy_wh", language), *(_number(run.metrics["energy_wh"]["value"], 3) for run in runs)])
    rows.append([_name("memory_mb", language), *(_number(run.metrics.get("memory_mb"), 0) for run in runs)])
    return _table(runs, [row for row in rows if set(row[1:]) != {_UNDEFINED}], language)


def runs_table(runs: Sequence[Run], language: Language) -> str:
    """What was run: questions asked, model, when, in how long."""
    heads = ("tables_run", "tables_questions", "tables_model", "tables_started", "tables_version")
    rows = []
    for run in runs:
        models = ", ".join(f"{m['provider']} {m['name']} {m['digest'][:12]}".strip() for m in run.environment["models"])
        asked = sum(sum(of.values()) for of in run.metrics["statuses"].values())
        started = str(run.environment["started"])[:16].replace("T", " ")
        rows.append([run.title(language), f"{asked}", models, started, str(run.environment.get("sourcier", ""))])
    return "\n".join(table([message(f"eval.{head}", language) for head in heads], rows))


#: What can be asked for, by the name in the marker.
SORTS: dict[str, Callable[[Sequence[Run], Language], str]] = {
    "quality": quality_table,
    "kinds": kinds_table,
    "costs": costs_table,
    "runs": runs_table,
}

# Markers are alone on their line: a text may speak of them.
_MARKER = re.compile(r"^<!-- eval:(?P<name>[^\s>]+) -->\n.*?^<!-- /eval:(?P=name) -->$", re.DOTALL | re.MULTILINE)
_OPENING = re.compile(r"^<!-- eval:(\S+) -->$", re.MULTILINE)


def filled(text: str, runs: Sequence[Run], language: Language) -> tuple[str, list[str]]:
    """``text`` with its tables made anew, and the markers that no run speaks of, whose tables stay as they were.

    Raises:
        RunError: a marker is not closed, or names a table that there is not.
    """
    left: list[str] = []
    closed = {found["name"] for found in _MARKER.finditer(text)}
    for name in _OPENING.findall(text):
        if name not in closed or name.partition("/")[0] not in SORTS:
            raise RunError("eval.tables_marker", name=name, known=", ".join(SORTS))

    def made(found: re.Match[str]) -> str:
        sort, _, dataset = found["name"].partition("/")
        mine = ordered(run for run in runs if run.dataset == dataset)
        if not mine:
            left.append(found["name"])
            return found[0]
        return f"<!-- eval:{found['name']} -->\n{SORTS[sort](mine, language)}\n<!-- /eval:{found['name']} -->"

    return _MARKER.sub(made, text), left


def ordered(runs: Iterable[Run]) -> list[Run]:
    """Ours first, with a model before without, then the others; of two of one sort, the newer counts."""
    kept: dict[tuple[str, str], Run] = {}
    for run in sorted(runs, key=lambda run: str(run.environment["started"])):
        kept[run.engine, run.provider] = run

    def place(run: Run) -> tuple[int, int]:
        provider = _PROVIDERS.index(run.provider) if run.provider in _PROVIDERS else len(_PROVIDERS)
        return _ORDER.index(run.engine) if run.engine in _ORDER else len(_ORDER), provider

    return sorted(kept.values(), key=place)


def _table(runs: Sequence[Run], rows: Sequence[Sequence[str]], language: Language) -> str:
    return "\n".join(table(["", *(run.title(language) for run in runs)], rows))


def _judges(runs: Sequence[Run]) -> list[str]:
    return list(dict.fromkeys(judge for run in runs for judge in run.metrics.get("judges", {})))


def _find(metrics: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    if name.startswith("nuggets_"):
        found = metrics.get("nuggets", {}).get(name.removeprefix("nuggets_"))
    else:
        found = metrics.get(name)
    return found if isinstance(found, Mapping) else None


def _name(name: str, language: Language) -> str:
    return message(f"eval.measure_{name}", language)


def _share(estimate: Mapping[str, Any] | None) -> str:
    if not estimate or estimate["value"] is None:
        return _UNDEFINED
    shown = f"{100 * estimate['value']:.1f} %"
    if estimate["low"] is not None:
        shown += f" ({100 * estimate['low']:.0f}–{100 * estimate['high']:.0f})"
    return f"{shown}, {estimate['n']}"


def _short(estimate: Mapping[str, Any] | None) -> str:
    if not estimate or estimate["value"] is None:
        return _UNDEFINED
    return f"{100 * estimate['value']:.0f} % ({estimate['n']})"


def _statuses(metrics: Mapping[str, Any]) -> str:
    counts = metrics["statuses"]
    return "; ".join(
        "/".join(f"{counts[sort][status]}" for status in ("answered", "quoted", "abstained")) for sort in counts
    )


def _number(value: float | None, digits: int, divisor: float = 1) -> str:
    return _UNDEFINED if value is None else f"{value / divisor:.{digits}f}"
