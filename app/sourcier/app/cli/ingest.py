"""`sourcier ingest`: the index brought in line with the files of a corpus, once or at each change."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sourcier.app.cli.console import State, language_in_force, out, out_json, print_error, say
from sourcier.core.errors import IngestError, SourcierError, StoreError
from sourcier.core.messages import message
from sourcier.core.settings import Settings

if TYPE_CHECKING:
    from sourcier.index.sync import SyncReport

INTERRUPTED = 130


def ingest(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH]…", show_default=False)] = None,
    watch: Annotated[bool, typer.Option("--watch", help=message("cli.ingest_watch"))] = False,
    every: Annotated[bool, typer.Option("--all", help=message("cli.ingest_all"))] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Bring the index in line with the files of PATH."""
    state: State = context.obj
    settings = state.load().settings
    corpus = paths or list(settings.ingest.corpus)
    if watch:
        _watch(corpus, settings, every=every, as_json=as_json)
        return
    from sourcier.app.cli.ingested import nothing_was_read

    try:
        report = _sync(corpus, settings)
    except KeyboardInterrupt:
        say("cli.ingest_interrupted")
        raise typer.Exit(INTERRUPTED) from None
    _show(report, every=every, as_json=as_json)
    if nothing_was_read(report):
        say("cli.nothing_read")
        raise typer.Exit(1)


def _sync(corpus: Sequence[Path], settings: Settings) -> SyncReport:
    from sourcier.app.cli.progress import ingestion_progress
    from sourcier.index.sync import sync

    with ingestion_progress(settings.language) as told:
        return sync(corpus, settings, progress=told)


def _show(report: SyncReport, *, every: bool, as_json: bool, compact: bool = False) -> None:
    from sourcier.app.cli.ingested import report_in_words, report_to_json

    if as_json:
        out_json(report_to_json(report, language_in_force()), compact=compact)
        return
    for line in report_in_words(report, language_in_force(), every=every):
        out(line)
    sys.stdout.flush()


def _watch(corpus: Sequence[Path], settings: Settings, *, every: bool, as_json: bool) -> None:
    """Follow the files until interrupted. What cannot be done now is said, and tried again."""
    from sourcier.app.cli.watch import follow

    following = _Following(corpus, settings, every=every, as_json=as_json)
    try:
        with _terminated_like_interrupted():
            follow(corpus, settings.home, following.attempt)
    except KeyboardInterrupt:
        say("cli.watch_stopped")


class _Following:
    """The syncs of one watch, and what was said of them: nothing is said twice in a row."""

    def __init__(self, corpus: Sequence[Path], settings: Settings, **shown: Any) -> None:
        self._corpus = corpus
        self._settings = settings
        self._shown = shown
        self._started = False
        self._left_out: set[tuple[str, str]] = set()
        self._failure = ""

    def attempt(self) -> bool:
        """Bring the index in line; whether all went well."""
        try:
            report = _sync(self._corpus, self._settings)
        except (IngestError, StoreError) as error:
            # A first path that does not exist was typed wrong; one that goes later may come back.
            if not self._started and error.key == "ingest.path_missing":
                raise
            self._fail(error)
            self._start()
            return False
        self._failure = ""
        left_out = {(skip.path, skip.error.key) for skip in report.skipped}
        fresh = [skip for skip in report.skipped if (skip.path, skip.error.key) not in self._left_out]
        if not self._started or report.added or report.updated or report.removed or fresh:
            shown = report if not self._started else replace(report, skipped=tuple(fresh))
            if not self._shown["as_json"]:
                out(message("cli.watch_at", language_in_force(), time=f"{datetime.now():%H:%M:%S}"))
            _show(shown, compact=True, **self._shown)
        self._left_out = left_out
        self._start()
        return not any(skip.error.key == "store.file_changing" for skip in report.skipped)

    def _start(self) -> None:
        if not self._started:
            say("cli.watching", folders=", ".join(str(path) for path in self._corpus))
        self._started = True

    def _fail(self, error: SourcierError) -> None:
        if (failure := error.in_language(language_in_force())) != self._failure:
            print_error(error)
            say("cli.watch_again")
        self._failure = failure


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """A service manager's SIGTERM ends the command as Ctrl-C does: between two steps, with everything closed."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
