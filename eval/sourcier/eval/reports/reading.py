"""A run folder as the report reads it: what a run of today writes, and what one of last year did not write yet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sourcier.core.types import Answer
from sourcier.eval.folder import RunError
from sourcier.eval.metrics.citations import claims_of
from sourcier.eval.predictions import answer_from_json

__all__ = ["Run", "read_run"]

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """One finished run.

    Attributes:
        questions, answers, scores: by question id, in the order asked; ``answers`` is empty for a retrieval set.
        judgements: of each judge, the verdicts on the sentences of each question.
    """

    folder: Path
    environment: Json
    settings: Json
    metrics: Json
    questions: dict[str, Json]
    predictions: dict[str, Json]
    answers: dict[str, Answer]
    scores: dict[str, Json]
    judgements: dict[str, dict[str, list[Json]]]

    @property
    def sha256(self) -> str:
        """Of the data set."""
        return str(self.environment.get("sha256", ""))

    @property
    def dataset(self) -> str:
        """Its name."""
        return str(self.environment.get("dataset", self.folder.name))

    @property
    def engine(self) -> str:
        """``sourcier``, ``llamaindex`` or ``plain``; runs of before there were others are ours."""
        return str(self.environment.get("engine") or "sourcier")

    @property
    def ranks(self) -> bool:
        """Whether documents were ranked, and nothing answered."""
        return "ndcg@10" in self.metrics

    @property
    def models(self) -> list[Json]:
        """Those that wrote the answers."""
        return [model for model in self.environment.get("models", ()) if isinstance(model, Mapping)]

    def measure(self, *path: str) -> Json | None:
        """The estimate at a path of ``metrics.json``, or nothing where this run has none."""
        value: Any = self.metrics
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value if isinstance(value, Mapping) and value.get("value") is not None else None

    def independent_judge(self) -> str | None:
        """The judge of the headline: the first that did not help to write what it judges."""
        return next((name for name, of in self._judges() if of.get("independent")), None)

    def verdicts(self, judge: str, identifier: str) -> list[bool | None]:
        """Whether ``judge`` finds each sentence of an answer carried by what it cites, all its claims together.

        ``None`` of a sentence that claims nothing, and of all where the claims that a run of another version judged are
        not those of today: which is which cannot be told.
        """
        answer, given = self.answers.get(identifier), self.judgements.get(judge, {}).get(identifier, [])
        if answer is None or answer.status == "abstained":
            return []
        claims = [len(claims_of(replace(answer, sentences=(sentence,)))) for sentence in answer.sentences]
        if sum(claims) != len(given):
            return [None] * len(claims)
        left = iter(given)
        each = [[next(left) for _ in range(n)] for n in claims]
        return [all(v.get("supported") and v.get("readable", True) for v in of) if of else None for of in each]

    def _judges(self) -> Iterator[tuple[str, Json]]:
        judges = self.metrics.get("judges")
        return iter(judges.items()) if isinstance(judges, Mapping) else iter(())


def read_run(folder: Path) -> Run:
    """The run kept in ``folder``.

    Raises:
        RunError: it is not the folder of a run, or that run has not come to its end.
    """
    if not (folder / "environment.json").is_file():
        raise RunError("report.no_run", folder=folder)
    if not (folder / "metrics.json").is_file():
        raise RunError("report.unfinished", folder=folder)
    try:
        predictions: dict[str, Json] = {row["id"]: row for row in _lines(folder / "predictions.jsonl")}
        metrics = _value(folder / "metrics.json")
        judgements: dict[str, dict[str, list[Json]]] = {}
        for row in _lines(folder / "judgements.jsonl", needed=False):
            judgements.setdefault(row["judge"], {})[row["id"]] = row["sentences"]
        return Run(
            folder=folder,
            environment=_value(folder / "environment.json"),
            settings=_value(folder / "settings.json", needed=False),
            metrics=metrics,
            questions={row["id"]: row for row in _lines(folder / "questions.jsonl", needed=False)},
            predictions=predictions,
            answers={i: answer_from_json(row) for i, row in predictions.items() if "status" in row},
            scores={row["id"]: row for row in _lines(folder / "scores.jsonl")},
            judgements=judgements,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError("report.unreadable", folder=folder, detail=f"{type(error).__name__}: {error}") from error


def _value(path: Path, *, needed: bool = True) -> Json:
    if not needed and not path.exists():
        return {}
    value = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        raise TypeError(path.name)
    return value


def _lines(path: Path, *, needed: bool = True) -> list[dict[str, Any]]:
    if not needed and not path.exists():
        return []
    # Not `splitlines`, which also cuts at the separators that a text may hold (U+2028…).
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
