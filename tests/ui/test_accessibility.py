"""No state of the page breaks a rule of WCAG 2.2 A or AA that axe-core can check, light or dark, wide or narrow."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.ui.conftest import CHROMIUM

from sourcier.eval.pictures.stage import Scene, on_stage
from sourcier.eval.pictures.states import CONVERSATION, IN_ENGLISH, SITE, WITHOUT_FEEDBACK, State, still

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO BROWSER: {CHROMIUM} is absent, the page is NOT tested here"),
    # Gradio 6.31's queue uses an option and an argument that pandas 3.1 deprecates.
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN = """(only) => axe.run(document, {runOnly: only, resultTypes: ["violations"]})
  .then((found) => found.violations.flatMap((rule) => rule.nodes.map((node) => [rule.id, node.target.flat().join(" "), node.failureSummary])))"""
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
#: What may differ in the other scheme: nothing is moved, added or named otherwise in it.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
#: What stays on screen covers a part of what is scrolled under it, which axe takes for a target too small to be pressed.
#: It stays where it is written, for the audit; that the focus is never covered is looked at in test_keyboard.
UNSTUCK = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("html body #composer, #reach, #note { position: static !important; }");
  document.adoptedStyleSheets = [sheet];
}"""
WIDE: Any = {"width": 1280, "height": 900}
NARROW: Any = {"width": 375, "height": 740}
#: A screen of 1280 pixels at 400 % (WCAG 2.2, 1.4.10): what is written has this much, and nothing is scrolled sideways.
ENLARGED: Any = {"width": 320, "height": 256}
BOTH: Any = (WIDE, NARROW)
SCHEMES: Any = (("light", RULES), ("dark", COLOURS))
#: The rest of them is in the audit of every state, at other sizes.
MAIN = {"source", "abstained", "urgent", "guided", "compared"}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with on_stage(tmp_path_factory.mktemp("home")) as scene:
        yield scene


def broken(page: Page, sizes: Any = BOTH, schemes: Any = SCHEMES) -> list[str]:
    """What axe says of the page as it stands, in each size and scheme."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
        page.evaluate(UNSTUCK)
    found = []
    for size in sizes:
        page.set_viewport_size(size)
        for scheme, rules in schemes:
            page.emulate_media(color_scheme=scheme)
            still(page)
            found += [
                f"{rule} {size['width']} {scheme} {where}: {why}" for rule, where, why in page.evaluate(RUN, rules)
            ]
    return found


def visited(page: Page, states: tuple[State, ...], scene: Scene) -> dict[str, list[str]]:
    """The states that break a rule, and which."""
    found = {}
    for state in states:
        state.reach(page, scene)
        if told := broken(page):
            found[state.name] = told
    return found


def sideways(page: Page) -> list[str]:
    """What sticks out of an enlarged page, to be scrolled to; a table may, in a frame of its own."""
    page.set_viewport_size(ENLARGED)
    still(page)
    return page.evaluate(  # type: ignore[no-any-return]
        """document.documentElement.scrollWidth <= innerWidth ? [] : [`${document.documentElement.scrollWidth} pixels`,
          ...[...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5)
            .map((one) => `${one.tagName} #${one.id} .${one.className}`)]"""
    )


def enlarged(page: Page, states: tuple[State, ...], scene: Scene, *others: Any) -> dict[str, list[str]]:
    """The states that break a rule at 400 % and in other sizes, or are scrolled sideways. Colours are those of any size."""
    found = {}
    for state in states:
        page.set_viewport_size(WIDE)
        state.reach(page, scene)
        if told := sideways(page) + broken(page, (ENLARGED, *others), (("light", RULES),)):
            found[state.name] = told
    return found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-US", reduced_motion="reduce", viewport=WIDE)
    yield context.new_page()
    context.close()


@pytest.mark.slow
def test_no_state_of_the_conversation_breaks_a_rule(page: Page, scene: Scene) -> None:
    assert visited(page, CONVERSATION, scene) == {}


def test_no_page_that_needs_no_script_breaks_a_rule(page: Page, scene: Scene) -> None:
    assert visited(page, SITE, scene) == {}


def test_the_main_states_hold_at_400_percent(page: Page, scene: Scene) -> None:
    # The first leads from an empty page to an answer; the others go on from there.
    states = (*WITHOUT_FEEDBACK, *(state for state in CONVERSATION if state.name in MAIN), *SITE)
    assert len(states) == len(MAIN) + 5
    assert enlarged(page, states, scene) == {}


def test_english_holds_too_wide_and_at_400_percent(page: Page, tmp_path: Path) -> None:
    with on_stage(tmp_path, language="en") as scene:
        assert enlarged(page, (*IN_ENGLISH, *SITE), scene, WIDE) == {}


def test_what_is_too_wide_is_found(page: Page, scene: Scene) -> None:
    page.goto(f"{scene.address}/transparence")
    assert sideways(page) == []
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<p id=wide>Large</p>')")
    page.evaluate("document.querySelector('#wide').style.width = '400px'")
    assert any("#wide" in line for line in sideways(page))


def test_the_rules_do_find_what_is_wrong(page: Page, scene: Scene) -> None:
    page.goto(f"{scene.address}/transparence")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button>')")
    assert any(line.startswith("button-name") for line in broken(page))
