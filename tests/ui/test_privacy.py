"""Privacy in the open: what the page says is kept is what the settings in force keep, and one click clears it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import expect
from tests.ui.conftest import CHROMIUM, OpenPage, Service
from tests.ui.relay_server import PATIENT_MS, served

from sourcier.app.ui.privacy import privacy_dialog, privacy_line
from sourcier.core.settings import (
    AnswerSettings,
    FeedbackSettings,
    ModelSettings,
    OllamaSettings,
    SearchSettings,
    Settings,
)
from sourcier.core.types import ModelInfo

Test = TypeVar("Test", bound=Callable[..., None])
EMBEDDED = ModelInfo("embedded", "qwen-essai")

NEEDS_BROWSER = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO BROWSER: {CHROMIUM} is absent, the page is NOT tested here"),
    # Gradio 6.31's queue uses an option and an argument that pandas 3.1 deprecates.
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]


def browsed(function: Test) -> Test:
    for mark in NEEDS_BROWSER:
        function = mark(function)
    return function


def said(model: ModelInfo = EMBEDDED, /, **sections: Any) -> str:
    settings = Settings(home=Path("unused"), **sections)
    shown = privacy_line(settings) + privacy_dialog(settings, model)
    return html.unescape(re.sub(r"<[^>]*>", " ", shown))


@pytest.fixture(scope="module")
def open_handed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    yield from served(tmp_path_factory.mktemp("home"), feedback=True)


def test_it_says_which_model_on_which_machine() -> None:
    assert "qwen-essai, sur la machine de l'organisation" in said()
    assert "Aucun : la réponse est faite de citations exactes" in said(ModelInfo("none", ""))
    away = ModelSettings(provider="ollama", ollama=OllamaSettings(url="http://10.1.2.3:11434", allow_remote=True))
    elsewhere = said(ModelInfo("ollama", "mistral"), model=away)
    assert "10.1.2.3" in elsewhere
    assert "Rien ne part ailleurs" not in elsewhere


def test_it_says_what_is_kept_and_only_what_is() -> None:
    off = said()
    assert "Le serveur ne conserve pas vos questions." in off
    assert "Il n'est pas demandé ici" in off
    on = said(feedback=FeedbackSettings(enabled=True, keep_days=45, reader="la coordination"))
    assert "45 jours au plus" in on
    assert "Lecture : la coordination" in on
    assert "Le serveur ne conserve pas vos questions." not in on
    assert "dix minutes" in off
    assert "dix minutes" not in said(search=SearchSettings(cache=0), answer=AnswerSettings(cache=0))


def test_both_languages_say_it() -> None:
    english = said(language="en")
    assert "What becomes of my question" in english
    assert "On a shared device" in english


@browsed
def test_the_line_stays_and_one_click_clears_everything(open_handed: Service, open_page: OpenPage) -> None:
    page = open_page(open_handed.address, width=375, height=700)
    page.locator("#question textarea").fill("Une question de Zoé")
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#current .turn.answered")).to_be_visible(timeout=PATIENT_MS)
    page.mouse.wheel(0, 3000)
    button = page.get_by_role("button", name="Ce que devient ma question")
    expect(button).to_be_in_viewport()
    button.click()
    expect(page.locator("#privacy-title")).to_be_focused()
    expect(page.locator("#privacy")).to_contain_text("30 jours au plus")
    expect(page.locator("#privacy")).to_contain_text("le comité des communications")
    page.get_by_role("button", name="Effacer la conversation maintenant").click()
    expect(page.locator("#privacy-cleared")).to_contain_text("effacée")
    page.keyboard.press("Escape")
    expect(page.locator(".turn")).to_have_count(0)
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Zoé" not in kept
    page.reload()
    expect(page.locator("#question textarea")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(0)


def test_the_first_line_of_the_page_says_where_questions_are_sent() -> None:
    from sourcier.app.ui.page import _masthead
    from sourcier.app.ui.words import Words
    from sourcier.core.settings import ModelSettings, OllamaSettings, Settings

    away = OllamaSettings(url="https://modele.example:11434", allow_remote=True)
    sent = _masthead(Settings(model=ModelSettings(provider="ollama", ollama=away)), Words("fr"))
    assert "modele" in sent and "tout se passe" not in sent
    assert "tout se passe" in _masthead(Settings(model=ModelSettings(provider="none")), Words("fr"))
