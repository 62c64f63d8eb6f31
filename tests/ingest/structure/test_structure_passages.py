"""Passages are exact slices, cut where the document itself is: headings, clauses, blocks, sentences, in this order."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.core.types import BlockKind, Document, Metadata, Passage
from sourcier.ingest.assembly import assemble
from sourcier.ingest.clauses import Clauses
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.passages import cut_passages
from sourcier.ingest.readers.plain import blocks_of
from sourcier.ingest.sentences import split_sentences

P, H, L, T, N = (
    BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.TABLE, BlockKind.NOTE,
)  # fmt: skip
SHARED = Path(__file__).resolve().parents[3] / "../shared"


def words(text: str) -> int:
    return len(text.split())


def document(*drafts: Draft, title: str = "Convention collective", labels: tuple[str, ...] = ()) -> Document:
    reading = Reading(drafts, page_labels=labels)
    return assemble(reading, document_id="d" * 16, path="d.txt", metadata=Metadata(title))


def cut(made: Document, limit: int = 20, count: Callable[[str], int] = words) -> list[Passage]:
    return cut_passages(made, max_tokens=limit, count_tokens=count)


def sentence(number: int, length: int) -> str:
    return " ".join(["Mot", *(f"m{number}" for _ in range(length - 2)), "fin."])


def test_a_clause_that_fits_is_not_parted_and_short_ones_share_a_passage() -> None:
    made = document(
        Draft(P, f"5-3.01 {sentence(1, 6)}"), Draft(P, sentence(2, 6)), Draft(P, f"5-3.02 {sentence(3, 14)}"),
        Draft(P, f"5-3.03 {sentence(4, 4)}"), Draft(P, f"5-3.04 {sentence(5, 4)}"), Draft(P, f"5-3.05 {sentence(6, 4)}"),
    )  # fmt: skip
    passages = cut(made)
    assert [(passage.clause, words(passage.text)) for passage in passages] == [
        ("art. 5-3.01", 13), ("art. 5-3.02", 15), ("art. 5-3.03 à 5-3.05", 15),
    ]  # fmt: skip


def test_a_clause_too_long_is_cut_by_itself() -> None:
    made = document(
        Draft(P, f"5-3.01 {sentence(1, 6)}"), Draft(P, f"5-3.02 {sentence(2, 12)}"), Draft(P, sentence(3, 12)),
        Draft(P, sentence(4, 12)), Draft(P, f"5-3.03 {sentence(5, 6)}"),
    )  # fmt: skip
    assert [passage.clause for passage in cut(made)] == [
        "art. 5-3.01", "art. 5-3.02, al. 1", "art. 5-3.02, al. 2", "art. 5-3.02, al. 3", "art. 5-3.03",
    ]  # fmt: skip


def test_a_few_words_do_not_make_a_passage() -> None:
    made = document(
        Draft(P, "Article 12"), Draft(P, f"12.01 {sentence(1, 12)}"), Draft(P, sentence(2, 12)), Draft(P, "12.02 Abrogé."),
        Draft(P, f"12.03 {sentence(3, 15)}"), Draft(P, sentence(3, 15)),
    )  # fmt: skip
    passages = cut(made)
    # What opens an article goes with what follows it; a repealed clause with a neighbour.
    assert passages[0].text.startswith("Article 12\n\n12.01")
    assert all(words(passage.text) > 2 for passage in passages)
    assert [passage.clause for passage in passages][-2:] == ["art. 12.02 à 12.03", "art. 12.03, al. 2"]


def test_a_long_sentence_is_cut_before_its_items_then_its_phrases() -> None:
    items = " ; ".join(f"{number}° {' '.join(['mot'] * 7)}" for number in range(1, 6))
    made = document(Draft(P, f"La demande comprend les pièces suivantes : {items}."), title="Article R1234-5")
    passages = cut(made)
    assert [passage.text[:2] for passage in passages] == ["La", "2°", "4°"]
    assert [passage.clause for passage in passages] == [
        "art. R. 1234-5", "art. R. 1234-5, 2° à 3°", "art. R. 1234-5, 4° à 5°",
    ]  # fmt: skip
    phrases = ", ".join(["un deux trois quatre cinq six sept"] * 5)
    assert all(passage.text.endswith((",", ".")) for passage in cut(document(Draft(P, f"{phrases}."))))


def test_a_row_too_long_is_cut_between_cells() -> None:
    row = " | ".join(f"Cellule {number} de sept mots en tout" for number in range(6))
    passages = cut(document(Draft(T, row), Draft(T, "Petite | ligne")))
    assert all(passage.text.endswith("|") or passage is passages[-1] for passage in passages[:-1])
    assert all(words(passage.text) <= 20 for passage in passages)


def test_what_is_above_counts_against_the_whole() -> None:
    heading = " ".join(["titre"] * 12)
    body = " ".join(sentence(number, 5) for number in range(8))
    made = document(Draft(H, heading, 1), Draft(P, body), Draft(H, "Court", 1), Draft(P, body))
    limits = {"max_tokens": 20, "whole_tokens": 31}
    passages = cut_passages(made, count_tokens=words, **limits)
    long = [words(passage.text) for passage in passages if passage.section == (heading,)]
    short = [words(passage.text) for passage in passages if passage.section == ("Court",)]
    assert max(long) == 15 and max(short) == 20
    # Headings that leave no room at all do not make passages of a few words.
    deep = document(Draft(H, " ".join(["titre"] * 40), 1), Draft(P, body))
    assert {words(p.text) for p in cut_passages(deep, count_tokens=words, **limits)} == {10}


def test_a_passage_says_what_is_printed_on_its_page() -> None:
    made = document(Draft(P, "Un.", page=1), Draft(H, "A", 1), Draft(P, "Deux.", page=2), Draft(H, "B", 1),
                    Draft(P, "Trois.", page=3), labels=("iv", "2"))  # fmt: skip
    assert [(passage.page, passage.page_label) for passage in cut(made)] == [(1, "iv"), (2, None), (3, None)]


def check(made: Document, passages: list[Passage], limit: int, count: Callable[[str], int]) -> None:
    """All that holds of the passages of any document."""
    covered: set[int] = set()
    headings = [block for block in made.blocks if block.kind is H]
    clauses = Clauses(made)
    for passage in passages:
        assert made.text[passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip() != ""
        assert count(passage.text) <= limit
        assert covered.isdisjoint(range(passage.start, passage.end))
        covered.update(range(passage.start, passage.end))
        assert passage.clause == clauses.over(passage.start, passage.end)
        inside = [h for h in headings if h.start < passage.end and passage.start < h.end]
        assert not inside or all(h.start <= passage.start and passage.end <= h.end for h in inside), "crosses a heading"
    outside = {
        offset
        for block in made.blocks
        if block.kind is not H
        for offset in range(block.start, block.end)
        if not made.text[offset].isspace()
    }
    assert outside <= covered
    begins = {passage.start for passage in passages}
    for block in made.blocks:
        for span in split_sentences(made.text, block.start, block.end):
            parted = [start for start in begins if span.start < start < span.end]
            assert not parted or count(made.text[span.start : span.end]) > limit or block.kind is T, "cut in a sentence"
    for first, second in pairwise((*clauses.starts, len(made.text) + 1)):
        # A clause is parted only when it does not fit, or when a heading or a note stands in it.
        blocks = [block for block in made.blocks if first <= block.start < second]
        whole = made.text[first : blocks[-1].end]
        if (
            all(block.kind not in {H, N} for block in blocks)
            and sum(count(made.text[block.start : block.end]) for block in blocks) + 2 * len(blocks) <= limit
        ):
            assert not any(first < start < blocks[-1].end for start in begins), whole


LINES = st.lists(
    st.sampled_from(
        [
            "Le mot.",
            "Une phrase plus longue, vraiment.",
            "un",
            "deux ;",
            "trois :",
            "|",
            "quatre",
            "« cinq »",
            "x" * 40,
            "\n",
        ]
    ),
    min_size=1,
    max_size=14,
).map(" ".join)
OPENINGS = st.sampled_from(["", "", "", "5-3.01 ", "5-3.02 ", "Article 4. ", "A) ", "a) ", "Annexe B"])
DRAFTS = st.lists(
    st.builds(
        lambda kind, opening, line, level: Draft(kind, opening + line, level),
        st.sampled_from(list(BlockKind)),
        OPENINGS,
        LINES,
        st.integers(1, 3),
    ),
    max_size=12,
)


@given(DRAFTS, st.integers(1, 40), st.sampled_from([words, len]))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_what_holds_of_every_document(drafts: list[Draft], limit: int, count: Callable[[str], int]) -> None:
    made = document(*drafts)
    check(made, cut(made, limit, count), limit, count)


def test_what_holds_of_real_documents() -> None:
    if not SHARED.is_dir():
        pytest.skip("the real documents are not beside the repository")
    made = [
        document(*blocks_of(file.read_text(encoding="utf-8")), title=file.stem)
        for file in sorted((SHARED / "corpus").glob("*.txt"))
    ]
    for name, number in (("code_du_travail", 150), ("reglement_ia_ue", 60), ("fiches_ministere", 60)):
        with gzip.open(SHARED / "data" / "travail" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as rows:
            found = [json.loads(row) for row, _ in zip(rows, range(number), strict=False)]
        made += [document(*blocks_of(row["text"], guess_headings=False), title=row.get("num") or name) for row in found]
    assert len(made) > 250

    def tokens(text: str) -> int:
        return len(re.findall(r"\w{1,5}|[^\w\s]", text))

    for one in made:
        check(one, cut(one, 200, tokens), 200, tokens)
