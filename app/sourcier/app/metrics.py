"""What the service did since it started, for a monitoring server: numbers only, never a question nor an address.

The text is Prometheus' exposition format 0.0.4, in base units (seconds, joules).
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from importlib.metadata import version

from sourcier.app.answering.events import Answering, Event, Finished
from sourcier.app.answering.manner import AS_USUAL, Manner
from sourcier.app.turnstile import BusyError, Turnstile, Waiting
from sourcier.core.filters import Filter
from sourcier.core.types import Answer

__all__ = ["CONTENT_TYPE", "CountedTurnstile", "Metrics"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

#: Upper bounds of the histograms, in seconds: from a search to the longest writing on two cores.
BUCKETS_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0)
#: Every way a question can end, so that a monitoring server sees all of them from the start.
OUTCOMES = ("answered", "quoted", "abstained", "refused", "left", "failed")
#: The stages that are timed: the name in an answer's ``timings_ms``, the name shown, what it measures.
STAGES = (
    ("first_source", "first_source", "From the question to the first source."),
    ("first_sentence", "first_sentence", "From the question to the first verified sentence."),
    ("total", "answer", "From the question to the end of the answer."),
)
_JOULES_A_WH = 3600.0


class _Histogram:
    """Counts by upper bound, the last one without any."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BUCKETS_S) + 1)
        self.sum = 0.0

    def observe(self, seconds: float) -> None:
        self.counts[bisect_left(BUCKETS_S, seconds)] += 1
        self.sum += seconds


class Metrics:
    """The numbers themselves; usable from any thread.

    Args:
        queue: how many are being answered or waiting now.
        index: the generation that is searched, or "".
    """

    def __init__(self, queue: Callable[[], int], index: Callable[[], str]) -> None:
        self._queue = queue
        self._index = index
        self._lock = threading.Lock()
        self._outcomes: Counter[str] = Counter()
        self._stages = {stage: _Histogram() for stage, _, _ in STAGES}
        self._joules = 0.0
        self._removed = 0
        self._cached = 0
        self._started = time.time()

    def ended(self, outcome: str) -> None:
        """A question ended without an answer: ``refused``, ``left`` or ``failed``."""
        with self._lock:
            self._outcomes[outcome] += 1

    def answered(self, answer: Answer) -> None:
        """A question was answered, or abstained from."""
        with self._lock:
            self._outcomes[answer.status] += 1
            self._joules += answer.energy_wh * _JOULES_A_WH
            self._removed += len(answer.removed)
            self._cached += answer.cached
            for stage, histogram in self._stages.items():
                if stage in answer.timings_ms:
                    histogram.observe(answer.timings_ms[stage] / 1000)

    def text(self) -> str:
        """Everything, in the exposition format."""
        with self._lock:
            return "\n".join([*self._lines(), ""])

    def _lines(self) -> Iterator[str]:
        rows: dict[_Labels, float] = {(("outcome", outcome),): self._outcomes[outcome] for outcome in OUTCOMES}
        yield from _family("sourcier_questions_total", "counter", "Questions by how they ended.", rows)
        for stage, name, about in STAGES:
            yield from _histogram(f"sourcier_{name}_seconds", about, self._stages[stage])
        for name, kind, about, value in (
            ("sourcier_energy_joules_total", "counter", "Estimated energy of the answers.", self._joules),
            ("sourcier_removed_sentences_total", "counter", "Sentences that the verifier refused.", self._removed),
            ("sourcier_cached_answers_total", "counter", "Answers that were verified before.", self._cached),
            ("sourcier_queue_length", "gauge", "People being answered or waiting.", self._queue()),
            ("sourcier_start_time_seconds", "gauge", "When the service started, Unix time.", self._started),
        ):
            yield from _family(name, kind, about, {(): value})
        labels = (("version", version("sourcier")), ("index", self._index()))
        yield from _family("sourcier_info", "gauge", "The program and the index that is searched.", {labels: 1})


class CountedTurnstile(Turnstile):
    """A turnstile that counts what comes of each question, wherever it was asked.

    Args:
        max_waiting: see :class:`~sourcier.app.turnstile.Turnstile`.
        index: see :class:`Metrics`.
    """

    def __init__(self, max_waiting: int, index: Callable[[], str]) -> None:
        super().__init__(max_waiting)
        self.metrics = Metrics(self.__len__, index)

    def answer(
        self, assistant: Answering, question: str, only: Filter | None = None, manner: Manner = AS_USUAL
    ) -> Generator[Event | Waiting]:
        """The steps of an answer, counted; see :meth:`Turnstile.answer`."""
        outcome = "left"
        try:
            for step in super().answer(assistant, question, only, manner):
                if isinstance(step, Finished):
                    self.metrics.answered(step.answer)
                    outcome = ""
                yield step
        except BusyError:
            outcome = "refused"
            raise
        except Exception:
            outcome = "failed"
            raise
        finally:
            if outcome:
                self.metrics.ended(outcome)


_Labels = tuple[tuple[str, str], ...]


def _family(name: str, kind: str, about: str, rows: Mapping[_Labels, float]) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"
    for labels, value in rows.items():
        yield _row(name, labels, value)


def _histogram(name: str, about: str, histogram: _Histogram) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} histogram"
    total = 0
    for bound, count in zip((*map(str, BUCKETS_S), "+Inf"), histogram.counts, strict=True):
        total += count
        yield _row(f"{name}_bucket", (("le", bound),), total)
    yield _row(f"{name}_sum", (), histogram.sum)
    yield _row(f"{name}_count", (), total)


def _row(name: str, labels: _Labels, value: float) -> str:
    shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
    return f"{name}{{{shown}}} {value}" if shown else f"{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
