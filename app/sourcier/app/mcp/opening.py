"""A quote opened in what surrounds it, for a program that wants to read on."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sourcier.core.errors import UsageError
from sourcier.core.types import Document

__all__ = ["OpenBody", "OpenedPassage", "opened"]

_Offset = Annotated[int, Field(ge=0, description="Unicode code points of the document's canonical text")]


class OpenBody(BaseModel):
    """A place in a document, as a citation or a search gives it, and how many characters to show on each side."""

    model_config = ConfigDict(extra="forbid")

    document_id: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    start: _Offset
    end: _Offset
    around: Annotated[int, Field(ge=0, le=5_000)] = 600


class OpenedPassage(BaseModel):
    """The exact text of that place, what comes before and after it, and the document it is in."""

    model_config = ConfigDict(extra="forbid")

    document_id: str
    path: str
    title: str
    publisher: str | None
    date: str | None
    url: str | None
    start: _Offset
    end: _Offset
    quote: str
    before: str
    after: str


def opened(document: Document, body: OpenBody) -> OpenedPassage:
    """The passage; ``before + quote + after`` is a stretch of the canonical text.

    Raises:
        UsageError: the document has no such place.
    """
    if not body.start < body.end <= len(document.text):
        raise UsageError("api.no_place", start=body.start, end=body.end, characters=len(document.text))
    metadata = document.metadata
    return OpenedPassage(
        document_id=document.document_id,
        path=document.path,
        title=metadata.title,
        publisher=metadata.publisher,
        date=metadata.date,
        url=metadata.url,
        start=body.start,
        end=body.end,
        quote=document.text[body.start : body.end],
        before=document.text[max(0, body.start - body.around) : body.start],
        after=document.text[body.end : body.end + body.around],
    )
