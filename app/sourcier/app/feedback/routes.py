"""The addresses of opinions: give one, read or erase one's own by its code. They are there where the settings ask for opinions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Annotated, Literal

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from sourcier.app.feedback.opinion import Cited, Opinion
from sourcier.app.feedback.store import Opinions
from sourcier.app.replying import replying

__all__ = ["CodeBody", "ErasedReply", "OpinionsReply", "ReceiptReply", "add_feedback", "expiring"]

_log = logging.getLogger(__name__)

#: How often what is too old is looked for while nobody gives an opinion.
_EVERY_S = 3600.0


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CodeBody(_Shape):
    """The code given with an opinion."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "ABCD-EFGH-IJKL-MNOP"}]})

    code: Annotated[str, Field(min_length=1, max_length=60)]


class ReceiptReply(_Shape):
    """The code that reads and erases the opinion; it is told once."""

    code: str


class OpinionReply(_Shape):
    """An opinion as it is kept."""

    question: str
    verdict: Annotated[str, Field(description="right, wrong, incomplete or should_answer")]
    consent: Literal[True]
    reviewed: bool
    answer: str
    reason: Annotated[str, Field(description="The kind that was chosen; empty where the answer helps")]
    citations: list[Cited]
    date: Annotated[str, Field(description="The day, ISO 8601")]
    status: str
    comment: str


class OpinionsReply(_Shape):
    """What the code opens."""

    opinions: list[OpinionReply]


class ErasedReply(_Shape):
    """How many opinions went: one, or none."""

    erased: int


def expiring(opinions: Opinions) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What runs beside the service, opinions being asked for or not: the erasing in time."""

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(_expire(opinions))
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return running


def add_feedback(part: APIRouter, opinions: Opinions) -> None:
    """``/feedback``, ``/feedback/read`` and ``/feedback/erase``, below the part's own prefix."""

    @part.post(
        "/feedback", **replying(ReceiptReply, "feedback", "Give an opinion of an answer, to be kept for some days")
    )
    def give(opinion: Opinion) -> JSONResponse:
        return JSONResponse({"code": opinions.add(opinion)})

    @part.post(
        "/feedback/read", **replying(OpinionsReply, "feedback_read", "What a code opens: one's own opinion, or nothing")
    )
    def read(body: CodeBody) -> JSONResponse:
        found = opinions.of(body.code)
        return JSONResponse({"opinions": [{k: v for k, v in line.items() if k != "receipt"} for line in found]})

    @part.post("/feedback/erase", **replying(ErasedReply, "feedback_erase", "Erase one's own opinion"))
    def erase(body: CodeBody) -> JSONResponse:
        return JSONResponse({"erased": opinions.erase(body.code)})


async def _expire(opinions: Opinions) -> None:
    while True:
        try:
            await asyncio.to_thread(opinions.expire)
        except OSError as error:
            _log.warning("opinions that are too old could not be erased: %s", type(error).__name__)
        await asyncio.sleep(_EVERY_S)
