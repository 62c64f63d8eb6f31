"""From the answers of a run to its figures: the same code whoever answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sourcier.core.messages import Language
from sourcier.core.types import Answer
from sourcier.eval.assistant import Searching, canonical_texts
from sourcier.eval.dataset import QuestionSet
from sourcier.eval.folder import to_json
from sourcier.eval.judges.base import Judge
from sourcier.eval.metrics import answers, completeness, retrieval, summary
from sourcier.eval.metrics.intervals import Estimate, proportion
from sourcier.eval.metrics.judged import JudgedAnswer, judge_answer, of_judge
from sourcier.eval.reports import markdown
from sourcier.eval.trials.correction import corrected
from sourcier.eval.trials.kept import trial_of
from sourcier.eval.trials.trial import Trial

__all__ = ["VARYING", "Measured", "measure", "not_indexed", "steady"]

#: The figures that two runs of the same thing do not share: they are what the machine did, not what was answered.
VARYING = ("latency_ms", "tokens", "energy_wh", "memory_mb")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run comes to, as its folder keeps it."""

    metrics: dict[str, Any]
    scores: list[dict[str, Any]]
    judgements: list[dict[str, Any]]
    report: str


def measure(
    dataset: QuestionSet,
    given: Sequence[Answer],
    searcher: Searching,
    language: Language,
    *,
    judges: Sequence[Judge] = (),
    engine: str = "sourcier",
    progress: Callable[[str, int, int], None] = lambda judge, done, total: None,
) -> Measured:
    """All figures of ``given``, the answers to ``dataset`` in its order.

    Args:
        judges: who say whether sentences are carried. The first is the headline's.
        engine: who answered: the product's verifier has had no hand in what others show.
    """
    texts = canonical_texts(searcher)
    scores = [answers.score(row, answer, texts) for row, answer in zip(dataset.questions, given, strict=True)]
    judged: dict[str, list[JudgedAnswer]] = {judge.name: [] for judge in judges}
    for judge in judges:
        for done, (row, answer) in enumerate(zip(dataset.questions, given, strict=True)):
            progress(judge.name, done, len(given))
            judged[judge.name].append(judge_answer(row.id, answer, judge, texts))
        progress(judge.name, len(given), len(given))
    metrics = {
        **summary.quality(scores),
        "words": summary.lengths(scores),
        "judges": {
            judge.name: _of_judge(judge, judged[judge.name], judge.independent or _no_hand_in(judge, engine))
            for judge in judges
        },
        "nuggets": completeness.summary([score.completeness for score in scores]),
        **summary.costs(given),
        "statuses": summary.statuses(scores),
        "fabrications": summary.fabrications(scores),
        "not_indexed": not_indexed([label for row in dataset.questions for label in row.documents], searcher),
        "with_notices": sum(bool(answer.notices) for answer in given),
        "by_kind": summary.by_kind(scores),
        "varying": list(VARYING),
    }
    plain: dict[str, Any] = to_json({name: value for name, value in metrics.items() if value is not None})
    return Measured(
        plain,
        [{**asdict(score), "measures": summary.per_question(score)} for score in scores],
        [one.to_json() for each in judged.values() for one in each],
        markdown.of_answers(dataset, given, scores, plain, language),
    )


def steady(metrics: dict[str, Any]) -> dict[str, Any]:
    """The figures that another run of the same thing must repeat to the last digit."""
    return {name: value for name, value in metrics.items() if name not in VARYING}


def not_indexed(labels: Sequence[str], searcher: Searching) -> list[str]:
    """The documents that a data set names and the index does not hold."""
    return retrieval.absent(labels, [(document.document_id, document.path) for document in searcher.documents()])


def _no_hand_in(judge: Judge, engine: str) -> bool:
    """The verifier decides what our answers show, and nothing of what the other engines write."""
    return judge.name == "verifier" and engine != "sourcier"


def _of_judge(judge: Judge, judged: Sequence[JudgedAnswer], independent: bool) -> dict[str, Any]:
    trial = trial_of(judge.name, getattr(judge, "digest", ""))
    faithful = [(answer.id, sentence.faithful) for answer in judged for sentence in answer.sentences]
    known = _corrected([so for _, so in faithful], [of for of, _ in faithful], trial) if trial else None
    return {**of_judge(judged, independent), "corrected": known}


def _corrected(faithful: Sequence[bool], groups: Sequence[str], trial: Trial) -> Estimate:
    """Undefined where the judge finds more supported than it found of what is right in its trial, by more than chance:
    it errs less on these sentences (most quotes, word for word), and its trial says nothing of them.
    """
    seen, most = proportion(sum(faithful), len(faithful)), trial.sensitivity.high
    if seen.low is not None and most is not None and seen.low > most:
        return Estimate(None, len(faithful))
    return corrected(faithful, trial, groups=groups)
