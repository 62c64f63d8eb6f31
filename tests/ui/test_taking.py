"""« Emporter » in a real browser: copy, files, print and link, from the conversation that only the page holds."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pypdfium2
import pytest
from docx import Document as WordDocument
from odfdo import Document as OdfDocument
from playwright.sync_api import Page, expect
from tests.ui.conftest import CHROMIUM, OpenPage, Service
from tests.ui.material import ASK_ABSTAINED, ASK_ANSWERED, RAISE_QUOTE

pytestmark = [
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO BROWSER: {CHROMIUM} is absent (see test_browser)"),
]


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#ask").click()
    # A loaded machine takes long over the first question of all.
    expect(page.locator("#current .turn .question p")).to_have_text(question, timeout=60_000)
    expect(page.locator("#current .turn.going")).to_have_count(0)
    expect(page.locator("#current .turn button.take")).to_be_visible()


def dialog(page: Page) -> None:
    page.locator("#current .turn button.take").click()
    expect(page.locator("#take")).to_be_visible()
    expect(page.locator("#take-copy")).to_be_focused()


def words(content: bytes, form: str) -> str:
    match form:
        case "docx":
            return "\n".join(paragraph.text for paragraph in WordDocument(BytesIO(content)).paragraphs)
        case "odt":
            return str(OdfDocument(BytesIO(content)).get_formatted_text())
        case "pdf":
            return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
        case _:
            return content.decode().replace("\\", "")


def test_an_answer_is_taken_in_each_form(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    ask(page, ASK_ANSWERED)
    dialog(page)
    expect(page.locator("#take-scope")).to_be_hidden()
    for form in ("docx", "odt", "pdf", "md", "txt"):
        with page.expect_download() as waited:
            page.locator(f"#take .take-file[value={form}]").click()
        assert waited.value.suggested_filename.endswith(f".{form}")
        text = " ".join(words(Path(waited.value.path()).read_bytes(), form).split())
        assert "allocation de télétravail" in text and "Documents cités" in text, form
        assert "Question posée le" in text, form
        expect(page.locator("#take-said")).to_have_text("Fichier prêt : il est dans vos téléchargements.")
    page.keyboard.press("Escape")
    expect(page.locator("#take")).to_be_hidden()
    expect(page.locator("#current .turn button.take")).to_be_focused()


def test_the_whole_conversation_is_copied_with_its_sources(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, ASK_ANSWERED)
    ask(page, ASK_ABSTAINED)
    dialog(page)
    page.locator("#take-scope label", has_text="Toute la conversation").click()
    page.locator("#take-copy").click()
    expect(page.locator("#take-said")).to_have_text("Copié, avec les sources.")
    copied = page.evaluate(
        """async () => {
          const [item] = await navigator.clipboard.read();
          const kinds = {};
          for (const type of item.types) kinds[type] = await (await item.getType(type)).text();
          return kinds;
        }"""
    )
    for question in (ASK_ANSWERED, ASK_ABSTAINED):
        assert all(question in " ".join(copied[kind].split()) for kind in ("text/plain", "text/html"))
    assert RAISE_QUOTE in " ".join(copied["text/plain"].split())
    assert "<h2" in copied["text/html"] and "<script" not in copied["text/html"]


@pytest.mark.slow
def test_without_the_newer_clipboard_the_older_way_is_taken(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    ask(page, ASK_ANSWERED)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.evaluate(
        "globalThis.addEventListener('copy', (event) => { globalThis.put = event.clipboardData.getData('text/plain'); })"
    )
    dialog(page)
    page.locator("#take-copy").click()
    expect(page.locator("#take-said")).to_have_text("Copié, avec les sources.")
    assert "Sources" in page.evaluate("globalThis.put")


def test_what_is_printed_is_the_answer_alone(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    ask(page, ASK_ANSWERED)
    title = page.title()
    page.evaluate("globalThis.print = () => { globalThis.printed = document.title; }")
    dialog(page)
    page.locator("#take-print").click()
    page.wait_for_function("globalThis.printed")
    assert page.evaluate("globalThis.printed") == "Réponse sourcée"
    page.emulate_media(media="print")
    expect(page.locator("#print-sheet h2").first).to_have_text(ASK_ANSWERED)
    expect(page.locator("#print-sheet")).to_contain_text(RAISE_QUOTE)
    expect(page.locator("#composer")).to_be_hidden()
    expect(page.locator("#current .turn")).to_be_hidden()
    page.emulate_media(media="screen")
    expect(page.locator("#print-sheet")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.title() == title
    expect(page.locator("#print-sheet")).to_have_count(0)


def test_a_link_reopens_the_question_and_tells_no_server(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, ASK_ANSWERED)
    dialog(page)
    page.locator("#take-link").click()
    expect(page.locator("#take-said")).to_have_text("Lien copié.")
    link = page.evaluate("navigator.clipboard.readText()")
    address, _, question = link.partition("#q=")
    assert (address.rstrip("/"), unquote(question)) == (service.address, ASK_ANSWERED)
    told: list[str] = []
    page.on("request", lambda request: told.append(f"{request.url} {request.post_data or ''} {request.headers}"))
    other = open_page(link)
    other.on("request", lambda request: told.append(f"{request.url} {request.post_data or ''} {request.headers}"))
    expect(other.locator("#question textarea")).to_have_value(ASK_ANSWERED)
    expect(other.locator("#current .turn")).to_have_count(0)
    assert "#" not in other.url
    other.evaluate("location.hash = '#q=' + encodeURIComponent('Et les vacances?')")
    expect(other.locator("#question textarea")).to_have_value("Et les vacances?")
    other.evaluate("location.hash = '#q=%E0%A4%A'")
    other.wait_for_function("!location.hash")
    expect(other.locator("#question textarea")).to_have_value("Et les vacances?")
    assert not any(part in line for line in told for part in ("vacances", "allocation"))


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_dialog_fits_and_is_read_by_name(service: Service, open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_page(service.address, width=width, height=800, scheme=scheme)
    ask(page, ASK_ANSWERED)
    ask(page, ASK_ABSTAINED)
    dialog(page)
    expect(page.get_by_role("dialog", name="Emporter")).to_be_visible()
    expect(page.get_by_role("group", name="En fichier").get_by_role("button")).to_have_count(5)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.locator("#take").bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
    for button in page.locator("#take button:visible").all():
        size = button.bounding_box()
        assert size is not None and size["height"] >= 24 and size["width"] >= 24
