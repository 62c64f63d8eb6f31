"""What is settled by rule, whatever the forest says: word for word, how far a text has come, another of a kind."""

from __future__ import annotations

import numpy as np
import pytest

from sourcier.app.answering.verifier import Evidence, Verifier, extraction, forest, further, stages
from sourcier.app.answering.verifier.text import read

SCHEDULE = "L'horaire d'été débute le 24 juin et compte 32,5 heures."


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("L'horaire d'été compte 32,5 heures.", SCHEDULE),
        ("L'horaire d'été débute le 24 juin.", SCHEDULE),
        ("Le comité conjoint publie un rapport.", "Le comité conjoint, qui a été formé en 2021, publie un rapport."),
        ("La Ville verse 80 000 $ au musée.", "La Ville verse 80 000 $ au musée, ce qui couvre la moitié des frais."),
        ("La Ville verse 20 000 $ à l'école.", "La Ville verse 80 000 $ au musée et verse 20 000 $ à l'école."),
    ],
)
def test_a_sentence_cut_at_its_joints_is_taken_as_it_stands(claim: str, source: str) -> None:
    assert extraction.compare(read(claim), [read("Rien à voir ici."), read(source)]).whole


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("L'horaire d'été compte 24 heures.", SCHEDULE),
        # The verb is another's.
        ("La CSQ propose une loi.", "La CSQ demande un moratoire et le gouvernement propose une loi."),
        ("Le comité dirige le projet.", "Le comité rencontre la ministre, qui dirige le projet."),
        ("La Ville verse 80 000 $ à l'école.", "La Ville verse 80 000 $ au musée et 20 000 $ à l'école."),
        # What is left out limits the rest.
        ("L'indemnité est versée par le fonds.", "L'indemnité est versée par le fonds, sauf en cas de démission."),
        ("Les membres ont droit à trois jours.", "Les membres ont droit à trois jours pour déménager."),
        ("Le congé est payé par le fonds.", "Le congé est payé par le fonds, dans la limite de dix jours."),
        ("Le comité siège lundi et vote.", "Le comité ne siège pas lundi et vote."),
    ],
)
def test_a_cut_elsewhere_is_no_quote(claim: str, source: str) -> None:
    assert not extraction.compare(read(claim), [read(source)]).whole


def test_a_part_of_a_sentence_is_supported_by_it_and_the_same_part_changed_is_not() -> None:
    verifier = Verifier.load(None)
    evidence = [Evidence(SCHEDULE, "Horaires")]
    asked = "Combien d'heures compte l'horaire d'été ?"
    assert verifier.verify("L'horaire d'été compte 32,5 heures.", evidence, question=asked).support >= 0.9
    assert verifier.verify("L'horaire d'été compte 35 heures.", evidence, question=asked).support < 0.5


@pytest.mark.parametrize(("coverage", "support"), [(1.0, forest.EXTRACTED), (0.2, 0.3)])
def test_a_quote_that_answers_another_question_is_left_to_the_forest(coverage: float, support: float) -> None:
    row = {"extraction.whole": 1.0, "question.coverage": coverage, "number.missing": 0.0}
    row |= {"question.names_missing": 0.0, "stage.ahead": 0.0, "further.added": 0.0, "belonging.elsewhere": 0.0}
    assert forest.settled(np.array([0.3]), [row]) == pytest.approx([support])


@pytest.mark.parametrize(
    ("claim", "source", "ahead"),
    [
        ("La loi est entrée en vigueur le 14 mai.", "Le ministre a présenté un projet de loi le 14 mai.", True),
        ("Le projet de loi a été adopté le 14 mai.", "Le ministre a présenté un projet de loi le 14 mai.", True),
        ("Le projet de loi a été présenté.", "Le projet de loi a été adopté le 14 mai.", False),
        ("La loi n'est pas encore en vigueur.", "Le ministre a présenté un projet de loi.", False),
        ("La loi entre en vigueur en mai.", "La loi, adoptée en mars, entrera en vigueur en mai.", False),
        ("Le comité a adopté son budget.", "Le comité a présenté son budget.", False),
    ],
)
def test_a_bill_that_was_presented_is_not_the_law(claim: str, source: str, ahead: bool) -> None:
    assert bool(stages.compare(read(claim), read(source)).ahead) is ahead
    if ahead:
        assert Verifier.load(None).verify(claim, [Evidence(source)]).support < 0.5


@pytest.mark.parametrize(
    ("claim", "source", "added"),
    [
        ("Oui, il y a eu un autre atelier en mai.", "Communiqué sur l'atelier de mai", True),
        ("Another workshop was held in May.", "A workshop was held in May.", True),
        ("Le comité et d'autres organismes appuient le projet.", "Le comité appuie le projet.", True),
        ("Il y a eu un autre atelier en mai.", "Un deuxième atelier a eu lieu en mai.", False),
        ("Le comité et d'autres organismes l'appuient.", "Plusieurs organismes, dont le comité, l'appuient.", False),
        ("D'autre part, l'atelier a eu lieu en mai.", "L'atelier a eu lieu en mai.", False),
        ("Les autres membres votent en mai.", "Les membres votent en mai.", False),
        ("L'atelier a eu lieu en mai.", "Un autre atelier a eu lieu en mai.", False),
    ],
)
def test_one_more_of_a_kind_must_be_said_by_the_source(claim: str, source: str, added: bool) -> None:
    assert bool(further.compare(read(claim), read(source)).added) is added


def test_another_workshop_is_not_proven_by_the_one_there_was() -> None:
    verifier = Verifier.load(None)
    evidence = [Evidence("23 mai 2025 | Communiqué sur l'atelier des municipalités", "Dates")]
    asked = "Y a-t-il eu un autre atelier pour les municipalités en 2025 ?"
    claim = "Oui, il y a eu un autre atelier pour les municipalités en 2025."
    assert verifier.verify(claim, evidence, question=asked).support < 0.5
