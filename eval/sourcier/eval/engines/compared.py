"""From the answers of each engine to one table: every figure with the same judges, on the same questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sourcier.app.answering.verifier import Evidence, Verifier
from sourcier.core.messages import Language, message
from sourcier.eval.dataset import Question
from sourcier.eval.engines.record import Record
from sourcier.eval.metrics.citations import Counts, Judge, Rules, citation_counts
from sourcier.eval.metrics.intervals import Estimate, mean, percentile, proportion
from sourcier.eval.metrics.text import language, plain, without_markers
from sourcier.eval.reports.markdown import table
from sourcier.ingest.sentences import split_sentences

__all__ = ["Gate", "compared"]


class Gate:
    """The product's own verifier as a judge: it has already passed our answers, and the reader is told so."""

    def __init__(self, verifier: Verifier, threshold: float) -> None:
        self._verifier, self._threshold = verifier, threshold

    def entails(self, claim: str, quotes: Sequence[str], question: str) -> bool:
        """See :class:`~sourcier.eval.metrics.citations.Judge`."""
        evidence = [Evidence(quote[start:end]) for quote in quotes for start, end in split_sentences(quote)]
        return bool(evidence) and self._verifier.verify(claim, evidence, question=question).support >= self._threshold


def compared(
    questions: Sequence[Question], answers: Mapping[str, Sequence[Record]], gate: Judge, said: Language
) -> str:
    """A Markdown table, one column an engine; ``answers`` are in the order of ``questions``.

    Facts of an answer that declines are not found. Citations are judged on answers that do not decline, to answerable
    questions and to others alike.
    """
    columns = [_column(questions, records, gate) for records in answers.values()]
    names = list(columns[0])
    rows = [[message(f"eval.engines_{name}", said), *(column[name] for column in columns)] for name in names]
    return "\n".join(table(["", *(message(f"eval.engines_{name}", said) for name in answers)], rows))


def _column(questions: Sequence[Question], records: Sequence[Record], gate: Judge) -> dict[str, str]:
    pairs = list(zip(questions, records, strict=True))
    able = [(q, r) for q, r in pairs if q.answerable]
    unable = [r for q, r in pairs if not q.answerable]
    rules, passed = (_judged(pairs, judge) for judge in (Rules(), gate))
    # The language is that of what was written: quotes alone stay in the document's own.
    kept = [same for q, r in pairs if not r.declined and (same := _kept(q.question, r.text)) is not None]
    return {
        "facts": _share(mean([_found(q, r) / len(q.facts) for q, r in able if q.facts])),
        "recall_rules": _share(proportion(rules.supported, rules.claims)),
        "precision_rules": _share(proportion(rules.useful, rules.citations)),
        "recall_gate": _share(proportion(passed.supported, passed.claims)),
        "precision_gate": _share(proportion(passed.useful, passed.citations)),
        "coverage": _share(proportion(rules.cited, rules.claims)),
        "wrongly_answered": _share(proportion(sum(not r.declined for r in unable), len(unable))),
        "wrongly_refused": _share(proportion(sum(r.declined for _, r in able), len(able))),
        "language": _share(proportion(sum(kept), len(kept))),
        "prompt_tokens": _spread(records, lambda r: r.usage.get("prompt_tokens")),
        "cached_tokens": _spread(records, lambda r: r.usage.get("cached_tokens")),
        "first_source": _spread(records, lambda r: r.timings_ms.get("first_source"), 1000),
        "first_sentence": _spread(records, lambda r: r.timings_ms.get("first_sentence"), 1000),
        "total": _spread(records, lambda r: r.timings_ms.get("total"), 1000),
        "energy": _spread(records, lambda r: r.energy_wh, digits=3),
    }


def _judged(pairs: Sequence[tuple[Question, Record]], judge: Judge) -> Counts:
    total = Counts()
    for question, record in pairs:
        total += citation_counts(() if record.declined else record.claims, judge, question.question)
    return total


def _found(question: Question, record: Record) -> int:
    text = plain(without_markers(record.text))
    return 0 if record.declined else sum(any(p.search(text) for p in fact) for fact in question.facts)


def _kept(question: str, text: str) -> bool | None:
    asked, said = language(question), language(without_markers(text))
    return None if asked is None or said is None else asked == said


def _share(estimate: Estimate) -> str:
    if estimate.value is None:
        return "–"
    if estimate.low is None or estimate.high is None:
        return f"{100 * estimate.value:.1f} % (n {estimate.n})"
    return f"{100 * estimate.value:.1f} % [{100 * estimate.low:.0f}–{100 * estimate.high:.0f}] (n {estimate.n})"


def _spread(
    records: Sequence[Record], value: Callable[[Record], float | None], divisor: float = 1, digits: int | None = None
) -> str:
    """Median and 95th percentile, and how many have one."""
    found = [one / divisor for one in map(value, records) if one is not None]
    middle, high = percentile(found, 50), percentile(found, 95)
    shown = digits if digits is not None else 0 if divisor == 1 else 2
    return "–" if middle is None or high is None else f"{middle:.{shown}f} / {high:.{shown}f} (n {len(found)})"
