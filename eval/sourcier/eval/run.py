"""One run: ask every question, keep every answer, then measure and write it all in one folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sourcier.app.answering.manner import Exchange, Manner
from sourcier.app.shapes import answer_to_json
from sourcier.core.errors import QuestionError
from sourcier.core.settings import Settings
from sourcier.core.types import Answer, ModelInfo
from sourcier.eval import machine
from sourcier.eval.assistant import Asking, Searching
from sourcier.eval.dataset import Question, QuestionSet, RetrievalQuery, RetrievalSet
from sourcier.eval.folder import RunError, RunFolder, to_json
from sourcier.eval.judges.base import Judge
from sourcier.eval.metrics import retrieval, summary
from sourcier.eval.predictions import answer_from_json
from sourcier.eval.reports import markdown
from sourcier.eval.scoring import measure, not_indexed

__all__ = ["DEPTH", "Outcome", "close", "evaluate_answers", "evaluate_retrieval", "manner_of"]

#: Told before each question and at the end: how many are done, of how many.
Progress = Callable[[int, int], None]

#: Told before each answer that a judge reads, and at the end: which judge, how many are done, of how many.
Judging = Callable[[str, int, int], None]

#: The judges of a run, given the models that wrote its answers: one that wrote them is not independent.
JudgesOf = Callable[[Sequence[ModelInfo]], Sequence[Judge]]

#: Passages asked for each query of a retrieval set. Several may be of one document: R@100 wants more than 100.
DEPTH = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished run, as ``eval run --json`` prints it."""

    dataset: str
    n: int
    metrics: dict[str, Any]
    predictions: Path

    def to_json(self) -> dict[str, Any]:
        """JSON values, field by field."""
        return {**asdict(self), "predictions": str(self.predictions)}


def manner_of(row: Question) -> Manner:
    """As it comes, after the conversation that the question follows."""
    return Manner(history=tuple(Exchange(turn.question, turn.answer) for turn in row.history))


def _silent(done: int, total: int) -> None: ...


def _unheard(judge: str, done: int, total: int) -> None: ...


def _none(writers: Sequence[ModelInfo]) -> Sequence[Judge]:
    return ()


def evaluate_answers(
    dataset: QuestionSet,
    assistant: Asking,
    settings: Settings,
    folder: Path,
    *,
    engine: str = "sourcier",
    judges: JudgesOf = _none,
    progress: Progress = _silent,
    judging: Judging = _unheard,
) -> Outcome:
    """Ask the questions that ``folder`` has no answer to yet, then score all of them.

    Args:
        engine: which one ``assistant`` is, as the folder says it.
        judges: who say whether sentences are carried by what they cite, the headline's first; loaded once all is
            answered, when it is known which models wrote.

    Raises:
        RunError: ``folder`` is of another run, or the assistant refuses a question as such (too long).
        ModelError, StoreError: an answer failed; what was answered is kept, and the same folder goes on.
    """
    run = RunFolder(folder, dataset, assistant.searcher.version, settings, engine=engine)
    if any(row.id not in run.predictions for row in dataset.questions):
        assistant.warm_up()  # the first question must not wait for what the others find loaded: times are warm
    for done, row in enumerate(dataset.questions):
        progress(done, len(dataset.questions))
        if row.id not in run.predictions:
            try:
                answer = assistant.ask(row.question, manner=manner_of(row))
            except QuestionError as error:
                detail = error.in_language(settings.language)
                raise RunError("eval.question_refused", id=row.id, detail=detail) from error
            run.predictions.add({**answer_to_json(answer), "id": row.id})
    progress(len(dataset.questions), len(dataset.questions))

    given = [answer_from_json(run.predictions.rows[row.id]) for row in dataset.questions]
    return close(run, dataset, given, assistant.searcher, settings, engine=engine, judges=judges, judging=judging)


def close(
    run: RunFolder,
    dataset: QuestionSet,
    given: Sequence[Answer],
    searcher: Searching,
    settings: Settings,
    *,
    engine: str = "sourcier",
    judges: JudgesOf = _none,
    judging: Judging = _unheard,
) -> Outcome:
    """Measure the answers of a run, in the order of its questions, and write what comes out."""
    writers = list(dict.fromkeys(answer.model for answer in given))
    measured = measure(
        dataset, given, searcher, settings.language, judges=judges(writers), engine=engine, progress=judging
    )
    metrics = {**measured.metrics, "memory_mb": machine.peak_memory_mb()}
    run.close(
        metrics,
        measured.scores,
        measured.report,
        writers,
        judgements=measured.judgements,
    )
    return Outcome(dataset.name, len(dataset.questions), metrics, run.predictions.path)


def evaluate_retrieval(
    dataset: RetrievalSet,
    searcher: Searching,
    settings: Settings,
    folder: Path,
    *,
    depth: int = DEPTH,
    progress: Progress = _silent,
) -> Outcome:
    """Search for every query that ``folder`` has no ranking of yet, then score all of them.

    Raises:
        RunError: ``folder`` is of another run.
    """
    run = RunFolder(folder, dataset, searcher.version, settings, depth=depth)
    for done, row in enumerate(dataset.queries):
        progress(done, len(dataset.queries))
        if row.id not in run.predictions:
            run.predictions.add(_search(row, searcher, depth))
    progress(len(dataset.queries), len(dataset.queries))

    scores = [_score(row, run.predictions.rows[row.id]) for row in dataset.queries]
    metrics = to_json(
        {
            **retrieval.summary(scores),
            "latency_ms": {"search": summary.latency([score.search_ms for score in scores])},
            "documents": {**summary.latency([float(score.documents) for score in scores]), "passages": depth},
            "not_indexed": not_indexed([label for row in dataset.queries for label in row.relevant], searcher),
            "by_kind": retrieval.by_kind(scores),
        }
    )
    measured = [
        {"id": s.id, "kind": s.kind, "documents": s.documents, "search_ms": s.search_ms, "measures": s.values}
        for s in scores
    ]
    run.close(metrics, measured, markdown.of_retrieval(dataset, scores, metrics, settings.language))
    return Outcome(dataset.name, len(dataset.queries), metrics, run.predictions.path)


def _search(row: RetrievalQuery, searcher: Searching, depth: int) -> dict[str, Any]:
    start = time.perf_counter()
    hits = searcher.search(row.question, depth, row.filter).hits
    elapsed_ms = (time.perf_counter() - start) * 1000
    found = [
        {
            "document_id": hit.passage.document_id,
            "path": hit.path,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "score": hit.score,
        }
        for hit in hits
    ]
    return {"id": row.id, "question": row.question, "found": found, "search_ms": elapsed_ms}


def _score(row: RetrievalQuery, prediction: dict[str, Any]) -> retrieval.RankingScores:
    found = [(hit["document_id"], hit["path"]) for hit in prediction["found"]]
    return retrieval.score(row.id, row.kind, found, row.relevant, prediction["search_ms"])
