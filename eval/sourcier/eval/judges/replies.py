"""Replies of a language model kept in a file, so that an hour of judging that is stopped goes on. Numbers, no text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

__all__ = ["Replies", "key_of"]


def key_of(*parts: str) -> str:
    """One key for all that a reply depends on: the model, and what it is asked to the letter."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:32]


class Replies:
    """What was replied, by key: the chance of each word. One JSON value a line; a line cut short is asked again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, dict[str, float]] = {}
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            try:
                row = json.loads(line)
                self._known[row["key"]] = {str(word): float(chance) for word, chance in row["chances"].items()}
            except (ValueError, KeyError, TypeError, AttributeError):
                continue

    def __len__(self) -> int:
        return len(self._known)

    def get(self, key: str) -> dict[str, float] | None:
        """The reply of that key, if it was given before."""
        return self._known.get(key)

    def add(self, key: str, chances: Mapping[str, float]) -> None:
        """Keep one more."""
        self._known[key] = dict(chances)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"key": key, "chances": self._known[key]})
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n" if self._torn() else f"{line}\n")

    def _torn(self) -> bool:
        """Whether the file ends in the middle of a line."""
        try:
            with self._path.open("rb") as file:
                file.seek(-1, 2)
                return file.read(1) != b"\n"
        except OSError:  # Nothing in it yet.
            return False
