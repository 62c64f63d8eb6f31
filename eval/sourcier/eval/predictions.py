"""What was answered or found, one JSON line a question as it goes: a run that stops is taken up where it stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from sourcier.core.types import Answer, AnswerSentence, Citation, Hit, Metadata, ModelInfo, Passage, Removed

__all__ = ["Predictions", "answer_from_json"]

Row = dict[str, Any]


class Predictions:
    """The lines of ``predictions.jsonl``, by question id; every line is on disk before the next question."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[str, Row] = {}
        if path.exists():
            whole = 0
            for line in path.read_bytes().splitlines(keepends=True):
                if not line.endswith(b"\n"):
                    break  # cut short when the run was stopped: that question is asked again
                row = json.loads(line)
                self.rows[row["id"]] = row
                whole += len(line)
            with path.open("r+b") as file:
                file.truncate(whole)

    def __contains__(self, identifier: object) -> bool:
        return identifier in self.rows

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows.values())

    def add(self, row: Mapping[str, Any]) -> None:
        """Keep a line, which has its question's ``id``."""
        with self.path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        self.rows[row["id"]] = dict(row)


def answer_from_json(row: Mapping[str, Any]) -> Answer:
    """The answer that ``sourcier.app.shapes.answer_to_json`` wrote. Retrieved passages come back as places only."""
    return Answer(
        id=row["id"],
        question=row["question"],
        status=row["status"],
        answer=row["answer"],
        sentences=tuple(AnswerSentence(s["text"], tuple(s["citations"]), s["support"]) for s in row["sentences"]),
        citations=tuple(Citation(**_known(Citation, c)) for c in row["citations"]),
        removed=tuple(Removed(**_known(Removed, r)) for r in row["removed"]),
        retrieved=tuple(_hit(rank, hit) for rank, hit in enumerate(row["retrieved"], 1)),
        model=ModelInfo(**_known(ModelInfo, row["model"])),
        timings_ms=dict(row.get("timings_ms", {})),
        usage=dict(row.get("usage", {})),
        energy_wh=row.get("energy_wh", 0.0),
        notices=tuple(row.get("notices", ())),
        standalone=row.get("standalone") or "",
        style=row.get("style", "normal"),
        nearest=tuple(Citation(marker=0, **_known(Citation, c)) for c in row.get("nearest", ())),
        outside=row.get("outside"),
        answerable=row.get("answerable"),
        cached=row.get("cached", False),
    )


def _known(kind: type, row: Mapping[str, Any]) -> Row:
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in row.items() if name in names}


def _hit(rank: int, row: Mapping[str, Any]) -> Hit:
    passage = Passage("", row["document_id"], row["start"], row["end"], "")
    return Hit(rank, row["score"], passage, row["path"], Metadata(title=""))
