"""A program that is measured, from outside: started, asked, stopped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

__all__ = ["Program"]

_ROOT = Path(__file__).resolve().parents[5]


class Program:
    """One program, in a process of its own; see :mod:`.worker` for what is said between them.

    Attributes:
        name: the last part of its module's; ``names`` the rankings it has.
        notes: versions and choices, as it says them.
        build_s: seconds it took to be ready: loading libraries and models, and indexing.
        failure: why it cannot be asked, empty when it can.
    """

    def __init__(self, module: str, arguments: Sequence[object], python: str = sys.executable) -> None:
        """Start ``module`` by its whole name, and wait until it is ready."""
        self.name = module.rpartition(".")[2]
        self.names: list[str] = []
        self.notes: dict[str, Any] = {}
        self.failure = ""
        command = [python, "-m", module, *map(str, arguments)]
        # Threads that wait must not keep a core from the program that is being asked.
        environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE"}
        environment["PYTHONPATH"] = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        environment |= {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1", "LOGFIRE_IGNORE_NO_CONFIG": "1"}
        started = time.perf_counter()
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment
        )
        ready = self._read()
        self.build_s = time.perf_counter() - started
        if ready is not None:
            self.names, self.notes = ready["ready"], ready["notes"]

    def ask(self, question: str, depths: Sequence[int]) -> dict[str, Any]:
        """What each of its rankings found, by depth, and how long it took; empty once it has failed."""
        if self.failure:
            return {}
        with suppress(BrokenPipeError):  # it ended: reading says so
            _of(self._child.stdin).write(json.dumps({"question": question, "depths": list(depths)}) + "\n")
            _of(self._child.stdin).flush()
        return self._read() or {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Let it end by itself; it is made to if it does not."""
        with suppress(BrokenPipeError):
            _of(self._child.stdin).close()
        try:
            self._child.wait(30)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        _of(self._child.stdout).close()

    def _read(self) -> dict[str, Any] | None:
        line = _of(self._child.stdout).readline()
        if not line:
            self.failure = f"exit {self._child.wait()}"
            return None
        found: dict[str, Any] = json.loads(line)
        return found


def _of(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
