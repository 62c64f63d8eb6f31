"""Halves of a question set: disjoint by document, and the same everywhere."""

import hashlib

from sourcier.eval.dataset import RetrievalQuery
from sourcier.eval.split import Split, half_of, in_split, parent_of


def query(number: int, label: str, group: str | None = None) -> RetrievalQuery:
    return RetrievalQuery(id=f"q{number}", question="Quel délai ?", relevant={label: 1.0}, group=group)


QUERIES = [query(n, f"fiche-{n % 40}#{n // 40}") for n in range(200)]


def test_the_rule_is_the_published_one() -> None:
    for parent in ("fiche-1", "convention/5-3.00", "Congé parental à l'école"):
        even = int(hashlib.sha256(parent.encode()).hexdigest()[:2], 16) % 2 == 0
        assert half_of(parent) is (Split.DEV if even else Split.TEST)


def test_no_document_is_on_both_sides_and_every_question_is_on_one() -> None:
    dev, test = in_split(QUERIES, Split.DEV), in_split(QUERIES, Split.TEST)
    assert not {parent_of(q) for q in dev} & {parent_of(q) for q in test}
    assert sorted(q.id for q in dev + test) == sorted(q.id for q in QUERIES)
    assert in_split(QUERIES, Split.ALL) == QUERIES
    assert min(len(dev), len(test)) > 50


def test_sections_of_a_sheet_and_questions_of_a_group_stay_together() -> None:
    assert parent_of(query(1, "fiche-9#3")) == parent_of(query(2, "fiche-9#8")) == "fiche-9"
    assert parent_of(query(1, "LEGI1", group="fiche-9")) == "fiche-9"
    several = RetrievalQuery(id="q", question="?", relevant={"b#1": 1.0, "a#2": 1.0, "A#0": 0.0})
    assert parent_of(several) == "a"
    nothing = RetrievalQuery(id="q", question="?", relevant={"a": 0.0})
    assert parent_of(nothing) == "q"
