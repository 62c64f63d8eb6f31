"""The folder of a run: what was asked, under which settings, on which machine, and what came out.

``predictions.jsonl`` grows with the run; ``settings.json``, ``environment.json`` and ``questions.jsonl`` (the rows asked,
so that a report needs nothing else) are there from its start; ``metrics.json``, ``scores.jsonl`` (what each question counts for), ``judgements.jsonl`` (what each judge said of each
sentence) and ``report.md`` come at its end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sourcier.core.errors import SourcierError
from sourcier.core.settings import Settings
from sourcier.core.types import ModelInfo
from sourcier.eval import machine
from sourcier.eval.dataset import Dataset, row_to_json, rows_of
from sourcier.eval.metrics.intervals import SEED
from sourcier.eval.predictions import Predictions

__all__ = ["RunError", "RunFolder", "default_folder", "to_json"]

_SAME = ("dataset", "sha256", "index_version", "engine", "settings")


class RunError(SourcierError):
    """A run that cannot begin or go on; the message says what to change."""


def default_folder(home: Path, dataset: Dataset, provider: str, now: datetime | None = None) -> Path:
    """``HOME/runs/20261123T101500Z-DATASET-PROVIDER``."""
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    return home / "runs" / f"{stamp}-{re.sub(r'[^A-Za-z0-9._-]+', '-', dataset.name)}-{provider}"


class RunFolder:
    """The files of one run, begun or taken up again.

    Args:
        path: the folder, made where it does not exist.
        dataset: what is asked.
        index_version: which state of the index answers.
        settings: those in force; kept without the passwords that addresses may carry.
        engine: who answers: ``sourcier``, ``llamaindex`` or ``plain``.
        parameters: further choices of this run.

    Raises:
        RunError: the folder cannot be written, or holds a run of another data set, index or settings.
    """

    def __init__(
        self,
        path: Path,
        dataset: Dataset,
        index_version: str,
        settings: Settings,
        *,
        engine: str = "sourcier",
        **parameters: object,
    ) -> None:
        self.path = path
        chosen = {**_without_secrets(settings.model_dump(mode="json")), **parameters}
        environment = {
            "dataset": dataset.name,
            "sha256": dataset.sha256,
            "index_version": str(index_version),
            "engine": engine,
            "seeds": {"bootstrap": SEED, "model": settings.model.seed},
            "started": datetime.now(UTC).isoformat(timespec="seconds"),
            **machine.describe(),
        }
        try:
            if (path / "environment.json").exists():
                self._check_same({**environment, "settings": chosen})
            else:
                path.mkdir(parents=True, exist_ok=True)
                self._write("settings.json", chosen)
                self._write("environment.json", environment)
            self._write_lines("questions.jsonl", map(row_to_json, rows_of(dataset)))
            self.predictions = Predictions(path / "predictions.jsonl")
        except (OSError, ValueError, KeyError) as error:
            raise RunError("eval.folder_unusable", folder=path, detail=error) from error

    def close(
        self,
        metrics: Mapping[str, Any],
        scores: Iterable[Mapping[str, Any]],
        report: str,
        models: Sequence[ModelInfo] = (),
        *,
        judgements: Iterable[Mapping[str, Any]] | None = None,
    ) -> None:
        """Write what came out; ``judgements`` only where there were judges to give them."""
        if judgements is not None:
            self._write_lines("judgements.jsonl", judgements)
        self._write("environment.json", {**self._read("environment.json"), "models": [asdict(m) for m in models]})
        self._write("metrics.json", metrics)
        self._write_lines("scores.jsonl", scores)
        (self.path / "report.md").write_text(report, encoding="utf-8")

    def _check_same(self, now: Mapping[str, Any]) -> None:
        before = {**self._read("environment.json"), "settings": self._read("settings.json")}
        before.setdefault("engine", "sourcier")  # a run made before there were others
        for what in _SAME:
            if before.get(what) != now[what]:
                raise RunError("eval.other_run", folder=self.path, what=what)

    def _read(self, name: str) -> Any:
        return json.loads((self.path / name).read_text(encoding="utf-8"))

    def _write(self, name: str, value: object) -> None:
        text = json.dumps(value, ensure_ascii=False, indent=2)
        (self.path / name).write_text(f"{text}\n", encoding="utf-8")

    def _write_lines(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (self.path / name).write_text(lines, encoding="utf-8")


def to_json(value: Any) -> Any:
    """Estimates and other dataclasses as JSON values, at any depth of a mapping."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    return value


def _without_secrets(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Addresses lose the name and password they may carry; no other setting is a secret."""
    cleaned: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            cleaned[name] = _without_secrets(value)
        else:
            cleaned[name] = re.sub(r"(?<=://)[^/@]*@", "", value) if isinstance(value, str) else value
    return cleaned
