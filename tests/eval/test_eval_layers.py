"""Citation support, faithfulness, abstention and completeness against cases counted by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from tests.eval.hand_made import HandSearcher, abstain, cite, hit_on, make_answer, make_document

from sourcier.core.types import Answer
from sourcier.eval.assistant import canonical_texts
from sourcier.eval.dataset import Question
from sourcier.eval.judges.base import Verdict
from sourcier.eval.metrics import completeness as nuggets
from sourcier.eval.metrics.abstention import area_under_risk_coverage, grounded_refusal, refusal_f1
from sourcier.eval.metrics.intervals import Estimate, of_means
from sourcier.eval.metrics.judged import JudgedAnswer, JudgedSentence, judge_answer, of_judge
from sourcier.eval.metrics.worthy import check_worthy, declines


def pair(estimate: Estimate) -> Any:
    """Its value and its n."""
    return estimate.value, estimate.n


# --- What is to be judged ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "so"),
    [
        ("Le congé dure 65 semaines.", True),
        ("Le projet de loi ne précise pas de date.", True),  # a statement about a law
        ("L'employeur ne donne pas de préavis.", True),
        ("Les extraits ne mentionnent pas d'autre chose.", False),
        ("Je ne sais pas ce qu'il en est du reste.", False),
        ("The provided sources do not mention a date.", False),
        ("Bonjour !", False),
        ("N'hésitez pas à me poser d'autres questions.", False),
        ("Voulez-vous en savoir plus ?", False),
        ("[1]", False),
        ("…", False),
    ],
)
def test_only_what_states_something_is_judged(sentence: str, so: bool) -> None:
    assert check_worthy(sentence) is so


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("Je ne sais pas.", True),
        ("Les extraits ne mentionnent pas de prime [1]. La prime est de 10 $.", True),
        ("Il n'y a pas d'information sur ce sujet dans les sources.", True),
        ("None of the sources provided mention a bonus.", True),
        ("The sources do not contain the answer.", True),
        ("Empty Response", True),
        ("", True),
        ("Le congé dure 65 semaines [1].", False),
        ("La CSQ demande un préavis de trente jours [2]. Les extraits ne mentionnent pas autre chose.", False),
    ],
)
def test_an_answer_that_declines_is_recognised_in_both_languages(text: str, so: bool) -> None:
    assert declines(text) is so


# --- Citations and faithfulness, by a judge ----------------------------------------------------------------------------


@dataclass(slots=True)
class Letters:
    """Supports when every letter of the claim is in the sources together; cannot be read where they hold a « ? »."""

    name: str = "letters"
    independent: bool = True

    def judge(self, claim: str, sources: Sequence[str], question: str) -> Verdict:
        joined = "".join(sources)
        if "?" in joined:
            return Verdict(supported=False, readable=False)
        return Verdict(set(claim) <= set(joined), score=0.5)


WHOLE = "ab. z. abc. ? x"


@pytest.fixture
def searcher() -> HandSearcher:
    return HandSearcher({d.document_id: d for d in (make_document("a" * 16, "a.txt", WHOLE),)})


def judged(searcher: HandSearcher, *sentences: tuple[str, tuple[int, ...]], quotes: Sequence[str]) -> JudgedAnswer:
    document = searcher.document("a" * 16)
    # The whole text but its « ? »: what was retrieved.
    found = replace(hit_on(document), passage=replace(hit_on(document).passage, end=WHOLE.index("?")))
    citations = tuple(cite(document, quote, marker) for marker, quote in enumerate(quotes, 1))
    answer = make_answer("q", sentences, citations, (found,))
    return judge_answer("q", answer, Letters(), canonical_texts(searcher))


def test_sentences_judged_by_hand(searcher: HandSearcher) -> None:
    got = judged(
        searcher,
        ("ab", (1,)),  # carried
        ("ab", (1, 2)),  # carried, one citation idle
        ("ab", ()),  # uncited, though what was retrieved carries it
        ("ab", (1, 9)),  # one citation leads nowhere
        ("x", (1,)),  # neither cited nor retrieved
        ("abc", (3, 4)),  # a verdict that cannot be read
        quotes=("ab", "z", "c", "?"),
    )
    assert got.sentences == (
        JudgedSentence(True, 0.5, True, True, True, 1, 1),
        JudgedSentence(True, 0.5, True, True, True, 2, 1),
        JudgedSentence(False, None, True, True, False, 0, 0),
        JudgedSentence(False, None, True, True, True, 2, 0),
        JudgedSentence(False, 0.5, True, False, True, 1, 0),
        JudgedSentence(False, None, False, True, True, 2, 0),
    )
    figures = of_judge([got], independent=True)
    value = {name: (e.value, e.n) for name, e in figures.items() if name not in {"independent", "corrected"}}
    recall, precision = 2 / 6, 2 / 8
    assert value["citation_recall"] == pytest.approx((recall, 6))
    assert value["citation_precision"] == pytest.approx((precision, 8))
    assert value["citation_f1"] == pytest.approx((2 * recall * precision / (recall + precision), 6))
    assert value["faithfulness"] == pytest.approx((5 / 6, 6))
    assert value["all_faithful"] == (0.0, 1)
    assert value["unreadable"] == pytest.approx((1 / 6, 6))


def test_an_abstention_is_judged_for_nothing(searcher: HandSearcher) -> None:
    got = judge_answer("q", abstain("q"), Letters(), canonical_texts(searcher))
    assert got.sentences == ()
    figures = of_judge([got], independent=True)
    assert {(e.value, e.n) for name, e in figures.items() if name not in {"independent", "corrected"}} == {(None, 0)}


def test_what_declines_at_the_end_of_an_answer_is_no_failure(searcher: HandSearcher) -> None:
    got = judged(searcher, ("ab", (1,)), ("Les sources ne mentionnent rien d'autre.", ()), quotes=("ab",))
    assert len(got.sentences) == 1


def test_f1_has_an_interval_over_answers(searcher: HandSearcher) -> None:
    good = judged(searcher, ("ab", (1,)), quotes=("ab",))
    bad = judged(searcher, ("x", (1,)), quotes=("ab",))
    got = of_judge([good] * 3 + [bad], independent=False)["citation_f1"]
    assert got.value == pytest.approx(0.75)
    assert got.n == 4
    assert got.low < 0.75 < got.high
    assert of_judge([bad, bad], independent=False)["citation_f1"].value == 0.0
    perfect = of_judge([good] * 4, independent=False)  # nothing to draw: Wilson's bounds, 4 of 4
    assert (perfect["citation_f1"].value, perfect["citation_f1"].high) == (1.0, 1.0)
    assert perfect["citation_f1"].low == pytest.approx(perfect["citation_recall"].low)


def test_a_function_of_means_by_hand() -> None:
    got = of_means([(1, 4), (3, 4)], lambda a, b: a / b)
    assert (got.value, got.n) == (0.5, 2)
    assert got.low == 0.25 and got.high == 0.75
    assert of_means([], lambda a: a).value is None
    assert of_means([(2.0,)], lambda a: a).low is None


# --- Answering or not --------------------------------------------------------------------------------------------------

DECISIONS = [(True, False)] * 3 + [(True, True), (False, True)] + [(False, False)] * 2


def test_refusals_by_hand() -> None:
    # Two refusals, one right, of three to make: P 1/2, R 1/3. Five answers, three right, of four to give: P 3/5, R 3/4.
    got = refusal_f1(DECISIONS)
    assert pair(got) == pytest.approx((0.4, 7))
    both = grounded_refusal(DECISIONS)
    assert pair(both) == pytest.approx(((0.4 + 2 / 3) / 2, 7))
    assert refusal_f1([(True, False)]).value is None
    assert grounded_refusal([(True, False), (True, True)]).value is None
    assert refusal_f1([(False, False), (True, False)]).value == 0.0


def test_risk_and_coverage_by_hand() -> None:
    # Risks as coverage grows by quarters: 0, 1/2, 1/3, 1/2.
    got = area_under_risk_coverage([(True, 0.9), (False, 0.8), (True, 0.7), (False, 0.1)])
    assert pair(got) == pytest.approx(((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4, 4))
    assert area_under_risk_coverage([(True, 0.9)]).value is None


# --- Completeness ------------------------------------------------------------------------------------------------------


def ask(**fields: Any) -> Question:
    return Question.model_validate_json(json.dumps({"id": "q", "question": "Quoi ?", "answerable": True, **fields}))


LISTED = ask(
    nuggets=[
        {"text": "trois jours par semaine", "vital": True, "patterns": ["trois|\\b3\\b"]},
        {"text": "une indemnité annuelle versée", "vital": True, "patterns": ["1 ?500"]},  # half of its words are said
        {"text": "un écran fourni", "vital": True, "patterns": ["écran"]},
        {"text": "dès mars", "vital": False, "patterns": ["mars"]},
    ]
)


def said(text: str) -> Answer:
    return make_answer("Quoi ?", ((text, ()),), (), ())


def test_nuggets_by_hand() -> None:
    got = nuggets.completeness(LISTED, said("Ce sont 3 jours dès mars. Une indemnité est versée."))
    assert got == nuggets.Completeness(v_strict=1 / 3, v=1.5 / 3, a_strict=0.5, a=2.5 / 4)
    assert nuggets.completeness(LISTED, abstain("Quoi ?")) == nuggets.Completeness(0.0, 0.0, 0.0, 0.0)
    nothing = nuggets.completeness(ask(), said("x"))
    assert nothing == nuggets.Completeness(None, None, None, None)
    figures = nuggets.summary([got, nuggets.Completeness(1.0, 1.0, 1.0, 1.0), nothing])
    assert figures is not None
    assert pair(figures["v_strict"]) == pytest.approx((2 / 3, 2))
    assert nuggets.summary([nothing]) is None


def test_a_nugget_that_is_not_vital_counts_in_all_alone() -> None:
    row = ask(nuggets=[{"text": "dès mars", "vital": False, "patterns": ["mars"]}])
    assert nuggets.completeness(row, said("Dès mars.")) == nuggets.Completeness(None, None, 1.0, 1.0)
