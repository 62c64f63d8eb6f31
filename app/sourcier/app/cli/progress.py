"""How far an ingestion is, on stderr: one line that is rewritten on a terminal, a few plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sourcier.app.activity import for_stewards
from sourcier.core.messages import Language
from sourcier.index.activity import Progress

__all__ = ["Lines", "ingestion_progress"]

_SOON_S, _LATE_S = 2.0, 30.0


class Lines:
    """Progress as plain lines: at the start of a stage and at its end, and not more than ten between them in a short one.

    A stage that takes long says so every half minute.
    """

    def __init__(self, language: Language, clock: Callable[[], float] = time.monotonic) -> None:
        self._language = language
        self._clock = clock
        self._stage = ""
        self._tenth = 0
        self._at = 0.0

    def __call__(self, progress: Progress) -> None:
        """Print a line where there is something new to say."""
        now = self._clock()
        tenth = 10 * progress.done // progress.total if progress.total else 0
        if progress.stage == self._stage and not self._is_due(tenth, now - self._at):
            return
        self._stage, self._tenth, self._at = progress.stage, tenth, now
        print(for_stewards(progress, self._language), file=sys.stderr, flush=True)  # noqa: T201

    def _is_due(self, tenth: int, waited: float) -> bool:
        if tenth == self._tenth:
            return waited >= _LATE_S
        return tenth == 10 or waited >= _SOON_S


@contextmanager
def ingestion_progress(language: Language) -> Iterator[Callable[[Progress], None]]:
    """What ``sync`` is to tell its progress to."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines(language)
        return
    columns = (BarColumn(bar_width=24), TextColumn("{task.description}", markup=False))
    with Bars(*columns, console=console, transient=True) as bars:
        task = bars.add_task("", total=None)

        def update(progress: Progress) -> None:
            said = for_stewards(progress, language)
            bars.update(task, description=said, completed=progress.done, total=progress.total or None)

        yield update
