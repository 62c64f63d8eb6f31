"""What may be sent to the interface; anything else is refused, and nothing is silently passed over."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sourcier.app.answering.manner import MAX_TURNS, Exchange, Manner
from sourcier.app.filters import DAYS, filter_of
from sourcier.core.filters import CONDITIONS, Filter
from sourcier.core.types import Style

__all__ = ["AskBody", "ExchangeBody", "SearchBody"]

_Condition = Annotated[
    str | list[str] | None, Field(description="One value or several; those that exist are listed by /documents")
]
_Day = Annotated[str | int | None, Field(description="A day, a month or a year: 2026-03-31, 2026-03, 2026")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Filtered(_Body):
    """Which documents may be found: each condition a text or several, days as texts; see :func:`filter_of`."""

    publisher: _Condition = None
    kind: _Condition = None
    language: _Condition = None
    collection: _Condition = None
    audience: _Condition = None
    since: _Day = None
    until: _Day = None
    in_force: Annotated[str | None, Field(description="today, or the day the documents must be in force on")] = None

    def only(self) -> Filter | None:
        """The filter.

        Raises:
            UsageError: see :func:`filter_of`.
        """
        return filter_of({name: getattr(self, name) for name in (*CONDITIONS, *DAYS)})


class ExchangeBody(_Body):
    """An earlier question of the conversation, and what was answered; characters are bounded, not cut."""

    question: Annotated[str, Field(min_length=1, max_length=20_000)]
    answer: Annotated[str, Field(max_length=40_000)] = ""


class AskBody(_Filtered):
    """A question, the documents that may answer it, and how: in what style, by quotes alone, afresh, after what."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "Que demande la plateforme sur la surveillance au travail?"},
                {
                    "question": "Et aux employeurs?",
                    "style": "plain",
                    "history": [{"question": "Que demande la CSQ au gouvernement?", "answer": "Une loi-cadre. [1]"}],
                },
            ]
        }
    )

    question: str
    style: Style = "normal"
    quotes_only: Annotated[bool, Field(strict=True)] = False
    fresh: Annotated[
        bool, Field(strict=True, description="Answer again, past what was verified in the last ten minutes")
    ] = False
    history: Annotated[list[ExchangeBody], Field(max_length=MAX_TURNS)] = []

    def manner(self) -> Manner:
        """How the question is to be answered."""
        turns = tuple(Exchange(turn.question, turn.answer) for turn in self.history)
        return Manner(self.style, self.quotes_only, turns, self.fresh)


class SearchBody(_Filtered):
    """A query, how many passages to return (default: ``search.k``), and which documents may be found."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"query": "souveraineté numérique", "k": 5}]})

    query: str
    k: Annotated[int, Field(ge=1, le=100)] | None = None
