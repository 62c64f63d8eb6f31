"""A PDF at its page: the quote highlighted where it is drawn, hostile files lost without harm, nothing kept."""

from __future__ import annotations

import io
import struct
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect
from reportlab.pdfgen.canvas import Canvas
from tests.ingest.hostile.making import book_of, pdf_of
from tests.ingest.pdf.pdf_pages import OTHER, TEXT, THIRD, drawn, lines_of, put, put_abreast, turn_page
from tests.ui.conftest import CHROMIUM
from tests.ui.pages_server import Site, indexed, served, watched

from sourcier.app.pages.pictures import PageWords, page_png, page_words
from sourcier.core.errors import UnreadableFileError
from sourcier.core.settings import IngestSettings, Settings
from sourcier.core.types import Document
from sourcier.index.search import Searcher

NEEDS_BROWSER = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO BROWSER: {CHROMIUM} is absent (see test_browser)")
WIDTH, HEIGHT = 612, 792


def title(canvas: Canvas) -> None:
    put(canvas, 72, 720, ["Convention collective des bibliothèques"], size=18)
    put(canvas, 72, 660, lines_of(TEXT, 90))
    put(canvas, 72, 200, ["Le congé de deuil est de cinq jours.", "Le congé de deuil est de cinq jours."])


def columns(canvas: Canvas) -> None:
    put(canvas, 72, 720, ["Caisse de secours"], font="Helvetica-Bold", size=14)
    put_abreast(canvas, 690, [(72, lines_of(OTHER, 45)), (320, lines_of(THIRD, 45))])


