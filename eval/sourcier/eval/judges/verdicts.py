"""Verdicts kept in a file, so that an hour of judging that is stopped goes on where it was. Numbers alone, no text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from sourcier.eval.judges.base import Verdict

__all__ = ["Verdicts", "key_of"]


def key_of(*parts: str) -> str:
    """One key for all that a verdict depends on: the model, the prompt's text, the claim, its sources, the question."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:32]


class Verdicts:
    """Verdicts by key, one JSON value a line. The last line of a process that was killed is judged again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, Verdict] = {}
        lines: Sequence[str] = path.read_text(encoding="utf-8").splitlines() if path.exists() else ()
        for line in lines:
            try:
                row = json.loads(line)
                self._known[row["key"]] = Verdict(row["supported"], row["score"], row["readable"])
            except (ValueError, KeyError, TypeError):
                continue

    def get(self, key: str) -> Verdict | None:
        """The verdict of that key, if it was given before."""
        return self._known.get(key)

    def add(self, key: str, verdict: Verdict) -> None:
        """Keep one more."""
        self._known[key] = verdict
        self._path.parent.mkdir(parents=True, exist_ok=True)
        row = {"key": key, "supported": verdict.supported, "score": verdict.score, "readable": verdict.readable}
        with self._path.open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps(row) if self._torn() else json.dumps(row))
            file.write("\n")

    def _torn(self) -> bool:
        """Whether the file ends in the middle of a line."""
        try:
            with self._path.open("rb") as file:
                file.seek(-1, 2)
                return file.read(1) != b"\n"
        except OSError:  # Nothing in it yet.
            return False
