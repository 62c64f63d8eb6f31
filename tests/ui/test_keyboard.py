"""A whole visit by the keyboard alone: each stop is seen and not covered, nothing holds the focus, nothing loses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.ui.conftest import CHROMIUM

from sourcier.eval.pictures.stage import ANSWERED, FOLLOW_UP, READING, Scene, on_stage

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO BROWSER: {CHROMIUM} is absent, the page is NOT tested here"),
    # Gradio 6.31's queue uses an option and an argument that pandas 3.1 deprecates.
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]

#: More stops than any state of the page has.
MOST_STOPS = 120
#: Where the focus is: its name, how it shows, and whether any part of it can be seen (WCAG 2.4.7 and 2.4.11).
FOCUS = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return null;
  const style = getComputedStyle(focused);
  const box = focused.getBoundingClientRect();
  const points = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [box.left + x * box.width, box.top + y * box.height]));
  const isSeen = points.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (focused.contains(top) || top.contains(focused) && top.closest("label") !== null);
  });
  return {
    what: `${focused.tagName.toLowerCase()}#${focused.id}.${[...focused.classList].join(".")}[${focused.value ?? ""}]`.slice(0, 120),
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    shadow: style.boxShadow,
    isSeen,
  };
}"""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with on_stage(tmp_path_factory.mktemp("home")) as scene:
        yield scene


@pytest.fixture
def page(browser: Browser, scene: Scene) -> Iterator[Page]:
    context = browser.new_context(locale="en-US", reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(scene.address)
    expect(page.locator("#question textarea")).to_be_focused(timeout=60_000)
    yield page
    context.close()


def stop(page: Page) -> Any:
    """Where the focus is; a stop that cannot be seen is a failure."""
    focus: Any = page.evaluate(FOCUS)
    if focus is not None:
        assert focus["outline"] >= 2 or focus["shadow"] != "none", f"no visible focus: {focus}"
        assert focus["isSeen"], f"covered by something else: {focus}"
    return focus


def go(page: Page, selector: str, key: str = "Tab") -> None:
    """Press ``key`` until the focus is on ``selector``, looking at each stop."""
    passed = []
    for _ in range(MOST_STOPS):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            stop(page)
            return
        page.keyboard.press(key)
        passed.append((stop(page) or {"what": "(none)"})["what"])
    raise AssertionError(f"{selector} was not reached: {passed}")


def ended(page: Page, question: str, count: int) -> None:
    expect(page.locator("#current .turn.answered .question p")).to_have_text(question, timeout=60_000)
    expect(page.locator("#past-turns > .turn")).to_have_count(count - 1)
    expect(page.locator("#ask")).to_be_visible()
    # What comes last: nothing moves after it.
    expect(page.locator("#suggested .suggestion").first).to_be_visible()


def not_lost(page: Page) -> None:
    assert stop(page) is not None, "the focus is nowhere"


@pytest.mark.slow
def test_a_whole_visit_by_the_keyboard(page: Page, scene: Scene) -> None:
    page.keyboard.type(ANSWERED)
    page.keyboard.press("Enter")
    ended(page, ANSWERED, 1)
    expect(page.locator("#question textarea")).to_be_focused()

    # A source: opened, read, left; the focus comes back to where it was.
    go(page, "#current .marker", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer")).to_be_focused()
    not_lost(page)
    go(page, "#drawer a, #drawer-close")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('#current .marker')")

    # A question that follows, then the same one asked again in another manner.
    go(page, "#suggested .suggestion")
    page.keyboard.press("Enter")
    ended(page, FOLLOW_UP, 2)
    go(page, "#current .again[value=brief]", "Shift+Tab")
    page.keyboard.press("Enter")
    ended(page, FOLLOW_UP, 3)

    # Each dialog: opened, gone through, left.
    for button, dialog in (
        ("#current button.take", "#take"),
        ("#current button.thumb[value=down]", "#feedback"),
        ("#relay-open", "#relay"),
        ("#privacy-open", "#privacy"),
    ):
        go(page, button, "Shift+Tab")
        page.keyboard.press("Enter")
        expect(page.locator(dialog)).to_be_visible()
        not_lost(page)
        go(page, f"{dialog} .closes")
        page.keyboard.press("Enter")
        expect(page.locator(dialog)).to_be_hidden()
        assert page.evaluate("(selector) => document.activeElement.matches(selector)", button)

    # Guided reflection: the passages, her reading, the comparison.
    go(page, "#guided input", "Shift+Tab")
    page.keyboard.press("Space")
    go(page, "#question textarea")
    page.keyboard.type(ANSWERED)
    page.keyboard.press("Enter")
    expect(page.locator("#guided-passages li").first).to_be_visible(timeout=60_000)
    go(page, "#guided-reading")
    page.keyboard.type(READING)
    go(page, "#guided-compare")
    page.keyboard.press("Enter")
    expect(page.locator("#guided-sentences .finding").first).to_be_visible(timeout=60_000)
    ended(page, ANSWERED, 4)
    go(page, "#guided-done")
    page.keyboard.press("Enter")
    expect(page.locator("#guided-panel")).to_be_hidden()
    not_lost(page)

    # All of it erased, and ready for the next person.
    go(page, "#clear")
    page.keyboard.press("Enter")
    expect(page.locator(".turn:not(.wiped)")).to_have_count(0)
    expect(page.locator("#question textarea")).to_be_focused()


def test_nothing_holds_the_focus(page: Page) -> None:
    page.keyboard.type(ANSWERED)
    page.keyboard.press("Enter")
    ended(page, ANSWERED, 1)
    go(page, "#current .marker", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer")).to_be_focused()
    page.keyboard.press("Tab")  # from the panel itself, which only its opening leads to
    for key in ("Tab", "Shift+Tab"):
        start = stop(page)["what"]
        seen = []
        for _ in range(MOST_STOPS):
            page.keyboard.press(key)
            seen.append((stop(page) or {"what": "(browser)"})["what"])
            if seen[-1] == start and len(seen) > 1:
                break
        assert seen[-1] == start, f"never back at {start}: {seen}"
        # The bar, the conversation and the box, all in one round, with a passage open.
        assert any("relay-open" in what for what in seen)
        assert any("marker" in what for what in seen)
        assert any(what.startswith("textarea") for what in seen)
