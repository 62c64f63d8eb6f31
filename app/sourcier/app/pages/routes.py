"""The addresses of these pages, each with and without its language before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Protocol

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from sourcier.app.pages.facts import Facts, Indexed, gather
from sourcier.app.pages.rendering import STYLES, render
from sourcier.core.errors import SourcierError
from sourcier.core.messages import LANGUAGES, Language
from sourcier.core.settings import Settings
from sourcier.core.types import ModelInfo

__all__ = ["pages"]

#: What people should know before they rely on an answer, the most useful first.
LIMITS = (
    "limit_silence", "limit_verifier", "limit_dates", "limit_advice", "limit_model", "limit_files", "limit_language", "limit_sample",
)  # fmt: skip


class Searching(Indexed, Protocol):
    """What the pages need of an index."""


def pages(assistant: object, searcher: Searching, settings: Settings) -> APIRouter:
    """The routes of every page.

    Args:
        assistant: says which model words the answers, where it has ``model_info``.
    """
    routes = APIRouter()

    def facts() -> Facts:
        model = getattr(assistant, "model_info", None)
        return gather(settings, searcher, model if isinstance(model, ModelInfo) else ModelInfo("none", ""))

    def transparency(language: Language) -> Response:
        now = datetime.now(UTC).isoformat(timespec="minutes")
        return render(
            "facts.html", settings, language,
            section="transparency", here="/transparence", facts=facts(), now=now, limits=LIMITS,
        )  # fmt: skip

    @routes.get("/api/transparency")
    def as_json() -> JSONResponse:
        return JSONResponse(asdict(facts()))

    _in_each_language(routes, settings, "/transparence", transparency)
    for name, media_type in STYLES.items():
        routes.add_api_route(f"/page/{name}", _file(name, media_type), methods=["GET"])
    return routes


def _in_each_language(routes: APIRouter, settings: Settings, path: str, page: Callable[[Language], Response]) -> None:
    def bound(language: Language) -> Callable[[], Response]:
        return lambda: _or_refusal(settings, language, lambda: page(language))

    routes.add_api_route(path, bound(settings.language), methods=["GET"])
    for language in LANGUAGES:
        routes.add_api_route(f"/{language}{path}", bound(language), methods=["GET"])


def _or_refusal(settings: Settings, language: Language, page: Callable[[], Response]) -> Response:
    """The page, or the sentence that says why there is none, as a page too."""
    try:
        return page()
    except SourcierError as error:
        status = 404 if error.key == "store.document_unknown" else 503
        said = error.in_language(language)
        return render("refused.html", settings, language, status, section="", here="", said=said)


def _file(name: str, media_type: str) -> Callable[[], Any]:
    content = (files(__package__) / name).read_bytes()
    return lambda: Response(content, media_type=media_type)
