"""Guided reflection: the passages, then the member's own reading, then both beside each other; nothing of it kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Page, expect
from tests.ui.conftest import CHROMIUM, OpenPage, Service
from tests.ui.material import AGREEMENT, FEW, GUIDE, MINUTES
from tests.ui.relay_server import PATIENT_MS, served

from sourcier.app.api.reading import MOST_CHARACTERS, MOST_SENTENCES, Reader
from sourcier.app.ui.guided import guided_panel
from sourcier.core.errors import QuestionError
from sourcier.core.settings import Settings

Test = TypeVar("Test", bound=Callable[..., None])
QUESTION = "De combien est l'allocation de télétravail?"
HERS = "Le télétravail est volontaire. L'allocation passe à 65 $ par mois le 1er septembre 2026. La cafétéria est bruyante."

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


@pytest.fixture(scope="module")
def thoughtful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    yield from served(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def reader() -> Reader:
    """The verifier is the real one; without an embedding model, it judges on words alone."""
    return Reader(FEW, Settings(home=Path("unused")))


def test_each_of_her_sentences_is_laid_beside_the_sources(reader: Reader) -> None:
    supported, differs, silent = reader.judge(HERS, reader.passages(QUESTION))
    assert supported.finding == "supported"
    assert supported.quotes[0].text in GUIDE.text
    assert differs.finding == "differs"
    assert "65 $" in differs.why
    assert differs.quotes[0].text in MINUTES.text
    assert silent.finding == "silent"
    assert silent.why == ""


def test_a_denial_is_told_only_where_the_quote_speaks_of_the_same(reader: Reader) -> None:
    hits = reader.passages(QUESTION)
    [denied] = reader.judge("Le télétravail n'est pas volontaire : on peut y être obligé.", hits)
    assert denied.finding != "supported"
    [other] = reader.judge("L'employeur ne doit pas surveiller les personnes absentes du congrès.", hits)
    assert other.finding == "silent"


def test_every_quote_shown_is_exact(reader: Reader) -> None:
    hits = reader.passages(QUESTION)
    shown = [quote for one in reader.judge(HERS, hits) for quote in one.quotes]
    assert shown
    assert all(any(quote.text in document.text for document in (GUIDE, MINUTES, AGREEMENT)) for quote in shown)
    assert [passage.text for passage in reader.shown(hits)] == [GUIDE.text, MINUTES.text, AGREEMENT.text]


def test_a_long_reading_is_bounded(reader: Reader) -> None:
    hits = reader.passages(QUESTION)
    assert len(reader.judge("Oui, c'est écrit. " * 60, hits)) == MOST_SENTENCES
    assert reader.judge(" … \n\n ", hits) in ([], reader.judge("…", hits))
    with pytest.raises(QuestionError):
        reader.passages("  ")


def test_no_mark_and_no_score_in_either_language() -> None:
    for language in ("fr", "en"):
        panel = guided_panel(Settings(home=Path("unused"), language=language))
        assert "%" not in panel
        assert "score" not in panel.lower()


def test_the_address_takes_a_reading_and_gives_back_nothing_else(
    thoughtful: Service, capfd: pytest.CaptureFixture[str]
) -> None:
    status, found = thoughtful.call("POST", "/api/v1/reading", {"question": QUESTION})
    assert (status, len(found["passages"]), found["sentences"], found["urgent"]) == (200, 3, [], False)
    status, found = thoughtful.call("POST", "/api/v1/reading", {"question": QUESTION, "reading": HERS})
    assert (status, found["passages"]) == (200, [])
    assert [one["finding"] for one in found["sentences"]] == ["supported", "differs", "silent"]
    for bad in (
        {},
        {"question": ""},
        {"question": "x", "reading": "é" * (MOST_CHARACTERS + 1)},
        {"question": "x", "who": "moi"},
    ):
        status, refused = thoughtful.call("POST", "/api/v1/reading", bad)
        assert status == 422
        assert refused["error"]
    status, found = thoughtful.call("POST", "/api/v1/reading", {"question": "Je veux mourir", "reading": ""})
    assert found["urgent"] is True
    assert (
        thoughtful.call("POST", "/api/v1/reading", {"question": "x"}, {"Origin": "http://elsewhere.example"})[0] == 403
    )
    written = [path for path in thoughtful.settings.home.rglob("*") if path.is_file()]
    assert not any("bruyante" in path.read_text(encoding="utf-8", errors="replace") for path in written)
    assert "bruyante" not in "".join(capfd.readouterr())


# --- on the page ----------------------------------------------------------------------------------------------------


def begun(page: Page, question: str = QUESTION) -> None:
    page.locator("#guided input").check()
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")


@browsed
def test_she_reads_writes_then_sees_the_answer_beside_by_the_keyboard(thoughtful: Service, open_page: OpenPage) -> None:
    page = open_page(thoughtful.address)
    begun(page)
    expect(page.locator("#guided-passages li")).to_have_count(3, timeout=PATIENT_MS)
    expect(page.locator("#current .turn")).to_have_count(0)  # nothing is answered yet
    expect(page.locator("#guided-title")).to_be_focused()
    box = page.get_by_label("Votre lecture")
    while not box.evaluate("box => box === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.type(HERS)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#guided-hers")).to_be_focused()
    for place, finding in ((0, "supported"), (1, "differs"), (2, "silent")):
        expect(page.locator("#guided-sentences li").nth(place)).to_have_class(finding, timeout=PATIENT_MS)
    expect(page.locator("#guided-answer")).to_contain_text("L'allocation de télétravail est de 40 $ par mois")
    expect(page.locator("#guided-status")).to_be_empty()
    page.locator("#guided-answer button.marker").first.click()
    expect(page.locator("#drawer mark")).to_contain_text("Une allocation de 40 $")
    page.locator("#drawer-close").click()
    page.get_by_role("button", name="Fermer la comparaison").click()
    expect(page.locator("#guided-panel")).to_be_hidden()
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.body.innerText])")
    assert "cafétéria" not in kept


@browsed
def test_she_may_skip_or_cancel_and_turn_it_off(thoughtful: Service, open_page: OpenPage) -> None:
    page = open_page(thoughtful.address, width=320, height=640, scheme="dark")
    begun(page)
    page.get_by_role("button", name="Annuler").click()
    expect(page.locator("#question textarea")).to_have_value(QUESTION)
    expect(page.locator("#question textarea")).to_be_focused()
    page.locator("#question textarea").press("Enter")
    page.get_by_role("button", name="Passer à la réponse").click()
    expect(page.locator("#current .turn.answered")).to_be_visible(timeout=PATIENT_MS)
    expect(page.locator("#guided-panel")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.locator("#guided input").uncheck()
    page.locator("#question textarea").fill("Une autre question")
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#current .question")).to_contain_text("Une autre question")


@browsed
def test_an_urgent_question_does_not_wait_for_a_reading(thoughtful: Service, open_page: OpenPage) -> None:
    page = open_page(thoughtful.address)
    begun(page, "Un parent m'a menacée ce matin")
    expect(page.locator("#current .urgent")).to_be_visible()
    expect(page.locator("#current .turn.answered")).to_be_visible(timeout=PATIENT_MS)
    expect(page.locator("#guided-panel")).to_be_hidden()
