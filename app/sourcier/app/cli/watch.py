"""Folders followed: what is to be done again each time their files have changed, and have stopped changing."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from watchfiles import Change, watch

from sourcier.ingest.files import CATALOGUE_NAME

__all__ = ["Pace", "Schedule", "concerns", "follow"]

logger = logging.getLogger(__name__)

_TICK_MS = 200


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds to wait.

    Attributes:
        quiet: without any change, before what changed is taken for whole: a file that is being copied is left alone.
        longest: since the first change, whatever still changes.
        again: before what failed is tried again; twice as long each time, up to ``most``.
    """

    quiet: float = 1.0
    longest: float = 30.0
    again: float = 5.0
    most: float = 60.0


class Schedule:
    """When to do the work again, told each time what was seen."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._first: float | None = None
        self._last = 0.0
        self._again: float | None = 0.0
        self._delay = pace.again

    def is_due(self, changed: bool, now: float) -> bool:
        """Whether now is the moment; ``changed`` since the last time it was asked."""
        if changed:
            self._first, self._last = now if self._first is None else self._first, now
        if self._first is None:
            return self._again is not None and now >= self._again
        return now - self._last >= self._pace.quiet or now - self._first >= self._pace.longest

    def done(self, well: bool, now: float) -> None:
        """Note that the work was done, and whether all went well."""
        self._first = None
        self._again = None if well else now + self._delay
        self._delay = self._pace.again if well else min(2 * self._delay, self._pace.most)


def follow(paths: Sequence[Path], home: Path, attempt: Callable[[], bool], pace: Pace | None = None) -> None:
    """Call ``attempt`` now, and after each change of the files below ``paths``; it says whether all went well.

    Where it did not (the store is being written by another process, a file is half written), it is called again
    later by itself. Never returns: an interruption ends it.

    Args:
        home: the data folder, whose own changes count for nothing.
    """
    schedule = Schedule(pace or Pace())
    for changed in _changes([path.resolve() for path in paths], home.resolve()):
        if schedule.is_due(changed, time.monotonic()):
            schedule.done(attempt(), time.monotonic())


def concerns(path: Path, roots: Sequence[Path], home: Path) -> bool:
    """Whether a file that changed may be a document, or describe some: see :func:`~sourcier.ingest.files.search`."""
    if path.is_relative_to(home):
        return False
    root = max((root for root in roots if path.is_relative_to(root)), key=lambda root: len(root.parts), default=None)
    if root is None or any(part.startswith(".") for part in path.relative_to(root).parts):
        return False
    return not path.name.startswith("~$") and (path.suffix.lower() != ".toml" or path.name == CATALOGUE_NAME)


def _changes(paths: Sequence[Path], home: Path) -> Iterator[bool]:
    """Several times a second, whether something changed since the last time. What happens meanwhile is not lost."""
    folders = [path for path in paths if path.is_dir()]
    files = [path for path in paths if path not in folders]
    seen = [_state(file) for file in files]
    while True:
        watched = _identities(folders)
        with closing(_ticks(folders, home)) as ticks:
            for changed in ticks:
                now = [_state(file) for file in files]
                # A folder that was replaced by another of the same name is watched no more.
                replaced = _identities(folders) != watched
                yield changed or replaced or now != seen
                seen = now
                if replaced:
                    break


def _ticks(folders: Sequence[Path], home: Path, *, polling: bool | None = None) -> Generator[bool]:
    present = [folder for folder in folders if folder.is_dir()]
    if not present:
        pause = threading.Event()
        while True:
            pause.wait(_TICK_MS / 1000)
            yield False

    def wanted(_: Change, path: str) -> bool:
        return concerns(Path(path), present, home)

    try:
        for changes in watch(
            *present,
            watch_filter=wanted,
            debounce=_TICK_MS,
            step=_TICK_MS // 4,
            rust_timeout=_TICK_MS,
            yield_on_timeout=True,
            force_polling=polling,
            ignore_permission_denied=True,
        ):
            yield bool(changes)
    except OSError as error:
        if polling:
            raise
        # The system watches only so many folders, and some disks none at all.
        logger.warning("folders are looked at every now and then, not watched: %s", error)
        yield from _ticks(folders, home, polling=True)


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _identities(folders: Sequence[Path]) -> list[tuple[int, int] | None]:
    found: list[tuple[int, int] | None] = []
    for folder in folders:
        try:
            known = folder.stat()
            found.append((known.st_dev, known.st_ino))
        except OSError:
            found.append(None)
    return found
