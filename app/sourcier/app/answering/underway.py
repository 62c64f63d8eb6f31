"""One question on its way to its answer: what has been found, shown and left out so far, and since when."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from sourcier.app.answering.cite import Numbering, Quote
from sourcier.app.answering.events import Finished, SentenceRemoved, SentenceShown
from sourcier.app.answering.manner import Manner
from sourcier.app.energy import EnergyMeter
from sourcier.app.models import Usage
from sourcier.core.messages import Language
from sourcier.core.organisation import Contact
from sourcier.core.types import Answer, AnswerSentence, Citation, Hit, ModelInfo, Removed, Status

__all__ = ["Underway"]


@dataclass(slots=True)
class Underway:
    """The state of one answer; it belongs to one thread, and is gone with the answer.

    Attributes:
        question: as it was asked; ``standalone`` as it is answered, the same unless it was a follow-up.
        language: of the question, and so of what is written.
        written: how many of the sentences shown a model wrote.
        usage: tokens of all that the model was asked, where it was.
    """

    question: str
    standalone: str
    language: Language
    manner: Manner
    numbering: Numbering
    meter: EnergyMeter
    started: float = field(default_factory=time.monotonic)
    hits: tuple[Hit, ...] = ()
    shown: list[AnswerSentence] = field(default_factory=list)
    written: int = 0
    removed: list[Removed] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    answerable: float | None = None
    usage: Usage | None = None

    def elapsed_s(self) -> float:
        """Seconds since the question."""
        return time.monotonic() - self.started

    def stamp(self, name: str) -> None:
        """Keep when something happened first, milliseconds since the question."""
        self.timings.setdefault(name, round(self.elapsed_s() * 1000, 1))

    def show(self, text: str, quotes: Sequence[Quote], support: float) -> SentenceShown:
        """A sentence that may be shown, with the quotes that carry it."""
        markers, new = self.numbering.add(quotes)
        sentence = AnswerSentence(text, markers, round(support, 4))
        self.shown.append(sentence)
        self.stamp("first_sentence")
        return SentenceShown(sentence, new)

    def remove(self, text: str, reason: str, support: float, explanation: str = "") -> SentenceRemoved:
        """A sentence that may not."""
        self.removed.append(Removed(text, reason, support, explanation))
        return SentenceRemoved(self.removed[-1])

    def spent(self, usage: Usage) -> None:
        """Add what one call of the model took."""
        before = self.usage or Usage()
        self.usage = Usage(
            before.prompt_tokens + usage.prompt_tokens,
            before.cached_tokens + usage.cached_tokens,
            before.completion_tokens + usage.completion_tokens,
        )

    def finish(
        self,
        status: Status,
        text: str,
        model: ModelInfo,
        *,
        nearest: Sequence[Citation] = (),
        outside: str | None = None,
        contacts: tuple[Contact, ...] = (),
    ) -> Finished:
        """The whole answer."""
        self.stamp("total")
        return Finished(
            Answer(
                question=self.question,
                status=status,
                answer=text,
                sentences=tuple(self.shown),
                citations=tuple(self.numbering.citations),
                removed=tuple(self.removed),
                retrieved=self.hits,
                model=model,
                timings_ms=self.timings,
                usage={} if self.usage is None else asdict(self.usage),
                energy_wh=round(self.meter.watt_hours(), 5),
                notices=tuple(self.notices),
                standalone="" if self.standalone == self.question else self.standalone,
                style=self.manner.style,
                nearest=tuple(nearest),
                outside=outside,
                contacts=contacts,
                answerable=None if self.answerable is None else round(self.answerable, 4),
            )
        )
