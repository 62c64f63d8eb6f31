"""A person in reach: which questions show one first, who is shown, and a message that stays in the browser."""

from __future__ import annotations

import email.policy
import html
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Page, expect
from tests.ui.conftest import CHROMIUM, OpenPage, Service
from tests.ui.relay_server import CONTACTS, LINE, PATIENT_MS, served

from sourcier.app.cli.doctor import examine_relay
from sourcier.app.relay.contacts import about, contacts_of, lines_for
from sourcier.app.relay.urgency import SUBJECTS, Subject, urgent
from sourcier.app.ui.relay import relay_button, relay_dialog, urgent_block
from sourcier.core.settings import Contact, EmergencyLine, OrganisationSettings, Settings

Test = TypeVar("Test", bound=Callable[..., None])
SENTENCES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("urgent_sentences.toml").read_text(encoding="utf-8"))
DATA = Path(__file__).resolve().parents[2] / "eval" / "data"
URGENT = [(subject, text) for subject in SUBJECTS for text in SENTENCES[subject]]
HARASSED = "Mon collègue me harcèle, que faire?"

NEEDS_BROWSER = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO BROWSER: {CHROMIUM} is absent, the page is NOT tested here"),
    # Gradio 6.31's queue uses an option and an argument that pandas 3.1 deprecates.
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]


def browsed(function: Test) -> Test:
    for mark in NEEDS_BROWSER:
        function = mark(function)
    return function


@pytest.fixture(scope="module")
def manned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    yield from served(tmp_path_factory.mktemp("home"))


def settings(**organisation: Any) -> Settings:
    return Settings(home=Path("unused"), organisation=OrganisationSettings(**organisation))


# --- which questions ------------------------------------------------------------------------------------------------


def test_there_are_sentences_enough_to_tell() -> None:
    assert len(URGENT) >= 120
    assert len(SENTENCES["none"]) >= 60
    assert all(len(SENTENCES[subject]) >= 20 for subject in SUBJECTS)


def test_urgent_sentences_are_caught_with_their_subject() -> None:
    missed = [text for subject, text in URGENT if subject not in urgent(text)]
    assert missed == []


def test_ordinary_questions_show_nobody_for_nothing() -> None:
    alarms = [text for text in SENTENCES["none"] if urgent(text)]
    assert alarms == []


def test_later_rounds_are_caught_as_documented() -> None:
    """``docs/relay.md`` says how many were when the rules first met them."""
    missed = {name: [t for t in SENTENCES[name]["urgent"] if not urgent(t)] for name in ("later", "fresh", "last")}
    assert missed == {"later": ["un papa m'attend dans le stationnement pis y crie des noms"], "fresh": [], "last": []}
    alarms = [text for name in ("later", "fresh", "last") for text in SENTENCES[name]["none"] if urgent(text)]
    assert alarms == []


def test_the_questions_of_the_project_show_nobody_for_nothing() -> None:
    """14 of some 1,500, most of which do call for a person: more would tire those who ask of documents."""
    asked = {
        json.loads(line).get("question")
        for path in DATA.rglob("*.jsonl")
        if "verifier" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    questions = [question for question in asked if isinstance(question, str)]
    assert len(questions) > 1000
    assert sum(bool(urgent(question)) for question in questions) / len(questions) <= 0.015


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("HARCÈLEMENT!!!", "harassment"),
        ("harcelment", "harassment"),
        ("arcellement", "harassment"),
        ("j’ai pensé au suisside", "distress"),
        ("Un élève m’a frappé", "violence"),
        ("AXIDENT de travail", "safety"),
    ],
)
def test_capitals_accents_and_spelling_do_not_matter(text: str, subject: Subject) -> None:
    assert subject in urgent(text)


def test_the_gravest_comes_first_and_hostile_text_is_read_quickly() -> None:
    assert urgent("Je veux mourir depuis qu'un parent m'a frappée; quel est le délai pour un grief?") == (
        "distress",
        "violence",
        "deadline",
    )
    assert urgent("\ud800" + "a" * 50_000 + " (" * 5000) == ()


# --- who ------------------------------------------------------------------------------------------------------------


