"""The figures that were accepted: numbers a question and a measure, without any text, one small file a kind of run.

A kind of run is a data set, an engine and a provider. The file says who accepted it, when and why, and what was accepted
before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sourcier.core.errors import SourcierError
from sourcier.eval.gate.measures import FLOORS, GUARDS, RANKING, Share, guards_of, per_question

__all__ = ["Accepted", "GateError", "accept", "find_accepted", "record_of"]


class GateError(SourcierError):
    """A run that cannot be judged, or accepted; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A run as the gate sees it.

    Attributes:
        provider: ``ollama``, ``embedded``, ``none``, or ``search`` where nothing was answered.
        models: name and digest of each.
        metrics: measure → ``{value, n, low, high}``.
        questions: id → measure → ``(good, of)``; empty where the run did not keep them.
        history: ``{at, by, because, values}`` of each acceptance, the last one last; empty for a run not accepted.
    """

    dataset: str
    sha256: str
    engine: str
    provider: str
    models: tuple[Mapping[str, str], ...]
    metrics: Mapping[str, Mapping[str, float | None]]
    questions: Mapping[str, Mapping[str, Share]]
    history: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def file_name(self) -> str:
        """``DATASET.ENGINE.PROVIDER.json``."""
        parts = (self.dataset, self.engine, self.provider)
        return ".".join(re.sub(r"[^A-Za-z0-9_-]+", "-", part) for part in parts) + ".json"


def record_of(run: Path) -> Accepted:
    """A run folder as the gate sees it.

    Raises:
        GateError: it is not the folder of a finished run.
    """
    try:
        environment = _json(run / "environment.json")
        metrics = _json(run / "metrics.json")
        scores = _lines(run / "scores.jsonl") if (run / "scores.jsonl").is_file() else []
        predictions = {row["id"]: row for row in _lines(run / "predictions.jsonl")}
        guards = guards_of(scores[0]) if scores else ()
        questions = {row["id"]: per_question(guards, row, predictions[row["id"]]) for row in scores}
        models = [{"name": m["name"], "digest": m["digest"]} for m in environment.get("models", ())]
        providers = {row["model"]["provider"] for row in predictions.values() if "model" in row}
        kept = {name: metrics[name] for name in _kept_metrics(metrics)}
        return Accepted(
            dataset=environment["dataset"],
            sha256=environment["sha256"],
            engine=environment.get("engine", "sourcier"),
            provider="+".join(sorted(providers)) or "search",
            models=tuple(models),
            metrics=kept,
            questions=questions,
        )
    except FileNotFoundError as error:
        raise GateError("gate.run_unfinished", folder=run, file=Path(error.filename).name) from error
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise GateError("gate.run_unreadable", folder=run, detail=error) from error


def find_accepted(where: Path, run: Accepted) -> Accepted:
    """What was accepted of the same kind of run.

    Args:
        where: a file of accepted figures, a folder of such files, or the folder of another run.

    Raises:
        GateError: nothing of that kind was accepted, or it was on another version of the data set.
    """
    if (where / "environment.json").is_file():
        found = record_of(where)
    else:
        path = where / run.file_name if where.is_dir() or not where.suffix else where
        if not path.is_file():
            raise GateError("gate.nothing_accepted", kind=_kind(run), path=path)
        found = _read(path)
    if found.sha256 != run.sha256:
        raise GateError("gate.other_dataset", dataset=run.dataset, run=run.sha256[:12], accepted=found.sha256[:12])
    missing = [identifier for identifier in found.questions if run.questions and identifier not in run.questions]
    if missing:
        raise GateError("gate.questions_missing", n=len(missing), first=missing[0])
    return found


def accept(run: Accepted, where: Path, *, by: str, because: str, now: datetime | None = None) -> Path:
    """Make ``run`` the accepted one of its kind, in the folder or ``.json`` file ``where``, and return the file.

    Raises:
        GateError: the folder cannot be written.
    """
    path = where if where.suffix == ".json" else where / run.file_name
    before = _read(path).history if path.is_file() else ()
    values = {name: estimate.get("value") for name, estimate in run.metrics.items()}
    at = (now or datetime.now(UTC)).isoformat(timespec="seconds")
    said = {"at": at, "by": by, "because": because, "models": list(run.models), "values": values}
    content = {**asdict(run), "history": [*before, said]}
    questions = content.pop("questions")
    # A line a question: what an acceptance changes is seen in the file's history.
    lines = [f"  {json.dumps(key)}: {json.dumps(value, sort_keys=True)}" for key, value in sorted(questions.items())]
    head = json.dumps(content, ensure_ascii=False, indent=1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        body = ",\n".join(lines)
        path.write_text(f'{head[:-2]},\n "questions": {{\n{body}\n }}\n}}\n', encoding="utf-8")
    except OSError as error:
        raise GateError("gate.not_written", path=path, detail=error) from error
    return path


def _read(path: Path) -> Accepted:
    try:
        raw = _json(path)
        questions = {
            identifier: {name: (float(good), float(of)) for name, (good, of) in measures.items()}
            for identifier, measures in raw["questions"].items()
        }
        sequences = {"models": tuple(raw["models"]), "history": tuple(raw["history"])}
        return Accepted(**{**raw, **sequences, "questions": questions})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise GateError("gate.accepted_unreadable", path=path, detail=error) from error


def _kept_metrics(metrics: Mapping[str, Any]) -> list[str]:
    """The guarded measures and floors that a run has as such; what is counted from its questions is not among them."""
    wanted = (*FLOORS, *(guard.name for guard in GUARDS), *RANKING)
    return [name for name in wanted if isinstance(metrics.get(name), Mapping) and "value" in metrics[name]]


def _kind(run: Accepted) -> str:
    return f"{run.dataset}, {run.engine}, {run.provider}"


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
