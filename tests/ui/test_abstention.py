"""Where the documents do not answer: where it was looked, in short, and whom to ask."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from tests.ui.material import FEW
from tests.ui.relay_server import CONTACTS
from tests.ui.scripted import Play, ScriptedAssistant, document, hit

from sourcier.app.turnstile import Turnstile
from sourcier.app.ui.page import Conversation
from sourcier.app.ui.render import MOST_TITLES
from sourcier.core.settings import Contact, OrganisationSettings, Settings

QUESTION = "Quel est le salaire de la présidente?"
FOR_ALL = Contact(name="Accueil", phone="418 555-0100", email="accueil@livre.example")


def abstained(
    question: str = QUESTION, outside: str | None = None, found: int = 1, language: str = "fr", **organisation: Any
) -> str:
    """The turn of a question that the documents do not answer, as HTML."""
    hits = tuple(hit(document(f"{n}.md", f"Titre {n}", f"Texte {n}."), n) for n in range(1, found + 1))
    assistant = ScriptedAssistant(default=Play(hits, "abstained", outside=outside))
    settings = Settings(home=Path("unused"), language=language, organisation=OrganisationSettings(**organisation))  # type: ignore[arg-type]
    return list(Conversation(assistant, FEW.document, Turnstile(1), settings).answer(question))[-1]


def people(html: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'<li class="person"[^>]*><h4>(.*?)</h4>', html)]


def test_the_persons_of_the_settings_are_offered() -> None:
    html = abstained(contacts=(*CONTACTS, FOR_ALL), contact="Une autre ligne")
    assert "À qui demander" in html
    # Whoever answers about everything first, then the others; the rest are one button away.
    assert people(html)[0] == "Accueil"
    assert len(people(html)) == 3
    assert 'href="tel:4185550100"' in html
    assert 'value="write-3"' in html
    assert "Voir toutes les personnes à joindre" in html
    assert "Une autre ligne" not in html
    assert "Voir toutes" not in abstained(contacts=CONTACTS)


def test_one_line_of_contact_is_shown_as_it_is_and_nobody_is_invented() -> None:
    html = abstained(contact="Nadia Roy, poste 214")
    assert "À qui demander" in html
    assert "<p>Nadia Roy, poste 214</p>" in unescape(html)
    assert people(html) == []
    assert "À qui demander" not in abstained()


def test_who_was_shown_before_the_answer_is_not_shown_again() -> None:
    html = abstained("Mon collègue me harcèle, que faire?", contacts=CONTACTS)
    assert people(html) == [CONTACTS[1].name]
    assert "À qui demander" not in html


def test_a_question_that_is_none_for_the_documents_names_them_too() -> None:
    assert people(abstained(outside="personal", contacts=(FOR_ALL,))) == ["Accueil"]
    assert "À qui demander" not in abstained(outside="personal", contact="Nadia Roy, poste 214")


def test_within_an_answer_a_person_is_named_without_her_subjects() -> None:
    html = abstained("Mon collègue me harcèle, que faire?", contacts=CONTACTS)
    assert html.count("Harcèlement et violence") == 1
    assert "Harcèlement · Violence" not in html


@pytest.mark.parametrize(("found", "more"), [(5, None), (6, "et un autre"), (12, "et 7 autres")])
def test_the_titles_looked_in_are_few(found: int, more: str | None) -> None:
    html = abstained(found=found)
    looked = html.partition("Où nous avons cherché")[2].partition("</ul>")[0]
    titles = re.findall(r"<li>(.*?)</li>", looked)
    assert titles[:MOST_TITLES] == [f"Titre {n}" for n in range(1, MOST_TITLES + 1)]
    assert titles[MOST_TITLES:] == ([more] if more else [])
    if more:
        assert "and one more" in abstained(found=6, language="en")
