"""Our own assistant, timed from outside, on the stream that the page reads."""

from __future__ import annotations

import time

from sourcier.app.answering.assistant import Assistant
from sourcier.app.answering.events import Finished, Found, SentenceShown
from sourcier.eval.engines.record import Record
from sourcier.eval.metrics.citations import claims_of

__all__ = ["Ours"]


class Ours:
    """The assistant of the settings in force."""

    name = "ours"

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        assistant.warm_up()

    def answer(self, row_id: str, question: str) -> Record:
        """See :class:`~sourcier.eval.engines.record.Engine`."""
        timings: dict[str, float] = {}
        started = time.perf_counter()
        for event in self._assistant.stream(question):
            elapsed = (time.perf_counter() - started) * 1000
            match event:
                case Found():
                    timings.setdefault("first_source", elapsed)
                case SentenceShown():
                    timings.setdefault("first_sentence", elapsed)
                case Finished(answer):
                    timings["total"] = elapsed
                    claims = tuple(claims_of(answer))
                    usage = dict(answer.usage)
                    declined = answer.status == "abstained"
                    return Record(self.name, row_id, answer.answer, declined, claims, timings, usage, answer.energy_wh)
        raise AssertionError("a stream always finishes")
