from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcier.app.answering.several import MOST_PARTS, parts_of

COMMON = frozenset(["csq", "ia", "quebec"])


def rarity(term: str) -> float:
    return 0.2 if term in COMMON else 5.0


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Qui préside l'Obvia et quand la Ville a-t-elle signé l'entente ?",
            ("Qui préside l'Obvia ?", "quand la Ville a-t-elle signé l'entente ?"),
        ),
        # What says nothing alone goes with what it is about.
        (
            "Qu'a fait le district de Houston avec son logiciel, et comment ça s'est terminé ?",
            (
                "Qu'a fait le district de Houston avec son logiciel ?",
                "Qu'a fait le district de Houston avec son logiciel, comment ça s'est terminé ?",
            ),
        ),
        (
            "Combien d'heures compte l'horaire d'été ? Qui siège au comité de Laval ?",
            ("Combien d'heures compte l'horaire d'été ?", "Qui siège au comité de Laval ?"),
        ),
    ],
)
def test_two_questions_at_once_are_two(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question, rarity) == parts


def test_each_side_of_a_comparison_is_searched_for_without_the_other() -> None:
    one, other = parts_of("Lequel dure le plus longtemps, Vigie ou le programme de Lanaudière ?", rarity)
    assert "Vigie" in one and "Lanaudière" not in one
    assert "Lanaudière" in other and "Vigie" not in other
    # A name that is everywhere is a side beside one that is not.
    assert len(parts_of("Quelle est la différence entre Solidaires et la CSQ sur l'IA ?", rarity)) == 2


@pytest.mark.parametrize(
    "question",
    [
        "En quel mois et quelle année le projet de loi a-t-il été présenté ?",
        "Quels sont les trois temps du projet ?",
        "La CSQ et l'IA au Québec",
        "Combien de personnes seraient touchées, et selon qui ?"[:42],
        "Que veut dire IA ?",
        "",
    ],
)
def test_one_question_is_one(question: str) -> None:
    assert parts_of(question, rarity) == ()


@given(st.text(max_size=300))
def test_any_text_has_few_parts(question: str) -> None:
    parts = parts_of(question, rarity)
    assert len(parts) <= MOST_PARTS
    assert len(parts) != 1 and all(part.strip() for part in parts)
