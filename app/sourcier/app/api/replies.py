"""What the interface answers, field by field: the description that other programs rely on.

Answers are made by :mod:`sourcier.app.shapes`; these models describe them in OpenAPI, check those of the tests, and are the
structured results of the MCP tools.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sourcier.app.api.examples import ANSWER, ERROR
from sourcier.core.types import Status, Style

__all__ = [
    "AnswerReply",
    "ContactReply",
    "DocumentReply",
    "DocumentsReply",
    "ErrorReply",
    "HealthReply",
    "PassageReply",
    "SearchReply",
    "StreamEvent",
]

_Offset = Annotated[int, Field(ge=0, description="Unicode code points of the document's canonical text")]
_Probability = Annotated[float, Field(ge=0, le=1)]
_Milliseconds = Annotated[dict[str, float], Field(description="Milliseconds by stage")]
_Validity = Literal["in_force", "expired", "future", "unknown"]


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ErrorReply(_Reply):
    """What went wrong and what to do, in one sentence, in the language of the settings."""

    model_config = ConfigDict(json_schema_extra={"examples": [ERROR]})

    error: str


class ModelReply(_Reply):
    """Who wrote."""

    provider: Annotated[str, Field(description="ollama, embedded or none")]
    name: str
    digest: str


class SentenceReply(_Reply):
    """A verified sentence: the markers of its citations, and the probability that they support it."""

    text: str
    citations: list[int]
    support: _Probability


class NearReply(_Reply):
    """An exact quote and its place: quote is canonical_text[start:end]."""

    document_id: str
    path: str
    title: str
    start: _Offset
    end: _Offset
    quote: str
    page: Annotated[int | None, Field(description="Physical page, from 1")]
    section: str | None
    publisher: str | None
    date: Annotated[str | None, Field(description="ISO 8601, as precise as known")]
    reports: Annotated[str | None, Field(description="The original that a sheet's paragraph reports")]
    clause: str | None
    page_label: Annotated[str | None, Field(description="What is printed on the page")]
    valid_from: str | None
    valid_until: str | None
    validity: _Validity


class CitationReply(NearReply):
    """The proof of a sentence; marker is the number shown in the answer as [1]."""

    marker: Annotated[int, Field(ge=1)]


class RemovedReply(_Reply):
    """A sentence that the model wrote and the verifier refused."""

    text: str
    reason: str
    support: float
    explanation: str


class RetrievedReply(_Reply):
    """A passage that was read, by its place."""

    document_id: str
    path: str
    start: _Offset
    end: _Offset
    score: float


class ContactReply(_Reply):
    """A person or a desk of the settings; what is not said is empty."""

    name: str
    role: str
    region: str
    subjects: list[str]
    phone: str
    email: str
    hours: str
    url: str


class AnswerReply(_Reply):
    """A whole answer. Sentences without a citation are never given as facts."""

    model_config = ConfigDict(json_schema_extra={"examples": [ANSWER]})

    id: str | None
    question: str
    status: Annotated[
        Status,
        Field(description="answered: written by the model and verified; quoted: exact quotes; abstained: neither"),
    ]
    answer: Annotated[str, Field(description="One text, with markers like [1]")]
    sentences: list[SentenceReply]
    citations: list[CitationReply]
    removed: list[RemovedReply]
    retrieved: list[RetrievedReply]
    model: ModelReply
    timings_ms: _Milliseconds
    usage: dict[str, int]
    energy_wh: Annotated[float, Field(ge=0)]
    notices: list[str]
    standalone: Annotated[str | None, Field(description="How a follow-up was understood")]
    style: Style
    nearest: Annotated[list[NearReply], Field(description="Close to the question, and no proof of anything")]
    outside: str | None
    contacts: Annotated[
        list[ContactReply], Field(description="Whom to turn to where nothing is answered, three at most")
    ]
    answerable: float | None
    cached: bool


class PassageReply(_Reply):
    """A passage that a search found."""

    rank: Annotated[int, Field(ge=1)]
    score: float
    document_id: str
    path: str
    title: str
    page: int | None
    page_label: str | None
    section: str | None
    clause: str | None
    publisher: str | None
    date: str | None
    valid_from: str | None
    valid_until: str | None
    validity: _Validity
    start: _Offset
    end: _Offset
    text: str


class CorrectionReply(_Reply):
    """A word as typed, and as it was read."""

    typed: str
    read: str


class ExpansionReply(_Reply):
    """A term, and what else was searched for."""

    term: str
    meaning: str


class ReadAsReply(_Reply):
    """How a query was read."""

    corrections: list[CorrectionReply]
    expansions: list[ExpansionReply]


class SearchReply(_Reply):
    """Ranked passages, without any language model."""

    query: str
    results: list[PassageReply]
    read_as: ReadAsReply
    index: str
    timings_ms: _Milliseconds


class _Described(_Reply):
    document_id: str
    path: str
    title: str
    publisher: str | None
    date: str | None
    language: str | None
    kind: str | None
    audience: str | None
    valid_from: str | None
    valid_until: str | None
    validity: _Validity


class DocumentRowReply(_Described):
    """A document of the index."""

    collections: list[str]
    passages: int
    characters: int


class DocumentsReply(_Reply):
    """All that is indexed, and the values that the conditions of a search can take."""

    documents: list[DocumentRowReply]
    values: Annotated[dict[str, dict[str, int]], Field(description="By condition: each value, and how many documents")]


class DocumentReply(_Described):
    """A document with its canonical text."""

    authors: list[str]
    url: str | None
    text: str


class ProblemReply(_Reply):
    """Something that is not as it should be."""

    key: str
    text: str


class HealthReply(_Reply):
    """degraded: questions are answered all the same, but not as well as they could be."""

    status: Literal["ok", "degraded"]
    version: str
    model: ModelReply
    problems: list[ProblemReply]
    activity: Annotated[dict[str, str | float | None] | None, Field(description="Documents being brought up to date")]


class WaitingEvent(_Reply):
    """How many are answered first."""

    event: Literal["waiting"]
    ahead: int


class UnderstoodEvent(_Reply):
    """How a follow-up was understood."""

    event: Literal["understood"]
    standalone: str


class FoundEvent(_Reply):
    """The passages, before anything is written."""

    event: Literal["found"]
    results: list[PassageReply]


class DraftingEvent(_Reply):
    """A model begins to write."""

    event: Literal["drafting"]
    model: ModelReply


class SentenceEvent(_Reply):
    """A verified sentence, and those of its citations that are new."""

    event: Literal["sentence"]
    sentence: SentenceReply
    citations: list[CitationReply]


class RemovedEvent(_Reply):
    """A sentence was refused."""

    event: Literal["removed"]
    removed: RemovedReply


class FinishedEvent(_Reply):
    """The whole answer, always last."""

    event: Literal["finished"]
    answer: AnswerReply


class ErrorEvent(_Reply):
    """The answer stopped; always last."""

    event: Literal["error"]
    error: str


StreamEvent = Annotated[
    WaitingEvent
    | UnderstoodEvent
    | FoundEvent
    | DraftingEvent
    | SentenceEvent
    | RemovedEvent
    | FinishedEvent
    | ErrorEvent,
    Field(discriminator="event"),
]
