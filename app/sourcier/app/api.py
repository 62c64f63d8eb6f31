"""The HTTP interface under ``/api``: the same answers as the page, as JSON. Questions travel in bodies only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterable, Mapping
from contextlib import aclosing
from importlib.metadata import version
from typing import Annotated, Any, Protocol, runtime_checkable

from anyio import CancelScope
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from sourcier.app.activity import activity_to_json
from sourcier.app.answering.events import Answering, Event, Finished
from sourcier.app.answering.manner import MAX_TURNS, Exchange, Manner
from sourcier.app.filters import DAYS, filter_of
from sourcier.app.shapes import answer_to_json, document_to_json, documents_to_json, event_to_json, search_to_json
from sourcier.app.turnstile import BusyError, Turnstile, Waiting
from sourcier.app.ui.pump import pumped
from sourcier.core.errors import (
    EmptyIndexError,
    ModelError,
    QuestionError,
    SourcierError,
    StoreError,
    UsageError,
)
from sourcier.core.filters import CONDITIONS, Filter
from sourcier.core.messages import Language, message
from sourcier.core.settings import Settings
from sourcier.core.types import Answer, Document, Hit, ModelInfo, Style
from sourcier.index.filtering import known_values
from sourcier.index.records import DocumentRow

__all__ = ["Described", "DocumentsAndSearch", "SelfChecking", "answer_errors_in_json", "router"]

_Step = Event | Waiting

#: The status of an answer that nobody reads any more, as proxies write it in their logs.
_LEFT = 499
#: The one error of the store that is about the request.
_UNKNOWN = "store.document_unknown"
#: What each kind of error is to a program that calls; the first that fits.
_STATUSES: tuple[tuple[type[SourcierError], int], ...] = (
    (QuestionError, 422),
    (UsageError, 422),
    (BusyError, 503),
    (EmptyIndexError, 503),
    (StoreError, 503),
    (ModelError, 503),
)


class SearchResult(Protocol):
    """Ranked passages, milliseconds by stage, the index that all of them come from, and how the question was read."""

    @property
    def hits(self) -> tuple[Hit, ...]: ...

    @property
    def timings_ms(self) -> Mapping[str, float]: ...

    @property
    def version(self) -> str: ...

    @property
    def corrections(self) -> tuple[tuple[str, str], ...]: ...

    @property
    def expansions(self) -> tuple[tuple[str, str], ...]: ...


class DocumentsAndSearch(Protocol):
    """What the interface needs of an index."""

    def search(self, query: str, k: int, only: Filter | None = None) -> SearchResult:
        """The ``k`` best passages, among the documents that ``only`` allows."""
        ...

    def document(self, document_id: str, /) -> Document:
        """A document with its canonical text; ``StoreError`` where there is none."""
        ...

    def documents(self) -> Iterable[DocumentRow]:
        """All that is indexed."""
        ...


@runtime_checkable
class Described(Protocol):
    """An assistant that says which model it uses."""

    @property
    def model_info(self) -> ModelInfo: ...  # noqa: D102


@runtime_checkable
class SelfChecking(Protocol):
    """An index that says what is wrong with it."""

    def health(self) -> list[str]:
        """Catalogue keys of what is not as it should be."""
        ...


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Filtered(_Body):
    """Which documents may be found: each condition a text or several, days as texts; see :func:`filter_of`."""

    publisher: str | list[str] | None = None
    kind: str | list[str] | None = None
    language: str | list[str] | None = None
    collection: str | list[str] | None = None
    audience: str | list[str] | None = None
    since: str | int | None = None
    until: str | int | None = None
    in_force: str | None = None

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
    """A question, the documents that may answer it, and how: in what style, by quotes alone, after what."""

    question: str
    style: Style = "normal"
    quotes_only: Annotated[bool, Field(strict=True)] = False
    history: Annotated[list[ExchangeBody], Field(max_length=MAX_TURNS)] = []

    def manner(self) -> Manner:
        """How the question is to be answered."""
        turns = tuple(Exchange(turn.question, turn.answer) for turn in self.history)
        return Manner(self.style, self.quotes_only, turns)


class SearchBody(_Filtered):
    """A query, how many passages to return (default: ``search.k``), and which documents may be found."""

    query: str
    k: Annotated[int, Field(ge=1, le=100)] | None = None


def router(assistant: Answering, searcher: DocumentsAndSearch, turnstile: Turnstile, settings: Settings) -> APIRouter:
    """The routes. Errors are raised: :func:`answer_errors_in_json` gives them their shape."""
    routes = APIRouter(prefix="/api")

    @routes.post("/ask")
    async def ask(body: AskBody, request: Request) -> Response:
        steps = pumped(turnstile.answer(assistant, body.question, body.only(), body.manner()))
        answer = await _unless_left(request, _last(steps))
        return Response(status_code=_LEFT) if answer is None else JSONResponse(answer_to_json(answer))

    @routes.post("/ask/stream")
    async def ask_stream(body: AskBody) -> StreamingResponse:
        steps = pumped(turnstile.answer(assistant, body.question, body.only(), body.manner()))
        # The first step is taken before the status is sent, so that a refused question is refused.
        first = await anext(steps)
        return _Stream(first, steps, settings.language)

    @routes.post("/search")
    def search(body: SearchBody) -> JSONResponse:
        result = searcher.search(body.query, body.k or settings.search.k, body.only())
        found = search_to_json(
            body.query, result.hits, result.timings_ms, result.version, result.corrections, result.expansions
        )
        return JSONResponse(found)

    @routes.get("/documents")
    def documents() -> JSONResponse:
        rows = list(searcher.documents())
        return JSONResponse({"documents": documents_to_json(rows), "values": known_values(rows)})

    @routes.get("/documents/{document_id}")
    def document(document_id: str) -> JSONResponse:
        return JSONResponse(document_to_json(searcher.document(document_id)))

    @routes.get("/health")
    def health() -> JSONResponse:
        provider = settings.model.provider
        model = assistant.model_info if isinstance(assistant, Described) else ModelInfo(provider, "")
        shape = {"provider": model.provider, "name": model.name, "digest": model.digest}
        found = searcher.health() if isinstance(searcher, SelfChecking) else []
        return JSONResponse(
            {
                "status": "degraded" if found else "ok",
                "version": version("sourcier"),
                "model": shape,
                "problems": [{"key": key, "text": message(key, settings.language)} for key in found],
                "activity": activity_to_json(settings.home, settings.language),
            }
        )

    # The page is mounted at the root and would answer in its own shape whatever is asked for in the wrong way.
    @routes.api_route("/{address:path}", methods=["GET", "POST"])
    def wrong_method(request: Request) -> JSONResponse:
        asked = message("ui.wrong_method", settings.language, method=request.method, path=request.url.path)
        raise HTTPException(405, asked)

    return routes


class _Stream(StreamingResponse):
    """An answer as it comes, one JSON value a line; it stops, and leaves the line, when the client goes."""

    def __init__(self, first: _Step, steps: AsyncGenerator[_Step, None], language: Language) -> None:
        self._steps = steps
        super().__init__(_lines(first, steps, language), media_type="application/x-ndjson")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send every line, and stop the answer in every case."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                await self._steps.aclose()


async def _last(steps: AsyncGenerator[_Step, None]) -> Answer:
    async with aclosing(steps):
        async for step in steps:
            if isinstance(step, Finished):
                return step.answer
    raise AssertionError("a stream always finishes")


async def _unless_left(request: Request, answering: Coroutine[Any, Any, Answer]) -> Answer | None:
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


def answer_errors_in_json(app: FastAPI, language: Language) -> None:
    """Make every error ``{"error": sentence}``, in the language of the settings."""

    @app.exception_handler(SourcierError)
    def on_purpose(_: Request, error: SourcierError) -> JSONResponse:
        status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
        status = 404 if error.key == _UNKNOWN else status
        return _error(error.in_language(language), status)

    @app.exception_handler(RequestValidationError)
    def unreadable(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        detail = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        return _error(message("ui.bad_request", language, detail=detail), 422)

    @app.exception_handler(HTTPException)
    def http(_: Request, error: HTTPException) -> JSONResponse:
        return _error(str(error.detail), error.status_code)


async def _lines(first: _Step, steps: AsyncIterator[_Step], language: Language) -> AsyncIterator[str]:
    yield _line(first)
    try:
        async for step in steps:
            yield _line(step)
    except SourcierError as error:
        yield _json_line({"event": "error", "error": error.in_language(language)})


def _line(step: _Step) -> str:
    return _json_line({"event": "waiting", "ahead": step.ahead} if isinstance(step, Waiting) else event_to_json(step))


def _json_line(shape: dict[str, Any]) -> str:
    return json.dumps(shape, ensure_ascii=False) + "\n"


def _error(sentence: str, status: int) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status)
