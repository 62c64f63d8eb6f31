"""What happens while a question is answered, in the order a person should see it.

Every stream is ``Understood`` where a follow-up was completed, ``Found`` once, then any number of ``Drafting``, ``SentenceShown`` and ``SentenceRemoved``, then
``Finished`` once. Only what ``SentenceShown`` and ``Finished`` carry may be shown as fact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from sourcier.app.answering.manner import AS_USUAL, Manner
from sourcier.core.filters import Filter
from sourcier.core.types import Answer, AnswerSentence, Citation, Hit, ModelInfo, Removed


@dataclass(frozen=True, slots=True)
class Understood:
    """A follow-up as it was understood: the standalone question that is searched for, to be shown to the person."""

    standalone: str


@dataclass(frozen=True, slots=True)
class Searched:
    """What was looked for, to be shown to the person who asked.

    Attributes:
        queries: the question as searched for, then each of its parts where it has several.
        words: its words that carry meaning, as typed.
        corrections: ``(word as typed, what it was read as)``; ``expansions`` ``(term, what else was searched for)``.
    """

    queries: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()
    expansions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The passages found: sources can be shown at once, before anything is written."""

    hits: tuple[Hit, ...]
    searched: Searched = Searched()


@dataclass(frozen=True, slots=True)
class Drafting:
    """A language model is writing; nothing of it is shown before it is verified."""

    model: ModelInfo


@dataclass(frozen=True, slots=True)
class SentenceShown:
    """A verified sentence, with those of its citations that no earlier sentence had."""

    sentence: AnswerSentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class SentenceRemoved:
    """A sentence that the verifier refused."""

    removed: Removed


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole answer, the same as a question asked without streaming."""

    answer: Answer


Event = Understood | Found | Drafting | SentenceShown | SentenceRemoved | Finished


class Answering(Protocol):
    """What the page, the command line and the evaluation need of an assistant."""

    def stream(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Iterator[Event]:
        """Answer step by step, from the documents that ``only`` allows, in the ``manner`` asked for.

        Raises:
            QuestionError: the question is empty or too long.
            UsageError: no document has a value that ``only`` asks for.
            EmptyIndexError: nothing has been ingested.
        """
        ...

    def ask(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Answer:
        """Answer in one go; the same errors as :meth:`stream`."""
        ...
