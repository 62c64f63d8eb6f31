"""The conversation lives in the member's browser: over a reload, not over a tab, on the device only where it is asked for."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.ui.conftest import OpenPage, Service
from tests.ui.material import (
    ALLOWANCE_QUOTE,
    ANSWERED,
    ASK_ABSTAINED,
    ASK_ANSWERED,
    ASK_QUOTED,
    RAISE_QUOTE,
)
from tests.ui.test_browser import ask
from tests.ui.test_conversation_page import NEEDS_BROWSER

from sourcier.app.answering.manner import Exchange

pytestmark = NEEDS_BROWSER

STORED = "sourcier.conversation"
#: A turn that could have been kept, with what must not come back from a storage that somebody wrote in.
HOSTILE = """<div class="turn answered" id="turn-ab12" onclick="ran()"><div class="question"><p>Question ?</p></div>
<div class="answer"><script>ran()</script><img src="http://evil.example/a.png" onerror="ran()"><a href="http://evil.example/b">lien</a>
<a href="javascript:ran()">x</a><iframe src="http://evil.example/c"></iframe><svg onload="ran()"></svg><form action="/x"><button>y</button></form>
<p id="announcer" style="background:url(http://evil.example/d)" onmouseover="ran()">Texte</p></div></div>"""


def box(page: Page) -> Any:
    return page.locator("#question textarea")


def reloaded(page: Page) -> None:
    page.reload()
    expect(box(page)).to_be_visible(timeout=60_000)


def unwatched(open_page: OpenPage, address: str) -> Page:
    """A page whose console is not judged: the browser says there what it refused, and the framework that a stream was cut."""
    watched = open_page(address)
    page = watched.context.new_page()
    watched.close()
    page.goto(address)
    expect(box(page)).to_be_visible(timeout=60_000)
    return page


def stored(page: Page, where: str = "sessionStorage") -> Any:
    text = page.evaluate(f"{where}.getItem('{STORED}')")
    return None if text is None else json.loads(text)


def test_a_reload_brings_everything_back(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    for question in (ASK_ANSWERED, ASK_QUOTED, ASK_ABSTAINED):
        ask(page, question)
    box(page).fill("Une question à moitié")
    reloaded(page)
    expect(page.locator("#past-turns .question p")).to_have_text([ASK_ANSWERED, ASK_QUOTED, ASK_ABSTAINED])
    expect(box(page)).to_have_value("Une question à moitié")
    expect(page.locator("button.example").first).to_be_hidden()
    page.locator("#past-turns .turn.answered .marker").nth(1).click()
    expect(page.locator("#drawer mark")).to_have_text(RAISE_QUOTE)
    page.keyboard.press("Escape")
    page.locator("#past-turns .turn.answered .card").first.click()
    expect(page.locator("#drawer mark")).to_have_text(["La demande se fait par écrit", ALLOWANCE_QUOTE])
    page.keyboard.press("Escape")
    # A follow-up is still understood: all that came before goes with it, twice reloaded.
    reloaded(page)
    service.assistant.default = ANSWERED
    ask(page, "Et ensuite ?")
    plays = service.assistant.plays
    said = tuple(
        Exchange(asked, plays[asked].answer(asked).answer) for asked in (ASK_ANSWERED, ASK_QUOTED, ASK_ABSTAINED)
    )
    assert service.assistant.manner.history == said
    assert box(page).input_value() == ""


def test_a_second_tab_is_its_own(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    ask(page, ASK_ANSWERED)
    other = page.context.new_page()
    other.goto(service.address)
    expect(box(other)).to_be_visible(timeout=60_000)
    expect(other.locator(".turn")).to_have_count(0)
    ask(other, ASK_QUOTED)
    for tab, asked in ((page, ASK_ANSWERED), (other, ASK_QUOTED)):
        reloaded(tab)
        expect(tab.locator(".question p")).to_have_text([asked])
    assert page.evaluate("localStorage.length") == 0


def test_it_is_kept_on_the_device_only_where_that_is_asked_for(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    keep = page.locator("#keep input")
    expect(keep).not_to_be_checked()
    ask(page, ASK_ANSWERED)
    keep.check()
    expect(page.locator("#note")).to_contain_text("gardée sur cet appareil")
    ask(page, ASK_QUOTED)
    assert len(stored(page, "localStorage")["turns"]) == 2
    later = page.context.new_page()
    page.close()
    later.goto(service.address)
    expect(later.locator(".question p")).to_have_text([ASK_ANSWERED, ASK_QUOTED], timeout=60_000)
    expect(later.locator("#keep input")).to_be_checked()
    later.locator("#keep input").uncheck()
    expect(later.locator("#note")).to_contain_text("n'est plus gardée")
    assert later.evaluate("localStorage.length") == 0
    expect(later.locator(".turn")).to_have_count(2)
    later.locator("#keep input").check()
    later.locator("#clear").click()
    expect(later.locator("#note")).to_have_text("Conversation effacée : il n'en reste rien dans ce navigateur.")
    expect(later.locator(".turn .question")).to_have_count(0)
    expect(later.locator("#keep input")).not_to_be_checked()
    assert later.evaluate("localStorage.length + sessionStorage.length") == 0
    reloaded(later)
    expect(later.locator(".turn")).to_have_count(0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '{"version": 2, "turns": []}',
        '{"version": 1, "turns": [3]}',
        json.dumps({"version": 1, "turns": ["<p>bonjour</p>"]}),
        json.dumps({"version": 1, "turns": ['<div class="turn" id="turn-a"></div>']}),
    ],
)
def test_what_cannot_be_read_back_is_dropped_with_a_sentence(service: Service, open_page: OpenPage, text: str) -> None:
    page = open_page(service.address)
    page.evaluate("([name, text]) => sessionStorage.setItem(name, text)", [STORED, text])
    reloaded(page)
    expect(page.locator("#note")).to_contain_text("illisible : elle a été effacée")
    assert stored(page) in (None, {"version": 1, "turns": []})
    ask(page, ASK_ANSWERED)


def test_what_is_read_back_runs_nothing_and_asks_nobody(service: Service, open_page: OpenPage) -> None:
    page = unwatched(open_page, service.address)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script("globalThis.ran = () => { throw new Error('ran') }")
    page.evaluate(
        "([name, text]) => sessionStorage.setItem(name, text)", [STORED, json.dumps({"version": 1, "turns": [HOSTILE]})]
    )
    reloaded(page)
    turn = page.locator("#past-turns .turn")
    expect(turn).to_contain_text("Texte")
    turn.click()
    held = turn.evaluate("e => [e, ...e.querySelectorAll('*')].map(x => [x.localName, ...x.getAttributeNames()])")
    assert {name for name, *_ in held} == {"div", "p", "a"}
    assert {name for _, *names in held for name in names} == {"class", "id"}
    assert page.locator("#announcer").count() == 1
    assert page.locator("#announcer").get_attribute("style") is None
    assert all(url.startswith(service.address) for url in asked if not url.startswith("data:"))


def test_a_reload_in_mid_answer_says_so_and_gives_the_question_back(service: Service, open_page: OpenPage) -> None:
    gate = service.assistant.gate = threading.Semaphore(2)
    page = unwatched(open_page, service.address)
    ask(page, ASK_ANSWERED, wait=False)
    expect(page.locator("#current .sentence")).to_have_count(1)
    reloaded(page)
    expect(page.locator("#past-turns .turn.halted .stopped")).to_contain_text("rechargée pendant la réponse")
    expect(page.locator("#past-turns .sentence")).to_have_count(1)
    expect(page.locator("#past-turns .progress")).to_be_hidden()
    expect(box(page)).to_have_value(ASK_ANSWERED)
    for _ in range(50):
        gate.release()
    box(page).press("Enter")
    expect(page.locator("#current .turn.answered")).to_be_visible()
