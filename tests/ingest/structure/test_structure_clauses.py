"""Which clause each place of a text is in, and what is not a clause."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.core.types import BlockKind, Document, Metadata
from sourcier.ingest.assembly import assemble
from sourcier.ingest.clauses import Clauses, clause_at
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.readers.plain import blocks_of

P, H, L, N = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.NOTE
TRAVAIL = Path(__file__).resolve().parents[3] / "../shared/data/travail"


def document(*drafts: Draft, title: str = "Guide", kind: str | None = None) -> Document:
    return assemble(Reading(drafts), document_id="d" * 16, path="d.txt", metadata=Metadata(title, kind=kind))


def at(made: Document, words: str) -> str | None:
    return clause_at(made, made.text.index(words))


AGREEMENT = document(
    Draft(H, "Chapitre 5-0.00 Conditions de travail", 1),
    Draft(P, "Le présent chapitre s'applique à toutes."),
    Draft(H, "5-3.00 Mouvements de personnel", 2),
    Draft(P, "5-3.01 La personne salariée a droit à ce qui suit :"),
    Draft(L, "A) un congé;"),
    Draft(L, "B) une prime :"),
    Draft(L, "a) de jour;", 1),
    Draft(L, "b) de nuit :", 1),
    Draft(L, "i) en semaine;", 2),
    Draft(L, "ii) la fin de semaine.", 2),
    Draft(P, "Ce qui suit une énumération n'est pas compté."),
    Draft(P, "5-3.02 Le premier alinéa le dit."),
    Draft(P, "Le deuxième aussi, sauf :\na) un cas; b) un autre."),
    Draft(P, "5-3.03 et 5-3.02 sont lues ensemble."),
    Draft(H, "Annexe C", 1),
    Draft(P, "Article 3 – Les salaires sont ceux du tableau."),
    Draft(N, "1. Note au bas d'une page."),
    title="Convention collective",
)


@pytest.mark.parametrize(
    ("words", "clause"),
    [
        ("Le présent chapitre", "chap. 5-0.00"),
        ("5-3.00", "art. 5-3.00"),
        ("personne salariée", "art. 5-3.01"),
        ("un congé", "art. 5-3.01 A)"),
        ("de jour", "art. 5-3.01 B) a)"),
        ("la fin de semaine", "art. 5-3.01 B) b) ii)"),
        ("Ce qui suit une", "art. 5-3.01"),
        ("premier alinéa", "art. 5-3.02, al. 1"),
        ("deuxième aussi", "art. 5-3.02, al. 2"),
        ("un autre", "art. 5-3.02, al. 2 b)"),
        ("sont lues", "art. 5-3.02"),
        ("Les salaires", "annexe C, art. 3"),
        ("Note au bas", None),
    ],
)
def test_a_collective_agreement_of_quebec(words: str, clause: str | None) -> None:
    assert at(AGREEMENT, words) == clause


def test_a_stretch_names_its_clause_or_the_first_and_the_last() -> None:
    clauses = Clauses(AGREEMENT)
    text = AGREEMENT.text

    def over(first: str, last: str) -> str | None:
        return clauses.over(text.index(first), text.index(last) + len(last))

    assert over("de jour", "de nuit") == "art. 5-3.01 B) a) à b)"
    assert over("une prime", "de nuit") == "art. 5-3.01 B)"
    assert over("un congé", "de nuit") == "art. 5-3.01 A) à B)"
    assert over("personne salariée", "de nuit") == "art. 5-3.01"
    assert over("personne salariée", "deuxième aussi") == "art. 5-3.01 à 5-3.02"
    assert over("premier alinéa", "le dit") == "art. 5-3.02, al. 1"
    assert over("deuxième aussi", "Les salaires") == "art. 5-3.02 à annexe C, art. 3"
    assert clauses.starts == tuple(
        text.index(words) for words in ("5-3.00 Mouv", "5-3.01 La", "5-3.02 Le", "Annexe C", "Article 3")
    )


@pytest.mark.parametrize(
    ("opening", "clause"),
    [
        ("Article 12 Vacances", "art. 12"),
        ("ARTICLE 12", "art. 12"),
        ("Article premier. Le but", "art. premier"),
        ("Article 1er – Objet", "art. 1er"),
        ("Article XII : Objet", "art. XII"),
        ("Article 27 bis. Objet", "art. 27 bis"),
        ("Art. L. 1222-1. – Le contrat", "art. L. 1222-1"),
        ("Article L1222-1", "art. L. 1222-1"),
        ("R. 4121-1 Le document", "art. R. 4121-1"),
        ("D. 3121-14", "art. D. 3121-14"),
        ("Article R*1423-55", "art. R. *1423-55"),
        ("Clause 8-2.05 Le grief", "clause 8-2.05"),
        ("§ 3 Le comité", "§ 3"),
        ("5-3.01 : Le comité", "art. 5-3.01"),
        ("Annexe III", "annexe III"),
    ],
)
def test_what_opens_a_clause_by_itself(opening: str, clause: str) -> None:
    made = document(Draft(P, opening), Draft(P, "Voilà ce qui est dit."))
    assert at(made, "Voilà") == clause


@pytest.mark.parametrize(
    "opening",
    [
        "Article 12 de la loi, cité ici.",
        "Article 80 duodecies du Code général des impôts",
        "Article 4, paragraphe 2, du règlement",
        "Article 12 et article 13 du même texte.",
        "L. 1222-1 est applicable.",
        "5-3.01 et 5-3.02 sont lues ensemble.",
        "Annexe C de la convention, à lire avec le reste du chapitre.",
        "Articles de sport",
        "Art contemporain",
        "12.04 $ par heure",
        "12.5 % des membres",
        "2026.03 : mise à jour",
        "418 555-0100 est le numéro.",
        "24-11.2026 Réunion",
        "1. Premier point",
        "1.1 Contexte",
        "A) Premier point",
    ],
)
def test_what_opens_nothing(opening: str) -> None:
    made = document(Draft(P, opening), Draft(P, "Voilà ce qui est dit."))
    assert at(made, "Voilà") is None


def test_decimals_are_clauses_where_the_document_is_made_of_them() -> None:
    numbered = [
        Draft(P, "12.1 Le grief est déposé."),
        Draft(P, "12.2 L'employeur répond."),
        Draft(P, "Il le fait par écrit."),
    ]
    assert at(document(*numbered, title="Rapport annuel"), "par écrit") is None
    assert at(document(*numbered, title="Convention collective"), "par écrit") == "art. 12.2, al. 2"
    assert at(document(*numbered, kind="agreement"), "répond") == "art. 12.2, al. 1"
    assert at(document(*numbered, Draft(P, "Voir la clause 12.1.")), "répond") == "art. 12.2, al. 1"
    padded = [Draft(P, f"12.{number:02} Le texte {number}.") for number in range(9, 12)]
    assert at(document(*padded), "texte 10") == "art. 12.10"
    # Alone, without a next one nor a previous one, a decimal is no clause even in an agreement.
    assert at(document(Draft(P, "3.2 Le taux."), kind="agreement"), "taux") is None
    sections = [Draft(H, "1.1 Contexte", 2), Draft(P, "Un."), Draft(H, "1.2 Méthode", 2), Draft(P, "Deux.")]
    assert at(document(*sections, title="Rapport annuel"), "Deux") is None


def test_whole_numbers_are_articles_in_a_law_only() -> None:
    drafts = [Draft(P, f"{number}. Nul ne peut faire cela ({number}).") for number in (1, 2, 81)]
    assert at(document(*drafts, title="Loi sur les normes du travail"), "(81)") == "art. 81"
    assert at(document(*drafts, kind="law"), "(2)") == "art. 2"
    assert at(document(*drafts, title="Loi Pacte : questions et réponses"), "(81)") is None
    assert at(document(*reversed(drafts), kind="law"), "(81)") is None


def test_an_article_of_the_union_has_numbered_paragraphs() -> None:
    made = document(
        Draft(P, "Article 5"), Draft(P, "Pratiques interdites"), Draft(L, "1. Sont interdites :"), Draft(L, "a) la première;"),
        Draft(L, "h) la dernière lettre avant i;"), Draft(L, "2. Le reste est permis."),
    )  # fmt: skip
    assert at(made, "Pratiques") == "art. 5"
    assert at(made, "la première") == "art. 5, par. 1 a)"
    assert at(made, "le reste".capitalize()) == "art. 5, par. 2"
    # From a to h is too far: the items between were not read, and a wrong letter is worse than none.
    assert at(made, "la dernière") == "art. 5, par. 1 a)"


def test_items_of_a_code_may_stand_in_one_paragraph() -> None:
    text = "La déclaration comprend : 1° Le nom ; 2° L'adresse : a) Du siège ; b) De l'établissement ; 3° Le reste, à 20 °C."
    made = document(Draft(P, text), title="Code du travail, article L1222-1")
    assert [at(made, words) for words in ("La déc", "Le nom", "Du siège", "De l'ét", "Le reste", "20 °C")] == [
        "art. L. 1222-1", "art. L. 1222-1, 1°", "art. L. 1222-1, 2° a)", "art. L. 1222-1, 2° b)", "art. L. 1222-1, 3°",
        "art. L. 1222-1, 3°",
    ]  # fmt: skip


def test_what_follows_the_items_of_one_line_is_not_said_to_be_in_the_last() -> None:
    text = "I.-L'accord prévoit : 1° Un délai ; 2° Un montant. Lorsqu'il est étendu, il s'applique. II.-Le reste est libre."
    made = document(Draft(P, text), title="Article L2261-7")
    assert [at(made, words) for words in ("L'accord", "Un montant", "Lorsqu", "il s'app", "Le reste")] == [
        "art. L. 2261-7, I", "art. L. 2261-7, I, 2°", "art. L. 2261-7, I", "art. L. 2261-7, I", "art. L. 2261-7, II",
    ]  # fmt: skip


def test_a_paragraph_between_items_hides_them_and_they_go_on() -> None:
    made = document(
        Draft(P, "Article 9"), Draft(L, "1. Il faut :"), Draft(L, "a) un plan;"), Draft(L, "b) un budget.\nEn outre, un avis."),
        Draft(P, "Un paragraphe de quel rang ?"), Draft(L, "2.\nIl suffit d'un avis."), Draft(L, "a) Oral ou écrit."),
    )  # fmt: skip
    found = [at(made, words) for words in ("un budget", "En outre", "quel rang", "Il suffit", "Oral")]
    assert found == ["art. 9, par. 1 b)", "art. 9", "art. 9", "art. 9, par. 2", "art. 9, par. 2 a)"]


def test_a_letter_is_a_roman_number_only_inside_letters() -> None:
    items = [Draft(L, f"{letter}) point {letter};") for letter in "abcdefghij"]
    made = document(Draft(P, "Article 2. Ce sont :"), *items)
    assert at(made, "point i") == "art. 2 i)"
    assert at(made, "point j") == "art. 2 j)"
    nested = [*items[:8], Draft(L, "i) sous-point un;", 1), Draft(L, "ii) sous-point deux;", 1)]
    made = document(Draft(P, "Article 2. Ce sont :"), *nested)
    assert at(made, "sous-point un") == "art. 2 h) i)"
    assert at(made, "sous-point deux") == "art. 2 h) ii)"


def test_a_heading_closes_the_clauses_above() -> None:
    made = document(
        Draft(H, "Article 4", 2), Draft(P, "Un."), Draft(H, "Exceptions", 3), Draft(P, "Deux."), Draft(H, "Autre", 2),
        Draft(P, "Trois."), Draft(P, "Art. 5. Quatre."), Draft(H, "Fin", 3), Draft(P, "Cinq."),
    )  # fmt: skip
    assert [at(made, word) for word in ("Un.", "Deux.", "Trois.", "Quatre.", "Cinq.")] == [
        "art. 4, al. 1", "art. 4, al. 2", None, "art. 5", None,
    ]  # fmt: skip


@given(
    st.lists(
        st.builds(
            Draft,
            st.sampled_from(list(BlockKind)),
            st.lists(
                st.sampled_from(
                    [
                        "Article 1",
                        "5-3.01",
                        "12.01",
                        "A)",
                        "a)",
                        "1°",
                        "1.",
                        "i)",
                        "Annexe A",
                        "texte",
                        ":",
                        ";",
                        "\n",
                        "§ 2",
                    ]
                ),
                min_size=1,
                max_size=9,
            ).map(" ".join),
            st.integers(1, 3),
        ),
        max_size=10,
    ),
    st.sampled_from(["Guide", "Convention", "Loi sur tout", "Article L1-1"]),
)
@settings(derandomize=True, deadline=None, max_examples=200)
def test_every_place_of_any_text_has_one_answer(drafts: list[Draft], title: str) -> None:
    made = document(*drafts, title=title)
    clauses = Clauses(made)
    assert list(clauses.starts) == sorted({block.start for block in made.blocks} & set(clauses.starts))
    for block in made.blocks:
        labels = [clauses.at(offset) for offset in range(block.start, block.end)]
        assert all(label is None or label.strip() for label in labels)
        if block.kind is N:
            assert set(labels) <= {None}
        # A stretch within one clause is named after it; it never names more than its ends allow.
        over = clauses.over(block.start, block.end)
        assert (over is None) is all(label is None for label in labels)
        if len(set(labels)) == 1:
            assert over == labels[0]


def test_real_articles_of_the_labour_code_and_of_the_regulation() -> None:
    if not TRAVAIL.is_dir():
        pytest.skip("the development data are not beside the repository")
    with gzip.open(TRAVAIL / "code_du_travail.jsonl.gz", "rt", encoding="utf-8") as rows:
        articles = [json.loads(row) for row, _ in zip(rows, range(400), strict=False)]
    for row in articles:
        made = document(*blocks_of(row["text"], guess_headings=False), title=f"Article {row['num']}")
        labels = {Clauses(made).at(offset) for offset in range(0, len(made.text), 50)}
        letter, digits = row["num"].strip()[0], row["num"].strip()[1:]
        assert all(label and label.startswith(f"art. {letter}. {digits}") for label in labels), row["num"]
    with gzip.open(TRAVAIL / "reglement_ia_ue.jsonl.gz", "rt", encoding="utf-8") as rows:
        regulation = {row["id"]: row["text"] for row in map(json.loads, rows)}
    for number in range(2, 113):
        made = document(*blocks_of(regulation[f"art_{number}"], guess_headings=False), title="x")
        label = clause_at(made, len(made.text) - 1)
        assert label is not None and re.match(rf"art\. {number}(?!\d)", label), number
