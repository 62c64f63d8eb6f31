"""What is counted on one answer, and how counts become figures."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.eval.hand_made import HandSearcher, abstain, cite, hit_on, make_answer, make_document

from sourcier.core.types import Answer, Document
from sourcier.eval.assistant import canonical_texts
from sourcier.eval.dataset import Question
from sourcier.eval.metrics import summary
from sourcier.eval.metrics.answers import AnswerScores, Tally, Texts, score

QUESTION = "Combien de jours de télétravail sont permis ?"


def ask(**fields: Any) -> Question:
    row = {"id": "q1", "question": QUESTION, "answerable": True, **fields}
    return Question.model_validate_json(json.dumps(row))


@pytest.fixture
def good(telework: Document) -> Answer:
    quote = cite(telework, "trois jours par semaine")
    return make_answer(QUESTION, (("On permet 3 jours par semaine.", (1,)),), (quote,), (hit_on(telework),))


def test_a_good_answer(good: Answer, texts: Texts) -> None:
    row = ask(documents=["teletravail.txt"], quotes=["Trois jours\u00a0par"], facts=[["\\b3\\b", "trois"], ["semaine"]])
    got = score(row, good, texts)
    assert (got.facts, got.missing) == (Tally(2, 2), ())
    assert got.exact_quotes == got.covered == got.numbers == Tally(1, 1)
    assert got.fabrications.total == 0 and got.fabrications.items == 2
    assert got.right_place is True and got.passage_found is True and got.language_kept is True
    assert (got.first_right_rank, got.answerable_p) == (1, None)
    assert got.quoted_spans == Tally(0, 0)


def test_facts_are_searched_in_the_answer_alone(good: Answer, texts: Texts) -> None:
    # « trois » is in the quote only, and 1 in the marker only.
    assert score(ask(facts=[["trois"], ["\\b1\\b"]]), good, texts).missing == (0, 1)


def test_facts_ignore_case_and_typography(telework: Document, texts: Texts) -> None:
    answer = make_answer(QUESTION, (("L’Indemnité vaut 1\u202f500\u00a0$.", ()),), (), ())
    got = score(ask(facts=[["l'indemnité"], ["l’indemnité"], ["1 500 \\$"], ["[’']INDEMNITE\u0301"]]), answer, texts)
    assert got.missing == ()


def test_an_abstention_finds_no_fact(texts: Texts) -> None:
    row = ask(facts=[["corpus"], ["x"]], documents=["teletravail.txt"], quotes=["trois jours"])
    got = score(row, abstain(QUESTION), texts)
    assert (got.facts, got.missing, got.right_place) == (Tally(0, 2), (0, 1), False)
    assert got.fabrications.items == 0 and got.covered.n == 0


def test_a_quote_is_read_again_from_the_store(good: Answer, telework: Document, texts: Texts) -> None:
    (citation,) = good.citations
    for wrong in (
        replace(citation, quote=citation.quote.upper()),
        replace(citation, start=citation.start + 1, end=citation.end + 1),
        replace(citation, end=10_000),
        replace(citation, start=-5),
        replace(citation, start=3, end=3, quote=""),
        replace(citation, document_id="f" * 16),
    ):
        assert score(ask(), replace(good, citations=(wrong,)), texts).exact_quotes == Tally(0, 1)


def test_every_sort_of_fabrication_is_seen(telework: Document, leave: Document, texts: Texts) -> None:
    real = cite(telework, "trois jours")
    answer = make_answer(
        QUESTION,
        (("Un.", (1, 7)), ("Deux.", ()), ("Trois.", (2, 3))),
        (real, cite(leave, "65 semaines", 2), replace(real, marker=3, document_id="f" * 16)),
        (hit_on(telework),),
    )
    got = score(ask(), replace(answer, answer=answer.answer + " Et [9]."), texts).fabrications
    assert got.markers_without_citation == 2  # 7 in a sentence, 9 in the text
    assert got.passages_not_retrieved == 1  # the leave was not retrieved
    assert got.unknown_documents == 1
    assert got.uncited_sentences == 1
    assert (got.total, got.items) == (5, 5 + 3)


def test_coverage_needs_a_citation_that_exists(good: Answer, texts: Texts) -> None:
    assert score(ask(), replace(good, citations=()), texts).covered == Tally(0, 1)


def test_a_citation_elsewhere_is_not_at_the_right_place(telework: Document, leave: Document, texts: Texts) -> None:
    row = ask(documents=["teletravail.txt"], quotes=["trois jours"])
    elsewhere = cite(telework, "1 500 $")
    answer = make_answer(QUESTION, (("Il y a 1 500 $.", (1,)),), (elsewhere,), (hit_on(telework),))
    got = score(row, answer, texts)
    assert (got.right_place, got.passage_found) == (False, True)
    assert score(ask(documents=["autre.txt"], quotes=["1 500"]), answer, texts).right_place is False
    assert score(ask(documents=["teletravail.txt"]), answer, texts).right_place is None


def test_any_occurrence_of_an_anchor_will_do() -> None:
    document = make_document("c" * 16, "c.txt", "Le congé. Encore le congé.")
    texts = canonical_texts(HandSearcher({document.document_id: document}))
    second = cite(document, "le congé")
    assert second.start > 10
    answer = make_answer(QUESTION, (("Congé.", (1,)),), (second,), (hit_on(document),))
    assert score(ask(documents=["c.txt"], quotes=["Le congé"]), answer, texts).right_place is True


def test_figures_must_be_in_the_sentences_own_quotes(telework: Document, texts: Texts) -> None:
    days, money = cite(telework, "trois jours", 1), cite(telework, "1 500 $ par année dès le 12 mars 2025", 2)
    answer = make_answer(
        QUESTION,
        (("Trois jours et 1500 $.", (1,)), ("Soit 1500 $ dès mars 2025.", (2,)), ("Rien de chiffré.", (1,))),
        (days, money),
        (hit_on(telework),),
    )
    assert score(ask(), answer, texts).numbers == Tally(3, 4)


def test_quoted_words_must_be_in_the_quote(leave: Document, texts: Texts) -> None:
    quote = cite(leave, "Il est « payé à 75 % »")
    sentences = (("Il est dit « payé à 75 % » et “non payé”.", (1,)), ("Bref « Il […] 75 % ».", (1,)))
    answer = make_answer(QUESTION, sentences, (quote,), (hit_on(leave),))
    assert score(ask(), answer, texts).quoted_spans == Tally(2, 3)


def test_language_of_what_is_worded(good: Answer, texts: Texts) -> None:
    english = replace(good, answer="Three days of the week are allowed [1].")
    assert score(ask(), english, texts).language_kept is False
    assert score(ask(), replace(english, status="quoted"), texts).language_kept is None
    assert score(ask(), replace(good, answer="2025 [1]"), texts).language_kept is None


def scores(*, answerable: bool = True, status: str = "answered", **changes: Any) -> AnswerScores:
    row = Question(id="q", question="Quoi ?", answerable=answerable)
    return replace(score(row, abstain("Quoi ?"), lambda _: None), status=status, **changes)


def test_quality_by_hand() -> None:
    got = summary.quality(
        [
            scores(facts=Tally(2, 2), right_place=True),
            scores(facts=Tally(0, 4), missing=(0, 1, 2, 3), right_place=False),
            scores(status="abstained", facts=Tally(0, 1), missing=(0,), right_place=False),
            scores(),
            scores(answerable=False, status="abstained"),
            scores(answerable=False),
            scores(answerable=False),
        ]
    )
    values = {name: (estimate.value, estimate.n) for name, estimate in got.items()}
    assert values["facts"] == pytest.approx((1 / 3, 3))
    assert values["facts_micro"] == pytest.approx((2 / 7, 7))
    assert values["answered_fully"] == pytest.approx((1 / 3, 3))
    assert values["wrongly_refused"] == (0.25, 4)
    assert values["wrongly_answered"] == pytest.approx((2 / 3, 3))
    assert values["balanced_accuracy"] == pytest.approx(((3 / 4 + 1 / 3) / 2, 7))
    assert values["right_place"] == pytest.approx((1 / 3, 3))
    assert values["right_place_when_answered"] == (0.5, 2)
    assert set(got) == set(summary.MEASURES)


def test_quality_of_nothing_is_undefined() -> None:
    assert {(e.value, e.n) for e in summary.quality([]).values()} == {(None, 0)}
    assert summary.costs([])["latency_ms"]["total"] == {"p50": None, "p95": None, "n": 0}


def test_costs_count_those_that_say(good: Answer) -> None:
    silent = replace(good, timings_ms={"total": 300.0}, usage={}, energy_wh=0.03)
    got = summary.costs([good, silent])
    assert got["latency_ms"]["total"] == {"p50": 200.0, "p95": pytest.approx(290.0), "n": 2}
    assert got["latency_ms"]["first_sentence"]["n"] == 1
    assert (got["tokens"]["prompt_tokens"].value, got["tokens"]["prompt_tokens"].n) == (300.0, 1)
    assert got["energy_wh"].value == pytest.approx(0.02)
    assert got["tokens"]["read_tokens"].n == 0  # what was cached is not said
    told = replace(good, usage={"prompt_tokens": 1000, "cached_tokens": 850, "completion_tokens": 20})
    assert summary.costs([told, good])["tokens"]["read_tokens"].value == 150.0


def test_kinds_and_statuses_are_counted_apart() -> None:
    rows = [scores(kind="liste"), scores(kind=None, status="quoted"), scores(answerable=False, status="abstained")]
    assert list(summary.by_kind(rows)) == ["-", "liste"]
    assert summary.statuses(rows) == {
        "answerable": {"answered": 1, "quoted": 1, "abstained": 0},
        "unanswerable": {"answered": 0, "quoted": 0, "abstained": 1},
    }


def test_what_one_question_counts_for() -> None:
    got = summary.per_question(scores(facts=Tally(1, 2), missing=(1,), right_place=True, covered=Tally(1, 4)))
    assert {name: value for name, value in got.items() if value is not None} == {
        "facts": 0.5, "answered_fully": 0.0, "wrongly_refused": 0.0, "right_place": 1.0, "coverage": 0.25, "language": 1.0
    }  # fmt: skip
    other = summary.per_question(scores(answerable=False, premise_corrected=False, language_kept=None))
    assert other.keys() == got.keys()
    assert {name: value for name, value in other.items() if value is not None} == {
        "wrongly_answered": 1.0, "premise_corrected": 0.0
    }  # fmt: skip


def test_a_premise_put_right_is_read_in_an_abstention_too(texts: Texts) -> None:
    row = ask(answerable=False, premise_corrected=["n'(?:est|a) pas", "sans limite"])
    right = replace(abstain(QUESTION), answer="Les documents disent autre chose : « il n’est pas permis »")
    assert score(row, right, texts).premise_corrected is True
    assert score(row, abstain(QUESTION), texts).premise_corrected is False
    assert score(ask(), right, texts).premise_corrected is None


def test_words_are_those_shown(good: Answer, texts: Texts) -> None:
    assert score(ask(), good, texts).words == 6
    assert score(ask(), abstain(QUESTION), texts).words is None
