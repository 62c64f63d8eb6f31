from __future__ import annotations

import random

import pytest

from sourcier.eval.training.extracts import compressed, examples_of, listed, overreaching, parts


@pytest.mark.parametrize(
    ("sentence", "claims"),
    [
        (
            "L'horaire d'été débute le 24 juin et compte 32 heures par semaine.",
            ["L'horaire d'été compte 32 heures par semaine.", "L'horaire d'été débute le 24 juin."],
        ),
        (
            "Le fonds régional, doté de 60 millions de dollars, soutient les entreprises.",
            ["Le fonds régional soutient les entreprises.", "Le fonds régional est doté de 60 millions de dollars."],
        ),
        # A condition or a denial may hold for all of the sentence.
        ("L'horaire débute le 24 juin et compte 32 heures, sauf à la bibliothèque.", []),
        ("La Ville ne verse rien et demande un rapport.", []),
        ("Le comité se réunit.", []),
    ],
)
def test_what_a_sentence_says_in_a_part_of_itself(sentence: str, claims: list[str]) -> None:
    assert parts(sentence) == claims


def test_a_part_is_right_as_it_stands_and_wrong_once_changed() -> None:
    sentence = "L'horaire d'été débute le 24 juin et compte 32 heures par semaine."
    found = examples_of(sentence, ["La Ville paie 12 repas."], "Entente", "g", random.Random(1))
    assert {example.claim for example in found if example.label} == set(parts(sentence))
    assert {example.label for example in found} == {0, 1}
    assert all(sentence in {evidence.text for evidence in example.evidence} for example in found)


def test_a_list_is_summed_up_and_a_foreign_item_is_none_of_it() -> None:
    sentence = "La formation payée porte sur l'accueil du public, les logiciels libres et la santé."
    other = "Le comité comprend une élue, deux parents et trois enseignants."
    found = listed(sentence, [other], "Entente", "g", random.Random(3))
    assert all("\n" in example.evidence[0].text for example in found)
    right = [example.claim for example in found if example.label]
    wrong = [example for example in found if not example.label]
    assert any("accueil" in claim and "santé" in claim for claim in right)
    assert any(example.kind == "foreign_item" for example in wrong)


@pytest.mark.parametrize(
    ("sentence", "claims"),
    [
        ("Le comité (formé en 2019) publie un rapport annuel.", ["Le comité publie un rapport annuel."]),
        (
            "La médiatrice, qui a été nommée lundi, reçoit les parties à Gatineau.",
            ["La médiatrice reçoit les parties à Gatineau."],
        ),
        (
            "La Ville verse 80 000 $ au laboratoire, ce qui couvre la moitié de ses frais.",
            ["La Ville verse 80 000 $ au laboratoire."],
        ),
        (
            "Le syndicat demande un moratoire, tandis que l'employeur propose un essai de six mois.",
            ["Le syndicat demande un moratoire.", "L'employeur propose un essai de six mois."],
        ),
        # What a parenthesis limits would be said of everyone.
        ("Les frais (sauf ceux du repas) sont remboursés par le fonds.", []),
        ("Le comité publie un rapport annuel.", []),
    ],
)
def test_a_sentence_compressed_says_what_it_said(sentence: str, claims: list[str]) -> None:
    assert compressed(sentence) == claims


@pytest.mark.parametrize(
    ("sentence", "claims"),
    [
        (
            "Les salariés qui ont trois mois de service peuvent prendre ce congé.",
            ["Les salariés peuvent prendre ce congé."],
        ),
        (
            "En cas de désaccord, le projet est suspendu pendant soixante jours.",
            ["Le projet est suspendu pendant soixante jours."],
        ),
        (
            "Le salarié reçoit une indemnité égale à un mois de paie, sauf s'il démissionne.",
            ["Le salarié reçoit une indemnité égale à un mois de paie."],
        ),
        # « même si » limits nothing: a cut there leaves half a sentence.
        ("Le détachement peut être renouvelé par la direction, même si rien ne le précise.", []),
    ],
)
def test_a_sentence_without_its_condition_says_more_than_it_did(sentence: str, claims: list[str]) -> None:
    assert overreaching(sentence) == claims
