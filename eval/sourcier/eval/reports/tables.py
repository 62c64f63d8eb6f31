"""The tables of a report: one column a run, « – » for what a run does not say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sourcier.eval.reports.content import Cell, Row, Table
from sourcier.eval.reports.reading import Run
from sourcier.eval.reports.words import NOTHING, Words

__all__ = ["LOWER_IS_BETTER", "costs", "headline", "kinds", "label", "labels", "measure_name", "ranking", "statuses"]

#: Of every other measure, more is better; of these two, neither is.
LOWER_IS_BETTER = frozenset(
    {"wrongly_refused", "wrongly_answered", "fabricated", "aurc", "unreadable", "hallucination", "error"}
)
_NEITHER = frozenset({"answer_rate", "passage_found"})

_GROUPS = {
    "facts": ("facts", "answered_fully", "nuggets.v_strict", "nuggets.v", "right_place", "passage_found", "premise_corrected"),
    "decisions": ("answer_rate", "wrongly_refused", "wrongly_answered", "balanced_accuracy", "refusal_f1", "grounded_refusal", "aurc"),
    "citations": (
        "citation_recall", "citation_precision", "citation_f1",
        "coverage", "fabricated", "exact_quotes", "number_fidelity", "quoted_span_exactness",
    ),
    "faithfulness": ("faithfulness", "all_faithful", "corrected", "unreadable"),
    "language": ("language",),
}  # fmt: skip
_JUDGED = ("citation_recall", "citation_precision", "citation_f1", "faithfulness", "all_faithful", "corrected", "unreadable")  # fmt: skip
_RANKING = ("ndcg@10", "ndcg_exponential@10", "recall@5", "recall@10", "recall@100", "mrr@10", "hit@1")
_STATUSES = ("answered", "quoted", "abstained")


def label(run: Run, words: Words) -> str:
    """A run's name: the engine, and for ours what wrote the answers."""
    if run.ranks:
        return words("engine_search")
    engine = words.known(f"engine_{run.engine}", run.engine)
    model = run.settings.get("model")
    provider = model.get("provider") if isinstance(model, Mapping) else None
    provider = next((str(m["provider"]) for m in run.models if m.get("provider") not in (None, "none")), provider)
    if run.engine != "sourcier" or not provider:
        return engine
    return words("engine_with", engine=engine, provider=words.known(f"provider_{provider}", str(provider)))


def labels(runs: Sequence[Run], words: Words) -> list[str]:
    """A name for each run, unlike the others': with its data set, then its folder, where that is needed."""
    names = [label(run, words) for run in runs]
    for further in ([run.dataset for run in runs], [run.folder.name for run in runs]):
        meant = {name: {more for n, more in zip(names, further, strict=True) if n == name} for name in names}
        names = [f"{n} ({more})" if len(meant[n]) > 1 else n for n, more in zip(names, further, strict=True)]
    return [f"{i}. {n}" if names.count(n) > 1 else n for i, n in enumerate(names, 1)]


def measure_name(name: str, words: Words) -> str:
    """A measure's name in words; one that this report does not know as it is."""
    return words.known(f"measure_{name.replace('@', '_at_').replace('.', '_')}", name)


def headline(runs: Sequence[Run], names: Sequence[str], words: Words) -> Table:
    """Every measure of the answers. All runs are of one data set.

    The judge that had no part in the answers comes first, the product's own beside it and marked as such; no figure of
    a judge that has a part in one of the columns is called the best, and none at all where the questions differ.
    """
    groups = []
    same = all(run.scores.keys() == runs[0].scores.keys() for run in runs)
    for group, members in _GROUPS.items():
        rows: list[Row] = []
        judged = [name for name in members if name in _JUDGED]
        for judge in _judges(runs):
            rows += [_judged_row(runs, judge, name, words) for name in judged if _has(runs, judge, name)]
        rows += [
            _row(measure_name(name, words), words.known(f"about_{name.replace('.', '_')}", ""), name,
                 [run.measure(*name.split(".")) for run in runs], words)
            for name in members if name not in _JUDGED
        ]  # fmt: skip
        if rows:
            groups.append((words(f"group_{group}"), tuple(rows if same else map(_without_best, rows))))
    starred = any(cell.best for _, rows in groups for row in rows for cell in row.cells)
    notes = [words("note_interval"), words("note_best") if starred else "", words("note_judges")]
    return Table(
        words("headline_caption", dataset=runs[0].dataset),
        (words("measure"), *names),
        tuple(groups),
        " ".join(note for note in notes if note),
    )


