"""What a member sees when the line, the server or the page fails her: one sentence, her question, and the conversation."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.ui.conftest import OpenPage, Service, running
from tests.ui.material import ALLOWANCE_QUOTE, ASK_ANSWERED, ASK_QUOTED, PLAYS
from tests.ui.proxy import Line
from tests.ui.scripted import ScriptedAssistant
from tests.ui.test_browser import ask
from tests.ui.test_conversation_kept import box, unwatched
from tests.ui.test_conversation_page import NEEDS_BROWSER

from sourcier.core.settings import ServeSettings, Settings

pytestmark = NEEDS_BROWSER

#: The page tries again after one second, then two, then four…
SOON_MS = 20_000


@pytest.fixture
def line(service: Service) -> Iterator[Line]:
    """The way to the server."""
    line = Line(service.port)
    yield line
    line.cut()


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SOURCIER_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"fault-{name}.png")


def no_english_toast(page: Page) -> None:
    assert page.locator(".toast-wrap:visible").count() == 0
    assert not re.search(r"Connection|reconnection|Error", page.locator("body").inner_text())


def halfway(page: Page, service: Service) -> None:
    """One answer that is whole, and one of which a sentence has been shown."""
    ask(page, ASK_QUOTED)
    service.assistant.gate = threading.Semaphore(2)
    ask(page, ASK_ANSWERED, wait=False)
    expect(page.locator("#current .sentence")).to_have_count(1)


def given_back(page: Page, service: Service, sentence: str) -> None:
    """After the page came back by itself: the conversation, what was verified, the question; and it can be asked."""
    expect(page.locator("#past-turns .question p")).to_have_text([ASK_QUOTED, ASK_ANSWERED], timeout=SOON_MS)
    expect(page.locator("#note")).to_have_text("Connexion rétablie.")
    expect(page.locator("#past-turns .halted .stopped")).to_contain_text(sentence)
    expect(page.locator("#past-turns .halted .sentence")).to_have_count(1)
    expect(box(page)).to_have_value(ASK_ANSWERED)
    page.locator("#past-turns .halted .marker").first.click()
    expect(page.locator("#drawer mark")).to_have_text(ALLOWANCE_QUOTE)
    page.keyboard.press("Escape")
    for _ in range(50):
        if service.assistant.gate is not None:
            service.assistant.gate.release()
    page.locator("#ask").click()
    expect(page.locator("#current .turn.answered")).to_be_visible()


def test_a_line_cut_in_mid_answer(service: Service, open_page: OpenPage, line: Line) -> None:
    page = unwatched(open_page, line.address)
    halfway(page, service)
    line.cut()
    expect(page.locator("#note")).to_contain_text("Connexion au serveur perdue", timeout=SOON_MS)
    expect(page.locator("#current .stopped")).to_contain_text("perdue pendant la réponse")
    expect(page.locator("#current .progress")).to_be_hidden()
    expect(box(page)).to_have_value(ASK_ANSWERED)
    no_english_toast(page)
    picture(page, "cut")
    line.mend()
    given_back(page, service, "perdue pendant la réponse")


def test_a_server_that_is_killed_and_started_again(
    service: Service, open_page: OpenPage, line: Line, tmp_path: Path
) -> None:
    page = unwatched(open_page, line.address)
    halfway(page, service)
    line.cut()
    expect(page.locator("#current .stopped")).to_be_visible(timeout=SOON_MS)
    # Another process: it knows nothing of this page nor of what it asked.
    for another in running(Settings(home=tmp_path, serve=ServeSettings(port=0)), ScriptedAssistant(dict(PLAYS))):
        line.mend(another.port)
        given_back(page, another, "perdue pendant la réponse")
        line.cut()


def test_a_question_asked_while_the_server_is_away_stays_in_the_box(
    service: Service, open_page: OpenPage, line: Line
) -> None:
    page = unwatched(open_page, line.address)
    ask(page, ASK_QUOTED)
    line.cut()
    box(page).fill(ASK_ANSWERED)
    page.locator("#ask").click()
    expect(page.locator("#note")).to_contain_text("Connexion au serveur perdue", timeout=SOON_MS)
    no_english_toast(page)
    expect(box(page)).to_have_value(ASK_ANSWERED)
    line.mend()
    expect(page.locator("#note")).to_have_text("Connexion rétablie.", timeout=SOON_MS)
    expect(page.locator(".question p")).to_have_text([ASK_QUOTED])
    expect(box(page)).to_have_value(ASK_ANSWERED)
    page.locator("#ask").click()
    expect(page.locator("#current .turn.answered")).to_be_visible()


def test_a_line_lost_while_nothing_is_asked_comes_back(service: Service, open_page: OpenPage, line: Line) -> None:
    page = unwatched(open_page, line.address)
    ask(page, ASK_QUOTED)
    line.cut()
    # It asks how the server is every four seconds, and tells after two times without an answer.
    expect(page.locator("#note")).to_contain_text("votre conversation est gardée ici", timeout=SOON_MS)
    line.mend()
    expect(page.locator("#note")).to_have_text("Connexion rétablie.", timeout=SOON_MS)
    expect(page.locator(".question p")).to_have_text([ASK_QUOTED])


@pytest.mark.slow
def test_a_slow_server(service: Service, open_page: OpenPage, line: Line) -> None:
    page = unwatched(open_page, line.address)
    line.hold()
    box(page).fill(ASK_ANSWERED)
    page.locator("#ask").click()
    expect(page.locator("#note")).to_have_text("Envoi de la question…")
    expect(page.locator("#note")).to_contain_text("Le serveur tarde à répondre", timeout=SOON_MS)
    expect(box(page)).to_have_value(ASK_ANSWERED)
    line.release()
    expect(page.locator("#current .turn.answered")).to_be_visible(timeout=SOON_MS)
    expect(page.locator("#note")).to_be_hidden()
    expect(box(page)).to_have_value("")


def test_stopping_gives_the_question_back(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    halfway(page, service)
    page.locator("#stop").click()
    expect(page.locator("#current .stopped")).to_contain_text("Rédaction arrêtée à votre demande")
    expect(box(page)).to_have_value(ASK_ANSWERED)
    page.reload()
    expect(page.locator("#past-turns .halted .stopped")).to_contain_text("Rédaction arrêtée", timeout=SOON_MS)


def test_a_server_that_is_stopping_finishes_and_refuses(open_page: OpenPage, tmp_path: Path) -> None:
    assistant = ScriptedAssistant(dict(PLAYS))
    gate = assistant.gate = threading.Semaphore(2)
    # Not the product's own few seconds: the test ends the answer when it has seen what it came for.
    for service in running(Settings(home=tmp_path, serve=ServeSettings(port=0, grace_s=120)), assistant):
        page, other = unwatched(open_page, service.address), unwatched(open_page, service.address)
        ask(page, ASK_ANSWERED, wait=False)
        expect(page.locator("#current .sentence")).to_have_count(1)
        service.stop()
        ask(other, ASK_QUOTED)
        expect(other.locator("#current .failure")).to_contain_text("en train de redémarrer")
        expect(box(other)).to_have_value(ASK_QUOTED)
        for _ in range(50):
            gate.release()
        expect(page.locator("#current .turn.answered .sentence")).to_have_count(3)
