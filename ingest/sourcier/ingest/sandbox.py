"""Parsing in processes of their own, which have little memory, little time, and can be lost.

A PDF of 1 MB can take 2 GB, a Word file of 0.7 MB more than 1 GB: what opens untrusted files must be able to die alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.drafts import Reading
from sourcier.ingest.kinds import Kind
from sourcier.ingest.limits import MEGABYTE, Limits
from sourcier.ingest.protocol import END, FRAME, HEADER, write_frame

_GRACE_S = 2
"""Beyond its time, what a process is given to say that it refuses a file before it is killed."""
_IN_MEMORY = 2 * MEGABYTE
"""Answers longer than this wait on disk: several may be waiting for the one before them."""
_STEP = 1 << 18
_KEPT = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "SYSTEMROOT", "TESSDATA_PREFIX")
_SIGXCPU = -int(getattr(signal, "SIGXCPU", 0))


class Answer:
    """What a process said of one file: frames, kept as they came until they are asked for. Close it after use."""

    def __init__(self) -> None:
        self._kept = cast("IO[bytes]", tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 - it outlives this
        self._places: list[tuple[int, int, int]] = []
        self._lock = threading.Lock()
        self.size = 0

    def keep(self, told: int, size: int, stream: IO[bytes]) -> bool:
        """Take the frame that comes on ``stream``; ``False`` when it ends before it should."""
        with self._lock:
            self._kept.seek(self.size)
            left = told + size
            while left and (step := stream.read(min(left, _STEP))):
                self._kept.write(step)
                left -= len(step)
        self._places.append((self.size, told, size))
        self.size += told + size
        return not left

    def frames(self) -> Iterator[tuple[dict[str, Any], tuple[int, int]]]:
        """Each frame, and where its bytes are, for :meth:`load`.

        Raises:
            UnreadableFileError: ``ingest.crashed``, it is not a frame.
        """
        for start, told, size in self._places:
            try:
                frame = json.loads(self.load((start, told)))
                if not isinstance(frame, dict):
                    raise TypeError(frame)
            except (ValueError, TypeError, RecursionError) as error:
                raise UnreadableFileError("ingest.crashed", memory="?", code="JSON") from error
            yield frame, (start + told, size)

    def load(self, place: tuple[int, int]) -> bytes:
        """Bytes of a frame."""
        with self._lock:
            self._kept.seek(place[0])
            return self._kept.read(place[1])

    def close(self) -> None:
        """Free what is kept."""
        self._kept.close()


class Worker:
    """One process that reads files, started when the first one comes, replaced when it is lost or has grown old.

    Not for several threads at once, except :meth:`close`.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = ""
        self._closed = False
        self._lock = threading.Lock()

    def ask(self, request: Mapping[str, Any], data: bytes) -> Answer:
        """Have ``data`` read.

        Raises:
            UnreadableFileError: the process ran out of memory or of time, or crashed. The next file has another one.
        """
        process = self._running()
        late = threading.Event()

        def stop() -> None:
            late.set()
            _kill(process)

        timer = threading.Timer(self._limits.timeout_s + _GRACE_S, stop)
        timer.daemon = True
        timer.start()
        answer = Answer()
        try:
            assert process.stdin is not None
            with contextlib.suppress(OSError):
                # A process that died has closed its end: how it died is what matters.
                write_frame(process.stdin, FRAME, request, data)
                process.stdin.flush()
            last = self._listen(process, answer)
        except BaseException:
            answer.close()
            self._lose()
            raise
        finally:
            timer.cancel()
        if last is None:
            answer.close()
            code = self._lose()
            if late.is_set() or code == _SIGXCPU:
                raise UnreadableFileError("ingest.too_slow", limit=self._limits.timeout_s)
            raise UnreadableFileError("ingest.crashed", memory=self._limits.memory_mb, code=code)
        if last:
            self._lose()
        return answer

    def close(self) -> None:
        """Kill the process; it is not replaced."""
        self._closed = True
        self._lose()

    def _listen(self, process: subprocess.Popen[bytes], answer: Answer) -> bool | None:
        """Keep all frames of an answer; whether the process ends with it, ``None`` when it ended before."""
        assert process.stdout is not None
        most = self._limits.output + self._limits.max_unpacked_mb * MEGABYTE + self._limits.max_members * 1000
        while True:
            header = process.stdout.read(HEADER.size)
            if len(header) < HEADER.size:
                return None
            sort, told, size = HEADER.unpack(header)
            if answer.size + told + size > most:
                raise UnreadableFileError("ingest.too_much_text")
            if sort == END:
                end = process.stdout.read(told)
                return None if len(end) < told else b"true" in end
            if not answer.keep(told, size, process.stdout):
                return None

    def _running(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise UnreadableFileError("ingest.crashed", memory=self._limits.memory_mb, code="-")
            if self._process is None:
                self._folder = tempfile.mkdtemp(prefix="sourcier-")
                self._process = _started(self._limits, self._folder)
            return self._process

    def _lose(self) -> int | None:
        """End the process and what it started, and remove what they wrote; how it ended."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return None
        # It may have ended by itself a moment ago: then that is how it ended.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.2 if process.stdout and not self._closed else 0)
        _kill(process)
        code = process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        return code


def read_apart(kind: Kind, data: bytes, limits: Limits) -> Reading:
    """Read ``data`` in a process of its own, as a file of this kind.

    Raises:
        UnreadableFileError: the reader refused it, or the process ran out of memory, of time, or crashed.
    """
    worker = Worker(limits)
    try:
        answer = worker.ask(file_request("", kind=kind), data)
        try:
            for frame, place in answer.frames():
                if (refusal := refusal_of(frame)) is not None:
                    raise refusal
                return reading_of(answer.load(place), limits)
        finally:
            answer.close()
    finally:
        worker.close()
    raise UnreadableFileError("ingest.crashed", memory=limits.memory_mb, code="-")


def file_request(name: str, *, kind: Kind | None = None, unpack: bool = False, source: bool = False) -> dict[str, Any]:
    """What to ask of a process: to read a file, of the kind that its content and its name tell when none is given.

    Args:
        unpack: answer with the files that it holds, if it is a container.
        source: answer with all its text, in UTF-8, as a naive extraction gives it, and not with what is read of it.
    """
    return {"task": "file", "name": name, "kind": kind.value if kind else None, "unpack": unpack, "source": source}


def rows_request(numbers: Sequence[int]) -> dict[str, Any]:
    """What to ask of a process: to read lines of a collection, whose numbers these are."""
    return {"task": "rows", "numbers": list(numbers)}


def page_request(number: int, *, pixels: bool) -> dict[str, Any]:
    """What to ask of a process: a page of a PDF, its words or its pixels (see :mod:`sourcier.ingest.readers.pdf.picture`)."""
    return {"task": "page", "number": number, "pixels": pixels}


def reading_of(told: bytes, limits: Limits) -> Reading:
    """The reading in the bytes of a frame; everything in it is checked, for whoever wrote it had read an untrusted file.

    Raises:
        UnreadableFileError: what came back is not what a reader says.
    """
    try:
        return Reading.from_json(json.loads(told))
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise UnreadableFileError("ingest.crashed", memory=limits.memory_mb, code="JSON") from error


def refusal_of(frame: Mapping[str, Any]) -> UnreadableFileError | None:
    """Why a frame says that a file was refused, ``None`` when it does not."""
    key, values = frame.get("error"), frame.get("values")
    if key is None:
        return None
    try:
        error = UnreadableFileError(str(key), **{str(name): str(value) for name, value in dict(values or {}).items()})
        # Said once, to be sure that it can be.
        UnreadableFileError(error.key, **{"path": "", **error.values}).in_language("fr")
    except (KeyError, IndexError, TypeError, ValueError):
        return UnreadableFileError("ingest.crashed", memory="?", code="JSON")
    return error


def _started(limits: Limits, folder: str) -> subprocess.Popen[bytes]:
    # Nothing of our environment but what finding programs and libraries takes; threads and heaps of their own would
    # only use up the address space.
    kept = {name: value for name in _KEPT if (value := os.environ.get(name))}
    environment = {**kept, "TMPDIR": folder, "TEMP": folder, "HOME": folder, "LANG": "C.UTF-8"}
    environment |= {
        "OMP_THREAD_LIMIT": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }
    command = [sys.executable, "-P", "-s", "-X", "utf8", "-m", "sourcier.ingest.worker"]
    return subprocess.Popen(
        [*command, str(os.getpid()), json.dumps(asdict(limits))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=Path.cwd().anchor,
        start_new_session=os.name == "posix",
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all those of its group."""
    if os.name != "posix":
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
