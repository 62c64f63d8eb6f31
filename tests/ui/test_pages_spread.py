"""A quote over two pages of a PDF: the first one is opened, and both parts are highlighted where they are drawn."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from reportlab.pdfgen.canvas import Canvas
from tests.ingest.pdf.pdf_pages import OTHER, TEXT, THIRD, drawn, lines_of, put
from tests.ui.conftest import CHROMIUM
from tests.ui.pages_server import Site, indexed, served, watched

from sourcier.app.pages.links import place_of
from sourcier.core.settings import Settings
from sourcier.core.types import Document
from sourcier.index.search import Searcher

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO BROWSER: {CHROMIUM} is absent (see test_browser)")
WIDTH, HEIGHT = 612, 792
LINES = lines_of(THIRD, 90)
#: Lines of the last paragraph of the first page that stand on it; the others are on the second.
ON_FIRST = 2
Box = tuple[int, float, float, float, float]


def foot(canvas: Canvas, number: int) -> None:
    put(canvas, 290, 30, [f"Page {number}"], size=8)


def first(canvas: Canvas) -> None:
    put(canvas, 72, 720, ["Règlement de la caisse"], size=18)
    put(canvas, 72, 680, lines_of(TEXT + OTHER, 90))
    put(canvas, 72, 84, LINES[:ON_FIRST])
    foot(canvas, 1)


def second(canvas: Canvas) -> None:
    put(canvas, 72, 720, LINES[ON_FIRST:])
    put(canvas, 72, 600, lines_of(TEXT, 90))
    foot(canvas, 2)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Searcher, Settings]]:
    corpus = tmp_path_factory.mktemp("corpus")
    (corpus / "reglement.pdf").write_bytes(drawn(first, second))
    searcher, settings = indexed(tmp_path_factory.mktemp("home"), corpus)
    yield searcher, settings
    searcher.close()


@pytest.fixture(scope="module")
def site(index: tuple[Searcher, Settings]) -> Iterator[Site]:
    yield from served(object(), *index)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    yield from watched(browser)


@pytest.fixture
def document(index: tuple[Searcher, Settings]) -> Document:
    return index[0].document("reglement.pdf")


def opened(page: Page, site: Site, document: Document, quote: str, said: str, number: int = 1) -> list[Box]:
    """The boxes of a quote: the picture it is on, from 1, then left, top, right and bottom in points from the top left."""
    start = document.text.index(quote)
    page.goto(site.address + place_of(document.document_id, document.path, number, start, start + len(quote)))
    expect(page.locator("#pictured")).to_contain_text(said)
    shares = page.locator(".hit").evaluate_all(
        """hits => { const papers = [...document.querySelectorAll(".paper")];
          return hits.map(h => [papers.indexOf(h.parentElement) + 1,
            ...["left", "top", "width", "height"].map(n => parseFloat(h.style[n]) / 100)]) }"""
    )
    return sorted((on, WIDTH * x, HEIGHT * y, WIDTH * (x + w), HEIGHT * (y + h)) for on, x, y, w, h in shares)


def on_line(box: Box, picture: int, base: float) -> bool:
    """Whether a box is on that picture, around a line drawn ``base`` points above the bottom."""
    return box[0] == picture and box[2] < HEIGHT - base - 3 < box[4]


def test_both_parts_are_highlighted(page: Page, site: Site, document: Document) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    boxes = opened(page, site, document, THIRD.strip(), "finit sur la suivante")
    assert [box[0] for box in boxes] == [1] * ON_FIRST + [2] * (len(LINES) - ON_FIRST)
    bases = [84 - 12 * n for n in range(ON_FIRST)] + [720 - 12 * n for n in range(len(LINES) - ON_FIRST)]
    by_line = sorted(boxes, key=lambda box: (box[0], box[2]))
    assert all(on_line(box, box[0], base) for box, base in zip(by_line, bases, strict=True))
    assert all(box[1] == pytest.approx(72, abs=2) for box in boxes)
    expect(page.locator("figure.next figcaption")).to_have_text("p. 2")
    expect(page.locator(".hit").first).to_be_in_viewport()
    assert page.url.partition("#")[0].endswith("/pages/1")
    # The number of the next page is asked for, and nothing of the quote.
    assert not any("#c" in url and "/pages/2" in url for url in asked)
    if folder := os.environ.get("SOURCIER_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / "spread.png", full_page=True)


def test_a_quote_that_ends_where_its_page_does_shows_that_page_alone(
    page: Page, site: Site, document: Document
) -> None:
    quote = OTHER.split(". ")[0]
    assert {box[0] for box in opened(page, site, document, quote, "surlignée sur la page.")} == {1}
    expect(page.locator(".paper")).to_have_count(1)


def test_few_words_at_the_foot_of_a_page(page: Page, site: Site, document: Document) -> None:
    last = LINES[ON_FIRST - 1].split()[-1]
    boxes = opened(page, site, document, f"{last} {LINES[ON_FIRST]}", "finit sur la suivante")
    assert len(last) < 12
    assert [box[0] for box in boxes] == [1, 2]
    assert on_line(boxes[0], 1, 84 - 12 * (ON_FIRST - 1))
    assert on_line(boxes[1], 2, 720)


def test_a_quote_that_the_next_page_holds_whole(page: Page, site: Site, document: Document) -> None:
    """It begins in a paragraph of the page before, which is the page that it is said to be on."""
    boxes = opened(page, site, document, LINES[ON_FIRST], "surlignée sur la page suivante")
    assert len(boxes) == 1
    assert on_line(boxes[0], 2, 720)


def test_another_place_of_the_same_page_takes_the_second_picture_away(
    page: Page, site: Site, document: Document
) -> None:
    opened(page, site, document, THIRD.strip(), "finit sur la suivante")
    start = document.text.index("La caisse de secours")
    page.evaluate(f"location.hash = '#c{start}-{start + 40}'")
    expect(page.locator("#pictured")).to_contain_text("surlignée sur la page.")
    expect(page.locator(".paper")).to_have_count(1)


def test_from_two_blocks_as_from_one(page: Page, site: Site, document: Document) -> None:
    """The next page begins with another paragraph, which the quote goes on into."""
    start, end = document.text.index("Elle remet un rapport"), document.text.rindex("la partie patronale")
    boxes = opened(page, site, document, document.text[start:end], "surlignée sur la page suivante")
    assert {box[0] for box in boxes} == {2}
    assert len(boxes) >= 3
