"""The members' page as a member meets it: the embedded language model, the real server, real documents, a real browser."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pypdfium2
import pytest
from docx import Document as WordDocument
from odfdo import Document as OdfDocument
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from tests.e2e.conftest import HOSTILE, LAW, LEAVES, Sourcier
from tests.e2e.test_members import CHROMIUM, FLAGS, PATIENT_MS

#: A small machine on which other tests run takes minutes to write what it writes alone in seconds.
WRITING_MS = 600_000

SETTINGS = """
[[organisation.contacts]]
name = "Maude Cyr"
subjects = ["griefs", "harcèlement"]
phone = "418 555-0122"
email = "maude.cyr@syndicat.example"
"""
BEREAVEMENT = "Combien de jours de congé sont accordés pour le décès d'un enfant ?"
MOVE = "Et pour un déménagement ?"
ALLOWANCE = "À combien s'élève l'allocation mensuelle de télétravail, et quand est-elle versée ?"
PARKING = "À quelle heure ouvre le stationnement de la rue des Bouleaux ?"
URGENT = "Mon patron me harcèle, quel est le délai pour un grief ?"
SALARY = "Quel est le salaire annuel de la présidente du syndicat ?"
BILL = "Which federal bill was introduced in June 2022?"
QUESTIONS = (BEREAVEMENT, MOVE, ALLOWANCE, PARKING, URGENT, SALARY)

NOTICE = """# Monitoring software

