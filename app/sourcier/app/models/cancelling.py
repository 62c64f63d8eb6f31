"""To stop a language model from another thread, whatever it is doing: waiting, reading the prompt, writing.

Whoever answers a person makes a :class:`Cancellation` and asks for it when that person leaves. It reaches the engine
through a context variable, because it crosses the assistant, which has no use for it:

    with cancelled_by(cancellation):
        next(steps)  # a model called in here hangs up as soon as the cancellation is asked for
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["Cancellation", "CancelledAnswer", "cancelled_by", "current"]


class CancelledAnswer(Exception):
    """Nobody waits for this answer any more. No ``SourcierError``: there is nobody to tell."""


class Cancellation:
    """Asked for at most once, from any thread; those that must act on it are told at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = False
        self._told: list[Callable[[], None]] = []

    @property
    def asked(self) -> bool:
        """Whether the answer is to stop."""
        return self._asked

    def ask(self) -> None:
        """Stop the answer. Asking twice does nothing."""
        with self._lock:
            if self._asked:
                return
            self._asked = True
            told, self._told = self._told, []
        for tell in told:
            tell()

    def check(self) -> None:
        """Go on, unless nobody waits.

        Raises:
            CancelledAnswer: the cancellation was asked for.
        """
        if self._asked:
            raise CancelledAnswer

    @contextmanager
    def telling(self, tell: Callable[[], None]) -> Iterator[None]:
        """Call ``tell`` when the cancellation is asked for, from the thread that asks; at once if it already was."""
        with self._lock:
            late = self._asked
            if not late:
                self._told.append(tell)
        if late:
            tell()
        try:
            yield
        finally:
            with self._lock:
                if tell in self._told:
                    self._told.remove(tell)


_current: ContextVar[Cancellation | None] = ContextVar("cancellation", default=None)


@contextmanager
def cancelled_by(cancellation: Cancellation) -> Iterator[None]:
    """Let ``cancellation`` stop the models that are called in this block, in this thread."""
    token = _current.set(cancellation)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Cancellation:
    """The cancellation of the block under way; one that nobody asks for, outside of any."""
    return _current.get() or Cancellation()