def ranking(runs: Sequence[Run], names: Sequence[str], words: Words) -> Table:
    """The measures of a retrieval set."""
    rows = tuple(_row(measure_name(n, words), "", n, [run.measure(n) for run in runs], words) for n in _RANKING)
    caption = words("headline_caption", dataset=runs[0].dataset)
    return Table(caption, (words("measure"), *names), (("", rows),), words("note_interval"))


def kinds(runs: Sequence[Run], names: Sequence[str], words: Words) -> Table | None:
    """A few measures by kind of question; rows that no run has a figure for are left out."""
    measures = ("ndcg@10", "recall@10") if runs[0].ranks else ("facts", "wrongly_refused", "wrongly_answered")
    seen = sorted({kind for run in runs for kind in run.metrics.get("by_kind") or {}})
    groups = []
    for name in measures:
        rows = []
        for kind in seen:
            found = [run.measure("by_kind", kind, name) for run in runs]
            if any(one is not None and one.get("n") for one in found):
                head = words.known(f"kind_{kind}", words("kind_none") if kind == "-" else kind)
                rows.append(_row(head, "", name, found, words, digits=0))
        if rows:
            groups.append((measure_name(name, words), tuple(rows)))
    if not groups:
        return None
    return Table(
        words("kinds_caption", dataset=runs[0].dataset), (words("kind"), *names), tuple(groups), words("kinds_note")
    )


def statuses(runs: Sequence[Run], names: Sequence[str], words: Words) -> Table | None:
    """How many answers of each status, by whether the documents answer."""
    if not any(isinstance(run.metrics.get("statuses"), Mapping) for run in runs):
        return None
    groups = []
    for sort in ("answerable", "unanswerable"):
        rows = []
        for status in _STATUSES:
            cells = []
            for run in runs:
                counts = (run.metrics.get("statuses") or {}).get(sort)
                total = sum(counts.values()) if counts else 0
                n = counts.get(status, 0) if counts else None
                shown = f"{n} ({words.share(n / total, 0)})" if n is not None and total else str(n)
                cells.append(Cell(NOTHING if n is None else shown, value=n))
            rows.append(Row(words(f"status_{status}"), tuple(cells)))
        groups.append((words(f"asked_{sort}"), tuple(rows)))
    return Table(words("statuses_caption", dataset=runs[0].dataset), (words("status"), *names), tuple(groups))


def costs(runs: Sequence[Run], names: Sequence[str], words: Words) -> Table:
    """Times (seconds), tokens and energy."""
    timings = [
        Row(words(f"timing_{name}"), tuple(_spread(run.metrics, name, words) for run in runs))
        for name in ("retrieve", "search", "first_source", "first_sentence", "total")
        if any(name in (run.metrics.get("latency_ms") or {}) for run in runs)
    ]
    means = [
        Row(words(f"cost_{name}"), tuple(_mean(run.measure(*path), digits, words) for run in runs))
        for name, path, digits in (
            ("prompt_tokens", ("tokens", "prompt_tokens"), 0),
            ("read_tokens", ("tokens", "read_tokens"), 0),
            ("completion_tokens", ("tokens", "completion_tokens"), 0),
            ("energy_wh", ("energy_wh",), 4),
        )
        if any(run.measure(*path) for run in runs)
    ]
    others = [
        Row(words(f"cost_{name}"), tuple(cell(run.metrics, words) for run in runs))
        for name, cell in (("words", _words), ("memory_mb", _memory))
        if any(run.metrics.get(name) for run in runs)
    ]
    groups = [
        (words("group_times"), tuple(timings)),
        (words("group_means"), tuple(means)),
        (words("group_others"), tuple(others)),
    ]
    return Table(
        words("costs_caption", dataset=runs[0].dataset),
        (words("measure"), *names),
        tuple(g for g in groups if g[1]),
        words("costs_note"),
    )


