"""One real server for all the tests of the page and of the HTTP interface, with an assistant that plays scripts."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from tests.ui.listening import listening
from tests.ui.material import FEW, PLAYS
from tests.ui.scripted import ScriptedAssistant

from sourcier.app.api import DocumentsAndSearch
from sourcier.app.ui.server import build
from sourcier.core.settings import OrganisationSettings, ServeSettings, Settings

#: The shell is the same Chromium without its windows: half the processor time for each page.
CHROMIUM = next(
    (path for path in map(Path, ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")) if path.exists()),
    Path("/usr/bin/chromium"),
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

#: How long the page is given to come to what is expected of it, milliseconds: more than a machine full of other tests takes.
#: What comes sooner is seen sooner.
PATIENCE_MS = 15_000

#: What the page framework writes of its own requests when a page is left or read again while they run.
LEFT = ("AbortError: signal is aborted", "Connection errored out.")

OpenPage = Callable[..., Page]


def complains(line: ConsoleMessage) -> bool:
    """Whether a line of the browser's console tells of something wrong."""
    return line.type in {"error", "warning"} and not line.text.startswith(LEFT)


@dataclass(frozen=True)
class Service:
    """A running server and what it answers with."""

    address: str
    assistant: ScriptedAssistant
    settings: Settings
    stop: Callable[[], None] = lambda: None

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return int(self.address.rpartition(":")[2])

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        """The status and the JSON, or the text, of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            raw = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
            connection.request(method, path, raw, {"Content-Type": "application/json", **(headers or {})})
            response = connection.getresponse()
            text = response.read().decode()
            return response.status, json.loads(text) if text.startswith(("{", "[")) and "\n" not in text else text
        finally:
            connection.close()


def running(settings: Settings, assistant: ScriptedAssistant, documents: DocumentsAndSearch = FEW) -> Iterator[Service]:
    """The application served from a thread until the test is over."""
    with listening(build(assistant, documents, settings), settings) as (address, server):
        yield Service(address, assistant, settings, lambda: setattr(server, "should_exit", True))


@pytest.fixture(scope="session")
def _service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    settings = Settings(
        home=tmp_path_factory.mktemp("home"),
        serve=ServeSettings(port=0, max_waiting=2),
        organisation=OrganisationSettings(name="Fédération des métiers du livre", contact="Nadia Roy, poste 214"),
    )
    yield from running(settings, ScriptedAssistant())


@pytest.fixture
def service(_service: Service) -> Iterator[Service]:
    """The server, its assistant put back as it was, and nobody in line."""
    assistant = _service.assistant
    assistant.plays, assistant.default, assistant.gate = dict(PLAYS), None, None
    assistant.closed = assistant.most_running = 0
    assistant.suggested, assistant.subjects = (), []
    yield _service
    if assistant.gate is not None:
        for _ in range(100):
            assistant.gate.release()


@pytest.fixture(autouse=True)
def _patient() -> None:
    expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Not the plugin's own browser: it lasts the whole session, and keeps an event loop running in everyone's thread.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages as a member whose browser speaks English; at the end, nothing has left and nothing was violated."""
    requested: list[str] = []
    complaints: list[str] = []
    contexts = []

    def opened(address: str, *, width: int = 1200, height: int = 900, scheme: Any = "light") -> Page:
        context = browser.new_context(
            locale="en-US", color_scheme=scheme, viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requested.append(request.url))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("console", lambda line: complaints.append(line.text) if complains(line) else None)
        page.on("response", lambda response: complaints.append(response.url) if response.status >= 400 else None)
        page.goto(address)
        expect(page.locator("#question textarea")).to_be_visible(timeout=60_000)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert {urlsplit(url).hostname for url in requested if not url.startswith("data:")} == {"127.0.0.1"}
    assert complaints == []


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if not CHROMIUM.exists():
        pytest.skip(
            f"NO BROWSER: {CHROMIUM} is absent, so the page is NOT tested here (Debian: apt-get install chromium)"
        )
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    return {
        **browser_type_launch_args,
        "executable_path": str(CHROMIUM),
        "args": [*quiet, "--disable-sync", "--no-first-run"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A member whose browser speaks English, as many do."""
    return {**browser_context_args, "locale": "en-US"}
