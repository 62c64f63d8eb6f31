from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcier.app.answering.question import check_question, only_repeats, question_language
from sourcier.core.errors import QuestionError


@pytest.mark.parametrize("empty", ["", "   ", "\n\t", "???", "\u200b\u200e", "…"])
def test_a_question_without_a_word_is_refused(empty: str) -> None:
    with pytest.raises(QuestionError) as caught:
        check_question(empty, 100)
    assert caught.value.key == "answer.question_empty"


def test_a_question_past_the_limit_is_refused_with_both_numbers() -> None:
    with pytest.raises(QuestionError) as caught:
        check_question("a" * 20_000, 2000)
    assert "20000" in str(caught.value)
    assert "2000" in str(caught.value)


def test_invisible_characters_do_not_reach_the_model() -> None:
    assert check_question("Qui\u202e préside\u200b\n la CSQ ?\u0007", 100) == "Qui préside la CSQ ?"


@given(st.text(max_size=300))
def test_checking_twice_changes_nothing(text: str) -> None:
    try:
        once = check_question(text, 300)
    except QuestionError:
        return
    assert check_question(once, 300) == once


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Quelle part du personnel a suivi une formation ?", "fr"),
        ("quel pourcentage des membres", "fr"),
        ("Who is the president of the CSQ?", "en"),
        ("How many hours of training did members have?", "en"),
        ("Moov AI", "fr"),
        ("formation CSQ 2025", "fr"),
        ("C-27 c quoi ?", "fr"),
    ],
)
def test_language_of_a_question(question: str, language: str) -> None:
    assert question_language(question) == language


def test_an_answer_that_only_repeats_the_question_is_seen() -> None:
    question = "Quel projet de loi fédéral a été déposé en juin 2022 ?"
    assert only_repeats("Le projet de loi fédéral a été déposé en juin 2022.", question)
    assert not only_repeats("Le projet de loi C-27 a été déposé en juin 2022.", question)
    assert not only_repeats("La CSQ collabore avec Moov AI.", "La CSQ collabore-t-elle avec Moov AI ?")