The union asks the employer to consult its members before any monitoring software is installed. The members are told in \
writing which data the software collects.
"""
MONITORING = "What does the union ask the employer before monitoring software is installed?"

FINISHED = "#current .turn:is(.answered, .quoted, .abstained, .failed)"

#: Every state that the turn under way goes through, as the page draws it.
WATCH = """
globalThis.seen = [];
new MutationObserver(() => {
  const turn = document.querySelector("#current .turn");
  if (!turn) return;
  const count = (selector) => turn.querySelectorAll(selector).length;
  const progress = turn.querySelector(".progress")?.cloneNode(true);
  progress?.querySelector(".elapsed")?.remove();
  const state = {
    turn: turn.id, status: turn.classList[1], cards: count(".card"), sentences: count(".sentence"),
    persons: count(".urgent .person"), answers: count(".answer"), progress: progress?.textContent ?? "",
  };
  const last = globalThis.seen.at(-1);
  if (JSON.stringify(last) !== JSON.stringify(state)) globalThis.seen.push(state);
}).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
"""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody at the page, and all that her browser asked for and complained of."""

    sourcier: Sourcier
    page: Page
    requested: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def turn(self) -> Locator:
        return self.page.locator("#current .turn")

    def opens(self, address: str) -> None:
        self.page.set_default_timeout(PATIENT_MS)
        self.page.on("request", lambda request: self.requested.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.add_init_script(WATCH)
        self.page.goto(address)
        expect(self.page.locator("#question textarea")).to_be_visible()

    def sends(self, question: str) -> None:
        box = self.page.locator("#question textarea")
        box.fill(question)
        box.press("Enter")
        expect(self.page.locator("#current .question p")).to_have_text(question)

    def asks(self, question: str) -> Any:
        """The answer as the page keeps it, once it is whole."""
        self.sends(question)
        return self.waits()

    def waits(self) -> Any:
        expect(self.page.locator(FINISHED)).to_be_visible(timeout=WRITING_MS)
        expect(self.page.locator("#ask")).to_be_visible()
        return json.loads(self.turn.locator(".record").evaluate("one => one.value"))

    def states(self) -> list[Any]:
        """What the turn that is shown went through."""
        identity = self.turn.get_attribute("id")
        return [state for state in self.page.evaluate("globalThis.seen") if state["turn"] == identity]

    def checks_each_citation(self, answer: Any, source: str) -> None:
        """Open every marker: the highlighted quote is what the canonical text holds at that place, and the source too."""
        for sentence in self.turn.locator(".sentence").all():
            assert sentence.locator(".marker").count() >= 1
        assert answer["citations"]
        for citation in answer["citations"]:
            name = re.compile(rf"^(Voir la source|See source) {citation['marker']}$")
            self.turn.get_by_role("button", name=name).first.click()
            drawer = self.page.locator("#drawer")
            expect(drawer).to_be_visible()
            shown = "".join(mark.evaluate("one => one.textContent") for mark in drawer.locator("mark").all())
            text = self.sourcier.run("documents", citation["document_id"], "--text").stdout
            assert shown == citation["quote"] == text[citation["start"] : citation["end"]] != ""
            assert words(shown) in words(re.sub(r"<[^>]*>", "", source))
            expect(drawer).to_contain_text(citation["path"])
            self.page.keyboard.press("Escape")
            expect(drawer).to_be_hidden()


def words(text: str) -> str:
    """A text whatever its line breaks and spaces."""
    return " ".join(text.split())


def told(answer: Any) -> str:
    return f"{answer['status']}: {answer['answer']} | removed: {answer['removed']}"


def read(content: bytes, form: str) -> str:
    match form:
        case "docx":
            return "\n".join(paragraph.text for paragraph in WordDocument(BytesIO(content)).paragraphs)
        case "odt":
            return str(OdfDocument(BytesIO(content)).get_formatted_text())
        case "pdf":
            return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
        case _:
            return content.decode("utf-8").replace("\\", "")


def sees_the_sources_then_the_sentences(member: Member) -> None:
    answer = member.asks(BEREAVEMENT)
    assert answer["status"] == "answered", told(answer)
    assert "cinq" in answer["answer"] or "5" in answer["answer"], told(answer)
    model = answer["model"]["name"]
    assert (answer["model"]["provider"], bool(model)) == ("embedded", True)
    states = member.states()
    with_cards = next(at for at, state in enumerate(states) if state["cards"])
    with_sentence = next(at for at, state in enumerate(states) if state["sentences"])
    assert with_cards < with_sentence, states
    assert states[with_cards]["sentences"] == 0
    # Written while the person reads, and not handed over whole at the end.
    assert states[with_sentence]["status"] == "going", states
    assert any(model in state["progress"] for state in states[:with_sentence]), states
    expect(member.turn.locator(".facts")).to_contain_text(f"Rédigé par {model} (modèle embarqué, sur cette machine)")
    expect(member.turn.locator(".sentence")).to_have_count(len(answer["sentences"]))
    member.checks_each_citation(answer, LEAVES)


def goes_on_from_there(member: Member) -> Any:
    answer = member.asks(MOVE)
    understood = member.turn.locator(".understood")
    expect(understood).to_contain_text("Compris comme :")
    expect(understood).to_contain_text("jours de congé")
    expect(understood).to_contain_text("déménagement")
    assert answer["status"] in {"answered", "quoted"}, told(answer)
    assert {citation["path"] for citation in answer["citations"]} == {"congés.txt"}, told(answer)
    assert any("déménagement" in citation["quote"] for citation in answer["citations"]), told(answer)
    member.checks_each_citation(answer, LEAVES)
    return answer


def takes_it_along(member: Member, answer: Any) -> None:
    page = member.page
    expected = [sentence["text"] for sentence in answer["sentences"]] + [one["quote"] for one in answer["citations"]]
    member.turn.locator("button.take").click()
    buttons = page.locator("#take .take-file")
    forms = buttons.evaluate_all("all => all.map((one) => one.value)")
    assert forms == ["docx", "odt", "pdf", "md", "txt"]
    for form in forms:
        with page.expect_download() as waited:
            page.locator(f"#take .take-file[value={form}]").click()
        assert waited.value.suggested_filename.endswith(f".{form}")
        text = words(read(Path(waited.value.path()).read_bytes(), form))
        for part in expected:
            assert words(part) in text, (form, part, text)
    page.evaluate("globalThis.print = () => { globalThis.printed = true; }")
    page.locator("#take-print").click()
    page.wait_for_function("globalThis.printed")
    printed = words(page.locator("#print-sheet").evaluate("one => one.textContent"))
    for part in expected:
        assert words(part) in printed
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("#print-sheet")).to_have_count(0)


