"""What the one writer is doing, told to whoever asks: a callback in its own process, ``HOME/activity.json`` elsewhere."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock

from sourcier.core.errors import StoreBusyError
from sourcier.index.lock import acquire, is_held

__all__ = ["Activity", "Progress", "Reporter", "Stage", "hold", "read_activity"]

ACTIVITY_FILE = "activity.json"

Stage = Literal["read", "embed", "index", "erase"]

_EVERY_S = 0.25


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a writer is.

    Attributes:
        stage: ``read`` (counted in files), ``embed`` (in documents), ``index`` (in steps) or ``erase`` (in steps).
        done: of the stage, out of ``total``.
        files: files gone through since the beginning.
        passages: passages embedded since the beginning.
        rate: files read, or passages embedded, a second; 0 where that says nothing.
        left_s: seconds that the stage will still take, as far as can be told.
    """

    stage: Stage
    done: int = 0
    total: int = 0
    files: int = 0
    passages: int = 0
    rate: float = 0.0
    left_s: float | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """A writer at work in another process or in this one. ``started`` is an ISO 8601 time with its offset."""

    pid: int
    host: str
    started: str
    progress: Progress


def read_activity(home: Path) -> Activity | None:
    """What is being written in a data folder, ``None`` when nothing is.

    A file left by a process that died is not believed: the system says whether the lock is held.
    """
    try:
        raw = json.loads((home / ACTIVITY_FILE).read_text(encoding="utf-8"))
        activity = Activity(raw["pid"], raw["host"], raw["started"], Progress(**raw["progress"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return activity if is_held(home) else None


class Reporter:
    """Where a writer says how far it is. Telling costs nothing: at most four times a second reach the disk."""

    def __init__(
        self,
        home: Path,
        stage: Stage = "read",
        told: Callable[[Progress], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = home / ACTIVITY_FILE
        self._told = told
        self._clock = clock
        self._since = self._written = clock()
        self._started = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        self._now = Progress(stage)
        self._passages_before = 0
        self._write()

    def listen(self, told: Callable[[Progress], None] | None) -> None:
        """Have each further progress told in this process too."""
        self._told = told

    def tell(self, stage: Stage, done: int, total: int, *, passages: int | None = None, share: float = 0.0) -> None:
        """Note how far the writer is.

        Args:
            passages: embedded since the beginning.
            share: of the stage's work that is done, where that is better known than by ``done`` and ``total``.
        """
        now, before = self._clock(), self._now
        if stage != before.stage:
            self._since, self._passages_before = now, before.passages
        took = now - self._since
        passages = before.passages if passages is None else passages
        counted = {"read": done, "embed": passages - self._passages_before}.get(stage, 0)
        share = share or (done / total if total else 0.0)
        self._now = Progress(
            stage=stage,
            done=done,
            total=total,
            files=done if stage == "read" else before.files,
            passages=passages,
            rate=round(counted / took, 2) if took > 0 else 0.0,
            left_s=round(took * (1 - share) / share, 1) if share > 0 and took > 0 else None,
        )
        if self._told:
            self._told(self._now)
        if stage != before.stage or now - self._written >= _EVERY_S:
            self._written = now
            self._write()

    def close(self) -> None:
        """Say that nothing is being done any more."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _write(self) -> None:
        value = {"pid": os.getpid(), "host": platform.node(), "started": self._started, "progress": asdict(self._now)}
        part = self._path.with_name(f".{ACTIVITY_FILE}.part")
        # Nothing depends on it: a full disk is for the work itself to report.
        with suppress(OSError):
            part.touch(mode=0o600)
            part.write_text(json.dumps(value), encoding="utf-8")
            part.replace(self._path)


@contextmanager
def hold(home: Path, stage: Stage) -> Iterator[Reporter]:
    """The lock of a data folder, with its holder's name on it.

    Raises:
        StoreBusyError: another process holds it; the error says which, since when, and how far it is.
        StoreError: the folder cannot be written.
    """
    lock = _acquire(home)
    try:
        reporter = Reporter(home, stage)
        try:
            yield reporter
        finally:
            reporter.close()
    finally:
        lock.release()


def _acquire(home: Path) -> FileLock:
    try:
        return acquire(home)
    except StoreBusyError as error:
        activity = read_activity(home)
        if activity is None:
            raise
        started, progress = datetime.fromisoformat(activity.started), activity.progress
        raise StoreBusyError(
            f"store.busy_{progress.stage}",
            home=home,
            pid=activity.pid,
            hour=started.hour,
            minute=f"{started.minute:02d}",
            done=progress.done,
            total=progress.total,
            passages=progress.passages,
        ) from error
