"""Case after case in a process that may be lost: its memory is limited, and a case that lasts is stopped."""

from __future__ import annotations

import contextlib
import logging
import os
import selectors
import signal
import subprocess
import sys
import time
import traceback
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sourcier.eval.fuzz.checks import LIMITS, check
from sourcier.eval.fuzz.mutations import mutated
from sourcier.eval.fuzz.seeds import seeds_of

HANG_S = 30.0
SLOW_S = 5.0
"""Processor time beyond which a case, which is small, is reported."""


@dataclass(slots=True)
class Fault:
    """A case that broke a rule, and how."""

    target: str
    case: int
    what: str


@dataclass(slots=True)
class Outcome:
    """What some time spent on one target gave. ``refused`` is of the cases that ended with a sentence."""

    target: str
    cases: int = 0
    refused: int = 0
    seconds: float = 0.0
    slowest_s: float = 0.0
    faults: list[Fault] = field(default_factory=list)


def case_data(target: str, case: int) -> bytes:
    """The file of a case: always the same for the same seeds."""
    return mutated(seeds_of(target), Random(f"{target}:{case}"))


def run(target: str, *, seconds: float, first: int = 0, keep: Path | None = None) -> Outcome:
    """Try cases of ``target`` from ``first`` on for some time, in a process that is replaced when it is lost.

    Args:
        keep: a folder where each faulty file is put, named after its target and its number.
    """
    outcome = Outcome(target)
    begun = time.monotonic()
    case = first
    while (left := seconds - (time.monotonic() - begun)) > 0:
        case = _some(outcome, case, left)
    outcome.seconds = time.monotonic() - begun
    if keep is not None:
        for fault in outcome.faults:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{target}-{fault.case}").write_bytes(case_data(target, fault.case))
    return outcome


def _some(outcome: Outcome, first: int, seconds: float) -> int:
    """Cases in one process, until the time is over or the process is lost; the number of the next one."""
    command = [sys.executable, "-X", "utf8", "-m", "sourcier.eval.fuzz", "--child", outcome.target, str(first)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    assert child.stdout is not None
    end = time.monotonic() + seconds
    case = first
    held = b""
    with selectors.DefaultSelector() as selector, child.stdout:
        selector.register(child.stdout, selectors.EVENT_READ)
        while time.monotonic() < end:
            if not selector.select(HANG_S):
                outcome.faults.append(Fault(outcome.target, case, f"no answer after {HANG_S:.0f} s"))
                outcome.cases += 1
                case += 1
                break
            chunk = os.read(child.stdout.fileno(), 65536)
            if not chunk:
                code = child.wait()
                outcome.faults.append(Fault(outcome.target, case, f"the process ended with code {code}"))
                outcome.cases += 1
                case += 1
                break
            *lines, held = (held + chunk).split(b"\n")
            for line in lines:
                case = _count(outcome, line.decode("utf-8", "replace"))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    return case


def _count(outcome: Outcome, line: str) -> int:
    """Note how one case ended: ``NUMBER TIME ok``, ``refused``, ``memory``, or what is wrong. The number of the next one."""
    number, took, how = line.split(" ", 2)
    outcome.cases += 1
    outcome.refused += how == "refused"
    outcome.slowest_s = max(outcome.slowest_s, float(took))
    if how not in {"ok", "refused", "memory"}:
        outcome.faults.append(Fault(outcome.target, int(number), how))
    return int(number) + 1


def child(target: str, first: int) -> None:
    """Try cases without end, and say how each one ended."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (LIMITS.memory_mb << 20, LIMITS.memory_mb << 20))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    case = first
    while True:
        begun = time.process_time()
        how = tried(target, case_data(target, case))
        took = time.process_time() - begun
        if took > SLOW_S and how in {"ok", "refused"}:
            how = f"took {took:.1f} s"
        answers.write(f"{case} {took:.3f} {how}\n")
        answers.flush()
        case += 1


def tried(target: str, data: bytes) -> str:
    """``ok``, ``refused``, ``memory`` (the limit was met, which is what it is for), or the fault in one line."""
    try:
        return "ok" if check(target, data) else "refused"
    except MemoryError:
        return "memory"
    except Exception as error:  # noqa: BLE001 - any of them is what is looked for
        places = [frame for frame in traceback.extract_tb(error.__traceback__) if "sourcier" in frame.filename]
        place = places[-1] if places else traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {str(error)[:120]!r} in {Path(place.filename).stem}:{place.lineno}".replace(
            "\n", " "
        )
