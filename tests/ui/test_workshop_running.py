"""The trainer's page while something is being made: how far it is, « Arrêter », and one part made again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.ui.conftest import CHROMIUM
from tests.ui.pages_server import Site, watched
from tests.ui.test_accessibility import COLOURS, ENLARGED, RULES, WIDE, broken, sideways
from tests.ui.workshop_server import indexed_papers, trained
from tests.workshop.test_quiz_making import Scripted

from sourcier.app.models import LanguageModel
from sourcier.app.pages.workshop_bench import Bench
from sourcier.app.turnstile import Turnstile
from sourcier.app.workshop.kit import Brief, Kit
from sourcier.app.workshop.make import make_kit
from sourcier.core.settings import Settings
from sourcier.index.search import Searcher

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO BROWSER: {CHROMIUM} is absent (see test_browser)")
BRIEF = Brief(documents=("guides/teletravail.md",), minutes=60, title="Le télétravail")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Searcher, Settings]]:
    searcher, settings = indexed_papers(tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("papers"))
    yield searcher, settings
    searcher.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    yield from watched(browser, width=1100)


@contextmanager
def behind_a_member(index: tuple[Searcher, Settings]) -> Iterator[tuple[Site, Bench]]:
    """The page with a language model that a member is using: what is made with it waits until somebody stops it."""
    model: LanguageModel = Scripted("Rien.")
    turnstile = Turnstile(2)
    member = turnstile.enter()
    with trained(*index, lambda: model, turnstile) as (site, bench):
        try:
            yield site, bench
        finally:
            if (run := bench.runs.underway()) is not None:
                run.cancellation.ask()
            member.leave()


def shelved(bench: Bench, index: tuple[Searcher, Settings]) -> Kit:
    """A kit made from the papers, without a model, on the shelf."""
    with trained(*index) as (_, alone):
        kit = make_kit(BRIEF, alone.tools("fr"), kit_id="essai-20261129-refaire")
    bench.shelf.save(kit)
    return kit


def outlined(page: Page, site: Site, prefix: str = "") -> None:
    """From a wish to its outline."""
    page.goto(f"{site.address}{prefix}/atelier")
    page.locator("summary").first.click()
    page.locator("#others").fill("guides/teletravail.md")
    page.locator("#minutes").fill("60")
    page.locator(".ends button").click()
    page.locator("#sum").wait_for()


def test_stopped_while_it_is_made_the_outline_is_as_it_was_typed(page: Page, index: tuple[Searcher, Settings]) -> None:
    with behind_a_member(index) as (site, bench):
        outlined(page, site)
        page.get_by_label("Titre", exact=True).first.fill("Un accueil à moi")
        page.get_by_role("button", name="Préparer la trousse").click()
        page.wait_for_url("**/atelier/en-cours/*")
        run = bench.runs.underway()
        assert run is not None
        expect(page.get_by_role("status")).to_contain_text(re.compile(r"\(\d+/\d+\)"))
        assert page.get_by_role("progressbar").get_attribute("aria-labelledby") == "said"
        page.get_by_role("button", name="Arrêter").click()
        expect(page.get_by_role("alert")).to_contain_text("Arrêtée")
        assert (run.state, run.room, bench.shelf.all()) == ("stopped", None, [])
        # Seen again, it is still said; nothing starts anew.
        page.reload()
        expect(page.get_by_role("alert")).to_contain_text("Arrêtée")
        page.get_by_role("button", name="Revenir au plan").click()
        expect(page.get_by_label("Titre", exact=True).first).to_have_value("Un accueil à moi")
        expect(page.locator("#sum")).to_contain_text("c'est la durée demandée")


def test_one_part_is_made_again_and_the_others_stay(page: Page, index: tuple[Searcher, Settings]) -> None:
    with trained(*index) as (site, bench):
        before = shelved(bench, index)
        discovered = next(one for one in before.outline.activities if one.kind == "discover")
        page.goto(f"{site.address}/atelier/trousses/{before.id}")
        page.get_by_role("button", name=f"Refaire cette partie : {discovered.title}").first.click()
        page.wait_for_url(f"**/atelier/trousses/{before.id}#{discovered.id}")
        expect(page.locator(f"#{discovered.id}")).to_be_in_viewport()
        after = bench.kit(before.id)
        changed = [one.id for one, other in zip(before.activities, after.activities, strict=True) if one != other]
        assert changed == [discovered.id]
        assert (after.quiz, after.cases, after.glossary) == (before.quiz, before.cases, before.glossary)
        assert after.sources[: len(before.sources)] == before.sources
        shown = page.locator(f"section.part[aria-labelledby={discovered.id}]")
        first = next(one for one in after.activities if one.id == discovered.id)
        expect(shown).to_contain_text(first.aim.text)


def test_a_part_stopped_while_it_is_made_again_stays_as_it_was(page: Page, index: tuple[Searcher, Settings]) -> None:
    with behind_a_member(index) as (site, bench):
        before = shelved(bench, index)
        discovered = next(one for one in before.outline.activities if one.kind == "discover")
        page.goto(f"{site.address}/atelier/trousses/{before.id}")
        page.get_by_role("button", name=f"Refaire cette partie : {discovered.title}").first.click()
        page.wait_for_url("**/atelier/en-cours/*")
        page.get_by_role("button", name="Arrêter").click()
        expect(page.get_by_role("alert")).to_contain_text("La partie reste comme elle était")
        page.get_by_role("link", name="Revenir à la trousse").click()
        page.wait_for_url(f"**/atelier/trousses/{before.id}")
        assert bench.kit(before.id) == before


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_run_breaks_no_rule_light_or_dark(browser: Browser, index: tuple[Searcher, Settings], prefix: str) -> None:
    context = browser.new_context(reduced_motion="reduce", viewport=WIDE)
    page = context.new_page()
    found: dict[str, list[str]] = {}

    def look(state: str) -> None:
        found[state] = sideways(page) + broken(page, (WIDE, ENLARGED), (("light", RULES), ("dark", COLOURS)))
        page.set_viewport_size(WIDE)

    with behind_a_member(index) as (site, bench):
        outlined(page, site, prefix)
        look("outline")
        page.locator("#outline button[formaction$=faire]").click()
        page.wait_for_url("**/atelier/en-cours/*")
        look("making")
        page.goto(f"{site.address}{prefix}/atelier")
        look("wish while one is made")
        run = bench.runs.underway()
        assert run is not None
        page.goto(f"{site.address}{prefix}/atelier/en-cours/{run.id}")
        page.locator("form[action$=arreter] button").click()
        page.get_by_role("alert").wait_for()
        look("stopped")
        page.goto(f"{site.address}{prefix}/atelier/trousses/{shelved(bench, index).id}/verifier")
        page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
        look("kit")
    context.close()
    assert found == {state: [] for state in found}
