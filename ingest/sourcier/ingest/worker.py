"""The process that parses untrusted files, one after the other: ``python -m sourcier.ingest.worker PARENT LIMITS``.

It is told what to read on its standard input and answers on its standard output, in frames (see :mod:`protocol`): JSON
and bytes, never pickles. What is read may take it over, at worst: it has no more memory, time, files or environment than
one file needs, and what comes back from it is checked like any other input.

A reader may run another program (character recognition, for instance): the program inherits these limits, each process
with its own count of memory (``Limits.memory_mb``) and processor time; what it writes goes below ``TMPDIR``, a folder
that is removed with this process; and it is in this process's group, so that it dies with it when the time of the file
is over. It need not be given less time than ``Limits.timeout_s``: whoever waits for the file stops them all.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import Finding
from sourcier.ingest.kinds import Kind, announced, kind_of, reader_for, source_text_for
from sourcier.ingest.limits import MEGABYTE, Limits
from sourcier.ingest.protocol import END, FRAME, read_request, write_frame

_FILES = 200
"""Files that one process reads before another takes its place."""
_OPEN_FILES = 128
_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> int:
    """Read what the process ``arguments[0]`` sends, within the limits of ``arguments[1]``."""
    limits = Limits(**json.loads(arguments[1]))
    requests, answers = _channels()
    _confine(limits, int(arguments[0]))
    # Libraries warn on standard error about every oddity of a file; nobody reads it.
    logging.disable(logging.CRITICAL)
    last = False
    for number in range(1, _FILES + 1):
        request = read_request(requests)
        if request is None:
            break
        if sys.platform != "win32":
            _grant(limits)
        for frame, data in _answer(*request, limits):
            last = last or frame.get("error") == "ingest.too_much_memory"
            write_frame(answers, FRAME, frame, data)
        last = last or number == _FILES or _has_grown(limits)
        write_frame(answers, END, {"last": last})
        answers.flush()
        if last:
            break
    return 0


def _answer(request: dict[str, Any], data: bytes, limits: Limits) -> Iterator[tuple[dict[str, Any], bytes]]:
    """What a file gives, in frames; a refusal ends it, and whatever came before is then worth nothing."""
    # Readings are counted together: they are what a file makes its reader hold in memory.
    left = limits.output
    try:
        for frame, blob in _read(request, data, limits):
            left -= 0 if "member" in frame else len(blob)
            if left < 0:
                yield _refusal(UnreadableFileError("ingest.too_much_text")), b""
                return
            yield frame, blob
    except UnreadableFileError as error:
        yield _refusal(error), b""
    except MemoryError:
        yield _refusal(UnreadableFileError("ingest.too_much_memory", limit=limits.memory_mb)), b""
    except Exception as error:  # noqa: BLE001 - a parser of untrusted bytes may raise anything: all of it means « damaged »
        yield _refusal(UnreadableFileError("ingest.damaged", detail=type(error).__name__)), b""


def _read(request: dict[str, Any], data: bytes, limits: Limits) -> Iterator[tuple[dict[str, Any], bytes]]:
    if request["task"] == "rows":
        from sourcier.ingest.readers import collection

        for row in collection.rows_of(data, request["numbers"]):
            told = {"id": row.id, "number": row.number, **_refusal(row.error)}
            yield told, b"" if row.reading is None else row.reading.to_json().encode("ascii")
        return
    if request["task"] == "page":
        from sourcier.ingest.readers.pdf.picture import picture_of

        yield picture_of(data, request["number"], limits, pixels=request["pixels"])
        return
    name = request["name"]
    kind = Kind(request["kind"]) if request["kind"] else kind_of(name, data)
    if request["unpack"]:
        from sourcier.ingest import containers

        if containers.is_container(kind):
            for member in containers.unpack(data, kind, limits):
                yield {"member": member.path, **_refusal(member.error)}, member.data
            return
    if request.get("source"):
        yield {"kind": kind.value}, source_text_for(kind)(data, limits=limits).encode("utf-8", "surrogatepass")
        return
    reading = reader_for(kind)(data, limits=limits)
    if not request["kind"] and announced(name) not in {None, kind}:
        reading = replace(reading, findings=(*reading.findings, Finding("finding.other_kind", sample=kind.value)))
    yield {"kind": kind.value}, reading.to_json().encode("ascii")


def _refusal(error: UnreadableFileError | None) -> dict[str, Any]:
    if error is None:
        return {}
    return {"error": error.key, "values": {name: str(value) for name, value in error.values.items()}}


def _channels() -> tuple[IO[bytes], IO[bytes]]:
    """Both ends of the talk, out of reach of whatever a library prints or a program it runs reads."""
    requests = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)
    return requests, answers


def _confine(limits: Limits, parent: int) -> None:
    """Limits that hold for all that follows. Windows has none of them: there, only the clock stops a process."""
    os.umask(0o077)
    if sys.platform == "win32":
        return
    import resource

    _bound(resource.RLIMIT_AS, limits.memory_mb * MEGABYTE)
    _bound(resource.RLIMIT_FSIZE, 2 * limits.output)
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_NOFILE, _OPEN_FILES)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if sys.platform == "linux":
        # Killed with whoever asked, even when it had no time to say so. Elsewhere, the closed channels end it.
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit(1)


def _bound(which: int, value: int) -> None:
    """A limit that cannot be lifted again, never above the one in force."""
    import resource

    hard = resource.getrlimit(which)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))


def _grant(limits: Limits) -> None:
    """Processor time for one file more."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + limits.timeout_s
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _has_grown(limits: Limits) -> bool:
    """Whether a third of the address space is taken between two files: what is left might refuse an honest one."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return False
    return pages * os.sysconf("SC_PAGE_SIZE") > limits.memory_mb * MEGABYTE // 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
