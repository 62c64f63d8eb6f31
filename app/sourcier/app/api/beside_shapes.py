"""What is sent to the addresses beside an answer, and what they reply, field by field, for the description."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sourcier.app.api.reading import MOST_CHARACTERS, Finding
from sourcier.app.api.replies import ContactReply
from sourcier.app.relay.urgency import Subject

__all__ = [
    "ReadingBody",
    "ReadingReply",
    "RelayBody",
    "RelayReply",
    "SuggestionsBody",
    "SuggestionsReply",
    "TransparencyReply",
]

#: Questions of a conversation and quotes of an answer that suggestions look at.
_MOST_QUESTIONS, _MOST_QUOTES = 20, 200
_Question = Annotated[str, Field(min_length=1, max_length=20_000)]
_Place = Annotated[int, Field(ge=0, le=10**12, strict=True, description="Unicode code points of the canonical text")]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReadingBody(_Shape):
    """A question, and what the member wrote of its passages; empty to be given the passages."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "Qui est consulté?"},
                {"question": "Qui est consulté?", "reading": "Les syndicats le sont avant tout achat."},
            ]
        }
    )

    question: _Question
    reading: Annotated[str, Field(max_length=MOST_CHARACTERS)] = ""


class ShownReply(_Shape):
    """An exact stretch of a source, and where it stands, in words."""

    title: str
    place: str
    text: str


class JudgedReply(_Shape):
    """A sentence of hers; quotes carry it, differ from it, or are nearest to it; why says what to check."""

    text: str
    finding: Finding
    quotes: list[ShownReply]
    why: str


class ReadingReply(_Shape):
    """The passages, where nothing was read yet; else each sentence of the reading. No mark and no score."""

    urgent: Annotated[bool, Field(description="Whether the question calls for a person first: see /relay")]
    passages: list[ShownReply]
    sentences: list[JudgedReply]


class PlaceBody(_Shape):
    """A quote of the last answer, by its place."""

    document_id: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    start: _Place
    end: _Place


class SuggestionsBody(_Shape):
    """The questions of a conversation, the last one last and as it was understood, and what its answer quotes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"asked": ["Qui est consulté?"]}]})

    asked: Annotated[list[_Question], Field(min_length=1, max_length=_MOST_QUESTIONS)]
    cited: Annotated[list[PlaceBody], Field(max_length=_MOST_QUOTES)] = []


class SuggestionsReply(_Shape):
    """Questions that the documents answer; none where there is nothing near, or somebody waits for an answer."""

    suggestions: list[str]


class RelayBody(_Shape):
    """A question; empty for everybody who can be reached."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"question": "Mon collègue me harcèle, que faire?"}, {}]})

    question: Annotated[str, Field(max_length=20_000)] = ""


class LineReply(_Shape):
    """A line to call at once; without subjects it is for all but deadlines."""

    name: str
    phone: str
    hours: str
    subjects: list[Subject]


class RelayReply(_Shape):
    """Who can be reached."""

    urgent: Annotated[list[Subject], Field(description="Subjects that call for a person first, the gravest first")]
    contacts: list[ContactReply]
    emergency: list[LineReply]


class CorpusReply(_Shape):
    """What can be found."""

    version: str
    made: Annotated[str | None, Field(description="When the index was made, ISO 8601, UTC")]
    documents: int
    passages: int
    publishers: Annotated[dict[str, int], Field(description="Documents by publisher, the most frequent first")]
    others: Annotated[int, Field(description="Documents of the publishers that are not named")]
    kinds: dict[str, int]
    validity: dict[str, int]
    first: str | None
    last: str | None


class PartReply(_Shape):
    """A model in use."""

    role: Annotated[str, Field(description="embedding, writer or verifier")]
    provider: str
    name: str
    digest: str
    size: Annotated[int | None, Field(description="Bytes")]
    licence: str


class KeptReply(_Shape):
    """How long something is kept: 0 minutes is not at all, null until it is removed."""

    what: str
    minutes: int | None
    entries: int | None
    days: int | None


class MeasuredReply(_Shape):
    """A measure, and its interval of 95 %."""

    name: str
    unit: Literal["share", "watt_hours"]
    value: float
    n: int
    low: float | None
    high: float | None


class ScoresReply(_Shape):
    """The measures of one run."""

    dataset: str
    engine: str
    provider: str
    models: list[str]
    at: Annotated[str, Field(description="The day it was accepted, or run, ISO 8601")]
    accepted: bool
    measures: list[MeasuredReply]


class FiguresReply(_Shape):
    """What was measured, where the settings point."""

    configured: bool
    runs: list[ScoresReply]
    unreadable: list[str]
    delivered: Annotated[bool, Field(description="Those of the program's own sheets, for want of the organisation's")]


class TransparencyReply(_Shape):
    """What the system is made of, looked up when it is asked for."""

    organisation: str
    contact: str
    complaint: str
    version: str
    licence: str
    source: str
    corpus: CorpusReply
    models: list[PartReply]
    provider: Annotated[str, Field(description="Who words answers now")]
    provider_asked: Annotated[str, Field(description="The setting")]
    leaves: Annotated[list[str], Field(description="Machines that questions and extracts may be sent to; empty: none")]
    kept: list[KeptReply]
    watts: float
    support: float
    answerable: float
    figures: FiguresReply
    problems: list[str]
