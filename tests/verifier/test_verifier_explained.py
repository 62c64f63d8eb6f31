"""A refusal is told in one sentence, with the words that differ where they are known."""

from __future__ import annotations

import pytest

from sourcier.app.answering.verifier import Verdict, explain
from sourcier.app.answering.verifier.explain import detail
from sourcier.app.answering.verifier.numbers import changes
from sourcier.app.answering.verifier.numbers import compare as compare_numbers
from sourcier.app.answering.verifier.question import compare as compare_question
from sourcier.app.answering.verifier.text import read

REASONS = ("number", "date", "name", "negation", "quantifier", "modality", "attribution", "unsupported")


@pytest.mark.parametrize(
    ("reason", "claim", "source", "expected"),
    [
        ("number", "Le préavis est de 90 jours.", "L'entente prévoit un préavis de 60 jours.", ("90 jours", "60 jours")),
        ("number", "Le préavis est de 60 mois.", "L'entente prévoit un préavis de 60 jours.", ("60 mois", "60 jours")),
        ("date", "L'entente date du 14 mars 2021.", "L'entente est du 14 mars 2023.", ("14 mars 2021", "14 mars 2023")),
        ("name", "Le comité se réunit à Gaspé.", "Le comité se réunit à Rimouski.", ("Gaspé", "Rimouski")),
        ("negation", "Les stagiaires sont couverts.", "Les stagiaires ne sont pas couverts.", ("sont couverts", "ne sont pas couverts")),
        ("negation", "Les recettes ont diminué.", "Les recettes ont augmenté.", ("diminué", "augmenté")),
        ("quantifier", "Tous les outils sont évalués.", "Certains outils sont évalués.", ("Tous", "Certains")),
        ("modality", "Le comité doit publier son avis.", "Le comité peut publier son avis.", ("doit", "peut")),
        ("attribution", "La loi impose un avis.", "La CSQ demande un avis.", ("impose", "demande")),
    ],
)  # fmt: skip
def test_the_words_that_differ(reason: str, claim: str, source: str, expected: tuple[str, str]) -> None:
    assert detail(reason, read(claim), [read(source)]) == expected


@pytest.mark.parametrize("reason", REASONS)
def test_no_words_are_made_up(reason: str) -> None:
    text = read("Le comité publie son avis de 60 jours à Rimouski.")
    assert detail(reason, text, [text]) is None
    assert detail(reason, text, []) is None


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_its_sentence_in_both_languages(reason: str) -> None:
    bare = Verdict(0.1, reason, (0,))
    assert explain(bare, "fr") != explain(bare, "en")
    told = explain(Verdict(0.1, reason, (0,), ("90 jours", "60 jours")), "fr")
    assert told is not None
    assert "90 jours" in told
    assert "60 jours" in told
    assert explain(Verdict(0.9, None, (0,)), "fr") is None


def test_what_goes_from_one_figure_to_another() -> None:
    source = read("Le délai moyen est passé de douze à sept semaines.")
    assert changes(source) == [(12.0, 7.0)]
    turned = compare_numbers(read("Le délai est passé de 7 à 12 semaines."), [source])
    rise = compare_numbers(read("Le délai a augmenté."), [source])
    fall = compare_numbers(read("Le délai a diminué : il est passé de 12 à 7 semaines."), [source])
    assert (turned.reversed, rise.against) == (1, 1)
    assert (fall.reversed, fall.against) == (0, 0)


def test_an_answer_stands_with_its_question_in_one_sentence() -> None:
    evidence = [read("Odile Marchand préside la fédération."), read("Le ministre du Travail est Luc Desbiens.")]
    claim = read("Luc Desbiens")
    wrong = compare_question("Qui préside la fédération ?", claim, evidence, everything=evidence)
    right = compare_question("Qui est ministre du Travail ?", claim, evidence, everything=evidence)
    assert wrong.together < right.together
    assert wrong.gap > right.gap == 0.0
