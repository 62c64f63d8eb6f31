"""How far a run is, and how long it still takes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sourcier.core.messages import Language, message

__all__ = ["Lines", "counting"]

_LATE_S = 30.0
#: What takes less had been done before: a run that is taken up again passes over it.
_AT_ONCE_S = 0.005


class Lines:
    """Plain lines: at the start and the end of each thing, at every tenth of it, and every half minute in between."""

    def __init__(self, language: Language, clock: Callable[[], float] = time.monotonic) -> None:
        self._language, self._clock = language, clock
        self._what, self._tenth, self._told, self._last = "", -1, 0.0, 0.0
        self._spent: list[float] = []

    def __call__(self, what: str, done: int, total: int) -> None:
        """Print a line where there is something new to say."""
        now = self._clock()
        if what != self._what:
            self._what, self._tenth, self._spent = what, -1, []
        elif now - self._last >= _AT_ONCE_S:
            self._spent.append(now - self._last)
        self._last = now
        tenth = 10 * done // total if total else 10
        if tenth == self._tenth and now - self._told < _LATE_S:
            return
        self._tenth, self._told = tenth, now
        print(f"{what} {done}/{total}{self._left(total - done)}", file=sys.stderr, flush=True)  # noqa: T201

    def _left(self, rest: int) -> str:
        if not rest or not self._spent:
            return ""
        seconds = rest * sum(self._spent) / len(self._spent)
        if seconds < 90:
            return f" · {message('eval.seconds_left', self._language, n=round(seconds))}"
        return f" · {message('eval.minutes_left', self._language, n=round(seconds / 60))}"


@contextmanager
def counting(language: Language) -> Iterator[Callable[[str, int, int], None]]:
    """What a run tells ``(what, done, total)``: a bar with the time left on a terminal, a few plain lines elsewhere."""
    if not sys.stderr.isatty():
        yield Lines(language)
        return
    from sourcier.app.cli.console import progress

    with progress() as update:
        yield update
