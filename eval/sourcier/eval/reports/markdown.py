"""The report of a run, in Markdown: the figures with their intervals, then every question that went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sourcier.core.messages import Language, message
from sourcier.core.types import Answer
from sourcier.eval.dataset import Question, QuestionSet, RetrievalQuery, RetrievalSet
from sourcier.eval.metrics.answers import AnswerScores
from sourcier.eval.metrics.intervals import Estimate
from sourcier.eval.metrics.retrieval import RankingScores
from sourcier.eval.metrics.summary import MEASURES, TIMINGS, TOKENS

__all__ = ["of_answers", "of_comparison", "of_retrieval", "table"]

_RANKING = ("ndcg@10", "ndcg_exponential@10", "recall@5", "recall@10", "recall@100", "mrr@10", "hit@1")
_BY_KIND = ("facts", "answered_fully", "wrongly_refused", "wrongly_answered", "right_place")
_BY_KIND_RANKING = ("ndcg@10", "recall@5", "recall@10", "hit@1")
_UNDEFINED = "–"


def of_answers(
    dataset: QuestionSet,
    given: Sequence[Answer],
    scores: Sequence[AnswerScores],
    metrics: Mapping[str, Any],
    language: Language,
) -> str:
    """The report on a question set; ``metrics`` are those of ``metrics.json``."""
    say = _Speaker(language)
    models = ", ".join(f"{m.provider} {m.name}".strip() for m in dict.fromkeys(answer.model for answer in given))
    lines = [*say.title(dataset.name, len(scores)), say("model", model=models), "", *say.estimates(metrics, MEASURES)]
    lines += ["", say("fabrications", **metrics["fabrications"]), *say.not_indexed(metrics)]
    lines += [*say.heading("statuses"), *say.statuses(metrics["statuses"])]
    if metrics["with_notices"]:
        lines += ["", say("notices", n=metrics["with_notices"])]
    lines += [*say.heading("costs"), *say.costs(metrics), *say.heading("by_kind"), *say.kinds(metrics, _BY_KIND)]
    wrong = [(row, a, s) for row, a, s in zip(dataset.questions, given, scores, strict=True) if _failures(s)]
    lines += [*say.heading("failures"), say("failures_count", n=len(wrong), total=len(scores))]
    for row, answer, score in wrong:
        lines += say.failure(row, answer, score)
    return "\n".join(lines) + "\n"


def of_retrieval(
    dataset: RetrievalSet, scores: Sequence[RankingScores], metrics: Mapping[str, Any], language: Language
) -> str:
    """The report on a retrieval set."""
    say = _Speaker(language)
    lines = [*say.title(dataset.name, len(scores)), say("gains"), "", *say.estimates(metrics, _RANKING)]
    lines += ["", say("depth", passages=metrics["documents"]["passages"], documents=metrics["documents"]["p50"])]
    lines += say.not_indexed(metrics)
    lines += [*say.heading("costs"), *say.latencies(metrics)]
    lines += [*say.heading("by_kind"), *say.kinds(metrics, _BY_KIND_RANKING)]
    missed = [(row, s) for row, s in zip(dataset.queries, scores, strict=True) if s.values["recall@10"] == 0]
    lines += [*say.heading("failures"), say("missed_count", n=len(missed), total=len(scores)), ""]
    lines += [f"- `{row.id}` {_line(row.question)} → {_labels(row)}" for row, _ in missed]
    return "\n".join(lines) + "\n"


def of_comparison(differences: Mapping[str, Estimate], language: Language) -> str:
    """The table of a comparison, in points of percentage."""
    say = _Speaker(language)
    return "\n".join(say.estimates({name: asdict(e) for name, e in differences.items()}, differences))


def table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """The lines of a Markdown table; every column but the first is aligned right."""
    head = list(titles)
    return [
        f"| {' | '.join(head)} |",
        f"|{'|'.join(['---', *['---:'] * (len(head) - 1)])}|",
        *(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows),
    ]


class _Speaker:
    """The parts of a report, in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        return message(f"eval.report_{key}", self.language, **values)

    def title(self, name: str, n: int) -> list[str]:
        return [f"# {self('title', dataset=name)}", "", self("rows", n=n)]

    def heading(self, key: str) -> list[str]:
        return ["", f"## {self(key)}", ""]

    def estimates(self, metrics: Mapping[str, Any], names: Iterable[str]) -> list[str]:
        rows = ([self.name(n), self.share(metrics[n]), self.interval(metrics[n]), f"{metrics[n]['n']}"] for n in names)
        return table([self("measure"), self("value"), self("interval"), "n"], rows)

    def kinds(self, metrics: Mapping[str, Any], names: Sequence[str]) -> list[str]:
        rows = (
            [kind, *(f"{self.share(of[name])} ({of[name]['n']})" if of[name]["n"] else _UNDEFINED for name in names)]
            for kind, of in metrics["by_kind"].items()
        )
        return table([self("kind"), *(self.name(name) for name in names)], rows)

    def statuses(self, counts: Mapping[str, Mapping[str, int]]) -> list[str]:
        shown = ("answered", "quoted", "abstained")
        rows = ([self(sort), *(f"{counts[sort][status]}" for status in shown)] for sort in counts)
        return table(["", *(self(f"status_{status}") for status in shown)], rows)

    def costs(self, metrics: Mapping[str, Any]) -> Iterator[str]:
        yield from self.latencies(metrics)
        yield ""
        means = {name: metrics["tokens"][name] for name in TOKENS if name in metrics["tokens"]}
        means["energy_wh"] = metrics["energy_wh"]
        rows = ([self.name(name), self.number(of["value"], 3), f"{of['n']}"] for name, of in means.items())
        yield from table([self("measure"), self("mean"), "n"], rows)

    def latencies(self, metrics: Mapping[str, Any]) -> list[str]:
        times = metrics["latency_ms"]
        order = [name for name in (*TIMINGS, "search") if name in times]
        rows = (
            [self.name(t), *(self.number(times[t][q], 0) for q in ("p50", "p95")), f"{times[t]['n']}"] for t in order
        )
        return table([self("milliseconds"), "p50", "p95", "n"], rows)

    def not_indexed(self, metrics: Mapping[str, Any]) -> list[str]:
        labels = metrics["not_indexed"]
        return ["", self("not_indexed", n=len(labels), first=", ".join(f"`{n}`" for n in labels[:5]))] if labels else []

    def failure(self, row: Question, answer: Answer, score: AnswerScores) -> Iterator[str]:
        yield from ("", f"### `{row.id}` {_line(row.question)}", "")
        yield f"- {self('reasons')} {', '.join(self(f'failure_{reason}') for reason in _failures(score))}"
        if score.missing:
            expected = "; ".join(" | ".join(f"`{p.pattern}`" for p in row.facts[i]) for i in score.missing)
            yield f"- {self('missing')} {expected}"
        yield f"- {self('answer', status=self(f'status_{answer.status}'))}"
        yield from ("", *(f"  > {line}" for line in answer.answer.splitlines()))
        if answer.removed:
            yield from ("", f"- {self('removed')}")
            yield from (f"  - {_line(removed.text)} ({removed.reason})" for removed in answer.removed)

    def name(self, key: str) -> str:
        return message(f"eval.measure_{key.replace('@', '_at_')}", self.language)

    def share(self, estimate: Mapping[str, Any]) -> str:
        value = estimate["value"]
        return _UNDEFINED if value is None else f"{self.number(100 * value, 1)} %"

    def interval(self, estimate: Mapping[str, Any]) -> str:
        if estimate["low"] is None:
            return _UNDEFINED
        return f"{self.number(100 * estimate['low'], 1)} – {self.number(100 * estimate['high'], 1)}"

    def number(self, value: float | None, digits: int) -> str:
        if value is None:
            return _UNDEFINED
        return f"{value:.{digits}f}".replace(".", "," if self.language == "fr" else ".")


def _failures(score: AnswerScores) -> list[str]:
    """What went wrong, by the short names that the catalogue spells out."""
    wrong = {
        "refused": score.answerable and score.status == "abstained",
        "invented": not score.answerable and score.status != "abstained",
        "facts": score.answerable and score.status != "abstained" and bool(score.missing),
        "place": score.answerable and score.status != "abstained" and score.right_place is False,
        "quote": score.exact_quotes.good < score.exact_quotes.n,
        "fabricated": score.fabrications.total > 0,
        "number": score.numbers.good < score.numbers.n,
        "span": score.quoted_spans.good < score.quoted_spans.n,
        "language": score.language_kept is False,
    }
    return [name for name, so in wrong.items() if so]


def _labels(row: RetrievalQuery) -> str:
    return ", ".join(f"`{label}`" for label, grade in row.relevant.items() if grade > 0)


def _line(text: str) -> str:
    return " ".join(text.split())
