"""A question and what has come of it so far: a plain value that each step of the answer takes further."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sourcier.app.answering.events import (
    Drafting,
    Event,
    Finished,
    Found,
    Searched,
    SentenceRemoved,
    SentenceShown,
    Understood,
)
from sourcier.app.turnstile import Waiting
from sourcier.core.types import Answer, AnswerSentence, Citation, Hit, ModelInfo, Removed

__all__ = ["Turn", "after"]


@dataclass(frozen=True, slots=True)
class Turn:
    """What the page knows of one question.

    Attributes:
        key: unique in the page; part of the ids of its elements, so letters and digits only.
        standalone: how a follow-up was understood, where it had to be completed.
        hits: the passages found, once they are.
        ahead: how many are to be answered first.
        model: the model that is writing, once one is.
        answer: the whole answer, once it is finished; it replaces what was gathered step by step.
        error: the one sentence to show when there will be no answer.
        searched: what was looked for.
        at: when it was asked, by the clock of the server.
    """

    key: str
    question: str
    standalone: str = ""
    hits: tuple[Hit, ...] | None = None
    ahead: int = 0
    model: ModelInfo | None = None
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    removed: tuple[Removed, ...] = ()
    answer: Answer | None = None
    error: str | None = None
    searched: Searched | None = None
    at: datetime | None = None


def after(turn: Turn, step: Event | Waiting) -> Turn:
    """The turn once a step has happened."""
    match step:
        case Understood(standalone):
            return replace(turn, standalone=standalone)
        case Found(hits, searched):
            return replace(turn, hits=hits, searched=searched)
        case Waiting(ahead):
            return replace(turn, ahead=ahead)
        case Drafting(model):
            return replace(turn, ahead=0, model=model)
        case SentenceShown(sentence, citations):
            return replace(
                turn, ahead=0, sentences=(*turn.sentences, sentence), citations=(*turn.citations, *citations)
            )
        case SentenceRemoved(removed):
            return replace(turn, ahead=0, removed=(*turn.removed, removed))
        case Finished(answer):
            return replace(
                turn,
                ahead=0,
                answer=answer,
                hits=answer.retrieved,
                model=answer.model,
                sentences=answer.sentences,
                citations=answer.citations,
                removed=answer.removed,
            )
