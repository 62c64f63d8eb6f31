from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sourcier.app.answering.cite import Numbering, Quote, join_neighbours
from sourcier.core.errors import StoreError
from sourcier.core.types import Block, BlockKind, Document, Hit, Metadata, Passage

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


AGREEMENT = (
    "5-3.01 La personne salariée a droit à un congé.\n\nElle le demande par écrit.\n\n5-3.02 L'employeur répond."
)
SECOND, THIRD = AGREEMENT.index("Elle"), AGREEMENT.index("5-3.02")
DOCUMENT = Document(
    "d1",
    "a.md",
    AGREEMENT,
    (
        Block(BlockKind.PARAGRAPH, 0, SECOND - 2, page=1),
        Block(BlockKind.PARAGRAPH, SECOND, THIRD - 2, page=2),
        Block(BlockKind.PARAGRAPH, THIRD, len(AGREEMENT), page=2),
    ),
    Metadata("Convention"),
    page_labels=("iii", "iv"),
)


def whole(**known: str) -> Hit:
    passage = Passage("p", "d1", 0, len(AGREEMENT), AGREEMENT, page=1, clause="art. 5-3.01 à 5-3.02", page_label="iii")
    return Hit(1, 1.0, passage, "a.md", Metadata("Convention", **known))  # type: ignore[arg-type]


def test_a_quote_has_its_own_clause_and_page() -> None:
    numbering = Numbering(lambda _: DOCUMENT)
    texts = ("Elle le demande par écrit.", "L'employeur répond.")
    numbering.add([quote(text, whole()) for text in texts])
    assert [(c.clause, c.page, c.page_label) for c in numbering.citations] == [
        ("art. 5-3.01, al. 2", 2, "iv"),
        ("art. 5-3.02", 2, "iv"),
    ]


def test_a_quote_of_a_document_that_is_gone_says_what_its_passage_says() -> None:
    def gone(document_id: str) -> Document:
        raise StoreError("store.document_unknown", document=document_id)

    for numbering in (Numbering(gone), Numbering()):
        _, (citation,) = numbering.add([quote("L'employeur répond.", whole())])
        assert (citation.clause, citation.page, citation.page_label) == ("art. 5-3.01 à 5-3.02", 1, "iii")


def test_a_citation_says_whether_its_document_is_in_force() -> None:
    for known, state in (({"valid_until": "2019"}, "expired"), ({"valid_from": "2999"}, "future"), ({}, "unknown")):
        _, (citation,) = Numbering().add([quote("L'employeur répond.", whole(**known))])
        assert (citation.validity, citation.valid_until) == (state, known.get("valid_until"))


def test_a_quote_names_the_originals_of_its_own_paragraphs_alone() -> None:
    text = "Un bien commun.\n\nUne souveraineté."
    paragraphs = (
        Block(BlockKind.PARAGRAPH, 0, 15, notes=("Bulletin de mai.",)),
        Block(BlockKind.PARAGRAPH, 17, 34, notes=("Bulletin de juin.", "Note du traducteur.")),
    )
    document = replace(DOCUMENT, text=text, blocks=paragraphs)
    passage = Passage("p", "d1", 0, len(text), text, notes=("Bulletin de mai.", "Bulletin de juin."))
    source = Hit(1, 1.0, passage, "a.md", Metadata("Bulletin"))
    numbering = Numbering(lambda _: document)
    for start, end, reported in ((0, 15, "Bulletin de mai."), (17, 34, "Bulletin de juin.")):
        assert numbering.described(Quote(source, start, end)).reports == reported
    assert Numbering().described(Quote(source, 0, 15)).reports == "Bulletin de mai. ; Bulletin de juin."
