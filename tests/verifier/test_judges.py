"""The judges' table, on claims written in the repository: rules are what they say, the sets are what they claim."""

from __future__ import annotations

import numpy as np
import pytest

from sourcier.app.answering.verifier import Evidence
from sourcier.eval.bench.judges.__main__ import line, material, some
from sourcier.eval.bench.judges.judges import best_threshold, ours, overlap
from sourcier.eval.bench.judges.reliability import curve
from sourcier.eval.training import examples as sets
from sourcier.eval.training.examples import Example
from sourcier.eval.training.statements import Asked, make, statement
from sourcier.eval.training.train_verifier import OWN


def example(claim: str, source: str, label: int) -> Example:
    return Example(claim, (Evidence(source),), label, "kind", "group", "own")


def test_the_reported_claims_are_balanced_and_never_taught() -> None:
    reported = material(None)["paraphrases"]
    taught = sets.authored(OWN / "paraphrases.learn.jsonl", padding=0.5)
    assert [sum(e.label == label for e in reported) for label in (0, 1)] == [150, 150]
    assert not {e.claim for e in reported} & {e.claim for e in taught}
    first = {e.evidence[0].text for e in reported}
    assert not first & {e.evidence[0].text for e in taught}


def test_overlap_is_a_share_and_its_threshold_the_best() -> None:
    source = "Le comité se réunit à Rimouski."
    scores = overlap([example(source, source, 1), example("Les chats dorment beaucoup.", source, 0)])
    assert scores.tolist() == [1.0, 0.0]
    assert best_threshold(np.array([0.1, 0.4, 0.6, 0.9]), np.array([0, 0, 1, 1])) == 0.6


def test_a_sample_is_fixed_and_balanced_and_a_row_reads() -> None:
    reported = material(None)["paraphrases"]
    few = some(reported, 20)
    assert few == some(reported, 20)
    assert sum(e.label for e in few) == 10
    assert line("words", ours(None), few, 0.75).startswith("| words, from 0.75 | 20 | ")


def test_reliability_of_an_honest_judge() -> None:
    supports, labels = np.array([0.05, 0.05, 0.95, 0.95]), np.array([0.0, 0.0, 1.0, 1.0])
    x, y, n = curve(supports, labels)
    assert x.tolist() == pytest.approx([0.05, 0.95])
    assert (y.tolist(), n.tolist()) == ([0.0, 1.0], [2.0, 2.0])


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
