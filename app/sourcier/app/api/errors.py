"""Every error of the interface as one sentence of JSON, with the status that tells a program whose mistake it is."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from sourcier.app.api.replies import ErrorReply
from sourcier.app.turnstile import BusyError
from sourcier.core.errors import (
    EmptyIndexError,
    MissingExtraError,
    ModelError,
    QuestionError,
    SourcierError,
    StoreError,
    UsageError,
)
from sourcier.core.messages import Language, message

__all__ = ["RESPONSES", "UNKNOWN", "answer_errors_in_json"]

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
    (MissingExtraError, 501),
)
#: What every address may answer, for the description.
RESPONSES: dict[int | str, dict[str, Any]] = {
    413: {"content": {"text/plain": {}}, "description": "More than a million bytes were sent"},
    422: {"model": ErrorReply, "description": "What was sent cannot be used, and why"},
    500: {"model": ErrorReply, "description": "A mistake of ours, met while answering"},
    503: {"model": ErrorReply, "description": "Too many are waiting, nothing is indexed yet, or no model can be used"},
}

#: What an address with a part that varies may answer besides: the guard lets no other part pass, and says nothing of it.
UNKNOWN: dict[str, Any] = {
    "model": ErrorReply,
    "content": {"text/plain": {}},
    "description": "There is nothing of that name",
}


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
        if error.status_code == HTTPStatus.BAD_REQUEST:
            # The framework's own words, in English, for bytes that are no text.
            return _error(message("ui.bad_request", language, detail="UTF-8"), 422)
        return _error(str(error.detail), error.status_code, dict(error.headers or {}))


def _error(sentence: str, status: int, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status, headers=headers)