def stops_it_and_asks_something_else(member: Member) -> None:
    page = member.page
    member.sends(ALLOWANCE)
    expect(member.turn.locator(".progress")).to_contain_text("rédaction en cours", timeout=WRITING_MS)
    page.locator("#stop").click()
    expect(member.turn.locator(".stopped")).to_contain_text("Rédaction arrêtée à votre demande")
    expect(member.turn.locator(".progress")).to_be_hidden()
    expect(page.locator("#ask")).to_be_visible()
    expect(page.locator("#question textarea")).to_have_value(ALLOWANCE)
    answer = member.asks(PARKING)
    assert answer["status"] in {"answered", "quoted"}, told(answer)
    assert "6 h 30" in words(answer["answer"]), told(answer)
    member.checks_each_citation(answer, HOSTILE)
    expect(page.locator("#past-turns .turn.halted .stopped")).to_be_visible()
    assert "injected.example" not in member.turn.inner_text()
    assert member.turn.locator("img").count() == 0


def asks_for_the_quotes_alone(member: Member) -> None:
    before = member.turn.get_attribute("id")
    member.turn.locator(".actions").get_by_role("button", name="Sans IA", exact=True).click()
    expect(member.page.locator(f"#current .turn:not(#{before})")).to_be_visible()
    answer = member.waits()
    assert answer["status"] == "quoted", told(answer)
    expect(member.turn.locator(".badge")).to_have_text("Citations exactes, sans rédaction par IA")
    expect(member.turn.locator(".facts")).to_contain_text("Aucun modèle n'a rédigé cette réponse")
    assert not any("rédaction en cours" in state["progress"] for state in member.states())
    quotes = {words(citation["quote"]) for citation in answer["citations"]}
    assert {words(sentence["text"]) for sentence in answer["sentences"]} <= quotes
    assert any("6 h 30" in quote for quote in quotes)
    expect(member.turn.locator("blockquote.sentence")).to_have_count(len(answer["sentences"]))
    member.checks_each_citation(answer, HOSTILE)


def meets_a_person_first(member: Member) -> None:
    member.asks(URGENT)
    states = member.states()
    assert (states[0]["persons"], states[0]["answers"], states[0]["cards"]) == (1, 0, 0), states
    expect(member.turn.locator(".urgent")).to_contain_text("Maude Cyr")
    expect(member.turn.locator(".answer")).to_be_visible()
    is_before = "one => !!(one.compareDocumentPosition(one.parentNode.querySelector('.answer')) & 4)"
    assert member.turn.locator(".urgent").evaluate(is_before)


def is_not_answered(member: Member) -> None:
    answer = member.asks(SALARY)
    assert answer["status"] == "abstained", told(answer)
    shown = member.turn.locator(".answer")
    expect(shown.locator(".badge")).to_have_text("Les documents ne permettent pas de répondre")
    expect(shown).to_contain_text("À qui demander")
    expect(shown.locator(".person")).to_contain_text("Maude Cyr")
    assert member.turn.locator(".sentence, .marker").count() == 0
    apart = shown.locator(".nearest")
    expect(apart.locator("h4")).to_have_text("Peut-être utile")
    expect(apart).to_contain_text("ils n'y répondent pas")
    expect(apart.locator("button.near")).to_have_count(len(answer["nearest"]))
    for number, near in enumerate(answer["nearest"]):
        apart.locator("button.near").nth(number).click()
        text = member.sourcier.run("documents", near["document_id"], "--text").stdout
        shown_quote = member.page.locator("#drawer mark").evaluate("one => one.textContent")
        assert shown_quote == near["quote"] == text[near["start"] : near["end"]] != ""
        member.page.keyboard.press("Escape")


def erases_everything(member: Member) -> None:
    page = member.page
    page.locator("#keep input").check()
    expect(page.locator("#note")).to_contain_text("gardée sur cet appareil")
    kept = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }])"
    assert BEREAVEMENT in page.evaluate("localStorage.getItem('sourcier.conversation')")
    page.locator("#clear").click()
    expect(page.locator("#note")).to_contain_text("Conversation effacée")
    expect(page.locator(".turn .question")).to_have_count(0)
    page.reload()
    expect(page.locator("#question textarea")).to_be_visible()
    expect(page.locator("button.example").first).to_be_visible()
    expect(page.locator("#question textarea")).to_have_value("")
    expect(page.locator(".turn")).to_have_count(0)
    assert page.evaluate(kept) == "[{},{}]"


