"""An answer as it comes, or whole; either way nothing goes on for a client that has left."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import aclosing
from typing import Any

from anyio import CancelScope
from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sourcier.app.answering.events import Event, Finished
from sourcier.app.shapes import event_to_json
from sourcier.app.turnstile import Waiting
from sourcier.core.errors import SourcierError
from sourcier.core.messages import Language
from sourcier.core.types import Answer

__all__ = ["NDJSON", "Step", "Stream", "last", "unless_left"]

Step = Event | Waiting

NDJSON = "application/x-ndjson"


class Stream(StreamingResponse):
    """An answer as it comes, one JSON value a line; it stops, and leaves the line, when the client goes."""

    def __init__(self, first: Step, steps: AsyncGenerator[Step, None], language: Language) -> None:
        self._steps = steps
        super().__init__(_lines(first, steps, language), media_type=NDJSON)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send every line, and stop the answer in every case."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                await self._steps.aclose()


async def last(steps: AsyncGenerator[Step, None]) -> Answer:
    """The answer that the steps end with."""
    async with aclosing(steps):
        async for step in steps:
            if isinstance(step, Finished):
                return step.answer
    raise AssertionError("a stream always finishes")


async def unless_left(request: Request, answering: Coroutine[Any, Any, Answer]) -> Answer | None:
    """The answer; None, and nothing more is done for it, if the client leaves first."""
    answer = asyncio.ensure_future(answering)
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({answer, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return answer.result() if answer.done() else None
    finally:
        answer.cancel()
        leaving.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _lines(first: Step, steps: AsyncIterator[Step], language: Language) -> AsyncIterator[str]:
    yield _line(first)
    try:
        async for step in steps:
            yield _line(step)
    except SourcierError as error:
        yield _json_line({"event": "error", "error": error.in_language(language)})


def _line(step: Step) -> str:
    return _json_line({"event": "waiting", "ahead": step.ahead} if isinstance(step, Waiting) else event_to_json(step))


def _json_line(shape: dict[str, Any]) -> str:
    return json.dumps(shape, ensure_ascii=False) + "\n"
