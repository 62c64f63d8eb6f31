from __future__ import annotations

import json
from pathlib import Path

import pytest

from sourcier.app.answering.evidence import Unit, units_of
from sourcier.app.answering.premises import correction, presupposition
from sourcier.app.answering.verifier import Verifier
from sourcier.core.types import Hit, Metadata, Passage

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "eval/data/answerability/premises.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier(None)


def units(*texts: str) -> list[Unit]:
    """The sentences of short documents, in the order given."""
    hits = [
        Hit(i, 1.0, Passage(f"p{i}", f"d{i}", 0, len(text), text), f"d{i}.md", Metadata("Document"))
        for i, text in enumerate(texts, 1)
    ]
    return [unit for hit in hits for unit in units_of(hit)]


@pytest.mark.parametrize(
    ("question", "premise"),
    [
        ("Pourquoi la CSQ a-t-elle refusé de signer l'entente ?", "La CSQ a refusé de signer l'entente."),
        ("pourquoi est-ce que la CSN a refusé de signer l'entente", "La CSN a refusé de signer l'entente."),
        ("En quelle année la loi C-27 est-elle entrée en vigueur ?", "La loi C-27 est entrée en vigueur."),
        ("Comment se fait-il que la Ville refuse l'entente ?", "La Ville refuse l'entente."),
        ("Pourquoi a-t-elle refusé de signer ?", None),
        ("Comment joindre le syndicat des employés ?", None),
        ("Quel est le budget de la Ville ?", None),
    ],
)
def test_what_a_question_takes_for_granted_is_made_a_statement(question: str, premise: str | None) -> None:
    assert presupposition(question) == premise


def test_a_premise_is_corrected_by_the_very_sentence_that_denies_it(verifier: Verifier) -> None:
    source = units("Le comité s'est réuni en mai.", "La Ville n'a pas accepté la clause sans perte d'emploi.")
    found = correction("Pourquoi la Ville a-t-elle accepté la clause sans perte d'emploi ?", source, verifier)
    assert found is not None
    assert found.premise == "La Ville a accepté la clause sans perte d'emploi."
    assert found.unit == source[1]


def test_nothing_is_corrected_where_another_source_carries_the_premise(verifier: Verifier) -> None:
    source = units(
        "La CSN a signé la convention du transport le 3 mai.",
        "La CSN a refusé de signer la convention du transport en mars.",
    )
    asked = "Pourquoi la CSN a-t-elle refusé de signer la convention du transport ?"
    assert correction(asked, source[:1], verifier) is not None
    assert correction(asked, source, verifier) is None


def test_true_premises_are_never_corrected_and_false_ones_seldom_missed(verifier: Verifier) -> None:
    corrected = {case["id"]: correction(case["question"], units(case["source"]), verifier) for case in CASES}
    alarms = [case["question"] for case in CASES if not case["corrected"] and corrected[case["id"]]]
    false = [case for case in CASES if case["corrected"]]
    assert len(CASES) >= 30 and alarms == []
    assert sum(corrected[case["id"]] is not None for case in false) >= 0.9 * len(false)
