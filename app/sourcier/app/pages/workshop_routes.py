"""The addresses of the trainer's page: a wish, an outline to edit, a kit being made, the kits that are kept.

Whatever changes something is posted, and the guard refuses what another site posts; what is typed travels in bodies, never in an
address.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from anyio.to_thread import run_sync
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from sourcier.app.pages.rendering import render
from sourcier.app.pages.workshop_access import is_open, may_enter
from sourcier.app.pages.workshop_bench import Bench
from sourcier.app.pages.workshop_files import kit_file
from sourcier.app.pages.workshop_forms import BriefForm, OutlineForm, fields_of
from sourcier.app.pages.workshop_views import home_page, kit_page, outline_page, run_page
from sourcier.app.workshop.check import check_kit
from sourcier.app.workshop.outline import check_outline
from sourcier.core.errors import SourcierError, UsageError
from sourcier.core.messages import LANGUAGES, Language, message
from sourcier.core.settings import Settings

__all__ = ["workshop_pages"]

_ABSENT = frozenset(
    {
        "workshop.unknown_kit",
        "workshop_page.no_run",
        "workshop_page.no_kit",
        "workshop_page.no_file",
        "workshop.unknown_part",
    }
)


@dataclass(frozen=True, slots=True)
class _Asked:
    language: Language
    prefix: str
    path: dict[str, str]
    body: bytes

    def to(self, address: str) -> Response:
        """Go and see: a page that was posted would be posted again when it is reloaded."""
        return RedirectResponse(f"{self.prefix}{address}", 303)


_Page = Callable[[_Asked], Response]


def workshop_pages(bench: Bench) -> APIRouter:
    """The routes; none where the settings keep the page closed."""
    settings = bench.settings

    @asynccontextmanager
    async def stopping(_: FastAPI) -> AsyncIterator[None]:
        yield
        await run_sync(bench.runs.close)

    routes = APIRouter(lifespan=stopping)
    if not is_open(settings):
        return routes
    pages = _Pages(bench)
    for method, path, page in (
        ("GET", "/atelier", pages.home),
        ("POST", "/atelier", pages.wish),
        ("POST", "/atelier/plan", pages.plan),
        ("POST", "/atelier/faire", pages.make),
        ("GET", "/atelier/en-cours/{run_id}", pages.run),
        ("GET", "/atelier/en-cours/{run_id}/etat", pages.state),
        ("POST", "/atelier/en-cours/{run_id}/arreter", pages.stop),
        ("POST", "/atelier/en-cours/{run_id}/ranger", pages.put_away),
        ("GET", "/atelier/trousses/{kit_id}", pages.kit),
        ("GET", "/atelier/trousses/{kit_id}/verifier", pages.check),
        ("GET", "/atelier/trousses/{kit_id}/fichiers/{name}", pages.file),
        ("POST", "/atelier/trousses/{kit_id}/refaire/{part}", pages.redo),
        ("POST", "/atelier/trousses/{kit_id}/dupliquer", pages.duplicate),
        ("POST", "/atelier/trousses/{kit_id}/supprimer", pages.delete),
    ):
        routes.add_api_route(path, _bound(settings, settings.language, page), methods=[method])
        for language in LANGUAGES:
            routes.add_api_route(f"/{language}{path}", _bound(settings, language, page), methods=[method])
    return routes


def _bound(settings: Settings, language: Language, page: _Page) -> Callable[[Request], Awaitable[Response]]:
    prefix = "" if language == settings.language else f"/{language}"

    async def shown(request: Request) -> Response:
        if not may_enter(settings, request):
            return Response(status_code=404)
        asked = _Asked(language, prefix, dict(request.path_params), await request.body())

        def answered() -> Response:
            try:
                return page(asked)
            except SourcierError as error:
                status = 404 if error.key in _ABSENT else 409 if isinstance(error, UsageError) else 503
                said = error.in_language(language)
                return render(
                    "workshop_refused.html", settings, language, status, section="workshop", here="", said=said
                )

        # Searching, reading kits and composing files take a processor, and wait elsewhere.
        return await run_sync(answered)

    return shown


class _Pages:
    """What each address does."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._settings = bench.settings

    def home(self, asked: _Asked) -> Response:
        return home_page(self._bench, asked.language, BriefForm(language=asked.language))

    def wish(self, asked: _Asked) -> Response:
        """Back from the outline to the wish, as typed."""
        return home_page(self._bench, asked.language, BriefForm.read(fields_of(asked.body)))

    def plan(self, asked: _Asked) -> Response:
        fields = fields_of(asked.body)
        wish = BriefForm.read(fields)
        try:
            brief = wish.brief()
            proposed, topics = self._bench.outlined(brief)
        except SourcierError as error:
            return home_page(self._bench, asked.language, wish, error)
        if "a_id" not in fields:
            return outline_page(self._bench, asked.language, OutlineForm.of(wish, proposed), topics)
        form = OutlineForm.read(fields).settled(topics, brief)
        order, kind, topic = ((fields.get(name) or [""])[-1] for name in ("do", "add_kind", "add_topic"))
        try:
            form = form.changed(order, kind, topic, topics, brief)
        except UsageError as refused:
            return outline_page(self._bench, asked.language, form, topics, refused)
        return outline_page(self._bench, asked.language, form, topics, order=order)

    def make(self, asked: _Asked) -> Response:
        form = OutlineForm.read(fields_of(asked.body))
        try:
            brief = form.wish.brief()
            _, topics = self._bench.outlined(brief)
        except SourcierError as error:
            return home_page(self._bench, asked.language, form.wish, error)
        form = form.settled(topics, brief)
        try:
            outline = form.outline(brief)
            check_outline(outline, brief, topics)
            run = self._bench.runs.make(brief, outline)
        except SourcierError as error:
            return outline_page(self._bench, asked.language, form, topics, error)
        return asked.to(f"/atelier/en-cours/{run.id}")

    def run(self, asked: _Asked) -> Response:
        run = self._bench.run(asked.path["run_id"])
        if run.state == "done":
            return asked.to(f"/atelier/trousses/{run.kit_id}" + (f"#{run.part}" if run.part else ""))
        return run_page(self._bench, asked.language, run)

    def state(self, asked: _Asked) -> Response:
        run = self._bench.run(asked.path["run_id"])
        return JSONResponse(
            {
                "state": run.state,
                "share": round(run.share, 3),
                "said": message(f"workshop.stage_{run.stage}", asked.language),
                "done": run.done,
                "total": run.total,
            }
        )

    def stop(self, asked: _Asked) -> Response:
        run = self._bench.run(asked.path["run_id"])
        run.cancellation.ask()
        return asked.to(f"/atelier/en-cours/{run.id}")

    def put_away(self, asked: _Asked) -> Response:
        run = self._bench.run(asked.path["run_id"])
        self._bench.runs.save(run)
        return asked.to(f"/atelier/en-cours/{run.id}")

    def kit(self, asked: _Asked) -> Response:
        return kit_page(self._bench, asked.language, self._bench.kit(asked.path["kit_id"]))

    def check(self, asked: _Asked) -> Response:
        kit = self._bench.kit(asked.path["kit_id"])
        return kit_page(self._bench, asked.language, kit, check_kit(kit, self._bench.searcher))

    def file(self, asked: _Asked) -> Response:
        return kit_file(self._bench.kit(asked.path["kit_id"]), asked.path["name"], self._settings.organisation.name)

    def redo(self, asked: _Asked) -> Response:
        run = self._bench.runs.redo(self._bench.kit(asked.path["kit_id"]), asked.path["part"])
        return asked.to(f"/atelier/en-cours/{run.id}")

    def duplicate(self, asked: _Asked) -> Response:
        copy = self._bench.shelf.duplicate(asked.path["kit_id"], datetime.now().astimezone())
        return asked.to(f"/atelier/trousses/{copy.id}")

    def delete(self, asked: _Asked) -> Response:
        # The beginning of an id is enough to a command, not to a form.
        if not any(row.id == asked.path["kit_id"] for row in self._bench.shelf.all()):
            raise UsageError("workshop_page.no_kit")
        self._bench.shelf.delete(asked.path["kit_id"])
        return asked.to("/atelier")
