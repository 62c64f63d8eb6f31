"""Claims made from questions and their answers: right and wrong ones, always the same."""

from __future__ import annotations

import pytest

from sourcier.eval.training.statements import Asked, make, statement


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("Qui préside la FTN ?", "Nadia Benali", "Nadia Benali préside la FTN."),
        ("Quel est le siège de la FTN ?", "Rimouski", "Le siège de la FTN est Rimouski."),
        ("En quelle année la FTN a-t-elle été fondée ?", "1974", "La FTN a été fondée en 1974."),
        ("Où le comité se réunit-il ?", "à Gaspé", "Le comité se réunit à Gaspé."),
        ("Combien de membres ont voté ?", "310", "310 membres ont voté."),
        ("Comment s'appelle la présidente ?", "Nadia Benali", "La présidente s'appelle Nadia Benali."),
        ("Pourquoi le comité se réunit-il ?", "à cause du vote", None),
    ],
)
def test_a_question_and_its_answer_make_a_statement(question: str, answer: str, expected: str | None) -> None:
    assert statement(question, answer) == expected


def test_claims_from_questions_are_right_and_wrong_and_always_the_same() -> None:
    text = ("Nadia Benali préside la FTN depuis 2021.", "Hubert Leduc en est le trésorier.", "Elle compte 310 membres.")
    asked = [
        Asked("Qui préside la FTN ?", "Nadia Benali", "FTN", text, "d"),
        Asked("Combien de membres compte la FTN ?", "310", "FTN", text, "d"),
        Asked("Qui est le trésorier ?", "Hubert Leduc", "FTN", text, "d"),
    ]
    found = make(asked)
    assert found == make(asked)
    assert {e.label for e in found} == {0, 1}
    held = [e for e in found if e.kind == "answer"]
    assert held
    assert all(e.label == 1 and any("Benali" in s.text or "Leduc" in s.text for s in e.evidence) for e in held)
