"""What may be exported: answers in the contract's shape, as a browser or a program gives them back. Nothing of it is trusted."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sourcier.core.messages import Language
from sourcier.core.types import Status

__all__ = ["MAX_ANSWERS", "ExportBody", "ExportedAnswer", "ExportedCitation"]

#: Answers in one file: those the page keeps.
MAX_ANSWERS = 41

_Long = Annotated[str, Field(max_length=40_000)]
_Name = Annotated[str, Field(max_length=10_000)]


class _Part(BaseModel):
    # The shape of an answer may grow: what is not exported is passed over.
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


class ExportedSentence(_Part):
    """A sentence that was shown, and the markers of its citations."""

    text: _Long
    citations: Annotated[list[int], Field(max_length=50)] = []


class ExportedCitation(_Part):
    """A quote and its place: ``marker`` is absent from passages that prove nothing."""

    document_id: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    start: Annotated[int, Field(ge=0, le=10**9)]
    end: Annotated[int, Field(ge=0, le=10**9)]
    quote: _Long
    marker: Annotated[int, Field(ge=0, le=10_000)] = 0
    path: _Name = ""
    title: _Name = ""
    page: Annotated[int, Field(ge=0, le=10**6)] | None = None
    section: _Name | None = None
    publisher: _Name | None = None
    date: _Name | None = None
    reports: _Name | None = None
    clause: _Name | None = None
    page_label: _Name | None = None
    valid_from: _Name | None = None
    valid_until: _Name | None = None


class ExportedModel(_Part):
    """Who wrote."""

    provider: Literal["ollama", "embedded", "none"] = "none"
    name: _Name = ""
    digest: _Name = ""


class ExportedRemoved(_Part):
    """A sentence that was refused: only how many there are is exported."""

    reason: _Name = ""


class ExportedAnswer(_Part):
    """An answer as ``ask`` gives it, and when the question was asked (ISO 8601, with its offset where known)."""

    question: Annotated[str, Field(min_length=1, max_length=20_000)]
    status: Status
    answer: _Long = ""
    sentences: Annotated[list[ExportedSentence], Field(max_length=200)] = []
    citations: Annotated[list[ExportedCitation], Field(max_length=200)] = []
    removed: Annotated[list[ExportedRemoved], Field(max_length=200)] = []
    nearest: Annotated[list[ExportedCitation], Field(max_length=50)] = []
    notices: Annotated[list[_Long], Field(max_length=50)] = []
    model: ExportedModel = ExportedModel()
    timings_ms: dict[str, Annotated[float, Field(ge=0, le=1e9)]] = {}
    energy_wh: Annotated[float, Field(ge=0, le=1e6)] = 0.0
    standalone: Annotated[str, Field(max_length=20_000)] | None = None
    outside: _Name | None = None
    asked_at: datetime | None = None


class ExportBody(BaseModel):
    """Answers to put in one file, oldest first, and the language of its own words (default: the settings')."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "language": "fr",
                    "answers": [
                        {
                            "question": "Combien d'axes la plateforme compte-t-elle?",
                            "status": "answered",
                            "sentences": [{"text": "La plateforme compte six axes.", "citations": [1]}],
                            "citations": [
                                {
                                    "marker": 1,
                                    "document_id": "0123456789abcdef",
                                    "title": "La plateforme",
                                    "start": 120,
                                    "end": 148,
                                    "quote": "La plateforme a six axes.",
                                }
                            ],
                        }
                    ],
                }
            ]
        },
    )

    answers: Annotated[list[ExportedAnswer], Field(min_length=1, max_length=MAX_ANSWERS)]
    language: Language | None = None
