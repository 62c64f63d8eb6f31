"""What can be done with a question once it is answered, what can be asked next, and what the page says of how it went."""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.ui.conftest import OpenPage, Service
from tests.ui.material import ANSWERED, ASK_ABSTAINED, ASK_ANSWERED, ASK_QUOTED, HITS
from tests.ui.scripted import Play
from tests.ui.test_browser import ask
from tests.ui.test_conversation_page import browsed

from sourcier.app.answering.events import Searched
from sourcier.app.answering.manner import Exchange, Manner
from sourcier.app.ui.next import read_subject
from sourcier.app.ui.order import Order, read_order


def again(page: Page, name: str, turns: int) -> None:
    """Press a button under the last answer, and wait for the new one to be finished."""
    page.locator(".turn .actions").last.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".turn")).to_have_count(turns)
    expect(page.locator("#current .turn:not(.going)")).to_be_visible()


@browsed
def test_a_question_is_asked_again_in_one_click(service: Service, open_page: OpenPage) -> None:
    said = ANSWERED.answer("x").answer
    page = open_page(service.address)
    ask(page, ASK_QUOTED)
    ask(page, ASK_ANSWERED)
    quoted = Exchange(ASK_QUOTED, service.assistant.plays[ASK_QUOTED].answer("x").answer)
    box = page.locator("#question textarea")
    box.fill("À moitié écrite")
    # Past the answers remembered; what came before the question is what came before it the first time.
    again(page, "Recommencer", 3)
    assert service.assistant.manner == Manner(history=(quoted,), fresh=True)
    again(page, "En bref", 4)
    assert service.assistant.manner == Manner("brief", history=(quoted,))
    again(page, "Langage clair", 5)
    assert service.assistant.manner.style == "plain"
    again(page, "Sans IA", 6)
    assert service.assistant.manner == Manner(quotes_only=True, history=(quoted,))
    expect(page.locator(".turn .question p")).to_have_text([ASK_QUOTED, *[ASK_ANSWERED] * 5])
    # What was being written is still there, and the choices for the next question are as they were.
    expect(box).to_have_value("À moitié écrite")
    expect(page.locator("#style label.selected")).to_have_text("Normal")
    ask(page, ASK_ABSTAINED)
    assert service.assistant.manner == Manner(history=(quoted, Exchange(ASK_ANSWERED, said)))


@browsed
def test_a_question_goes_back_to_the_box_to_be_put_otherwise(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    ask(page, ASK_ANSWERED)
    page.get_by_role("button", name="Reformuler").click()
    box = page.locator("#question textarea")
    expect(box).to_have_value(ASK_ANSWERED)
    expect(box).to_be_focused()
    expect(page.locator(".turn")).to_have_count(1)


@browsed
def test_nothing_is_asked_again_while_an_answer_is_written(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    ask(page, ASK_QUOTED)
    gate = service.assistant.gate = threading.Semaphore(1)
    ask(page, ASK_ANSWERED, wait=False)
    expect(page.locator("#current .progress")).to_contain_text("rédaction")
    expect(page.locator("#past-turns .actions")).to_be_hidden()
    for _ in range(50):
        gate.release()
    expect(page.locator("#current .actions")).to_be_visible()
    expect(page.locator("#past-turns .actions")).to_be_visible()


@browsed
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_what_can_be_asked_next_is_there_after_the_answer(
    service: Service, open_page: OpenPage, width: int, scheme: str
) -> None:
    hostile = "Et <img src=x onerror=alert(1)> « ceci » ?"
    service.assistant.suggested = (ASK_QUOTED, hostile)
    page = open_page(service.address, width=width, height=740, scheme=scheme)
    ask(page, ASK_ANSWERED)
    buttons = page.locator("#suggested button")
    expect(buttons).to_have_text([ASK_QUOTED, hostile])
    [(asked, cited)] = service.assistant.subjects
    assert asked == [ASK_ANSWERED]
    assert [quote[0] for quote in cited] == [one.document_id for one in ANSWERED.answer("x").citations]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if folder := os.environ.get("SOURCIER_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"again-{width}.png", full_page=True)
    service.assistant.suggested = ()
    buttons.first.click()
    expect(page.locator("#current .turn.quoted")).to_be_visible()
    expect(page.locator("#current .question p")).to_have_text(ASK_QUOTED)
    expect(buttons).to_have_count(0)


@browsed
def test_the_page_says_what_was_searched_and_how_far_it_is(service: Service, open_page: OpenPage) -> None:
    searched = Searched(
        ("Combien <b>d'axes</b> ?", "Lesquels ?"),
        ("axes", "plateforme"),
        (("platforme", "plateforme"),),
        (("IA", "intelligence artificielle"),),
    )
    service.assistant.plays[ASK_ANSWERED] = Play(HITS, sentences=ANSWERED.sentences, searched=searched)
    gate = service.assistant.gate = threading.Semaphore(0)
    page = open_page(service.address)
    ask(page, ASK_ANSWERED, wait=False)
    progress = page.locator("#current .progress")
    expect(progress).to_contain_text("lecture des passages")
    gate.release()
    expect(progress).to_contain_text("rédaction en cours avec modele-d-essai-1b")
    gate.release()
    expect(progress).to_contain_text("1 phrase vérifiée, la suite est en cours de vérification")
    told = page.locator("#current .searched")
    expect(told.locator("summary")).to_have_text("Ce qui a été cherché")
    expect(told.locator("dl")).to_be_hidden()
    for _ in range(50):
        gate.release()
    expect(page.locator("#current .turn.answered")).to_be_visible()
    told.locator("summary").click()
    for part in (
        "« Combien <b>d'axes</b> ? »",
        "« Lesquels ? »",
        "axes · plateforme",
        "platforme → plateforme",
        "IA → intelligence artificielle",
    ):
        expect(told.locator("dl")).to_contain_text(part)
    expect(page.locator("#current .facts")).to_contain_text(re.compile(r"\d{1,2}(er)? \w+ 20\d\d à \d{1,2} h \d\d"))


@pytest.mark.parametrize("text", [None, 3, "", "{", "[]", '"a"', '{"question": 3}', "[" * 100_000])
def test_any_other_text_orders_nothing_and_follows_nothing(text: object) -> None:
    assert read_order(text) is None
    assert read_subject(text) is None


def test_an_order_is_read_for_what_it_says() -> None:
    assert read_order('{"question": "q", "style": "poem", "quotes_only": 1, "fresh": "yes"}') == Order("q")
    assert read_order('{"question": "q", "style": "plain", "fresh": true}') == Order("q", "plain", fresh=True)
    assert read_subject('{"key": "a1", "asked": ["q", 3], "cited": [["d", 1, 2], ["d", "1", 2], 3]}') == (
        "a1",
        ["q"],
        [("d", 1, 2)],
    )
    assert read_subject('{"key": "<b>", "asked": ["q"], "cited": []}') is None
