"""No state of the page breaks a rule of WCAG 2.2 A or AA that axe-core can check, light or dark, wide or narrow."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.ui.conftest import CHROMIUM

from sourcier.eval.pictures.stage import Scene, on_stage
from sourcier.eval.pictures.states import CONVERSATION, SITE, State, still

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


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with on_stage(tmp_path_factory.mktemp("home")) as scene:
        yield scene


def broken(page: Page) -> list[str]:
    """What axe says of the page as it stands, in both sizes and both schemes."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
        page.evaluate(UNSTUCK)
    found = []
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        for scheme, rules in (("light", RULES), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
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


def test_the_rules_do_find_what_is_wrong(page: Page, scene: Scene) -> None:
    page.goto(f"{scene.address}/transparence")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button>')")
    assert any(line.startswith("button-name") for line in broken(page))
