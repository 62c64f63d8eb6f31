"""How each state of the page is reached in a browser, one after the other on the same page, as a person would."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sourcier.eval.pictures.stage import (
    ABSTAINED,
    ANSWERED,
    FAILED,
    FOLLOW_UP,
    GUIDED,
    IN_ENGLISH_ASKED,
    QUOTED,
    READING,
    URGENT,
    Scene,
)  # fmt: skip

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["CONVERSATION", "IN_ENGLISH", "SITE", "WITHOUT_FEEDBACK", "State", "still"]

_ENDED = ".turn:is(.answered, .quoted, .abstained, .failed)"
_WAIT_MS = 60_000
_TURN = "#current .turn"


@dataclass(frozen=True, slots=True)
class State:
    """A state's name, what leads to it from the one before, and what of it to look at first."""

    name: str
    reach: Callable[[Page, Scene], None]
    top: str = ""

    def settle(self, page: Page) -> None:
        """Bring ``top``, where there is one, back to the top of a screen that has been resized."""
        if self.top:
            page.locator(self.top).first.evaluate("element => element.scrollIntoView({block: 'start'})")


def still(page: Page) -> None:
    """Wait until nothing moves any more: a colour half way to another is neither read nor pictured."""
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null))).then(() => null)")


def _ask(page: Page, question: str) -> None:
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    page.locator("#current .question p", has_text=question).wait_for(timeout=_WAIT_MS)


def _ended(page: Page) -> None:
    page.locator(f"#current {_ENDED}").wait_for(timeout=_WAIT_MS)
    page.locator("#ask").wait_for()


def _afresh(page: Page, question: str) -> None:
    """Ask with nothing above: what came before has been looked at."""
    page.locator("#clear").click()
    page.locator("#current .turn").wait_for(state="detached")
    _ask(page, question)
    _ended(page)


def _welcome(page: Page, scene: Scene) -> None:
    page.goto(scene.address)
    page.locator("#question textarea").wait_for(timeout=_WAIT_MS)
    page.locator("button.example").first.wait_for()


def _answering(page: Page, scene: Scene) -> None:
    scene.actor.pause = threading.Semaphore(2)
    _ask(page, ANSWERED)
    page.locator("#current .sentence").first.wait_for(timeout=_WAIT_MS)


def _answered(page: Page, scene: Scene) -> None:
    pause, scene.actor.pause = scene.actor.pause, None
    if pause is not None:
        pause.release(100)
    _ended(page)
    page.locator("#suggested .suggestion").first.wait_for()


def _answered_at_once(page: Page, scene: Scene) -> None:
    _welcome(page, scene)
    _ask(page, ANSWERED)
    _answered(page, scene)


def _english(page: Page, scene: Scene) -> None:
    _ask(page, IN_ENGLISH_ASKED)
    _ended(page)


def _source(page: Page, scene: Scene) -> None:
    page.locator("#current .marker").first.click()
    page.locator("#drawer mark").wait_for()


def _details(page: Page, scene: Scene) -> None:
    page.locator("#drawer-close").click()
    for summary in page.locator("#current .turn details:not([open]) > summary").all():
        if summary.is_visible():
            summary.click()


def _export(page: Page, scene: Scene) -> None:
    page.locator("#current button.take").click()
    page.locator("#take").wait_for()


def _opinion(page: Page, scene: Scene) -> None:
    _shut(page, "#take")
    page.locator("#current button.thumb[value=down]").click()
    page.locator("#feedback").wait_for()


def _person(page: Page, scene: Scene) -> None:
    _shut(page, "#feedback")
    page.locator("#relay-open").click()
    page.locator("#relay").wait_for()


def _message(page: Page, scene: Scene) -> None:
    page.locator("#relay .person button.reach").first.click()
    page.locator("#relay-message").wait_for()


def _privacy(page: Page, scene: Scene) -> None:
    _shut(page, "#relay")
    page.locator("#privacy-open").click()
    page.locator("#privacy").wait_for()


def _shut(page: Page, dialog: str) -> None:
    page.locator(f"{dialog} > header .closes").click()
    page.locator(dialog).wait_for(state="hidden")


def _follow_up(page: Page, scene: Scene) -> None:
    _shut(page, "#privacy")
    _ask(page, FOLLOW_UP)
    _ended(page)


def _quoted(page: Page, scene: Scene) -> None:
    _afresh(page, QUOTED)


def _abstained(page: Page, scene: Scene) -> None:
    _afresh(page, ABSTAINED)


def _urgent(page: Page, scene: Scene) -> None:
    _afresh(page, URGENT)
    page.locator("#current .urgent").wait_for()


def _failed(page: Page, scene: Scene) -> None:
    _afresh(page, FAILED)


def _guided(page: Page, scene: Scene) -> None:
    page.locator("#guided input").check()
    page.locator("#question textarea").fill(GUIDED)
    page.locator("#question textarea").press("Enter")
    page.locator("#guided-passages li").first.wait_for(timeout=_WAIT_MS)
    page.locator("#guided-reading").fill(READING)


def _compared(page: Page, scene: Scene) -> None:
    page.locator("#guided-compare").click()
    page.locator("#guided-sentences .finding").first.wait_for(timeout=_WAIT_MS)
    page.locator(f"#current {_ENDED}").wait_for(state="attached", timeout=_WAIT_MS)
    page.locator("#guided-answer .sentence").first.wait_for(timeout=_WAIT_MS)


def _cleared(page: Page, scene: Scene) -> None:
    page.locator("#guided-done").click()
    page.locator("#clear").click()
    page.locator("#note").wait_for()


def _documents(page: Page, scene: Scene) -> None:
    page.goto(f"{scene.address}/documents")
    page.locator("main").wait_for()


def _found(page: Page, scene: Scene) -> None:
    page.locator("main form input[name=q]").first.fill("allocation de télétravail")
    page.locator("main form input[name=q]").first.press("Enter")
    page.locator("main a[href*='#c']").first.wait_for()


def _at_quote(page: Page, scene: Scene) -> None:
    page.goto(scene.at_quote)
    page.locator("main mark").first.wait_for()


def _transparency(page: Page, scene: Scene) -> None:
    page.goto(f"{scene.address}/transparence")
    page.locator("main").wait_for()


#: The members' page, in the order of one visit.
CONVERSATION = (
    State("welcome", _welcome),
    State("answering", _answering, _TURN),
    State("answered", _answered, _TURN),
    State("source", _source, _TURN),
    State("details", _details, _TURN),
    State("export", _export),
    State("feedback", _opinion),
    State("person", _person),
    State("message", _message),
    State("privacy", _privacy),
    State("follow-up", _follow_up, _TURN),
    State("quoted", _quoted, _TURN),
    State("abstained", _abstained, _TURN),
    State("urgent", _urgent, _TURN),
    State("failed", _failed, _TURN),
    State("guided", _guided, "#guided-panel"),
    State("compared", _compared, "#guided-panel"),
    State("cleared", _cleared),
)
#: The pages that need no script.
SITE = (
    State("documents", _documents),
    State("search", _found),
    State("document", _at_quote, "main mark"),
    State("transparency", _transparency),
)
#: Where the organisation asks for no opinion.
WITHOUT_FEEDBACK = (State("feedback-off", _answered_at_once, _TURN),)
#: Where it speaks English.
IN_ENGLISH = (State("english-welcome", _welcome), State("english", _english, _TURN))
