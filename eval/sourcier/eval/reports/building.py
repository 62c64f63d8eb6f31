"""From run folders to the content of a report."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sourcier.core.messages import Language
from sourcier.eval.reports import tables
from sourcier.eval.reports.comparison import comparison
from sourcier.eval.reports.content import Block, Pairs, Paragraph, Report, Section
from sourcier.eval.reports.examples import worst
from sourcier.eval.reports.figures import figures
from sourcier.eval.reports.reading import Run
from sourcier.eval.reports.words import NOTHING, Words

__all__ = ["build"]

#: Examples shown in all: of several runs, each has its part.
_EXAMPLES = 12
_LIMITS = ("facts", "interval", "judges", "best", "kinds", "times", "energy")

Named = Sequence[tuple[str, Run]]


def build(runs: Sequence[Run], language: Language) -> Report:
    """The report on finished runs, in the order given; those of one data set share their tables.

    Raises:
        MissingExtraError: the drawing library is not installed.
    """
    words = Words(language)
    named = list(zip(tables.labels(runs, words), runs, strict=True))
    sets = _by_dataset(named)
    parts = [
        _section("results", [block for of in sets for block in _results(of, words)], words),
        _section("comparison", [block for of in sets for block in _comparisons(of, words)], words),
        _section("kinds", [table for of in sets if (table := tables.kinds(_runs(of), _names(of), words))], words),
        _section("curves", figures(named, words), words),
        _section("costs", [tables.costs(_runs(of), _names(of), words) for of in sets], words),
        _section("examples", list(_examples(named, words)), words),
        _section("conditions", [block for one in named for block in _conditions(*one, named[0], words)], words),
        _section("limits", [Paragraph(words(f"limit_{name}")) for name in _LIMITS], words),
    ]
    return Report(
        title=words("title", dataset=", ".join(dict.fromkeys(run.dataset for run in runs))),
        language=language,
        summary=tuple(_summary(name, run, words) for name, run in named),
        runs=tuple(name for name, _ in named),
        sections=tuple(part for part in parts if part.blocks),
    )


def _section(name: str, blocks: Sequence[Block], words: Words) -> Section:
    return Section(name, words(f"section_{name}"), tuple(blocks))


def _by_dataset(named: Named) -> list[Named]:
    """Runs of one data set together, in the order of each set's first run."""
    order = list(dict.fromkeys((run.sha256, run.ranks) for _, run in named))
    sort = sorted(named, key=lambda one: order.index((one[1].sha256, one[1].ranks)))
    return [list(of) for _, of in groupby(sort, key=lambda one: (one[1].sha256, one[1].ranks))]


def _runs(named: Named) -> list[Run]:
    return [run for _, run in named]


def _names(named: Named) -> list[str]:
    return [name for name, _ in named]


def _results(of: Named, words: Words) -> Iterator[Block]:
    runs, names = _runs(of), _names(of)
    asked = [set(run.scores) for run in runs]
    if any(one != asked[0] for one in asked):
        counts = "; ".join(words("part_of", run=name, part=len(one)) for name, one in zip(names, asked, strict=True))
        yield Paragraph(words("uneven", counts=counts), warning=True)
    for run_name, run in of:
        absent = run.metrics.get("not_indexed") or []
        if absent:
            yield Paragraph(words("not_indexed", run=run_name, n=len(absent)), warning=True)
    if runs[0].ranks:
        yield tables.ranking(runs, names, words)
        return
    yield tables.headline(runs, names, words)
    decided = tables.statuses(runs, names, words)
    if decided is not None:
        yield decided


def _comparisons(of: Named, words: Words) -> Iterator[Block]:
    """Each further run against the first."""
    for other in of[1:]:
        table = comparison(of[0], other, words)
        if table is not None:
            yield table
    if len(of) > 1:
        yield Paragraph(words("comparison_note"))


def _examples(named: Named, words: Words) -> Iterator[Block]:
    answering = [(name, run) for name, run in named if not run.ranks]
    most = max(3, _EXAMPLES // max(1, len(answering)))
    for place, (name, run) in enumerate(answering, 1):
        chosen, total = worst(str(place), run, words, most)
        yield Paragraph(words("examples_of", run=name, shown=len(chosen), faulty=total, n=len(run.scores)))
        yield from chosen


def _summary(name: str, run: Run, words: Words) -> str:
    """A run in one sentence."""
    n = len(run.scores)
    if run.ranks:
        found = {key: _share(run, key, words) for key in ("ndcg@10", "recall@10")}
        return words("summary_ranking", run=name, n=n, ndcg=found["ndcg@10"], recall=found["recall@10"])
    keys = ("facts", "wrongly_refused", "wrongly_answered", "exact_quotes", "fabricated")
    said = (words(f"summary_{key}", share=_share(run, key, words)) for key in keys if run.measure(key))
    return words("summary", run=name, n=n, measures=", ".join(said))


def _share(run: Run, key: str, words: Words) -> str:
    estimate = run.measure(key)
    return words.round_share(estimate["value"] if estimate else None)


def _conditions(name: str, run: Run, first: tuple[str, Run], words: Words) -> Iterator[Block]:
    """What a run was made with: enough to make it again. Of the settings of further runs, those that are others."""
    environment = run.environment
    duration = sum(answer.timings_ms.get("total", 0.0) for answer in run.answers.values()) / 1000
    energy = sum(answer.energy_wh for answer in run.answers.values())
    models = ", ".join(" ".join(str(m.get(k, "")) for k in ("provider", "name", "digest")).strip() for m in run.models)
    rows = [
        (words("condition_dataset"), run.dataset),
        (words("condition_sha256"), run.sha256),
        (words("condition_questions"), str(len(run.scores))),
        (words("condition_engine"), run.engine),
        (words("condition_models"), models or words("no_model")),
        (words("condition_index"), str(environment.get("index_version", ""))),
        (words("condition_seeds"), _flat(environment.get("seeds"))),
        (words("condition_started"), str(environment.get("started", ""))),
        (words("condition_duration"), words("duration", seconds=words.number(duration, 0)) if duration else ""),
        (words("condition_energy"), words("watt_hours", energy=words.number(energy, 2)) if energy else ""),
    ]
    told = {"dataset", "sha256", "engine", "models", "index_version", "seeds", "started"}
    rows += [(words.known(f"machine_{k}", k), _flat(v)) for k, v in environment.items() if k not in told]
    yield Pairs(name, tuple((key, value) for key, value in rows if value))
    settings, before = dict(_paths(run.settings)), dict(_paths(first[1].settings))
    if run is first[1] and settings:
        yield Pairs(words("settings_of", run=name), tuple(settings.items()), folded=True)
    elif settings:
        changed = tuple((key, value) for key, value in settings.items() if before.get(key) != value)
        changed += tuple((key, NOTHING) for key in before if key not in settings)
        if changed:
            yield Pairs(words("settings_changed", run=name, first=first[0]), changed, folded=True)
        else:
            yield Paragraph(words("settings_same", run=name, first=first[0]))


def _paths(value: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Nested settings as ``section.name``."""
    for key, item in value.items():
        if isinstance(item, Mapping):
            yield from _paths(item, f"{above}{key}.")
        elif above or key != "home":  # where the data is changes no figure, and may say who ran it
            yield f"{above}{key}", _flat(item)


def _flat(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
