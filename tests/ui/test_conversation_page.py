"""A conversation on the page: how one is answered, what a follow-up was understood as, and that nothing is shared."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
from playwright.sync_api import Page, expect
from tests.ui.conftest import CHROMIUM, OpenPage, Service
from tests.ui.material import ALLOWANCE_QUOTE, ANSWERED, HITS, RAISE_QUOTE
from tests.ui.scripted import Play, citation
from tests.ui.test_browser import ask

from sourcier.app.answering.manner import Exchange, Manner
from sourcier.app.ui.earlier import MOST_CHARACTERS, MOST_TURNS, read_earlier, style_of, written_earlier

Test = TypeVar("Test", bound=Callable[..., None])

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


def style(page: Page, name: str) -> None:
    page.locator("#style").get_by_text(name, exact=True).click()


@browsed
def test_the_page_sends_how_and_after_what(service: Service, open_page: OpenPage) -> None:
    service.assistant.default = ANSWERED
    page, other = open_page(service.address), open_page(service.address)
    ask(page, "Première question de Zoé")
    assert service.assistant.manner == Manner()
    style(page, "Langage clair")
    page.locator("#quotes-only input").check()
    ask(page, "Et pour Zoé ?")
    said = ANSWERED.answer("x").answer
    assert service.assistant.manner == Manner("plain", True, (Exchange("Première question de Zoé", said),))
    # Somebody else's page, at the same time, on the same server.
    ask(other, "Et pour moi ?")
    assert service.assistant.manner == Manner()
    style(page, "En bref")
    ask(page, "Et encore ?")
    assert [turn.question for turn in service.assistant.manner.history] == ["Première question de Zoé", "Et pour Zoé ?"]
    assert service.assistant.manner.style == "brief"
    page.locator("#clear").click()
    expect(page.locator("#current .turn")).to_have_count(0)
    ask(page, "Rien avant")
    assert service.assistant.manner.history == ()


@browsed
def test_a_follow_up_shows_what_it_was_understood_as(service: Service, open_page: OpenPage) -> None:
    hostile = "Que demande <img src=x onerror=alert(1)> la CSQ aux villes ?"
    service.assistant.plays["Et aux villes ?"] = Play(HITS, sentences=ANSWERED.sentences, standalone=hostile)
    page = open_page(service.address)
    ask(page, "Et aux villes ?")
    expect(page.locator("#current .understood")).to_have_text(f"Compris comme : {hostile}")
    assert page.locator("#current .understood img").count() == 0


@browsed
def test_what_may_be_useful_is_apart_and_opens(service: Service, open_page: OpenPage) -> None:
    near = tuple(citation(0, hit, quote) for hit, quote in zip(HITS, (ALLOWANCE_QUOTE, RAISE_QUOTE), strict=False))
    service.assistant.plays["Quel salaire ?"] = Play(HITS, "abstained", nearest=near)
    service.assistant.plays["Un poème ?"] = Play(HITS, "abstained", outside="creative")
    page = open_page(service.address, width=360, height=740)
    ask(page, "Quel salaire ?")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("#style label.selected")).to_have_text("Normal")
    apart = page.locator("#current .nearest")
    expect(apart.locator("h4")).to_have_text("Peut-être utile")
    expect(apart).to_contain_text("ils n'y répondent pas")
    expect(apart.locator(".near-quote")).to_have_text([ALLOWANCE_QUOTE, RAISE_QUOTE])
    expect(page.locator("#current .marker")).to_have_count(0)
    expect(page.locator("#current .sentence")).to_have_count(0)
    apart.locator("button").nth(1).click()
    expect(page.locator("#drawer mark")).to_have_text(RAISE_QUOTE)
    ask(page, "Un poème ?")
    expect(page.locator("#current .badge")).to_have_text("Hors du rôle de l'assistant")
    expect(page.locator("#current .answer")).to_contain_text("ne permettent pas de répondre")
    expect(page.locator("#current .nearest")).to_have_count(0)


def test_the_earlier_turns_are_read_as_they_were_written() -> None:
    turns = tuple(Exchange(f"Question {n} « é » ?", f"Réponse {n}.") for n in range(MOST_TURNS + 3))
    assert read_earlier(written_earlier(turns)) == turns[3:]
    long = read_earlier(written_earlier([Exchange("q" * 9000, "r" * 9000)]))[0]
    assert (len(long.question), len(long.answer)) == (MOST_CHARACTERS, MOST_CHARACTERS)


@pytest.mark.parametrize("text", [None, 3, "", "{", "[[1, 2]]", '{"a": 1}', '[["q"]]', "[" * 100_000, '"a"', "null"])
def test_any_other_text_is_no_conversation(text: object) -> None:
    assert read_earlier(text) == ()


def test_any_other_style_is_the_usual_one() -> None:
    values: list[object] = ["brief", "plain", "poem", None, 3, []]
    assert [style_of(value) for value in values] == ["brief", "plain", *["normal"] * 4]


@browsed
def test_on_a_phone_what_is_said_of_the_page_covers_no_title(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address, width=375, height=740)
    ask(page, "De combien est l'allocation?")
    page.locator("#clear").click()
    note, title = page.locator("#note"), page.locator("h1")
    expect(note).to_contain_text("Conversation effacée")
    expect(page.locator("#welcome")).to_be_visible()
    said, named = note.bounding_box(), title.bounding_box()
    assert said is not None
    assert named is not None
    assert said["y"] + said["height"] <= named["y"]
    assert named["y"] + named["height"] < 740
