from __future__ import annotations

import pytest

from sourcier.app.answering.wanted import Wanted, holds, wanted_by, wants_list


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("Combien coûte le programme ?", {Wanted.AMOUNT}),
        ("Quel est le salaire de la présidente ?", {Wanted.AMOUNT}),
        ("Quelle part du personnel a été formée ?", {Wanted.SHARE}),
        ("Combien de personnes ont participé ?", {Wanted.COUNT}),
        ("En quelle année la loi a-t-elle été adoptée ?", {Wanted.DATE}),
        ("Quand, et par qui, l'entente a-t-elle été signée ?", {Wanted.DATE, Wanted.PERSON}),
        ("Quel est le courriel de la personne-ressource ?", {Wanted.CONTACT}),
        ("Qui préside la centrale ?", {Wanted.PERSON}),
        ("Pourquoi former les gens ?", set()),
        ("How many hours of training?", {Wanted.COUNT}),
    ],
)
def test_what_a_question_asks_for(question: str, kinds: set[Wanted]) -> None:
    assert wanted_by(question) == kinds


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Wanted.AMOUNT, "Le projet est doté de 60 millions d'euros."),
        (Wanted.AMOUNT, "Une prime de 1 500 $ est versée."),
        (Wanted.SHARE, "Cela touche 77,2 % du personnel."),
        (Wanted.COUNT, "Une trentaine de demandes."),
        (Wanted.COUNT, "810 000 personnes"),
        (Wanted.DATE, "L'atelier a eu lieu en décembre dernier."),
        (Wanted.CONTACT, "Téléphone : 514 555-0199"),
        (Wanted.PERSON, "Elle est présidée par Aline Tremblay."),
    ],
)
def test_texts_that_hold_it(kind: Wanted, text: str) -> None:
    assert holds(kind, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Wanted.COUNT, "L'atelier du 23 janvier 2025 a été apprécié."),
        (Wanted.COUNT, "Le projet de loi C-27 et le règlement 2024/1689."),
        (Wanted.COUNT, "Téléphone : 514 555-0199"),
        (Wanted.AMOUNT, "Le projet dure deux ans."),
        (Wanted.SHARE, "Le projet compte 12 partenaires."),
        (Wanted.DATE, "Le projet est lancé."),
    ],
)
def test_dates_and_references_are_no_counts(kind: Wanted, text: str) -> None:
    assert not holds(kind, text)


def test_lists_that_are_asked_for() -> None:
    assert wants_list("Quels sont les trois temps du projet ?")
    assert wants_list("Nommez les axes.")
    assert wants_list("What are the six themes?")
    assert not wants_list("Qui préside la centrale ?")
