from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcier.core.types import BlockKind, Document, Metadata, Passage
from sourcier.ingest.assembly import assemble
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.passages import cut_passages

P, H, L, N = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.NOTE


def words(text: str) -> int:
    return len(text.split())


def document(*drafts: Draft, title: str = "Le titre") -> Document:
    return assemble(Reading(drafts), document_id="d" * 16, path="d.txt", metadata=Metadata(title=title))


def cut(made: Document, limit: int = 20) -> list[Passage]:
    return cut_passages(made, max_tokens=limit, count_tokens=words)


def test_sections_are_heading_paths() -> None:
    made = document(
        Draft(H, "Le titre", 1), Draft(P, "Avant."), Draft(H, "A", 2), Draft(P, "Un."), Draft(H, "A1", 3), Draft(P, "Deux."),
        Draft(H, "B", 2), Draft(P, "Trois."),
    )  # fmt: skip
    assert [(p.section, p.text) for p in cut(made)] == [
        ((), "Avant."),
        (("A",), "Un."),
        (("A", "A1"), "Deux."),
        (("B",), "Trois."),
    ]


def test_a_heading_above_nothing_is_kept() -> None:
    made = document(
        Draft(H, "A", 1), Draft(H, "B", 1), Draft(H, "C", 2), Draft(P, "Un."), Draft(H, "D", 2), Draft(N, "1. note")
    )
    assert [(p.section, p.text) for p in cut(made)] == [((), "A"), (("B", "C"), "Un."), (("B",), "D"), ((), "1. note")]


def test_a_list_stays_with_its_introduction() -> None:
    filler = Draft(P, "mot " * 11 + "fin.")
    made = document(
        filler, Draft(P, "Les trois axes :"), Draft(L, "1. un a b"), Draft(L, "2. deux c"), Draft(L, "3. trois d")
    )
    assert [p.text for p in cut(made)][1] == "Les trois axes :\n\n1. un a b\n2. deux c\n3. trois d"


def test_a_list_too_long_is_cut_between_items() -> None:
    items = [Draft(L, f"{n}. un deux trois quatre cinq six") for n in range(1, 9)]
    passages = cut(document(Draft(P, "Les axes :"), *items))
    assert passages[0].text.startswith("Les axes :\n\n1. un")
    assert all(words(p.text) <= 20 and p.text.endswith("six") for p in passages)


def test_long_blocks_are_cut_at_sentences_then_at_spaces() -> None:
    made = document(Draft(P, "Une phrase de cinq mots. " * 9))
    assert all(p.text.endswith("mots.") and words(p.text) <= 20 for p in cut(made))
    made = document(Draft(P, "mot " * 50))
    assert [words(p.text) for p in cut(made)] == [20, 20, 10]
    made = document(Draft(P, "x" * 100))
    parts = cut_passages(made, max_tokens=30, count_tokens=len)
    assert "".join(p.text for p in parts) == "x" * 100


def test_passages_are_of_about_equal_sizes() -> None:
    made = document(*(Draft(P, "un deux trois quatre cinq.") for _ in range(5)))
    assert [words(p.text) for p in cut(made)] == [15, 10]


def test_notes_pages_and_identity() -> None:
    made = document(Draft(P, "Un.", page=3, notes=("n1",)), Draft(P, "Deux.", page=4, notes=("n1", "n2")))
    [passage] = cut(made)
    assert (passage.page, passage.notes) == (3, ("n1", "n2"))
    assert passage == cut(made)[0] and len(passage.passage_id) == 16


def test_a_limit_below_one_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="max_tokens"):
        cut(document(Draft(P, "Un.")), 0)


drafts = st.lists(
    st.builds(
        Draft,
        st.sampled_from(list(BlockKind)),
        st.text(alphabet=st.sampled_from(list("aàé.:!« »\n 1-\u00a0")), max_size=120),
        st.integers(1, 6),
        st.none() | st.integers(1, 9),
    ),
    max_size=12,
)


@given(drafts, st.integers(1, 40), st.sampled_from([words, len]))
def test_passages_are_exact_and_lose_nothing(blocks: list[Draft], limit: int, count: object) -> None:
    made = document(*blocks)
    passages = cut_passages(made, max_tokens=limit, count_tokens=count)  # type: ignore[arg-type]
    covered: set[int] = set()
    for passage in passages:
        assert made.text[passage.start : passage.end] == passage.text == passage.text.strip() != ""
        assert count(passage.text) <= limit  # type: ignore[operator]
        covered.update(range(passage.start, passage.end))
    assert all(a.end <= b.start for a, b in pairwise(passages))
    assert len({p.passage_id for p in passages}) == len(passages)
    headings = {i for b in made.blocks if b.kind is H for i in range(b.start, b.end)}
    assert {i for i, c in enumerate(made.text) if not c.isspace()} <= covered | headings
    shown = {name for p in passages for name in p.section} | {p.text.replace("\n", " ") for p in passages}
    joined = " ".join(p.text.replace("\n", " ") for p in passages)
    for block in made.blocks:
        text = made.text[block.start : block.end].replace("\n", " ")
        assert block.kind is not H or text in shown or text in joined or covered & set(range(block.start, block.end))
