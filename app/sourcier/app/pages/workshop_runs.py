"""Kits being made: one at a time, in a thread of its own, letting members' questions pass between two sentences."""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Literal

from sourcier.app.models import LanguageModel, Turn
from sourcier.app.models.cancelling import Cancellation, CancelledAnswer, cancelled_by, current
from sourcier.app.models.types import Usage
from sourcier.app.turnstile import STEP_S, BusyError, Turnstile, UnforeseenError, place
from sourcier.app.workshop.kit import Brief, Kit, Outline
from sourcier.app.workshop.make import STAGES, Stage, make_kit, redo
from sourcier.app.workshop.shelf import Shelf
from sourcier.app.workshop.tools import Tools
from sourcier.core.errors import SourcierError
from sourcier.core.messages import Language
from sourcier.core.types import ModelInfo

__all__ = ["Run", "Runs", "TakingTurns"]

_log = logging.getLogger(__name__)

#: Runs that are remembered, the last ones: somebody comes back to a page that was left open.
_REMEMBERED = 8
#: Seconds that a run is given to stop when the server does.
_STOPPING_S = 5.0

State = Literal["working", "done", "stopped", "failed", "unsaved"]


class TakingTurns:
    """A language model that takes its place in the line for each thing it words, behind the members who wait.

    Args:
        model: the one that answers members too.
        turnstile: their line.
    """

    def __init__(self, model: LanguageModel, turnstile: Turnstile) -> None:
        self._model = model
        self._turnstile = turnstile

    @property
    def info(self) -> ModelInfo:
        """See ``LanguageModel``, as for all that follows."""
        return self._model.info

    @property
    def context(self) -> int:
        """See ``LanguageModel``."""
        return self._model.context

    @property
    def usage(self) -> Usage:
        """See ``LanguageModel``."""
        return self._model.usage

    def ready(self) -> bool:
        """See ``LanguageModel``."""
        return self._model.ready()

    def write(self, turns: Sequence[Turn], *, max_tokens: int, stop: Sequence[str] = ()) -> Iterator[str]:
        """See ``LanguageModel``; ``BusyError`` too, where the server is stopping."""
        with self._turn():
            yield from self._model.write(turns, max_tokens=max_tokens, stop=stop)

    def choose(self, turns: Sequence[Turn], options: Sequence[str]) -> dict[str, float] | None:
        """See ``LanguageModel``; ``BusyError`` too, where the server is stopping."""
        with self._turn():
            return self._model.choose(turns, options)

    def close(self) -> None:
        """Nothing: the model is somebody else's."""

    @contextmanager
    def _turn(self) -> Iterator[None]:
        cancellation = current()
        while True:
            try:
                ticket = self._turnstile.enter()
                break
            except BusyError as error:
                if error.key == "ui.stopping":
                    raise
            # The line is full of members: a kit can wait, and does not take the last place.
            asked = threading.Event()
            with cancellation.telling(asked.set):
                asked.wait(STEP_S)
            cancellation.check()
        try:
            while ticket.wait(STEP_S, cancellation):
                pass
            yield
        finally:
            ticket.leave()


