"""Whom an abstention names: the persons of the settings, the same for the page, the command and other programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from tests.ui.relay_server import CONTACTS

from sourcier.app.answering.answerability import Answerability
from sourcier.app.answering.assistant import Assistant
from sourcier.app.answering.wording import abstention, people_line
from sourcier.app.api.replies import AnswerReply
from sourcier.app.cli.ask import as_text
from sourcier.app.relay.hearing import Hearing
from sourcier.app.shapes import answer_to_json
from sourcier.app.turnstile import Turnstile
from sourcier.core.settings import Contact, OrganisationSettings, Settings, load
from sourcier.index.search import Searcher
from sourcier.index.sync import sync

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

DESK = Contact(name="Accueil", phone="418 555-0100", email="accueil@livre.example")
EVERYBODY = (*CONTACTS, DESK)
UNANSWERED = "Quelle équipe a gagné la finale de hockey de 1993 ?"
HARASSED = "Mon collègue me harcèle, que faire?"
TASK = "Traduis ce texte en anglais"


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("people")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "horaires.md").write_text(
        "# Horaires\n\nL'horaire d'été débute le 24 juin.\n", encoding="utf-8"
    )
    settings = load(environ={"SOURCIER_HOME": str(folder / "home")}).settings
    sync([folder / "corpus"], settings)
    searcher = Searcher.open(settings)
    yield searcher
    searcher.close()


def assistant(searcher: Searcher, **organisation: object) -> tuple[Assistant, Settings]:
    settings = Settings(home=Path("unused"), organisation=OrganisationSettings(**organisation))  # type: ignore[arg-type]
    return Assistant(searcher, None, Answerability.load(), settings), settings


@pytest.mark.parametrize(
    ("question", "named"),
    [
        (UNANSWERED, (DESK, CONTACTS[0], CONTACTS[1])),  # whoever answers about everything first, and three at most
        (HARASSED, (CONTACTS[1],)),
        (TASK, (DESK, CONTACTS[0], CONTACTS[1])),
    ],
)
def test_an_abstention_names_the_persons_that_the_page_shows(
    searcher: Searcher, question: str, named: tuple[Contact, ...]
) -> None:
    from sourcier.app.ui.page import Conversation

    asked, settings = assistant(searcher, contacts=EVERYBODY, contact="Une autre ligne")
    answer = asked.ask(question)
    assert (answer.status, answer.contacts) == ("abstained", named)
    assert all(f"{one.name}, " in answer.answer and one.email in answer.answer for one in named)
    assert "Une autre ligne" not in answer.answer
    shape = answer_to_json(answer)
    assert [one["email"] for one in shape["contacts"]] == [one.email for one in named]
    assert AnswerReply.model_validate(shape, strict=True).model_dump(mode="json") == shape
    assert named[0].email in as_text(answer)
    page = list(
        Conversation(asked, searcher.document, Turnstile(1), settings, Hearing(searcher.embedder)).answer(question)
    )[-1]
    shown = page.partition('<button type="button" class="record"')[0]
    assert [unescape(name) for name in re.findall(r'<li class="person"[^>]*><h4>(.*?)</h4>', shown)] == [
        one.name for one in named
    ]
    assert "vous répondre :" not in unescape(shown)  # in their block alone, not in the text as well


def test_the_one_line_of_the_settings_is_named_as_it_is(searcher: Searcher) -> None:
    for question in (UNANSWERED, HARASSED, TASK):
        answer = assistant(searcher, contact="Nadia Roy, poste 214")[0].ask(question)
        assert answer.contacts == (Contact(name="Nadia Roy, poste 214"),)
        assert answer.answer.endswith("une personne peut vous répondre : Nadia Roy, poste 214.")


def test_nobody_is_invented(searcher: Searcher) -> None:
    for question in (UNANSWERED, HARASSED, TASK):
        answer = assistant(searcher)[0].ask(question)
        assert answer.contacts == ()
        assert "peut vous répondre :" not in answer.answer


def test_what_is_answered_names_nobody(searcher: Searcher) -> None:
    answer = assistant(searcher, contacts=EVERYBODY)[0].ask("Quand débute l'horaire d'été ?")
    assert (answer.status, answer.contacts) == ("quoted", ())


def test_persons_are_told_in_both_languages_with_how_to_reach_them() -> None:
    assert people_line((), "fr") == ""
    assert people_line((DESK,), "en") == (
        "To go further, a person can answer you: Accueil, 418 555-0100, accueil@livre.example."
    )
    told = people_line((DESK, CONTACTS[2]), "fr")
    assert told.endswith("accueil@livre.example ; Karim Haddad, Estrie, https://livre.example/sst.")
    assert abstention((), (), "fr") == "Les documents consultés ne permettent pas de répondre à cette question."
