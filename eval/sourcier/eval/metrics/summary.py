"""From the counts of each answer to the figures of a data set, all with their n and interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sourcier.core.types import Answer
from sourcier.eval.metrics.abstention import area_under_risk_coverage, grounded_refusal, refusal_f1
from sourcier.eval.metrics.answers import AnswerScores, Tally
from sourcier.eval.metrics.intervals import SEED, Estimate, mean, mean_of_means, percentile, proportion, ratio

#: The measures of :func:`quality`, in the order of reports.
MEASURES = (
    "facts", "facts_micro", "answered_fully", "wrongly_refused", "wrongly_answered", "balanced_accuracy", "right_place",
    "right_place_when_answered", "passage_found", "exact_quotes", "fabricated", "coverage",
    "citation_recall", "citation_precision", "number_fidelity", "quoted_span_exactness", "language",
    "answer_rate", "refusal_f1", "grounded_refusal", "aurc", "premise_corrected",
)  # fmt: skip
TIMINGS = ("retrieve", "first_source", "first_sentence", "total")
#: ``read_tokens`` are those of the prompt that the engine had not read before: what a prompt costs in time.
TOKENS = ("prompt_tokens", "read_tokens", "completion_tokens")


def quality(scores: Sequence[AnswerScores], seed: int = SEED) -> dict[str, Estimate]:
    """What the answers are worth.

    ``facts`` averages over answerable questions that have facts, an abstention counting for none found;
    ``facts_micro`` pools the facts, and ``n`` is their number; ``answered_fully`` is the share of those questions with
    every fact found. ``right_place`` counts an abstention as a miss, ``right_place_when_answered`` leaves it out.
    ``fabricated`` is the share of markers and sentences without a true proof: 0 is the only good value.
    ``answer_rate`` is the share of answerable questions that were answered: a run that says little is easily faithful.
    ``premise_corrected`` is the share of the replies to false premises, where the row says how, that put them right.
    ``refusal_f1``, ``grounded_refusal`` and ``aurc`` are those of :mod:`.abstention`; for ``aurc`` low is good.
    ``balanced_accuracy`` averages over the two sorts of questions the share rightly answered or rightly refused.
    """
    answerable = [s for s in scores if s.answerable]
    unanswerable = [s for s in scores if not s.answerable]
    factual = [s for s in answerable if s.facts.n]
    decisions = [(s.answerable, s.status == "abstained") for s in scores]
    return {
        "facts": mean([s.facts.good / s.facts.n for s in factual], seed),
        "facts_micro": ratio([s.facts.good for s in factual], [s.facts.n for s in factual], seed),
        "answered_fully": share(not s.missing for s in factual),
        "wrongly_refused": share(s.status == "abstained" for s in answerable),
        "wrongly_answered": share(s.status != "abstained" for s in unanswerable),
        "balanced_accuracy": mean_of_means(
            [float(s.status != "abstained") for s in answerable],
            [float(s.status == "abstained") for s in unanswerable],
            seed,
        ),
        "right_place": share(s.right_place for s in answerable if s.right_place is not None),
        "right_place_when_answered": share(
            s.right_place for s in answerable if s.right_place is not None and s.status != "abstained"
        ),
        "passage_found": share(s.passage_found for s in answerable if s.passage_found is not None),
        "exact_quotes": pooled(s.exact_quotes for s in scores),
        "fabricated": pooled(Tally(s.fabrications.total, s.fabrications.items) for s in scores),
        "coverage": pooled(s.covered for s in scores),
        "citation_recall": pooled(s.cited_support for s in scores),
        "citation_precision": pooled(s.cited_use for s in scores),
        "number_fidelity": pooled(s.numbers for s in scores),
        "quoted_span_exactness": pooled(s.quoted_spans for s in scores),
        "language": share(s.language_kept for s in scores if s.language_kept is not None),
        "answer_rate": share(s.status != "abstained" for s in answerable),
        "refusal_f1": refusal_f1(decisions, seed),
        "grounded_refusal": grounded_refusal(decisions, seed),
        "aurc": area_under_risk_coverage(
            [(s.answerable, s.answerable_p) for s in scores if s.answerable_p is not None], seed
        ),
        "premise_corrected": share(s.premise_corrected for s in scores if s.premise_corrected is not None),
    }


def by_kind(scores: Sequence[AnswerScores], seed: int = SEED) -> dict[str, dict[str, Estimate]]:
    """:func:`quality` of each kind of question, in alphabetical order; questions without a kind under ``-``."""
    kinds = sorted({s.kind or "-" for s in scores})
    return {kind: quality([s for s in scores if (s.kind or "-") == kind], seed) for kind in kinds}


def statuses(scores: Sequence[AnswerScores]) -> dict[str, dict[str, int]]:
    """How many answers of each status, for the answerable questions and for the others."""
    counts: dict[str, dict[str, int]] = {}
    for name, wanted in (("answerable", True), ("unanswerable", False)):
        seen = Counter(s.status for s in scores if s.answerable == wanted)
        counts[name] = {status: seen[status] for status in ("answered", "quoted", "abstained")}
    return counts


def fabrications(scores: Sequence[AnswerScores]) -> dict[str, int]:
    """How many fabrications of each sort."""
    sorts = ("markers_without_citation", "unknown_documents", "passages_not_retrieved", "uncited_sentences")
    return {sort: sum(getattr(s.fabrications, sort) for s in scores) for sort in sorts}


def costs(answers: Sequence[Answer], seed: int = SEED) -> dict[str, Any]:
    """Times (milliseconds), tokens and energy (watt-hours); an answer that does not say one is not counted for it."""
    return {
        "latency_ms": {
            name: latency([a.timings_ms[name] for a in answers if name in a.timings_ms]) for name in TIMINGS
        },
        "tokens": {
            name: mean([float(found) for a in answers if (found := tokens(a.usage, name)) is not None], seed)
            for name in TOKENS
        },
        "energy_wh": mean([a.energy_wh for a in answers], seed),
    }


def tokens(usage: Mapping[str, int], name: str) -> int | None:
    """One of :data:`TOKENS`, of an answer; None where the engine did not say it."""
    if name != "read_tokens":
        return usage.get(name)
    if "prompt_tokens" not in usage or "cached_tokens" not in usage:
        return None
    return usage["prompt_tokens"] - usage["cached_tokens"]


def lengths(scores: Sequence[AnswerScores]) -> dict[str, float | int | None]:
    """Median and 95th percentile of the words of what was shown, abstentions left out."""
    return latency([float(s.words) for s in scores if s.words is not None])


def latency(values_ms: Sequence[float]) -> dict[str, float | int | None]:
    """Median and 95th percentile of times in milliseconds."""
    return {"p50": percentile(values_ms, 50), "p95": percentile(values_ms, 95), "n": len(values_ms)}


def share(outcomes: Iterable[bool | None]) -> Estimate:
    """Share of the true ones."""
    seen = [bool(outcome) for outcome in outcomes]
    return proportion(sum(seen), len(seen))


def pooled(tallies: Iterable[Tally]) -> Estimate:
    """Share over the items of all answers."""
    seen = list(tallies)
    return proportion(sum(t.good for t in seen), sum(t.n for t in seen))


def per_question(score: AnswerScores) -> dict[str, float | None]:
    """What one question counts for, between two runs; ``None`` where it says nothing of a measure."""
    factual = score.answerable and score.facts.n
    abstained = score.status == "abstained"
    placed = score.answerable and score.right_place is not None
    return {
        "facts": score.facts.good / score.facts.n if factual else None,
        "answered_fully": float(not score.missing) if factual else None,
        "wrongly_refused": float(abstained) if score.answerable else None,
        "wrongly_answered": None if score.answerable else float(not abstained),
        "right_place": float(bool(score.right_place)) if placed else None,
        "coverage": _of(score.covered),
        "citation_recall": _of(score.cited_support),
        "citation_precision": _of(score.cited_use),
        "number_fidelity": _of(score.numbers),
        "language": None if score.language_kept is None else float(score.language_kept),
        "premise_corrected": None if score.premise_corrected is None else float(score.premise_corrected),
        "nuggets_v_strict": score.completeness.v_strict,
        "nuggets_v": score.completeness.v,
    }


def _of(tally: Tally) -> float | None:
    return tally.good / tally.n if tally.n else None
