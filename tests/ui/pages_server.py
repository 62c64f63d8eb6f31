"""The pages made by the server on documents of their own, behind the guard and without the page framework, which takes ten seconds to import."""

from __future__ import annotations

import http.client
import importlib.util
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI
from playwright.sync_api import Browser, Page
from tests.ui.listening import listening

from sourcier.app.api.beside import add_transparency
from sourcier.app.pages.routes import pages
from sourcier.app.ui.guard import Guard, Hosts
from sourcier.core.settings import IngestSettings, ServeSettings, Settings
from sourcier.index.search import Searcher
from sourcier.index.sync import sync


@dataclass(frozen=True)
class Site:
    """Where the pages are served."""

    address: str

    def ask(
        self, path: str, form: dict[str, str] | None = None, method: str = "", headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers in small letters, and body; a form is posted."""
        connection = http.client.HTTPConnection("127.0.0.1", int(self.address.rpartition(":")[2]), timeout=60)
        try:
            body = None if form is None else urlencode(form)
            typed = {} if form is None else {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request(method or ("GET" if form is None else "POST"), path, body, {**typed, **(headers or {})})
            response = connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        finally:
            connection.close()

    def page(self, path: str, form: dict[str, str] | None = None) -> str:
        """The HTML of a page that is there."""
        status, headers, body = self.ask(path, form)
        assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8"), (status, body[:300])
        return body.decode()


def embedder() -> Any:
    """Vectors made of words' hashes: no model is loaded."""
    file = Path(__file__).parents[1] / "index" / "hash_embedder.py"
    spec = importlib.util.spec_from_file_location("hash_embedder_of_pages", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.HashEmbedder()


def indexed(home: Path, corpus: Path) -> tuple[Searcher, Settings]:
    """An index of the files of a folder, opened, and the settings that it was made with."""
    settings = Settings(home=home, serve=ServeSettings(port=0), ingest=IngestSettings(passage_tokens=40))
    hashing = embedder()
    sync([corpus], settings, embedder=hashing)
    return Searcher.open(settings, embedder=hashing), settings


def served(assistant: object, searcher: Any, settings: Settings) -> Iterator[Site]:
    """The pages, until the test is over."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, hosts=Hosts("127.0.0.1"))
    app.include_router(pages(assistant, searcher, settings))
    part = APIRouter(prefix="/api/v1")
    add_transparency(part, assistant, searcher, settings)
    app.include_router(part)
    with listening(app, settings) as (address, _):
        yield Site(address)


def watched(browser: Browser, width: int = 1000, height: int = 800, but: str = "404") -> Iterator[Page]:
    """A page of a browser in which nothing goes wrong ``but`` the statuses that this matches; by default, what is not there."""
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    opened, complaints = context.new_page(), list[str]()
    opened.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: complaints.append(dialog.message))
    yield opened
    context.close()
    assert [line for line in complaints if not re.search(rf"status of (?:{but})", line)] == []
