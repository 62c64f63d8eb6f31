"""The addresses of these pages, each with and without its language before it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from starlette.responses import Response

from sourcier.app.pages.browsing import Asked, form_of
from sourcier.app.pages.facts import Facts, gather
from sourcier.app.pages.looks import logo_of, looks
from sourcier.app.pages.rendering import STYLES, render
from sourcier.app.pages.views import Reading, document_page, documents_page, original_file, sheet_page, sheet_picture
from sourcier.core.errors import SourcierError, UnreadableFileError
from sourcier.core.messages import LANGUAGES, Language
from sourcier.core.settings import Settings
from sourcier.core.types import ModelInfo

__all__ = ["pages"]

#: What people should know before they rely on an answer, the most useful first.
LIMITS = (
    "limit_silence", "limit_verifier", "limit_dates", "limit_advice", "limit_model", "limit_files", "limit_language", "limit_sample",
)  # fmt: skip

#: Errors about what was asked for, not about the state of the index.
_ABSENT = ("store.document_unknown", "pages.original_gone", "pages.no_page")

Page = Callable[[Language, Request], Response]


def pages(assistant: object, searcher: Reading, settings: Settings) -> APIRouter:
    """The routes of every page.

    Args:
        assistant: says which model words the answers, where it has ``model_info``.
    """
    routes = APIRouter()

    def facts() -> Facts:
        model = getattr(assistant, "model_info", None)
        return gather(settings, searcher, model if isinstance(model, ModelInfo) else ModelInfo("none", ""))

    def transparency(language: Language, _: Request) -> Response:
        now = datetime.now(UTC).isoformat(timespec="minutes")
        return render(
            "facts.html", settings, language,
            section="transparency", here="/transparence", facts=facts(), now=now, limits=LIMITS,
        )  # fmt: skip

    def documents(language: Language, _: Request) -> Response:
        return documents_page(searcher, settings, language, Asked())

    def document(language: Language, request: Request) -> Response:
        return document_page(searcher, settings, language, request.path_params["document_id"])

    def original(language: Language, request: Request) -> Response:
        return original_file(searcher, settings, request.path_params["document_id"])

    def sheet(language: Language, request: Request) -> Response:
        number = int(request.path_params["number"])
        return sheet_page(searcher, settings, language, request.path_params["document_id"], number)

    def picture(language: Language, request: Request) -> Response:
        number = int(request.path_params["number"])
        return sheet_picture(searcher, settings, request.path_params["document_id"], number)

    _in_each_language(routes, settings, "/transparence", transparency)
    _in_each_language(routes, settings, "/documents", documents)
    _in_each_language(routes, settings, "/documents/{document_id}", document)
    routes.add_api_route("/documents/{document_id}/pages/{number}.png", _bound(settings, settings.language, picture))
    _in_each_language(routes, settings, "/documents/{document_id}/pages/{number}", sheet)
    _search_in_each_language(routes, searcher, settings)
    routes.add_api_route("/documents/{document_id}/original", _bound(settings, settings.language, original))
    _looks(routes, settings)
    for name, media_type in STYLES.items():
        routes.add_api_route(f"/page/{name}", _file(name, media_type), methods=["GET"])
    return routes


def _looks(routes: APIRouter, settings: Settings) -> None:
    """The organisation's colours and logo, read once: what is wrong with them is said before anything is served."""
    sheet, logo = looks(settings.organisation), logo_of(settings.organisation)
    routes.add_api_route("/page/looks.css", lambda: Response(sheet, media_type="text/css; charset=utf-8"))
    if logo is not None:
        data, media_type = logo.data, logo.media_type
        routes.add_api_route(logo.address, lambda: Response(data, media_type=media_type))


def _in_each_language(routes: APIRouter, settings: Settings, path: str, page: Page) -> None:
    routes.add_api_route(path, _bound(settings, settings.language, page), methods=["GET"])
    for language in LANGUAGES:
        routes.add_api_route(f"/{language}{path}", _bound(settings, language, page), methods=["GET"])


def _search_in_each_language(routes: APIRouter, searcher: Reading, settings: Settings) -> None:
    def bound(language: Language) -> Callable[[Request], Awaitable[Response]]:
        async def search(request: Request) -> Response:
            asked = form_of(await request.body())

            def found() -> Response:
                return documents_page(searcher, settings, language, asked)

            # The body is read here; searching takes a processor, and waits elsewhere.
            return await run_sync(_or_refusal, settings, language, found)

        return search

    routes.add_api_route("/documents", bound(settings.language), methods=["POST"])
    for language in LANGUAGES:
        routes.add_api_route(f"/{language}/documents", bound(language), methods=["POST"])


def _bound(settings: Settings, language: Language, page: Page) -> Callable[[Request], Response]:
    def shown(request: Request) -> Response:
        return _or_refusal(settings, language, lambda: page(language, request))

    return shown


def _or_refusal(settings: Settings, language: Language, page: Callable[[], Response]) -> Response:
    """The page, or the sentence that says why there is none, as a page too."""
    try:
        return page()
    except SourcierError as error:
        status = 404 if error.key in _ABSENT else 503
        said = "" if isinstance(error, UnreadableFileError) else error.in_language(language)
        return render("refused.html", settings, language, status, section="", here="", said=said)


def _file(name: str, media_type: str) -> Callable[[], Any]:
    content = (files(__package__) / name).read_bytes()
    return lambda: Response(content, media_type=media_type)
