"""Questions made by rule, and what they may not be."""

from __future__ import annotations

import random

import pytest
from tests.eval.hand_made import make_document

from sourcier.eval.drafts.checking import facts_of
from sourcier.eval.drafts.patterns import Asked, ask_by_pattern
from sourcier.eval.drafts.rows import Draft
from sourcier.eval.drafts.sources import Source, names_in, shuffled_sources
from sourcier.eval.drafts.unanswerable import missing_attributes, swapped_names


def source(text: str) -> Source:
    return Source("d", "a.md", "Guide", "Guide", 0, len(text), text)


@pytest.mark.parametrize(
    ("sentence", "question", "value"),
    [
        (
            "L’employeur verse une allocation de 42,50 $ par mois pour les frais de connexion.",
            "L’employeur verse une allocation de combien par mois pour les frais de connexion ?",
            "42,50 $",
        ),
        (
            "Le gouvernement fédéral a déposé le projet de loi C-27 en juin 2022.",
            "Le gouvernement fédéral a déposé le projet de loi C-27 quand ?",
            "juin 2022",
        ),
        (
            "Près de 70 % du marché de l’infonuagique appartient aux géants du numérique.",
            "Quel pourcentage du marché de l’infonuagique appartient aux géants du numérique ?",
            "70 %",
        ),
        (
            "La demande d’énergie des centres de données doublera d’ici 2030 dans le monde.",
            "La demande d’énergie des centres de données doublera d’ici quand dans le monde ?",
            "2030",
        ),
        (
            "Le programme des bibliothèques compte trois volets : lecture, accueil et animation.",
            "Le programme des bibliothèques compte combien de volets ?",
            "trois",
        ),
        (
            "Selon Nadia Lebrun-Côté, présidente du syndicat des Aulnes, la grève n’est pas finie.",
            "Qui est présidente du syndicat des Aulnes ?",
            "Nadia Lebrun-Côté",
        ),
        (
            "La CPMT est la Commission des partenaires du marché du travail.",
            "Qu’est-ce que la CPMT ?",
            "la Commission des partenaires du marché du travail",
        ),
    ],
)
def test_a_sentence_becomes_a_question(sentence: str, question: str, value: str) -> None:
    asked = next(ask_by_pattern(source(sentence)))
    assert (asked.question, asked.value) == (question, value)


@pytest.mark.parametrize(
    "sentence",
    [
        "La liste reprend, en les reformulant, les 27 revendications du syndicat.",  # « les combien de »
        "En France, en 2023, plusieurs voix ont dénoncé les contrôles automatisés.",
        "La CSQ constate que les systèmes les plus répandus sont la propriété des géants.",
        "Le personnel doit être consulté avant tout changement de logiciel.",
    ],
)
def test_what_makes_no_good_question_makes_none(sentence: str) -> None:
    assert list(ask_by_pattern(source(sentence))) == []


def test_a_count_is_found_in_both_writings() -> None:
    text = "Le programme compte trois volets et deux phases au total."
    asked = Asked("Le programme compte combien de volets ?", text, "trois", "fact_number")
    assert facts_of(asked, source(text)) == ((r"\btrois\b", r"\b3\b"),)


def test_facts_of_a_written_answer_are_what_the_question_does_not_give() -> None:
    text = "Le syndicat a versé 1 500 $ à la Maison des Aulnes en 2024."
    asked = Asked(
        "Combien le syndicat a-t-il versé à la Maison des Aulnes ?", "Il a versé 1 500 $ en 2024.", "", "written"
    )
    assert facts_of(asked, source(text)) == ((r"1\s*500\s*\$",), (r"\b2024\b",))
    nothing = Asked("Qu'a fait le syndicat ?", "Il dort.", "", "written")
    assert facts_of(nothing, source(text)) == ()


def test_sentences_that_lean_on_others_are_left() -> None:
    text = "Elle demande au ministre de tenir une consultation publique. La CSQ demande une loi sur les données du personnel."
    document = make_document("d" * 16, "a.md", text)
    found = list(shuffled_sources([document], 1))
    assert [one.text for one in found] == ["La CSQ demande une loi sur les données du personnel."]
    assert text[found[0].start : found[0].end] == found[0].text


def test_the_choice_of_sentences_is_seeded_and_goes_from_document_to_document() -> None:
    lines = "\n".join(f"Le local numéro {n} de la bibliothèque reste ouvert toute la semaine." for n in range(9))
    long = make_document("a" * 16, "long.md", lines)
    short = make_document("b" * 16, "court.md", "La caisse de grève du syndicat compte douze membres élus.")
    orders = [[one.text for one in shuffled_sources([long, short], seed)] for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]
    assert "caisse" in orders[0][1]


def test_names() -> None:
    assert names_in("La CSQ et l’Institut du Québec parlent à Nadia Lebrun-Côté.") == [
        "CSQ", "Institut", "Québec", "Nadia Lebrun-Côté",
    ]  # fmt: skip


def test_a_swapped_name_is_of_another_document_and_not_said_with_the_fact() -> None:
    first = make_document("a" * 16, "a.md", "Le SEBA compte 40 membres.\nPour le SEBA, tout va bien.")
    second = make_document("b" * 16, "b.md", "La FTAQ a un local.\nIci la FTAQ loue une salle.")
    third = make_document("c" * 16, "c.md", "Le SPGQ a 40 membres.\nPour le SPGQ, tout va bien.")
    draft = Draft(
        "d1", "Combien de membres compte le SEBA ?", True, "n", "", "patterns", ("a.md",), facts=((r"\b40\b",),)
    )
    made = {
        one.question for seed in range(8) for one in swapped_names([draft], [first, second, third], random.Random(seed))
    }
    assert made == {"Combien de membres compte le FTAQ ?"}  # the SPGQ has 40 members too: that would be answerable


def test_a_missing_attribute_is_missing() -> None:
    text = "Le SEBA a un budget de 4 000 $.\nSelon le SEBA, la rue du Lac est fermée.\nOn compte sur le SEBA."
    document = make_document("a" * 16, "a.md", text)
    asked = [one.question for one in missing_attributes([document], random.Random(1))]
    assert asked == []  # the first thing asked of the only name is its budget, which is said
