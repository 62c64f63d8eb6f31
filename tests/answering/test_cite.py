from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sourcier.app.answering.cite import Numbering, Quote, join_neighbours
from sourcier.core.types import Hit, Metadata, Passage

TEXT = "Les axes sont :\nun bien commun,\nune souveraineté.\n\nLa CSQ y tient."


def hit(text: str = TEXT, start: int = 100, rank: int = 1, document: str = "d1") -> Hit:
    passage = Passage(f"p{rank}", document, start, start + len(text), text, page=3, section=("Axe 1", "Demande"))
    return Hit(rank, 1.0, passage, "a.md", Metadata(title="Plateforme", publisher="CSQ", date="2026"))


def quote(text: str, source: Hit | None = None) -> Quote:
    source = source or hit()
    start = source.passage.start + source.passage.text.index(text)
    return Quote(source, start, start + len(text))


def test_a_citation_quotes_the_canonical_text_exactly() -> None:
    numbering = Numbering()
    markers, new = numbering.add([quote("La CSQ y tient.")])
    assert markers == (1,)
    (citation,) = new
    assert citation.quote == "La CSQ y tient."
    assert TEXT[citation.start - 100 : citation.end - 100] == citation.quote
    assert (citation.page, citation.section, citation.publisher) == (3, "Axe 1 › Demande", "CSQ")


def test_neighbouring_sentences_become_one_quote() -> None:
    joined = join_neighbours([quote("une souveraineté."), quote("Les axes sont :"), quote("un bien commun,")])
    assert [q.text for q in joined] == ["Les axes sont :\nun bien commun,\nune souveraineté."]


def test_sentences_with_text_between_them_stay_apart() -> None:
    joined = join_neighbours([quote("Les axes sont :"), quote("La CSQ y tient.")])
    assert [q.text for q in joined] == ["Les axes sont :", "La CSQ y tient."]


def test_the_same_quote_keeps_its_number_through_an_answer() -> None:
    numbering = Numbering()
    assert numbering.add([quote("Les axes sont :")])[0] == (1,)
    assert numbering.add([quote("La CSQ y tient.")])[0] == (2,)
    markers, new = numbering.add([quote("Les axes sont :")])
    assert markers == (1,)
    assert new == ()
    assert [citation.marker for citation in numbering.citations] == [1, 2]


@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))), max_size=8))
def test_joining_never_loses_nor_invents_a_character(spans: list[tuple[int, int]]) -> None:
    source = hit()
    quotes = [Quote(source, 100 + min(s), 100 + max(s)) for s in spans if min(s) < max(s)]
    joined = join_neighbours(quotes)
    covered = {i for q in joined for i in range(q.start, q.end)}
    asked = {i for q in quotes for i in range(q.start, q.end)}
    assert asked <= covered
    assert all(TEXT[i - 100].isspace() for i in covered - asked)
    assert all(q.text == TEXT[q.start - 100 : q.end - 100] for q in joined)