@dataclass(slots=True)
class Run:
    """A kit, or a part of one, being made.

    Attributes:
        part: what is made again; "" for a whole kit.
        error: why it failed, or could not be saved; ``kit`` is what was made then, to be saved again.
        room: on the disk, held until it is saved.
    """

    id: str
    title: str
    brief: Brief
    outline: Outline
    part: str = ""
    kit_id: str = ""
    state: State = "working"
    stage: Stage = "gather"
    done: int = 0
    total: int = 1
    error: SourcierError | None = None
    kit: Kit | None = None
    room: IO[bytes] | None = None
    cancellation: Cancellation = field(default_factory=Cancellation)

    def tell(self, stage: Stage, done: int, total: int) -> None:
        """Remember how far it is."""
        self.stage, self.done, self.total = stage, done, total

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1, stages counting the same."""
        return min(1.0, (STAGES.index(self.stage) + self.done / max(1, self.total)) / (len(STAGES) - 1))


class Runs:
    """What is being made, and what was lately.

    Args:
        tools: those of a kit in a language; called in the run's own thread.
        shelf: where kits are kept.
    """

    def __init__(self, tools: Callable[[Language], Tools], shelf: Shelf) -> None:
        self._tools = tools
        self._shelf = shelf
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def get(self, run_id: str) -> Run | None:
        """A run by its id; None where it is none of ours, or was too long ago."""
        with self._lock:
            return self._runs.get(run_id)

    def underway(self) -> Run | None:
        """The one that is being made."""
        with self._lock:
            return self._working()

    def make(self, brief: Brief, outline: Outline) -> Run:
        """Begin a whole kit.

        Raises:
            BusyError: another is being made.
            StoreError: it could not be saved.
        """
        return self._start(Run(secrets.token_hex(8), outline.title, brief, outline))

    def redo(self, kit: Kit, part: str) -> Run:
        """Begin a part of a kit that is on the shelf.

        Raises:
            BusyError: another is being made.
            StoreError: it could not be saved.
        """
        return self._start(Run(secrets.token_hex(8), kit.outline.title, kit.brief, kit.outline, part, kit.id, kit=kit))

    def save(self, run: Run) -> None:
        """Put on the shelf what could not be put there; its state says whether it is now."""
        if run.state == "unsaved" and run.kit is not None:
            self._save(run, run.kit)

    def close(self) -> None:
        """Stop what is being made; called when the server stops."""
        with self._lock:
            run, thread = self._working(), self._thread
        if run is not None:
            run.cancellation.ask()
        if thread is not None:
            thread.join(_STOPPING_S)

    def _working(self) -> Run | None:
        return next((run for run in self._runs.values() if run.state == "working"), None)

    def _start(self, run: Run) -> Run:
        with self._lock:
            if self._working() is not None:
                raise BusyError("workshop_page.busy")
            run.room = self._shelf.make_room()
            self._runs[run.id] = run
            while len(self._runs) > _REMEMBERED:
                # What is not saved yet is nowhere else.
                oldest = next((one for one, held in self._runs.items() if held.state != "unsaved"), run.id)
                if oldest == run.id:
                    break
                del self._runs[oldest]
            self._thread = threading.Thread(target=self._work, args=(run,), daemon=True)
            self._thread.start()
        return run

    def _work(self, run: Run) -> None:
        try:
            with cancelled_by(run.cancellation):
                tools = self._tools(run.brief.language)
                if run.kit is None:
                    kit_id = self._shelf.new_id(run.title, datetime.now().astimezone())
                    made = make_kit(run.brief, tools, kit_id=kit_id, outline=run.outline, progress=run.tell)
                else:
                    made = redo(run.kit, run.part, tools, run.tell)
                    self._shelf.find(run.kit_id)  # one that was deleted meanwhile does not come back
                run.cancellation.check()
            self._save(run, made)
        except CancelledAnswer:
            run.state = "stopped"
        except SourcierError as error:
            run.error, run.state = error, "failed"
        except Exception as error:  # noqa: BLE001 - whatever it is, the trainer gets a sentence
            # Its message may hold what a document says: only its kind and place are logged.
            _log.error("a kit could not be made: %s", place(error))
            run.error, run.state = UnforeseenError("workshop_page.unexpected"), "failed"
        finally:
            _free(run)

    def _save(self, run: Run, made: Kit) -> None:
        _free(run)
        try:
            self._shelf.save(made)
        except SourcierError as error:
            run.kit, run.error, run.state = made, error, "unsaved"
            return
        run.kit_id, run.kit, run.error, run.state = made.id, None, None, "done"


def _free(run: Run) -> None:
    """Give back the room that was held."""
    if run.room is not None:
        run.room.close()
        run.room = None
