"""The pages about documents in a browser: the quote found again, the search found again, hostile text that does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.ui.conftest import CHROMIUM
from tests.ui.pages_material import ATTACKS, by_path, written
from tests.ui.pages_server import Site, indexed, served, watched
from tests.ui.scripted import FewDocuments, document

from sourcier.core.settings import ServeSettings, Settings
from sourcier.core.types import Block, BlockKind
from sourcier.index.search import Searcher

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO BROWSER: {CHROMIUM} is absent (see test_browser)")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Searcher, Settings]]:
    searcher, settings = indexed(tmp_path_factory.mktemp("home"), written(tmp_path_factory.mktemp("corpus")))
    yield searcher, settings
    searcher.close()


@pytest.fixture(scope="module")
def site(index: tuple[Searcher, Settings]) -> Iterator[Site]:
    yield from served(object(), *index)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    yield from watched(browser, width=375, height=740)


def test_the_quote_of_the_address_is_highlighted_to_the_character(
    page: Page, site: Site, index: tuple[Searcher, Settings]
) -> None:
    conge, asked = by_path(index, "conge"), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    quote = "d'une durée de vingt semaines. La demande se fait par écrit"
    start = conge.text.index(quote)
    page.goto(f"{site.address}/documents/{conge.document_id}#c{start}-{start + len(quote)}")
    expect(page.locator("#quoted")).to_be_visible()
    assert "".join(page.locator("mark").all_text_contents()) == quote
    assert page.locator("mark").first.evaluate("element => element === document.activeElement")
    expect(page.locator("mark").first).to_be_in_viewport()
    # Another one, over several blocks, without asking the server anything.
    before = len(asked)
    start, end = conge.text.index("Toute personne salariée"), conge.text.index("après entente.") + len("après entente.")
    page.evaluate(f"location.hash = 'c{start}-{end}'")
    expect(page.locator("mark").first).to_contain_text("Toute personne")
    marked = "".join(page.locator("mark").all_text_contents())
    assert "".join(marked.split()) == "".join(conge.text[start:end].split())
    assert len(asked) == before
    page.evaluate("location.hash = 'c900000-900001'")
    expect(page.locator("#quoted")).to_contain_text("n'est pas dans ce texte")
    assert page.locator("mark").count() == 0


def test_back_from_a_document_finds_the_search_again(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/documents")
    page.get_by_label("Chercher dans les textes").fill("cotisation du salaire")
    page.get_by_role("button", name="Chercher").click()
    expect(page.locator("#found")).to_contain_text("passage")
    assert page.url == f"{site.address}/documents"
    page.get_by_role("link", name="Une rangée").first.click()
    expect(page.locator("mark").first).to_contain_text("cotisation")
    page.go_back()
    expect(page.locator("#found")).to_contain_text("passage")
    expect(page.get_by_label("Chercher dans les textes")).to_have_value("cotisation du salaire")


def test_without_scripts_everything_but_the_highlight_works(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 600})
    page = context.new_page()
    page.goto(f"{site.address}/documents")
    page.get_by_label("Chercher dans les textes").fill("loyer du bail")
    page.get_by_label("Chercher dans les textes").press("Enter")
    expect(page.locator("#found")).to_contain_text("passage")
    page.locator(".cards a").first.click()
    expect(page.locator("noscript p")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def test_hostile_documents_run_nothing_and_call_no_one(page: Page, tmp_path: Path) -> None:
    held = []
    for number, attack in enumerate(ATTACKS):
        text = f"Début {number}. {attack} Fin."
        one = document(attack, f"Titre {attack}", text, publisher=attack, date=attack)
        blocks = (Block(BlockKind.HEADING, 0, 8, 1), Block(BlockKind.PARAGRAPH, 9, len(text), notes=(attack,)))
        url = "javascript:alert(12)" if number % 2 else attack
        kinds = replace(one.metadata, kind=attack, language=attack, url=url, authors=(attack,), audience=attack)
        held.append(replace(one, blocks=blocks, metadata=kinds))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for site in served(object(), FewDocuments(tuple(held)), Settings(home=tmp_path, serve=ServeSettings(port=0))):
        page.goto(f"{site.address}/transparence")
        page.goto(f"{site.address}/documents")
        page.get_by_label("Chercher dans les textes").fill(ATTACKS[0])
        page.get_by_role("button", name="Chercher").click()
        expect(page.locator("#found")).to_contain_text("passages")
        for one in held:
            page.goto(f"{site.address}/documents/{one.document_id}#c3-{len(one.text) - 2}")
            expect(page.locator("#quoted")).to_be_visible()
            assert "".join(page.locator("mark").all_text_contents()) == one.text[3:8] + one.text[9:-2]
            assert (
                page.locator("article script, article img, article iframe, article a[href], article style").count() == 0
            )
        assert {url.split("/")[2] for url in asked} == {site.address.split("/")[2]}


def test_the_document_is_named_and_reached_by_keyboard(
    page: Page, site: Site, index: tuple[Searcher, Settings]
) -> None:
    conge = by_path(index, "conge")
    page.goto(f"{site.address}/documents/{conge.document_id}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    expect(page.get_by_role("heading", level=1)).to_contain_text("Guide du congé")
    expect(page.get_by_role("navigation", name="Pages de l'assistant")).to_be_visible()
    unnamed = page.evaluate(
        "[...document.querySelectorAll('a,button,input,select')].filter(e => !(e.textContent.trim() || e.ariaLabel || e.labels?.length)).length"
    )
    assert unnamed == 0
