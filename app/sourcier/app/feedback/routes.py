"""The addresses of opinions: give one, read or erase one's own by its code. Without ``feedback.enabled`` they do not exist."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Annotated

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from sourcier.app.feedback.opinion import Opinion
from sourcier.app.feedback.store import Opinions
from sourcier.core.settings import Settings

__all__ = ["feedback_routes"]

_log = logging.getLogger(__name__)

#: How often what is too old is looked for while nobody gives an opinion.
_EVERY_S = 3600.0


class CodeBody(BaseModel):
    """The code given with an opinion."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(min_length=1, max_length=60)]


def feedback_routes(settings: Settings) -> APIRouter:
    """``POST /api/feedback``, ``/api/feedback/read``, ``/api/feedback/erase``; and, enabled or not, the erasing in time."""
    opinions = Opinions(settings)

    @asynccontextmanager
    async def expiring(_: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(_expire(opinions))
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    routes = APIRouter(include_in_schema=False, lifespan=expiring)
    if not settings.feedback.enabled:
        return routes

    @routes.post("/api/feedback", response_class=JSONResponse)
    def give(opinion: Opinion) -> JSONResponse:
        return JSONResponse({"code": opinions.add(opinion)})

    @routes.post("/api/feedback/read", response_class=JSONResponse)
    def read(body: CodeBody) -> JSONResponse:
        found = opinions.of(body.code)
        return JSONResponse({"opinions": [{k: v for k, v in line.items() if k != "receipt"} for line in found]})

    @routes.post("/api/feedback/erase", response_class=JSONResponse)
    def erase(body: CodeBody) -> JSONResponse:
        return JSONResponse({"erased": opinions.erase(body.code)})

    return routes


async def _expire(opinions: Opinions) -> None:
    while True:
        try:
            await asyncio.to_thread(opinions.expire)
        except OSError as error:
            _log.warning("opinions that are too old could not be erased: %s", type(error).__name__)
        await asyncio.sleep(_EVERY_S)
