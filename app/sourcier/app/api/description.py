"""The OpenAPI description of the interface, which its tests hold it to."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from sourcier.app.api.examples import ANSWER

__all__ = ["describe"]

_ABOUT = """Answers from an organisation's own documents: every sentence is tied to an exact quote and verified, and what \
the documents do not say is not answered. Questions travel in bodies only; nothing of them is kept.

Offsets are Unicode code points of a document's canonical text; times are milliseconds; energy is in watt-hours."""


def describe(routes: APIRouter) -> dict[str, Any]:
    """The description of every route that is part of it (OpenAPI 3.1)."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(routes)
    described = get_openapi(title="Sourcier", version=version("sourcier"), description=_ABOUT, routes=app.routes)
    schemas = described["components"]["schemas"]
    if "AnswerReply" in schemas:
        # The framework leaves every null out, and would show an answer that its own schema refuses.
        schemas["AnswerReply"]["examples"] = [ANSWER]
    return described
