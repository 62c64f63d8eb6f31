"""One writer at a time, first come first served, and everyone told how many are before them.

A small machine writes two answers at once more slowly than one after the other. Searching needs no turn: the
sources are shown at once, and only the writing waits.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from sourcier.app.answering.events import Answering, Event, Found
from sourcier.app.answering.manner import AS_USUAL, Manner
from sourcier.app.models.cancelling import Cancellation, CancelledAnswer, current
from sourcier.core.errors import SourcierError
from sourcier.core.filters import Filter

__all__ = ["BusyError", "Ticket", "Turnstile", "UnforeseenError", "Waiting", "place"]

_log = logging.getLogger(__name__)

#: A waiting person sees the line move at least this often, seconds.
STEP_S = 1.0


class BusyError(SourcierError):
    """Too many people are waiting already."""


class UnforeseenError(SourcierError):
    """A mistake in the program met while answering."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many are to be answered first."""

    ahead: int


class Ticket:
    """A place in the line; leave it in every case, answered or not."""

    def __init__(self, line: deque[Ticket], changed: threading.Condition) -> None:
        self._line = line
        self._changed = changed

    def ahead(self) -> int:
        """How many are before this ticket; 0 is its turn."""
        with self._changed:
            return self._line.index(self)

    def wait(self, seconds: float, cancellation: Cancellation) -> int:
        """Wait until it is this ticket's turn, ``seconds`` at most; returns how many are still before it.

        Raises:
            CancelledAnswer: the cancellation was asked for, perhaps while waiting.
        """
        with cancellation.telling(self._wake), self._changed:
            self._changed.wait_for(lambda: self._line[0] is self or cancellation.asked, seconds)
            cancellation.check()
            return self._line.index(self)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def leave(self) -> None:
        """Give the place up. Leaving twice is harmless."""
        with self._changed:
            if self in self._line:
                self._line.remove(self)
                self._changed.notify_all()


class Turnstile:
    """The line itself.

    Args:
        max_waiting: how many may wait behind the one being answered.
    """

    def __init__(self, max_waiting: int) -> None:
        self._max_waiting = max_waiting
        self._line: deque[Ticket] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def close(self) -> None:
        """Let nobody in any more; those who are in line are answered."""
        with self._changed:
            self._closed = True

    def __len__(self) -> int:
        with self._changed:
            return len(self._line)

    def enter(self) -> Ticket:
        """Take a place.

        Raises:
            BusyError: the line is full, or closed because the server is stopping.
        """
        with self._changed:
            if self._closed:
                raise BusyError("ui.stopping")
            if len(self._line) > self._max_waiting:
                raise BusyError("ui.busy", waiting=len(self._line) - 1)
            ticket = Ticket(self._line, self._changed)
            self._line.append(ticket)
            return ticket

    def answer(
        self, assistant: Answering, question: str, only: Filter | None = None, manner: Manner = AS_USUAL
    ) -> Generator[Event | Waiting]:
        """The steps of an answer from the documents that ``only`` allows: sources at once, then the line, then the rest.

        Raises:
            BusyError: the line is full.
            UnforeseenError: anything raised that is not a ``SourcierError``.
            SourcierError: whatever else the assistant raises.
            CancelledAnswer: the cancellation in force was asked for; the model has hung up.
        """
        cancellation = current()
        ticket = self.enter()
        steps = assistant.stream(question, only, manner)
        try:
            for step in steps:
                yield step
                if isinstance(step, Found):
                    yield from _turn(ticket, cancellation)
                cancellation.check()
        except (SourcierError, CancelledAnswer):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a sentence and the line moves on
            # The message of an unforeseen error may hold the question: only its kind and place are logged.
            _log.error("answering failed: %s", place(error))
            raise UnforeseenError("ui.unexpected") from None
        finally:
            # The order matters: the model is stopped before the next person's turn starts.
            close = getattr(steps, "close", None)
            if close is not None:
                close()
            ticket.leave()


def place(error: BaseException) -> str:
    """The kind of an error and where it was raised, without its message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else ""
    return type(error).__name__ + where


def _turn(ticket: Ticket, cancellation: Cancellation) -> Iterator[Waiting]:
    ahead = ticket.ahead()
    while ahead:
        yield Waiting(ahead)
        ahead = ticket.wait(STEP_S, cancellation)
