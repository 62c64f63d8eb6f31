"""The bench of the quiz: what choices amount to, and its tables, printed by its command."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.workshop.material import fact

from sourcier.app.workshop.kit import Choice, QuizItem
from sourcier.core.settings import Settings
from sourcier.eval.bench.quiz import GUESSES, Stated, guessed, stated_by


def item(
    stem: str, *choices: tuple[str, bool], kind: str = "single", proof: str = "Le fonds verse 40 $ par mois."
) -> QuizItem:
    given = tuple(Choice(text=text, right=right, reason=fact("Voilà.", 1)) for text, right in choices)
    return QuizItem.model_validate(
        {
            "id": "Q1",
            "kind": kind,
            "stem": stem,
            "bloom": "remember",
            "proof": fact(proof, 1),
            "choices": given,
            "support": 0.9,
        }
    )


def test_what_choices_amount_to() -> None:
    cloze = item("Complétez : « Le fonds verse ______ par mois. »", ("40 $", True), ("60 $", False))
    assert stated_by(cloze) == [
        Stated("Le fonds verse 40 $ par mois.", True),
        Stated("Le fonds verse 60 $ par mois.", False),
    ]
    asked = item("Combien le fonds verse-t-il?", ("40 $", True), ("60 $", False))
    assert stated_by(asked) == [Stated("40 $", True, asked.stem), Stated("60 $", False, asked.stem)]
    said = item(
        "Vrai ou faux? «\u00a0Le fonds verse 60 $ par mois.\u00a0»", ("Vrai", False), ("Faux", True), kind="true_false"
    )
    assert stated_by(said) == [
        Stated("Le fonds verse 40 $ par mois.", True),
        Stated("Le fonds verse 60 $ par mois.", False),
    ]


def test_guesses_on_questions_made_for_them() -> None:
    made = item("Que dit la convention?", ("La convention", False), ("Le congrès", True), ("Le bureau syndical", False))
    found = {name: guessed(made, guess) for name, guess in GUESSES.items()}
    assert found == {"longest": 0, "shortest": 1, "shares most words with the question": 0, "first": 0}
    tied = item("Combien?", ("40 $", True), ("60 $", False), ("5 $", False))
    assert guessed(tied, GUESSES["longest"]) == 0.5
    assert guessed(tied, GUESSES["shares most words with the question"]) == pytest.approx(1 / 3)


@pytest.mark.slow
def test_the_command_prints_its_tables(papers_index: Settings) -> None:
    command = [sys.executable, "-m", "sourcier.eval.bench.quiz", "--count", "4", "--show"]
    done = subprocess.run(
        command, env={"SOURCIER_HOME": str(papers_index.home), "PATH": ""}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "4 questions:" in done.stdout and "| keys with 0.70 or more | 100 %" in done.stdout
    assert "| longest |" in done.stdout and "- Q4 (" in done.stdout
