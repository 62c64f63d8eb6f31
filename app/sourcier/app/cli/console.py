"""What the commands share: settings in force, data on stdout, everything else on stderr."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from gzip import GzipFile
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from sourcier.core.errors import SourcierError, UsageError
from sourcier.core.messages import LANGUAGES, Language, message
from sourcier.core.settings import Loaded, load


def interface_language() -> Language:
    """The language of help and errors, known before any settings file is read."""
    asked = os.environ.get("SOURCIER_LANGUAGE", "fr")
    return next((language for language in LANGUAGES if language == asked), "fr")


#: The language of the sentences shown; set once the settings are read.
_language: Language = "fr"


@dataclass(slots=True)
class State:
    """The options given before the command's name."""

    config: Path | None = None
    debug: bool = False
    options: dict[str, Any] = field(default_factory=dict)

    def load(self, **options: Any) -> Loaded:
        """The settings in force, with this command's options (dotted keys, ``__`` for the dot) on top."""
        global _language
        given = {key.replace("__", "."): value for key, value in options.items()}
        loaded = load(config=self.config, options=given)
        _language = loaded.settings.language
        logging.basicConfig(level=logging.DEBUG if self.debug else logging.WARNING, stream=sys.stderr)
        return loaded


def say(key: str, /, **values: object) -> None:
    """A sentence of the catalogue, on stderr."""
    print(message(key, _language, **values), file=sys.stderr)  # noqa: T201


def sentence(key: str, /, **values: object) -> str:
    """A sentence of the catalogue in the language in force."""
    return message(key, _language, **values)


def language_in_force() -> Language:
    """The language of the sentences shown."""
    return _language


def out(text: str) -> None:
    """Data for the person or the next program, on stdout."""
    sys.stdout.write(f"{text}\n")


def out_json(value: object, *, compact: bool = False) -> None:
    """One JSON value on stdout; compact is one line, for streams of them."""
    out(json.dumps(value, ensure_ascii=False, indent=None if compact else 2))
    sys.stdout.flush()


def print_error(error: SourcierError) -> int:
    """Show an error as its one sentence and return the exit code it asks for."""
    print(error.in_language(_language), file=sys.stderr)  # noqa: T201
    return error.exit_code


def describe(error: SourcierError) -> str:
    """An error's sentence in the language in force."""
    return error.in_language(_language)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A line of a batch: a question, the conditions that are its own, and how it is to be answered.

    Attributes:
        style: None where the command's own holds.
        history: earlier turns, oldest first: question and answer.
    """

    id: Any
    question: str
    filters: Mapping[str, object] = field(default_factory=dict)
    style: str | None = None
    history: tuple[tuple[str, str], ...] = ()


def read_batch(path: Path) -> Iterator[BatchRow]:
    """Every line of a JSON Lines file, compressed or not.

    Raises:
        UsageError: the file cannot be read, or a line is not an object with ``id`` and ``question``.
    """
    try:
        with (
            path.open("rb") as file,
            TextIOWrapper(GzipFile(fileobj=file) if path.suffix == ".gz" else file, encoding="utf-8") as lines,
        ):
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _batch_row(path, number, line)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("cli.batch_unreadable", path=path, detail=error) from error


def _batch_row(path: Path, number: int, line: str) -> BatchRow:
    try:
        row = json.loads(line)
        history = tuple((str(turn["question"]), str(turn.get("answer", ""))) for turn in row.get("history", ()))
        return BatchRow(row["id"], str(row["question"]), {**row.get("filters", {})}, row.get("style"), history)
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise UsageError("cli.batch_row", path=path, line=number) from error


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A progress line on stderr: a callback of ``(what, done, total)``; plain lines where there is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        last: dict[str, int] = {}

        def line(what: str, done: int, total: int) -> None:
            tenth = 10 * done // total if total else 10
            if last.get(what) != tenth:
                last[what] = tenth
                print(f"{what} {done}/{total}", file=sys.stderr, flush=True)  # noqa: T201

        yield line
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def update(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield update


def table(rows: Iterable[Mapping[str, object]], columns: Mapping[str, str]) -> str:
    """Rows as aligned text columns; ``columns`` maps a row's keys to the titles shown."""
    lines = [list(columns.values()), *[[str(row.get(key, "") or "") for key in columns] for row in rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines)