def test_contacts_come_from_the_settings_and_nobody_is_invented() -> None:
    nobody = settings()
    assert contacts_of(nobody.organisation) == ()
    assert relay_button(nobody) == relay_dialog(nobody) == ""
    block = urgent_block(urgent(HARASSED), nobody)
    assert "syndicat local" in block
    assert not re.search(r"\d", re.sub(r"<[^>]*>", "", html.unescape(block)))
    one = settings(contact="Nadia Roy, poste 214")
    assert contacts_of(one.organisation) == (Contact(name="Nadia Roy, poste 214"),)
    assert "Nadia Roy" in relay_dialog(one)


def test_an_urgent_subject_finds_its_contacts() -> None:
    assert about(CONTACTS, ["harassment"]) == (CONTACTS[1],)
    assert about(CONTACTS, ["deadline"]) == (CONTACTS[0],)
    assert about(CONTACTS, ["safety"]) == (CONTACTS[2],)
    # Nobody names distress: everybody is shown rather than nobody.
    assert about(CONTACTS, ["distress"]) == CONTACTS
    for_all = Contact(name="Accueil")
    assert about((*CONTACTS, for_all), ["distress"]) == (for_all,)


def test_lines_to_call_are_those_of_the_subject() -> None:
    listens = EmergencyLine(name="Écoute", phone="418 555-0111", subjects=("distress",))
    organisation = OrganisationSettings(emergency=(LINE, listens))
    assert lines_for(organisation, ["distress"]) == (LINE, listens)
    assert lines_for(organisation, ["safety"]) == (LINE,)
    assert lines_for(organisation, ["deadline"]) == ()


def test_what_settings_say_is_text_in_both_languages() -> None:
    for language in ("fr", "en"):
        known = Settings(
            home=Path("unused"), language=language, organisation=OrganisationSettings(contacts=CONTACTS, emergency=(LINE,))
        )  # fmt: skip
        for shown in (relay_dialog(known), urgent_block(urgent(HARASSED), known)):
            assert "<b>" not in shown
            assert 'href="tel:4185550199"' in shown
    assert urgent_block(urgent("Quand a lieu le congrès?"), known) == ""


def test_doctor_says_how_to_name_somebody() -> None:
    [none] = examine_relay(settings())
    assert none.state == "absent"
    assert "organisation.contacts" in none.remedy
    [some] = examine_relay(settings(contacts=CONTACTS, emergency=(LINE,)))
    assert (some.state, some.remedy) == ("ok", "")
    assert "3" in some.detail


# --- on the page ----------------------------------------------------------------------------------------------------


