"""What a program that is measured says and hears: a line of JSON for each question, so that all are asked in turn.

Nothing but the standard library is imported here: some of these programs live in an environment of their own.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["Embedding", "Passages", "answer", "load_passages"]

#: A question and a number of passages in, ids of documents out, in the order of the passages, repeated or not.
Search = Callable[[str, int], Sequence[str]]


class Embedding:
    """Embeds the question being asked once, however many searches ask for it, and counts the time it takes.

    Attributes:
        seconds: spent waiting for vectors so far, those remembered included; ``last_ms`` is what the last question took.
    """

    def __init__(self, embed: Callable[[str], Any]) -> None:
        self._embed = embed
        self._question = ""
        self._vector: Any = None
        self.seconds = 0.0
        self.last_ms = 0.0

    def __call__(self, question: str) -> Any:
        """The vector of a question."""
        started = time.perf_counter()
        if question != self._question or self._vector is None:
            self._vector, self._question = self._embed(question), question
            self.last_ms = 1000 * (time.perf_counter() - started)
        self.seconds += time.perf_counter() - started
        return self._vector


class Passages:
    """The passages that every program is given, row by row, with their documents and their vectors' file."""

    def __init__(self, folder: Path) -> None:
        """Read ``folder``, which :func:`.material.write` wrote."""
        lines = (folder / "passages.jsonl").read_text(encoding="utf-8").split("\n")
        self.rows: list[dict[str, Any]] = [json.loads(line) for line in lines if line]
        self.vectors_file = folder / "vectors.npy"


def load_passages() -> tuple[Path, Passages]:
    """The folder of the first argument, and the passages there; what libraries print goes to stderr from now on."""
    folder = Path(sys.argv[1])
    return folder, Passages(folder)


def answer(searches: Mapping[str, Search], embedding: Embedding, notes: Mapping[str, object]) -> None:
    """Say that all is ready, then answer the questions of stdin until it ends.

    Args:
        searches: by name; each question begins with another one, since the first pays for embedding the question.
        notes: versions and choices, to be shown.
    """
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    names = list(searches)

    def say(what: object) -> None:
        out.write(json.dumps(what) + "\n")
        out.flush()

    say({"ready": names, "notes": dict(notes)})
    for number, line in enumerate(sys.stdin):
        asked = json.loads(line)
        shallow, *deeper = asked["depths"]
        said: dict[str, Any] = {}
        for place in range(len(names)):
            name = names[(place + number) % len(names)]
            before, started = embedding.seconds, time.perf_counter()
            found = {str(shallow): list(dict.fromkeys(searches[name](asked["question"], shallow)))}
            elapsed = time.perf_counter() - started - (embedding.seconds - before)
            for depth in deeper:
                found[str(depth)] = list(dict.fromkeys(searches[name](asked["question"], depth)))
            said[name] = {"search_ms": 1000 * elapsed, "embed_ms": embedding.last_ms, "found": found}
        say(said)
