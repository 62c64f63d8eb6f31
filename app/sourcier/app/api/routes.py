"""The addresses of the interface, under ``/api/v1`` and, as before it had versions, ``/api``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.metadata import version
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from sourcier.app.activity import activity_to_json
from sourcier.app.answering.events import Answering
from sourcier.app.api.beside import add_reading, add_relay, add_suggestions, add_transparency
from sourcier.app.api.bodies import AskBody, SearchBody
from sourcier.app.api.description import describe
from sourcier.app.api.errors import RESPONSES, UNKNOWN
from sourcier.app.api.parts import Described, DocumentsAndSearch, SelfChecking
from sourcier.app.api.reading import Reader
from sourcier.app.api.replies import (
    AnswerReply,
    DocumentReply,
    DocumentsReply,
    ErrorReply,
    HealthReply,
    SearchReply,
    StreamEvent,
)
from sourcier.app.api.streaming import NDJSON, Stream, last, unless_left
from sourcier.app.exports import MEDIA_TYPES, Format, export
from sourcier.app.exports.body import ExportBody
from sourcier.app.feedback.routes import add_feedback, expiring
from sourcier.app.feedback.store import Opinions
from sourcier.app.metrics import CONTENT_TYPE, Metrics
from sourcier.app.relay.hearing import Hearing
from sourcier.app.replying import replying
from sourcier.app.shapes import answer_to_json, document_to_json, documents_to_json, search_to_json
from sourcier.app.turnstile import Turnstile
from sourcier.app.ui.pump import pumped
from sourcier.core.messages import message
from sourcier.core.settings import Settings
from sourcier.core.types import ModelInfo
from sourcier.index.filtering import known_values

__all__ = ["PREFIX", "router"]

#: The addresses that are described, and kept as they are.
PREFIX = "/api/v1"
#: The same ones, as they were before.
_BEFORE = "/api"

#: The status of an answer that nobody reads any more, as proxies write it in their logs.
_LEFT = 499


def router(
    assistant: Answering,
    searcher: DocumentsAndSearch,
    turnstile: Turnstile,
    settings: Settings,
    metrics: Metrics | None = None,
) -> APIRouter:
    """The routes. Errors are raised: :func:`answer_errors_in_json` gives them their shape.

    Args:
        metrics: what ``/metrics`` shows; without it there is no such address.
    """
    opinions = Opinions(settings)
    routes = APIRouter(responses=RESPONSES, lifespan=expiring(opinions))
    reader = Reader(searcher, settings)
    hearing = Hearing(getattr(searcher, "embedder", None))
    health = _health(assistant, searcher, settings)
    parts: list[APIRouter] = []
    for prefix in (PREFIX, _BEFORE):
        part = APIRouter(prefix=prefix, include_in_schema=prefix == PREFIX)
        if settings.api.enabled:
            _answers(part, assistant, turnstile, settings)
            _documents(part, searcher, settings)
        if settings.api.enabled and prefix == PREFIX:
            add_suggestions(part, assistant, turnstile)
            add_relay(part, settings, hearing)
        # The page needs these, whatever is offered to other programs.
        add_reading(part, reader, hearing)
        if settings.feedback.enabled:
            add_feedback(part, opinions)
        add_transparency(part, assistant, searcher, settings)
        _exports(part, searcher, settings)
        routes.include_router(part)
        parts.append(part)
    routes.add_api_route(
        f"{_BEFORE}/health", health, methods=["GET"], include_in_schema=False, response_class=JSONResponse
    )
    routes.add_api_route(
        "/healthz",
        health,
        methods=["GET"],
        **replying(HealthReply, "health", "Whether questions can be answered, and how well"),
    )
    if settings.api.metrics and metrics is not None:
        routes.add_api_route(
            "/metrics",
            lambda: Response(metrics.text(), media_type=CONTENT_TYPE),
            methods=["GET"],
            include_in_schema=False,
        )
    described: dict[str, Any] = {}

    @routes.get(f"{PREFIX}/openapi.json", include_in_schema=False)
    def openapi() -> JSONResponse:
        if not described:
            described.update(describe(routes))
        return JSONResponse(described)

    _what_is_left(routes, [route for part in (*parts, routes) for route in part.routes], settings)
    return routes


def _answers(part: APIRouter, assistant: Answering, turnstile: Turnstile, settings: Settings) -> None:
    @part.post("/ask", **replying(AnswerReply, "ask", "A verified, cited answer, or an abstention"))
    async def ask(body: AskBody, request: Request) -> Response:
        steps = pumped(turnstile.answer(assistant, body.question, body.only(), body.manner()))
        answer = await unless_left(request, last(steps))
        return Response(status_code=_LEFT) if answer is None else JSONResponse(answer_to_json(answer))

    @part.post(
        "/ask/stream",
        responses={200: {"content": {NDJSON: {}}, "model": StreamEvent, "description": "One event a line"}},
        response_class=StreamingResponse,
        operation_id="ask_stream",
        summary="The same, as it comes: one JSON event a line",
    )
    async def ask_stream(body: AskBody) -> StreamingResponse:
        steps = pumped(turnstile.answer(assistant, body.question, body.only(), body.manner()))
        # The first step is taken before the status is sent, so that a refused question is refused.
        first = await anext(steps)
        return Stream(first, steps, settings.language)


def _documents(part: APIRouter, searcher: DocumentsAndSearch, settings: Settings) -> None:
    @part.post("/search", **replying(SearchReply, "search", "Ranked passages, without any language model"))
    def search(body: SearchBody) -> JSONResponse:
        result = searcher.search(body.query, body.k or settings.search.k, body.only())
        found = search_to_json(
            body.query, result.hits, result.timings_ms, result.version, result.corrections, result.expansions
        )
        return JSONResponse(found)

    @part.get(
        "/documents",
        **replying(
            DocumentsReply, "documents", "What is indexed, and the values that the conditions of a search can take"
        ),
    )
    def documents() -> JSONResponse:
        rows = list(searcher.documents())
        return JSONResponse({"documents": documents_to_json(rows), "values": known_values(rows)})

    @part.get(
        "/documents/{document_id}",
        **replying(
            DocumentReply, "document", "A document and its canonical text, that citations point into", {404: UNKNOWN}
        ),
    )
    def document(document_id: Annotated[str, Path(pattern="^[0-9a-f]{16}$")]) -> JSONResponse:
        return JSONResponse(document_to_json(searcher.document(document_id)))


def _exports(part: APIRouter, searcher: DocumentsAndSearch, settings: Settings) -> None:
    # A file takes memory to compose: one at a time, whoever asks, and those who wait hold no thread.
    one_at_a_time = CapacityLimiter(1)

    @part.post(
        "/export/{format}",
        responses={
            200: {
                "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()},
                "description": "The file; every quote was compared again with the documents",
            },
            404: UNKNOWN,
            501: {"model": ErrorReply, "description": "The package that writes this format is not installed"},
        },
        response_class=Response,
        operation_id="export",
        summary="Answers as a file, with their sources; nothing of it is kept",
    )
    async def export_answers(wanted: Annotated[Format, Path(alias="format")], body: ExportBody) -> Response:
        language = body.language or settings.language
        made = datetime.now().astimezone()
        organisation = settings.organisation.name
        file = await to_thread.run_sync(
            export, body.answers, wanted, searcher.document, language, organisation, made, limiter=one_at_a_time
        )
        disposition = f'attachment; filename="{file.name}"'
        return Response(file.content, media_type=file.media_type, headers={"content-disposition": disposition})


def _health(assistant: Answering, searcher: DocumentsAndSearch, settings: Settings) -> Callable[[], JSONResponse]:
    def health() -> JSONResponse:
        provider = settings.model.provider
        model = assistant.model_info if isinstance(assistant, Described) else ModelInfo(provider, "")
        found = searcher.health() if isinstance(searcher, SelfChecking) else []
        return JSONResponse(
            {
                "status": "degraded" if found else "ok",
                "version": version("sourcier"),
                "model": {"provider": model.provider, "name": model.name, "digest": model.digest},
                "problems": [{"key": key, "text": message(key, settings.language)} for key in found],
                "activity": activity_to_json(settings.home, settings.language),
            }
        )

    return health


def _what_is_left(routes: APIRouter, added: Sequence[BaseRoute], settings: Settings) -> None:
    """Answer ourselves what is asked for in the wrong way: the page is mounted at the root, and would in its own shape."""
    known = [route for route in added if isinstance(route, APIRoute)]

    def elsewhere(request: Request) -> JSONResponse:
        path = request.url.path
        methods = {method for route in known if route.path_regex.match(path) for method in route.methods or ()}
        if not methods:
            raise HTTPException(404, message("api.no_address", settings.language, path=path))
        asked = message("ui.wrong_method", settings.language, method=request.method, path=path)
        raise HTTPException(405, asked, {"allow": ", ".join(sorted(methods))})

    for address in (_BEFORE + "/{address:path}", "/healthz", "/metrics"):
        routes.add_api_route(address, elsewhere, methods=["GET", "HEAD", "POST"], include_in_schema=False)