def asked(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#current .turn.answered .question")).to_contain_text(question, timeout=PATIENT_MS)


@browsed
def test_a_person_is_reached_by_the_keyboard_wherever_one_is(manned: Service, open_page: OpenPage) -> None:
    page = open_page(manned.address, width=320, height=640)
    button = page.get_by_role("button", name="Parler à une personne")
    expect(button).to_be_in_viewport()
    asked(page, "Quelle est l'allocation?")
    page.mouse.wheel(0, 4000)
    expect(button).to_be_in_viewport()
    assert page.locator(".urgent").count() == 0
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#relay")).to_be_visible()
    expect(page.locator("#relay-title")).to_be_focused()
    expect(page.locator("#relay")).to_contain_text("Ligne d'écoute de la Fédération")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    page.locator("#current button.marker").first.click()
    expect(page.locator("#drawer")).to_be_visible()
    for width, height in ((320, 640), (1280, 900)):
        page.set_viewport_size({"width": width, "height": height})
        button.click()  # nothing covers it while a passage is open
        page.keyboard.press("Escape")
        expect(page.locator("#relay")).to_be_hidden()
        expect(page.locator("#drawer")).to_be_visible()


@browsed
def test_contacts_are_filtered_by_region_and_subject(manned: Service, open_page: OpenPage) -> None:
    page = open_page(manned.address)
    page.locator("#relay-open").click()
    people = page.locator("#relay .person:visible")
    expect(people).to_have_count(3)
    page.get_by_label("Région").select_option("Estrie")
    expect(people).to_have_count(2)  # those of Estrie, and those who answer everywhere
    expect(page.locator("#relay-count")).to_have_text("2 personnes")
    page.get_by_label("Sujet").select_option("Griefs")
    expect(people).to_have_count(0)
    expect(page.locator("#relay-none")).to_be_visible()
    page.get_by_label("Région").select_option("")
    expect(people).to_have_count(1)
    expect(page.locator("#relay-count")).to_have_text("1 personne")


@browsed
def test_an_urgent_question_shows_a_person_before_the_answer_which_still_comes(
    manned: Service, open_page: OpenPage
) -> None:
    page = open_page(manned.address, width=375, height=800, scheme="dark")
    asked(page, HARASSED)
    urgent_first, answer = page.locator("#current .urgent"), page.locator("#current .answer")
    expect(urgent_first).to_contain_text(CONTACTS[1].name)
    expect(urgent_first).not_to_contain_text("Karim")
    expect(urgent_first.get_by_role("link", name=LINE.phone)).to_have_attribute("href", "tel:4185550199")
    expect(page.locator("#relay-alert")).to_contain_text("Le harcèlement n'est pas acceptable")
    before, after = urgent_first.bounding_box(), answer.bounding_box()
    assert before
    assert after
    assert before["y"] + before["height"] <= after["y"]
    expect(answer).to_contain_text("allocation de télétravail")


@browsed
def test_the_message_is_hers_to_read_change_and_send(manned: Service, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(manned.address)
    asked(page, HARASSED)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    page.locator("#current .urgent").get_by_role("button", name="Préparer un message").click()
    body = page.get_by_label("Message", exact=True)
    for part in (
        HARASSED,
        "L'allocation de télétravail est de 40 $ par mois",
        "[1] Guide du télétravail",
        "« Une allocation",
    ):
        assert part in body.input_value()
    expect(page.get_by_label("À", exact=True)).to_have_value("ecoute@livre.example")

    page.get_by_label("La réponse de l'assistant").uncheck()
    assert "L'allocation de télétravail est de 40 $" not in body.input_value()
    page.get_by_label("Les sources citées").uncheck()
    body.fill("Bonjour,\n\nÇa dure depuis l'été : 100 % des « réunions » & plus 😔.\n")
    page.get_by_label("Objet").fill("Écoute & aide\u00a0: été 2026, s'il vous plaît, dès que vous le pouvez")
    link = page.locator("#relay-mail").get_attribute("href") or ""
    parts = urlsplit(link)
    assert (parts.scheme, parts.path) == ("mailto", "ecoute@livre.example")
    fields = parse_qs(parts.query)
    assert fields["body"] == ["Bonjour,\r\n\r\nÇa dure depuis l'été : 100 % des « réunions » & plus 😔.\r\n"]
    assert fields["subject"] == ["Écoute & aide\u00a0: été 2026, s'il vous plaît, dès que vous le pouvez"]
    expect(page.locator("#relay-cut")).to_be_hidden()

    with page.expect_download() as download:
        page.get_by_role("button", name="Enregistrer le courriel").click()
    assert download.value.suggested_filename == "message-au-syndicat.eml"
    download.value.save_as(tmp_path / "m.eml")
    raw = (tmp_path / "m.eml").read_bytes()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["to"] == "ecoute@livre.example"
    assert mail["subject"] == "Écoute & aide\u00a0: été 2026, s'il vous plaît, dès que vous le pouvez"
    assert mail["x-unsent"] == "1"
    assert mail.get_content().splitlines()[2] == "Ça dure depuis l'été : 100 % des « réunions » & plus 😔."
    with page.expect_download() as download:
        page.get_by_role("button", name="Enregistrer le texte").click()
    download.value.save_as(tmp_path / "m.txt")
    assert (tmp_path / "m.txt").read_text(encoding="utf-8").startswith("Bonjour,\n\nÇa dure")
    assert not any("Ça dure" in unquote(one) for one in sent)

    page.keyboard.press("Escape")
    expect(page.locator("#relay-body")).to_have_value("")


@browsed
def test_a_long_message_is_cut_between_two_characters_and_says_so(manned: Service, open_page: OpenPage) -> None:
    page = open_page(manned.address)
    page.locator("#relay-open").click()
    page.locator("#relay .person button").first.click()
    expect(page.locator("#relay-no-exchange")).to_be_visible()
    page.get_by_label("À", exact=True).fill("a@b.example\r\nBcc: c@d.example, e@f.example")
    page.get_by_label("Message", exact=True).fill("😔é" * 2000)
    expect(page.locator("#relay-cut")).to_be_visible()
    link = page.locator("#relay-mail").get_attribute("href") or ""
    assert len(link) <= 1900
    assert "\ufffd" not in unquote(link, errors="strict")
    assert "La suite est dans le fichier" in unquote(link)
    assert "Bcc" not in link
