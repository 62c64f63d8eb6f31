"""Who holds a role in a body: any word for the role answers, and no other body's."""

from __future__ import annotations

from pathlib import Path

import pytest

from sourcier.app.answering.evidence import ROLE_LIFT, rank_units
from sourcier.app.answering.roles import asked_role, holds_role, said_of_role
from sourcier.core.settings import load
from sourcier.index.search import Searcher
from sourcier.index.sync import sync

CSQ = "Éric Gingras : président de la CSQ au moment de l'annonce, en septembre 2024."
MOOV = "« Nous sommes fiers », dit Dominic Danis, président et cofondateur de Moov AI."
PEOPLE = """# Personnes

Les personnes citées :

- Aline Roy : vice-présidente de la CSQ, présente à l'annonce de Moov AI.
- Dominic Danis : président et cofondateur de Moov AI.
- Mark Côté : dirigeant du comité, à l'annonce de Moov AI lui aussi.
"""
THERE = "Aline Roy, vice-présidente de la CSQ, était à l'annonce de Moov AI."


@pytest.mark.parametrize(
    "question",
    [
        "Qui préside la CSQ ?",
        "Bonjour, qui est le président de la CSQ?",
        "c'est qui le president de la CSQ",
        "Who is the president of the CSQ?",
        "Qui est la présidente de la Centrale des syndicats du Québec ?",
        "Qui dirige la CSQ ?",
    ],
)
def test_a_role_is_found_by_any_of_its_words(question: str) -> None:
    assert said_of_role(question, [MOOV, THERE, CSQ]) is True


@pytest.mark.parametrize(
    "question",
    [
        "Qui préside la FTQ ?",
        "Qui est le président de la Fédération des travailleurs du Québec ?",
        "C'est qui la vice-présidente chez Moov AI ?",
    ],
)
def test_those_of_other_bodies_do_not_answer(question: str) -> None:
    assert said_of_role(question, [MOOV, THERE, CSQ]) is False


@pytest.mark.parametrize(
    "question",
    [
        # More than who, or not who, or in no named body.
        "Depuis quand Éric Gingras préside-t-il la CSQ ?",
        "Qui était le président de la CSQ en 1995 ?",
        "Qui est l'autre cofondateur de Moov AI ?",
        "Quel est le salaire du président de la CSQ ?",
        "Qui est le président ?",
        "Qui préside le comité ?",
        # The president of something else, which has a named body in its own name.
        "Qui préside le comité de pilotage de la CSQ ?",
        "Qui est la présidente du syndicat de la CSQ ?",
    ],
)
def test_what_is_not_the_holder_of_a_role_in_a_body_is_left_alone(question: str) -> None:
    assert asked_role(question) is None
    assert said_of_role(question, [CSQ]) is None


def test_what_may_be_the_same_body_is_not_denied() -> None:
    assert said_of_role("Qui préside la Centrale ?", [CSQ]) is None
    # C as in CSQ: not told, and not found.
    assert said_of_role("Qui préside la Commission des partenaires ?", [CSQ]) is None
    assert said_of_role("Qui préside la FTQ ?", ["FTQ | Présidente | Magali Roy", CSQ]) is None
    assert said_of_role("Qui préside la FTQ ?", []) is None


def test_a_part_of_a_body_is_not_the_body() -> None:
    asked = asked_role("Qui est le directeur de la CSQ ?")
    assert asked is not None
    assert holds_role(asked, "Marc Côté, directeur des communications de la CSQ, a parlé.") is not True
    assert holds_role(asked, "Marc Côté, directeur de la CSQ, a parlé.") is True


def test_of_a_list_of_people_the_one_who_holds_it_comes_first(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "personnes.md").write_text(PEOPLE, encoding="utf-8")
    settings = load(environ={"SOURCIER_HOME": str(tmp_path / "home")}).settings
    sync([tmp_path / "corpus"], settings)
    searcher = Searcher.open(settings)
    question = "Qui dirige Moov AI ?"
    ranked = rank_units(question, searcher.search(question).hits, searcher.embedder, searcher.idf)
    searcher.close()
    whole = next(unit for unit in ranked if unit.is_list)
    assert ranked[0].text.startswith("Dominic Danis :")
    assert ranked[0].score - whole.score >= ROLE_LIFT
