"""What a language model said, kept by the words that it was given: an interrupted run goes on, a changed prompt is asked anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from sourcier.app.models import LanguageModel, Turn
from sourcier.index.caching import digest_of_text

__all__ = ["Said"]


class Said:
    """Shares of yes of former calls, in a file that only grows; None keeps them for this run alone."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path and path.exists() else []
        self._known: dict[str, float] = dict(json.loads(line) for line in lines)

    def of(self, model: LanguageModel, turns: Sequence[Turn], ask: Callable[[], float | None]) -> float | None:
        """What these weights said of these turns, or say now; None, which is not kept, where they said neither yes nor no.

        Raises:
            ModelError: the model cannot be used.
        """
        key = digest_of_text(repr((model.info.digest, [(turn.role, turn.text) for turn in turns]))).hex()
        if key not in self._known:
            yes = ask()
            if yes is None:
                return None
            self._known[key] = yes
            if self._path:
                with self._path.open("a", encoding="utf-8") as file:
                    print(json.dumps([key, yes]), file=file)
        return self._known[key]