def reads_it_in_english(member: Member) -> None:
    page = member.page
    assert page.evaluate("document.documentElement.lang.slice(0, 2)") == "en"
    expect(page.locator("#ask")).to_have_text("Ask")
    expect(page.locator("#clear")).to_have_text("Clear")
    expect(page.get_by_role("textbox", name="Your question")).to_be_focused()

    # A sentence in another language than its source is nearly always refused (docs/verifier.md): then, the quotes in French.
    answer = member.asks(BILL)
    assert answer["status"] in {"answered", "quoted"}, told(answer)
    assert "C-27" in answer["answer"] and "C-272" not in answer["answer"], told(answer)
    expect(member.turn.locator("h3").filter(has_text="Sources cited")).to_be_visible()
    if answer["status"] == "quoted":
        expect(member.turn.locator(".badge")).to_have_text("Exact quotes, not written by AI")
        expect(member.turn.locator(".facts")).to_contain_text("No model wrote this answer")
    # Canonical text writes the note as « 2. Loi… », and its call not at all.
    source = LAW.replace("<sup>2</sup> Loi", "2. Loi").replace("<sup>2</sup>", "")
    member.checks_each_citation(answer, source)

    answer = member.asks(MONITORING)
    assert answer["status"] == "answered", told(answer)
    assert "consult" in answer["answer"], told(answer)
    assert not re.search(r"\b(le|la|les|des|est|avant)\b", answer["answer"], re.IGNORECASE), told(answer)
    expect(member.turn.locator(".facts")).to_contain_text(f"Written by {answer['model']['name']}")
    member.checks_each_citation(answer, NOTICE)


@pytest.fixture
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"NO BROWSER: {CHROMIUM} is absent, the page is NOT tested here")
    expect.set_options(timeout=PATIENT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()
    expect.set_options(timeout=5000)  # as it is by default


@pytest.mark.slow
def test_a_member_asks_checks_goes_on_takes_along_and_leaves_nothing(
    sourcier: Sourcier, chromium: Browser, capfd: pytest.CaptureFixture[str]
) -> None:
    (sourcier.folder / "sourcier.toml").write_text(SETTINGS, encoding="utf-8")

    def journey(member: Member) -> None:
        sees_the_sources_then_the_sentences(member)
        takes_it_along(member, goes_on_from_there(member))
        stops_it_and_asks_something_else(member)
        asks_for_the_quotes_alone(member)
        meets_a_person_first(member)
        is_not_answered(member)
        erases_everything(member)

    said = visited(sourcier, chromium, journey) + "".join(capfd.readouterr())
    keeps_nothing_of(QUESTIONS, sourcier, said)


@pytest.mark.slow
def test_an_english_page_answers_in_english(
    make_sourcier: Callable[..., Sourcier], documents: Path, chromium: Browser, capfd: pytest.CaptureFixture[str]
) -> None:
    sourcier = make_sourcier(SOURCIER_LANGUAGE="en")
    (sourcier.folder / "notice.md").write_text(NOTICE, encoding="utf-8")
    assert sourcier.json("ingest", documents, sourcier.folder / "notice.md")["added"] == 5
    said = visited(sourcier, chromium, reads_it_in_english) + "".join(capfd.readouterr())
    keeps_nothing_of((BILL, MONITORING), sourcier, said)


def visited(sourcier: Sourcier, browser: Browser, journey: Callable[[Member], None]) -> str:
    """Go through a journey on a server of its own; what the server wrote. Nothing was asked of anybody else."""
    with sourcier.serve() as serving:
        member = Member(sourcier, browser.new_page(locale="en-US"))
        member.opens(serving.address)
        journey(member)
        member.page.close()
        ours = (f"{serving.address}/", "data:", "blob:")
        assert [url for url in member.requested if not url.startswith(ours)] == []
        assert member.errors == []
        assert serving.stop(signal.SIGTERM) == 0
        return "\n".join([*serving.said, *member.requested])


def keeps_nothing_of(questions: Iterable[str], sourcier: Sourcier, said: str) -> None:
    """Neither what the server wrote, nor an address, nor a file of its home holds anything of the questions."""
    files = [path for path in sourcier.home.rglob("*") if path.is_file() and "models" not in path.parts]
    assert files
    for question in questions:
        # The part of it that is written the same in every encoding and in escaped JSON.
        trace = max(re.findall(r"[ -~]+", question), key=len)
        assert trace not in said and quote(trace) not in said
        assert [path for path in files if trace.encode() in path.read_bytes()] == []