def _judges(runs: Sequence[Run]) -> list[str]:
    """Every judge: those that had no part in any column first. A run of before there were judges has the rules."""
    seen: dict[str, bool] = {}
    for run in runs:
        for judge, of in _judges_of(run).items():
            seen[judge] = seen.get(judge, True) and bool(of.get("independent"))
    return sorted(seen, key=lambda judge: not seen[judge])


def _judges_of(run: Run) -> Mapping[str, Any]:
    judges = run.metrics.get("judges")
    if isinstance(judges, Mapping) and judges:
        return {name: of for name, of in judges.items() if isinstance(of, Mapping)}
    old = {name: run.metrics[name] for name in ("citation_recall", "citation_precision") if run.metrics.get(name)}
    return {"rules": {"independent": True, **old}} if old else {}


def _has(runs: Sequence[Run], judge: str, name: str) -> bool:
    return name != "corrected" or any(_judges_of(run).get(judge, {}).get(name) for run in runs)


def _judged_row(runs: Sequence[Run], judge: str, name: str, words: Words) -> Row:
    given = [_judges_of(run).get(judge) for run in runs]
    found = [of.get(name) if of else None for of in given]
    fair = all(of is None or of.get("independent") for of in given)
    said = words.known(f"judge_{judge}", judge)
    about = words("judge_independent", judge=said) if fair else words("judge_partial", judge=said)
    row = _row(measure_name(name, words), about, name if fair else "answer_rate", found, words)
    marked = tuple(
        replace(cell, text=f"{cell.text}\u202f†", best=False)
        if of is not None and not of.get("independent") and cell.value is not None
        else cell
        for cell, of in zip(row.cells, given, strict=True)
    )
    return Row(row.head, marked, row.note)


def _row(
    head: str, about: str, name: str, found: Sequence[Mapping[str, Any] | None], words: Words, digits: int = 1
) -> Row:
    """A row, its best figure marked where there are two that differ."""
    values = [float(one["value"]) for one in found if one is not None and one.get("value") is not None]
    best = None
    if name not in _NEITHER and len(set(values)) > 1:
        best = min(values) if name.partition(".")[0] in LOWER_IS_BETTER else max(values)
    cells = (words.estimate(one, as_share=name != "aurc", digits=digits) for one in found)
    return Row(head, tuple(_marked(cells, best)), about)


def _without_best(row: Row) -> Row:
    return replace(row, cells=tuple(replace(cell, best=False) for cell in row.cells))


def _marked(cells: Iterable[Cell], best: float | None) -> Iterable[Cell]:
    for cell in cells:
        yield replace(cell, best=cell.value is not None and cell.value == best)


def _spread(metrics: Mapping[str, Any], name: str, words: Words) -> Cell:
    times = (metrics.get("latency_ms") or {}).get(name) or {}
    middle, high = times.get("p50"), times.get("p95")
    if middle is None or high is None:
        return Cell(NOTHING)
    digits = 2 if high < 10_000 else 1
    detail = words("spread_detail", high=words.number(high / 1000, digits), n=times.get("n", 0))
    return Cell(words.number(middle / 1000, digits), detail, value=middle / 1000)


def _words(metrics: Mapping[str, Any], words: Words) -> Cell:
    of = metrics.get("words") or {}
    if of.get("p50") is None:
        return Cell(NOTHING)
    detail = words("spread_detail", high=words.number(of["p95"], 0), n=of.get("n", 0))
    return Cell(words.number(of["p50"], 0), detail, value=of["p50"])


def _memory(metrics: Mapping[str, Any], words: Words) -> Cell:
    value = metrics.get("memory_mb")
    return Cell(NOTHING) if value is None else Cell(words.number(float(value), 0), value=float(value))


def _mean(estimate: Mapping[str, Any] | None, digits: int, words: Words) -> Cell:
    if estimate is None:
        return Cell(NOTHING)
    bounds = words.interval(estimate.get("low"), estimate.get("high"), 1, digits)
    detail = " ".join(part for part in (bounds, f"n\u00a0=\u00a0{estimate.get('n', 0)}") if part)
    return Cell(words.number(estimate["value"], digits), detail, value=estimate["value"])