def turned(canvas: Canvas) -> None:
    turn_page(canvas, 90)
    put(canvas, 100, 400, ["La page est couchée et la phrase se lit de gauche à droite."], size=12)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "convention.pdf").write_bytes(drawn(title, columns, turned))
    (folder / "note.md").write_text("# Note\n\nUne note sans page.\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Iterator[tuple[Searcher, Settings]]:
    searcher, settings = indexed(tmp_path_factory.mktemp("home"), corpus)
    yield searcher, settings
    searcher.close()


@pytest.fixture(scope="module")
def site(index: tuple[Searcher, Settings]) -> Iterator[Site]:
    yield from served(object(), *index)


def document(index: tuple[Searcher, Settings], path: str = "convention.pdf") -> Document:
    return index[0].document(path)


def pixels_of(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and rows of a PNG without filters."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    parts, at = {}, 8
    while at < len(png):
        size, name = struct.unpack(">I4s", png[at : at + 8])
        data = png[at + 8 : at + 8 + size]
        assert zlib.crc32(name + data) == struct.unpack(">I", png[at + 8 + size : at + 12 + size])[0]
        parts[name] = data
        at += 12 + size
    width, height = struct.unpack(">II", parts[b"IHDR"][:8])
    rows = zlib.decompress(parts[b"IDAT"])
    assert len(rows) == height * (3 * width + 1)
    return (
        width,
        height,
        b"".join(rows[start + 1 : start + 1 + 3 * width] for start in range(0, len(rows), 3 * width + 1)),
    )


# --- what a page gives -----------------------------------------------------------------------------------------------


def test_the_picture_is_the_page_as_pdfium_draws_it(corpus: Path) -> None:
    data = (corpus / "convention.pdf").read_bytes()
    png = page_png(data, 1, Settings())
    assert png is not None
    width, height, pixels = pixels_of(png)
    assert (width, height) == (1240, 1605)
    page = pypdfium2.PdfDocument(data)[0]
    drawn_here = page.render(scale=1240 / WIDTH, rev_byteorder=True, may_draw_forms=False)
    expected = drawn_here.to_numpy()[:, :, :3].tobytes()
    assert pixels == expected
    assert pixels.count(b"\0\0\0") > 1000


def test_words_stand_where_they_are_drawn(corpus: Path) -> None:
    data = (corpus / "convention.pdf").read_bytes()
    words = page_words(data, 1, Settings())
    assert words is not None
    assert (words.pages, words.width, words.height) == (3, 1240, 1605)
    text, left, top, right, bottom = words.words[0]
    assert text == "Convention"
    assert left == pytest.approx(10_000 * 72 / WIDTH, abs=30)
    assert top < 10_000 * (HEIGHT - 720) / HEIGHT < bottom
    assert right > left
    lying = page_words(data, 3, Settings())
    assert lying is not None
    [first] = [word for word in lying.words if word[0] == "couchée"]
    assert first[3] - first[1] > 0
    assert {word[2] for word in lying.words} == {first[2]}, "one line, upright as it is shown"


def test_hidden_words_are_no_ones_to_find() -> None:
    def hiding(canvas: Canvas) -> None:
        put(canvas, 72, 700, ["On voit cette phrase tout entière sur la page."], size=12)
        canvas.setFillColorRGB(1, 1, 1)
        put(canvas, 72, 500, ["Personne ne voit ce secret."], size=12)

    words = page_words(drawn(hiding), 1, Settings())
    assert words is not None
    said = [word[0] for word in words.words]
    assert "phrase" in said
    assert "secret." not in said


@pytest.mark.parametrize("number", [0, 4, 99_999])
def test_a_page_that_is_not_there(corpus: Path, number: int) -> None:
    data = (corpus / "convention.pdf").read_bytes()
    assert page_words(data, number, Settings()) is None
    assert page_png(data, number, Settings()) is None


def locked() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption

    stream = io.BytesIO()
    canvas = Canvas(stream, encrypt=StandardEncryption("secret", "owner"))
    canvas.drawString(72, 700, "Fermé")
    canvas.save()
    return stream.getvalue()


BOMB = zlib.compress(b"0 0 m 612 792 l S " * 3_000_000, 6)

HOSTILE = {
    "not a pdf": b"GIF89a<script>alert(1)</script>",
    "cut short": book_of(["Un texte."])[:300],
    "locked": locked(),
    "too many pages": pdf_of(b"", pages=40),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused(data: bytes) -> None:
    settings = Settings(ingest=IngestSettings(memory_mb=512, timeout_s=5, max_pages=20))
    with pytest.raises(UnreadableFileError):
        page_words(data, 1, settings)
    with pytest.raises(UnreadableFileError):
        page_png(data, 1, settings)


@pytest.mark.parametrize("box", [b"0 0 14400 14400", b"0 0 1 1", b"0 0 14000 2", b"0 0 0 0", b"-1e9 -1e9 1e9 1e9"])
def test_pages_of_any_size_stay_within_bounds(box: bytes) -> None:
    data = pdf_of(b"BT /F1 12 Tf 10 10 Td (Bonjour) Tj ET", box=box)
    try:
        png = page_png(data, 1, Settings(ingest=IngestSettings(memory_mb=512, timeout_s=10)))
    except UnreadableFileError:
        return
    assert png is not None
    width, height, _ = pixels_of(png)
    assert 1 <= width * height <= 3_100_000


def test_a_page_that_takes_forever_is_given_up() -> None:
    data = pdf_of(BOMB, filtered=b"/Filter /FlateDecode")
    settings = Settings(ingest=IngestSettings(memory_mb=512, timeout_s=1))
    with pytest.raises(UnreadableFileError) as error:
        page_png(data, 1, settings)
    assert error.value.key in {"ingest.too_slow", "ingest.crashed", "ingest.too_much_memory"}


def test_many_at_once_are_drawn_or_told_to_come_back(site: Site, index: tuple[Searcher, Settings]) -> None:
    address, seen = f"/documents/{document(index).document_id}/pages/1.png", list[int]()
    threads = [threading.Thread(target=lambda: seen.append(site.ask(address)[0])) for _ in range(14)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(seen) <= {200, 503}
    assert seen.count(200) >= 2
    assert site.ask(address)[0] == 200


# --- on the site -----------------------------------------------------------------------------------------------------


def test_the_picture_is_kept_nowhere_and_runs_nothing(site: Site, index: tuple[Searcher, Settings]) -> None:
    status, headers, body = site.ask(f"/documents/{document(index).document_id}/pages/2.png")
    assert (status, headers["content-type"], headers["cache-control"]) == (200, "image/png", "no-store")
    assert "sandbox" in headers["content-security-policy"]
    assert pixels_of(body)[0] == 1240
    assert site.ask(f"/documents/{document(index).document_id}/pages/9.png")[0] == 404
    assert site.ask(f"/documents/{document(index).document_id}/pages/9")[0] == 404


def test_a_pdf_is_shown_and_anything_else_saved(site: Site, index: tuple[Searcher, Settings], corpus: Path) -> None:
    status, headers, body = site.ask(f"/documents/{document(index).document_id}/original")
    assert (status, headers["content-type"]) == (200, "application/pdf")
    assert headers["content-disposition"].startswith("inline;")
    assert "sandbox" in headers["content-security-policy"]
    assert body == (corpus / "convention.pdf").read_bytes()


def test_where_there_is_no_picture_the_text_is_read(site: Site, index: tuple[Searcher, Settings], corpus: Path) -> None:
    note, convention = document(index, "note.md"), document(index)
    status, headers, _ = site.ask(f"/en/documents/{note.document_id}/pages/1")
    assert (status, headers["location"]) == (303, f"/en/documents/{note.document_id}")
    file, before = corpus / "convention.pdf", (corpus / "convention.pdf").read_bytes()
    try:
        file.write_bytes(before.replace(b"%%EOF", b"%%eof"))
        status, headers, _ = site.ask(f"/documents/{convention.document_id}/pages/1")
        assert (status, headers["location"]) == (303, f"/documents/{convention.document_id}")
        assert site.ask(f"/documents/{convention.document_id}/pages/1.png")[0] == 404
    finally:
        file.write_bytes(before)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    yield from watched(browser)


def highlighted(
    page: Page, site: Site, found: Document, number: int, start: int, end: int
) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of each box, in points from the top left corner of the page."""
    page.goto(f"{site.address}/documents/{found.document_id}/pages/{number}#c{start}-{end}")
    expect(page.locator("#pictured")).to_contain_text("surlignée sur la page")
    shares = page.locator(".hit").evaluate_all(
        "hits => hits.map(h => ['left', 'top', 'width', 'height'].map(n => parseFloat(h.style[n]) / 100))"
    )
    return [(WIDTH * x, HEIGHT * y, WIDTH * (x + w), HEIGHT * (y + h)) for x, y, w, h in shares]


@NEEDS_BROWSER
def test_the_quote_is_highlighted_where_it_is_drawn(page: Page, site: Site, index: tuple[Searcher, Settings]) -> None:
    found, asked = document(index), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    quote = "Le congé de deuil est de cinq jours."
    second = found.text.index(quote, found.text.index(quote) + 1)
    [(left, top, right, bottom)] = highlighted(page, site, found, 1, second, second + len(quote))
    # The second of two twins, drawn at 72 points from the left, on a base 188 points above the bottom.
    assert left == pytest.approx(72, abs=2)
    assert top < HEIGHT - 188 - 5 < bottom
    assert bottom - top < 16
    assert 200 < right < 260
    assert not [url for url in asked if "#" in url.partition("://")[2] and "png" in url]


@NEEDS_BROWSER
def test_a_quote_in_a_column_is_highlighted_in_its_column(
    page: Page, site: Site, index: tuple[Searcher, Settings]
) -> None:
    found = document(index)
    start = found.text.index("suit une formation")
    end = found.text.index("les lieux de travail") + len("les lieux de travail")
    boxes = highlighted(page, site, found, 2, start, end)
    assert found.text[start:end].startswith("suit une formation de deux jours et dispose")
    lines = lines_of(THIRD, 45)
    first = next(number for number, line in enumerate(lines) if "suit une formation" in line)
    last = next(number for number, line in enumerate(lines) if "lieux de travail" in line)
    # A line of the column each, 12 points apart from a base 690 points above the bottom, and nothing of the other column.
    assert len(boxes) == last - first + 1
    for number, (left, top, _, bottom) in enumerate(boxes, first):
        assert left > 315
        assert top < HEIGHT - 690 + 12 * number - 3 < bottom


@NEEDS_BROWSER
def test_what_cannot_be_placed_is_said_and_shown_in_the_text(
    page: Page, site: Site, index: tuple[Searcher, Settings]
) -> None:
    found = document(index)
    start = found.text.index("La page est couchée")
    page.goto(f"{site.address}/documents/{found.document_id}/pages/1#c{start}-{start + 19}")
    expect(page.locator("#pictured")).to_contain_text("n'a pas pu être située")
    page.get_by_role("link", name="Lire le texte complet").click()
    expect(page.locator("mark").first).to_have_text("La page est couchée")


@NEEDS_BROWSER
def test_from_a_page_that_cannot_be_pictured_the_quote_is_still_found(
    page: Page, site: Site, index: tuple[Searcher, Settings]
) -> None:
    note = document(index, "note.md")
    start = note.text.index("sans page")
    page.goto(f"{site.address}/documents/{note.document_id}/pages/1#c{start}-{start + 9}")
    expect(page.locator("mark")).to_have_text("sans page")


def test_what_comes_back_is_looked_at() -> None:
    from sourcier.app.pages import pictures

    for told in (["a", 0, 0, 1], ["a", 0, 0, 1, 10_001], [1, 0, 0, 1, 1], ["a", 0.5, 0, 1, 1], ["a", True, 0, 1, 1]):
        with pytest.raises((TypeError, ValueError)):
            pictures._word(told)
    with pytest.raises(ValueError, match="4001"):
        pictures._size({"width": 4001, "height": 1})
    assert PageWords(1, 1, 1, ()).words == ()
