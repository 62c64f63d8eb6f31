"""Opinions on disk: one file of JSON lines a day in ``home/feedback``, readable by the service's account alone, erased in time.

The name of a file is its day, so that what is too old is known without being read. A member's code is kept as its digest:
whoever reads the files cannot erase in her name, and she can erase without saying who she is.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock

from sourcier.app.feedback.opinion import Opinion
from sourcier.app.turnstile import BusyError
from sourcier.core.settings import Settings

__all__ = ["Opinions", "normal"]

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})\.jsonl")
#: 80 bits: nobody finds a code by trying.
_CODE_BYTES = 10
#: Seconds to wait for another process that writes.
_PATIENCE_S = 30


class Opinions:
    """The opinions of a home.

    Args:
        today: the day it is; a test's own.
    """

    def __init__(self, settings: Settings, today: Callable[[], date] = date.today) -> None:
        self.folder = settings.home / "feedback"
        self._keep = timedelta(days=settings.feedback.keep_days)
        self._most = settings.feedback.most
        self._today = today

    def add(self, opinion: Opinion) -> str:
        """Keep an opinion; returns the code that reads and erases it.

        Raises:
            BusyError: as many as the settings allow are kept already.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        code = base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode()
        day = self._today().isoformat()
        text = json.dumps(opinion.line(day, _digest(code)), ensure_ascii=False) + "\n"
        with self._locked():
            self._expire()
            if sum(1 for _ in self._lines()) >= self._most:
                raise BusyError("feedback.full", most=self._most)
            descriptor = os.open(self.folder / f"{day}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(descriptor, text.encode("utf-8", "replace"))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return "-".join(code[i : i + 4] for i in range(0, len(code), 4))

    def all(self) -> list[dict[str, Any]]:
        """Every line, oldest day first; what is too old is erased before."""
        return [line for line, _ in self._read()]

    def of(self, code: str) -> list[dict[str, Any]]:
        """What a code opens: one opinion, or none."""
        digest = _digest(code)
        return [line for line, _ in self._read() if secrets.compare_digest(str(line.get("receipt")), digest)]

    def erase(self, code: str) -> int:
        """Erase what a code opens; returns how many lines went."""
        digest = _digest(code)
        return self._erase(lambda line, _: line.get("receipt") == digest)

    def erase_before(self, day: date) -> int:
        """Erase what is older than a day."""
        return self._erase(lambda _, of: of < day)

    def erase_all(self) -> int:
        """Erase everything."""
        return self._erase(lambda _, __: True)

    def expire(self) -> int:
        """Erase what was kept long enough; returns how many days went."""
        if not self.folder.is_dir():
            return 0
        with self._locked():
            return self._expire()

    def _read(self) -> Iterator[tuple[dict[str, Any], date]]:
        if not self.folder.is_dir():
            return
        with self._locked():
            self._expire()
            lines = list(self._lines())
        yield from lines

    def _erase(self, which: Callable[[dict[str, Any], date], bool]) -> int:
        if not self.folder.is_dir():
            return 0
        gone = 0
        with self._locked():
            self._expire()
            for path, day in self._days():
                raw = path.read_bytes().splitlines(keepends=True)
                kept = [line for line in raw if not which(_parsed(line), day)]
                gone += len(raw) - len(kept)
                if len(kept) < len(raw):
                    _replace(path, kept)
        return gone

    def _expire(self) -> int:
        old = [path for path, day in self._days() if day + self._keep < self._today()]
        for path in old:
            path.unlink()
        return len(old)

    def _days(self) -> list[tuple[Path, date]]:
        found = ((path, _DAY.fullmatch(path.name)) for path in sorted(self.folder.iterdir()))
        return [(path, date.fromisoformat(match[1])) for path, match in found if match]

    def _lines(self) -> Iterator[tuple[dict[str, Any], date]]:
        for path, day in self._days():
            for raw in path.read_bytes().splitlines():
                if line := _parsed(raw):
                    yield line, day

    def _locked(self) -> FileLock:
        return FileLock(self.folder / "lock", timeout=_PATIENCE_S, mode=0o600)


def normal(code: str) -> str:
    """A code as it was given, however it was typed."""
    return re.sub(r"[^A-Z2-7]", "", code.upper().replace("0", "O").replace("1", "I").replace("8", "B"))


def _digest(code: str) -> str:
    return hashlib.sha256(normal(code).encode()).hexdigest()


def _parsed(raw: bytes) -> dict[str, Any]:
    """A line; empty where it is none, as the last one of a machine that lost its power."""
    try:
        line = json.loads(raw)
    except ValueError:
        return {}
    return line if isinstance(line, dict) else {}


def _replace(path: Path, lines: list[bytes]) -> None:
    if not lines:
        path.unlink()
        return
    fresh = path.with_suffix(".fresh")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, b"".join(lines))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    fresh.replace(path)
