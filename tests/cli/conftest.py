"""The command in processes of its own, on small folders."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

COMMAND = Path(__file__).with_name("command.py")
#: Far more than anything here takes: only a command that hangs meets it.
PATIENCE_S = 300


@dataclass(slots=True)
class Running:
    """A command under way, and what it has said so far on both its outputs."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def until(self, part: str) -> list[str]:
        """The lines up to the next one that holds ``part``, which is the last of them."""
        assert self.process.stdout is not None
        heard: list[str] = []
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))
            heard.append(self.said[-1])
            if part in line:
                return heard
        raise AssertionError("\n".join([f"the command ended before it said « {part} »:", *self.said]))

    def stop(self, number: signal.Signals) -> int:
        """Send a signal to it and to its own processes, as a terminal does; returns the exit code."""
        os.killpg(self.process.pid, number)
        rest, _ = self.process.communicate(timeout=PATIENCE_S)
        self.said.extend(rest.splitlines())
        return self.process.returncode


@dataclass(frozen=True, slots=True)
class Command:
    """The command on one data folder."""

    home: Path
    folder: Path

    def environment(self, **variables: str) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SOURCIER_")}
        return {**inherited, "SOURCIER_HOME": str(self.home), "PYTHONUTF8": "1", **variables}

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=False,
        )

    def start(self, *arguments: str | Path, **variables: str) -> Running:
        process = subprocess.Popen(
            [sys.executable, str(COMMAND), *map(str, arguments)],
            cwd=self.folder,
            env=self.environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        return Running(process)


@pytest.fixture
def command(tmp_path: Path) -> Command:
    (tmp_path / "home").mkdir(mode=0o700)
    return Command(tmp_path / "home", tmp_path)


@pytest.fixture
def start(command: Command) -> Iterator[Callable[..., Running]]:
    """Starts the command; whatever still runs at the end of the test is killed."""
    started: list[tuple[Running, threading.Timer]] = []

    def begin(*arguments: str | Path, **variables: str) -> Running:
        running = command.start(*arguments, **variables)
        # One that never says what is waited for is stopped, which ends the reading.
        watchdog = threading.Timer(PATIENCE_S, running.process.kill)
        watchdog.start()
        started.append((running, watchdog))
        return running

    yield begin
    for running, watchdog in started:
        watchdog.cancel()
        if running.process.poll() is None:
            running.process.kill()
        running.process.communicate()


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """Two short documents."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "conges.md").write_text("# Congés\n\nLe congé parental dure vingt et une semaines.\n", encoding="utf-8")
    (folder / "griefs.md").write_text("# Griefs\n\nLe délai est de trente jours ouvrables.\n", encoding="utf-8")
    return folder
