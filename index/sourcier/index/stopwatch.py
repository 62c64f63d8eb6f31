"""How long each stage of a work took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Stopwatch"]


class Stopwatch:
    """Seconds by stage, on the wall. A stage within another one is counted once, as itself.

    Attributes:
        seconds: by stage, in the order they were first met.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inner: list[float] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens inside as ``name``, an error's time too."""
        self.seconds.setdefault(name, 0.0)
        self._inner.append(0.0)
        started = time.perf_counter()
        try:
            yield
        finally:
            took = time.perf_counter() - started
            self.seconds[name] += took - self._inner.pop()
            if self._inner:
                self._inner[-1] += took
