"""What other pipelines write, read as answers: their sentences, citations, inventions and refusals."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.eval.hand_made import MODEL, HandSearcher, hit_on, make_document

from sourcier.core.errors import UsageError
from sourcier.core.settings import load
from sourcier.core.types import Answer, AnswerSentence, Hit
from sourcier.eval.assistant import canonical_texts
from sourcier.eval.dataset import Question
from sourcier.eval.engines import check_engine
from sourcier.eval.engines.written import Source, answer_from_text, sentences_in
from sourcier.eval.metrics.answers import Tally, score
from sourcier.eval.metrics.citations import Claim, claims_of

TEXT = "Règles.\n\nLe congé dure 65 semaines. Il est payé par l'État.\n"
ONE, TWO = "Le congé dure 65 semaines.", "Il est payé par l'État."


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (f"{ONE[:-1]} [1].", [(ONE, (1,))]),
        (f"{ONE} [1]", [(ONE, (1,))]),
        ("Il dure 65 semaines. [1][2] Il est payé.", [("Il dure 65 semaines.", (1, 2)), ("Il est payé.", ())]),
        ("Il dure 65 semaines [1, 7].", [("Il dure 65 semaines.", (1, 7))]),
        ("", []),
    ],
)
def test_markers_belong_to_the_sentence_that_they_end(text: str, sentences: list[tuple[str, tuple[int, ...]]]) -> None:
    assert sentences_in(text) == tuple(AnswerSentence(said, marks, 0.0) for said, marks in sentences)


@pytest.fixture
def hit() -> Hit:
    document = make_document("a" * 16, "conges.md", TEXT)
    found = hit_on(document)
    start, end = TEXT.index("Le congé"), TEXT.rindex("\n")
    return replace(
        found, passage=replace(found.passage, start=start, end=end, text=TEXT[start:end], section=("Durée",))
    )


def written(text: str, hit: Hit) -> Answer:
    sources = {1: Source.piece(hit, ONE, "Congés\nDurée\n"), 2: Source.piece(hit, TWO, "Congés\nDurée\n")}
    return answer_from_text(
        "Combien ?", text, sources, [hit], MODEL, timings_ms={"total": 1.0}, usage={"prompt_tokens": 2}, energy_wh=0.1
    )


def test_citations_are_exact_and_inventions_lead_nowhere(hit: Hit) -> None:
    answer = written("Le congé dure 65 semaines [1]. Il est payé [9].", hit)
    assert answer.status == "answered"
    assert [(c.marker, c.quote, c.section) for c in answer.citations] == [(1, ONE, "Durée")]
    assert TEXT[answer.citations[0].start : answer.citations[0].end] == ONE
    assert claims_of(answer) == [Claim("Le congé dure 65 semaines.", (ONE,)), Claim("Il est payé.", (), 1)]
    searcher = HandSearcher({"a" * 16: make_document("a" * 16, "conges.md", TEXT)})
    got = score(Question(id="q", question="Combien ?", answerable=True), answer, canonical_texts(searcher))
    assert got.exact_quotes == Tally(1, 1)
    assert (got.fabrications.total, got.fabrications.markers_without_citation) == (1, 1)
    assert got.fabrications.passages_not_retrieved == 0


@pytest.mark.parametrize("text", ["Je ne sais pas [1].", "", "Les extraits ne mentionnent pas cela."])
def test_what_declines_is_an_abstention(text: str, hit: Hit) -> None:
    answer = written(text, hit)
    assert (answer.status, answer.sentences, answer.citations) == ("abstained", (), ())
    assert answer.answer == text.strip()


@pytest.mark.parametrize(
    ("shown", "quote"),
    [
        (f"Congés\nDurée\n{ONE} {TWO}", f"{ONE} {TWO}"),  # all of it, headings first
        (f"Durée\n{ONE}", ONE),  # cut within the headings, and within the text
        (TWO, TWO),  # a second piece
        ("Congés\nDurée", f"{ONE} {TWO}"),  # nothing of the text
        ("ce qui n'y est pas", f"{ONE} {TWO}"),
    ],
)
def test_a_piece_of_a_passage_is_found_in_the_document(shown: str, quote: str, hit: Hit) -> None:
    cited = Source.piece(hit, shown, "Congés\nDurée\n").cited(3)
    assert (cited.quote, cited.marker) == (quote, 3)
    assert TEXT[cited.start : cited.end] == quote


def test_an_engine_that_cannot_answer_is_refused_at_once() -> None:
    settings = load(options={"model.provider": "none"}, environ={}).settings
    check_engine("sourcier", settings)
    for name in ("llamaindex", "plain"):
        with pytest.raises(UsageError, match="none"):
            check_engine(name, settings)
    with pytest.raises(UsageError, match="ragas"):
        check_engine("ragas", settings)
