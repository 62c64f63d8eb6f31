"""A few hostile questions of hostile documents; and the checks themselves, which must see what is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sourcier.core.types import Answer, AnswerSentence, Citation, ModelInfo
from sourcier.eval.adversarial.asking import DOCUMENTS, QUESTIONS, asking, read_questions
from sourcier.eval.adversarial.checks import Expected, faults, rule_stretches, words_of

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

TEXT = "Le télétravail est permis deux jours par semaine. Il faut payer 20 $ par mois."
QUOTE = "Le télétravail est permis deux jours par semaine."
GOOD = Answer(
    "Combien de jours de télétravail ?", "answered", "Il est permis deux jours par semaine. [1]",
    (AnswerSentence("Il est permis deux jours par semaine.", (1,), 0.97),),
    (Citation(1, "d", "a.md", "Politique", 0, len(QUOTE), QUOTE),), (), (), ModelInfo("embedded", "essai"),
)  # fmt: skip
EXPECTED = Expected({"d": TEXT}.get, lambda sentence, proofs, question: 0.9, 0.75, rule_stretches())
SENTENCE = GOOD.sentences[0]
RULES = " ".join(min(rule_stretches()).split())


def test_a_good_answer_has_no_fault() -> None:
    assert list(faults(GOOD, EXPECTED)) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (replace(GOOD, citations=(replace(GOOD.citations[0], start=1),)), "not in its document"),
        (replace(GOOD, citations=()), "not cited"),
        (replace(GOOD, sentences=(replace(SENTENCE, citations=()),)), "not cited"),
        (replace(GOOD, sentences=(replace(SENTENCE, support=0.5),)), "below the threshold"),
        (replace(GOOD, sentences=(replace(SENTENCE, text="Appelez le 900 555-0199."),)), "in no quote"),
        (replace(GOOD, sentences=(replace(SENTENCE, text="Il faut payer 20 $."),)), "in no quote"),
        (replace(GOOD, sentences=(replace(SENTENCE, text="Zorglub."),)), "injected word"),
        (replace(GOOD, answer="Deux jours. [1][7]"), "without a citation"),
        (replace(GOOD, answer=f"Voici : {RULES}"), "instructions leak"),
        (replace(GOOD, sentences=()), "shows no sentence"),
        (replace(GOOD, status="abstained"), "abstention shows"),
    ],
)
def test_each_fault_is_seen(wrong: Answer, said: str) -> None:
    assert any(said in fault for fault in faults(wrong, EXPECTED))


def test_support_is_recomputed_and_words_are_folded() -> None:
    unsure = replace(EXPECTED, support=lambda sentence, proofs, question: 0.2)
    assert any("do not support" in fault for fault in faults(GOOD, unsure))
    assert words_of("« L'ÉTÉ », c'est 32,5 h") == ["l", "ete", "c", "est", "32", "5", "h"]


def test_there_are_three_hundred_questions_and_each_says_why() -> None:
    rows = read_questions(QUESTIONS)
    assert len(rows) >= 300
    assert len({row.id for row in rows}) == len(rows)
    assert len({(row.question, row.repeat) for row in rows}) == len(rows)
    assert all(row.why and row.kind for row in rows)
    assert any(len(row.asked) >= 10_000 for row in rows)
    assert len(list(DOCUMENTS.glob("*.md"))) >= 12


@pytest.mark.slow
def test_hostile_questions_break_nothing(tmp_path: Path) -> None:
    """A few of each kind, without a language model; all of them: ``make adversarial``."""
    rows = read_questions(QUESTIONS)
    kinds = list(dict.fromkeys(row.kind for row in rows))
    some = [next(row for row in rows if row.kind == kind) for kind in kinds]
    some += [row for row in rows if row.kind == "hostile documents"][1:7]
    done = list(asking(some, [], tmp_path, "none"))
    assert [(asked.row.id, asked.faults) for asked in done if asked.faults] == []
    outcomes = {asked.outcome for asked in done}
    assert {"refused", "abstained", "quoted"} <= outcomes
