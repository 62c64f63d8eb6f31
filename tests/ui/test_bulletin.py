"""What members see of an ingestion by any process, and of a search that is not as it should be; and that it goes away."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.cli.conftest import Command, Running
from tests.ui.conftest import CHROMIUM, OpenPage, Service, running
from tests.ui.material import FEW, PLAYS
from tests.ui.scripted import FewDocuments, ScriptedAssistant

from sourcier.app.activity import for_members, for_stewards, quantity
from sourcier.core.settings import ServeSettings, Settings
from sourcier.index.activity import Progress, hold

pytestmark = [
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]
NEEDS_BROWSER = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO BROWSER: {CHROMIUM} is absent (see test_browser)")
SPACE = "\N{NARROW NO-BREAK SPACE}"
#: The page looks every four seconds.
SOON_MS = 20_000


@dataclass
class Ailing(FewDocuments):
    """Documents whose index says what is wrong with it."""

    problems: list[str] = field(default_factory=list)

    def health(self) -> list[str]:
        return self.problems


@pytest.fixture(scope="module")
def ailing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Ailing]]:
    documents = Ailing(FEW.held)
    settings = Settings(home=tmp_path_factory.mktemp("home"), serve=ServeSettings(port=0))
    for service in running(settings, ScriptedAssistant(dict(PLAYS)), documents):
        yield service, documents


@pytest.mark.parametrize(
    ("progress", "members", "stewards"),
    [
        (Progress("read", 0, 400), "Mise à jour des documents en cours", "Lecture : fichier 0 sur 400"),
        (
            Progress("read", 120, 400, files=120, rate=35.2, left_s=8),
            "Mise à jour des documents : 120 fichiers lus sur 400",
            "Lecture : fichier 120 sur 400, 35 par seconde, encore moins d'une minute",
        ),
        (
            Progress("embed", 120, 1400, files=1400, passages=2310, rate=7.45, left_s=190),
            f"Mise à jour des documents : 120 sur 1{SPACE}400, encore environ 3 min",
            f"Plongement : document 120 sur 1{SPACE}400 (2{SPACE}310 passages), 7,5 par seconde, encore environ 3 min",
        ),
        (
            Progress("index", 2, 4, left_s=7),
            "Mise à jour des documents en cours",
            "Index : étape 2 sur 4, encore moins",
        ),
        (Progress("erase", 1, 2), "Mise à jour des documents en cours", "Effacement : étape 1 sur 2"),
    ],
)
def test_progress_in_words(progress: Progress, members: str, stewards: str) -> None:
    assert for_members(progress, "fr") == members
    assert for_stewards(progress, "fr").startswith(stewards)
    assert "{" not in for_members(progress, "en") + for_stewards(progress, "en")


def test_quantities_are_written_as_people_do() -> None:
    written = [quantity(value, "fr") for value in (0, 0.4, 3.0, 9.96, 12.6, 1234567)]
    assert written == ["0", "0,4", "3", "10,0", "13", f"1{SPACE}234{SPACE}567"]
    assert quantity(1234.5, "en") == "1,234"


def test_health_says_what_is_being_written_and_what_is_wrong(ailing: tuple[Service, Ailing]) -> None:
    service, documents = ailing
    _, health = service.call("GET", "/api/health")
    assert (health["status"], health["problems"], health["activity"]) == ("ok", [], None)
    documents.problems[:] = ["store.chroma_given_up"]
    with hold(service.settings.home, "read") as reporter:
        reporter.tell("embed", 0, 400, passages=0)
        _, health = service.call("GET", "/api/health")
    documents.problems.clear()
    assert health["status"] == "degraded"
    [problem] = health["problems"]
    assert problem["key"] == "store.chroma_given_up"
    assert "Chroma" in problem["text"]
    assert (health["activity"]["stage"], health["activity"]["total"]) == ("embed", 400)
    assert health["activity"]["text"] == "Mise à jour des documents en cours"
    _, health = service.call("GET", "/api/health")
    assert (health["status"], health["activity"]) == ("ok", None)


@NEEDS_BROWSER
@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), pytest.param(390, "dark", marks=pytest.mark.slow)])
def test_a_line_is_there_while_documents_are_updated_and_a_banner_while_search_is_degraded(
    ailing: tuple[Service, Ailing], open_page: OpenPage, tmp_path: Path, width: int, scheme: str
) -> None:
    service, documents = ailing
    page = open_page(service.address, width=width, height=844, scheme=scheme)
    expect(page.locator("#bulletin")).to_be_hidden()
    with hold(service.settings.home, "read") as reporter:
        reporter.tell("embed", 0, 400, passages=0)
        # As if it had begun a minute and a half ago.
        reporter._since -= 90
        reporter._written -= 90
        reporter.tell("embed", 120, 400, passages=1310, share=1 / 3)
        line = page.locator("#activity")
        expect(line).to_have_text("Mise à jour des documents : 120 sur 400, encore environ 3 min", timeout=SOON_MS)
        documents.problems[:] = ["store.chroma_given_up"]
        banner = page.locator("#degraded")
        expect(banner).to_contain_text("Recherche dégradée", timeout=SOON_MS)
        expect(banner.locator("li")).to_have_count(1)
        expect(page.locator("h1")).to_be_in_viewport()
        expect(page.locator("#ask")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        covered = "document.querySelector('#bulletin').getBoundingClientRect().bottom"
        assert page.evaluate(f"{covered} <= document.querySelector('h1').getBoundingClientRect().top")
        if folder := os.environ.get("SOURCIER_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"bulletin-{width}.png")
    documents.problems.clear()
    expect(page.locator("#bulletin")).to_be_hidden(timeout=SOON_MS)
    assert page.evaluate("document.querySelector('#activity').textContent") == ""


@NEEDS_BROWSER
def test_an_ingestion_in_another_process_is_seen_until_it_ends(
    ailing: tuple[Service, Ailing], open_page: OpenPage, tmp_path: Path
) -> None:
    service, _ = ailing
    (tmp_path / "a.md").write_text("Le délai est de trente jours ouvrables.\n", encoding="utf-8")
    page = open_page(service.address)
    ingesting = Command(service.settings.home, tmp_path).start("ingest", tmp_path, SOURCIER_TEST_HOLD="1")
    try:
        ingesting.until("EMBEDDING")
        expect(page.locator("#activity")).to_have_text(re.compile("Mise à jour des documents"), timeout=SOON_MS)
        # Killed without a word: what it left says nothing any more.
        assert ingesting.stop(signal.SIGKILL) == -signal.SIGKILL
        expect(page.locator("#bulletin")).to_be_hidden(timeout=SOON_MS)
    finally:
        if ingesting.process.poll() is None:
            ingesting.process.kill()
        ingesting.process.communicate()


SERVE = Path(__file__).with_name("serve_index.py")


def test_what_another_process_ingested_is_found_at_the_next_question(tmp_path: Path) -> None:
    command = Command(tmp_path / "home", tmp_path)
    command.home.mkdir(mode=0o700)
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "a.md").write_text("Le congé parental dure vingt et une semaines.\n", encoding="utf-8")
    assert command.run("ingest", documents).returncode == 0
    serving = Running(
        subprocess.Popen(
            [sys.executable, str(SERVE), str(command.home)],
            env=command.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
    )
    try:
        address = serving.until("http://127.0.0.1")[-1].strip()
        service = Service(address, ScriptedAssistant(), Settings(home=command.home))

        def found(query: str) -> list[str]:
            status, shape = service.call("POST", "/api/search", {"query": query})
            assert status == 200, shape
            return [json.dumps(one, ensure_ascii=False) for one in shape["results"]]

        assert not any("kilomètre" in one for one in found("allocation par kilomètre"))
        (documents / "b.md").write_text("L'allocation est de 62 cents par kilomètre.\n", encoding="utf-8")
        assert command.run("ingest", documents).returncode == 0
        assert any("kilomètre" in one for one in found("allocation par kilomètre"))
        (documents / "b.md").unlink()
        assert command.run("ingest", documents).returncode == 0
        assert not any("kilomètre" in one for one in found("allocation par kilomètre"))
        _, listed = service.call("GET", "/api/documents")
        assert [one["path"] for one in listed["documents"]] == ["a.md"]
    finally:
        serving.stop(signal.SIGKILL)
