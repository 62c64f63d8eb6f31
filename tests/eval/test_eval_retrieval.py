"""Ranking measures: by hand, and against ir-measures (trec_eval)."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcier.eval.metrics.retrieval import (
    absent,
    by_kind,
    grades,
    ndcg,
    recall,
    reciprocal_rank,
    same_document,
    score,
    summary,
)


@pytest.mark.parametrize(
    ("label", "same"),
    [
        ("d1", True),
        ("corpus/lot.jsonl#F100", True),
        ("lot.jsonl#F100", True),
        ("F100", True),
        ("/elsewhere/corpus/lot.jsonl#F100", True),
        ("100", False),
        ("professionnels/F100", False),
        ("lot.jsonl", False),
    ],
)
def test_a_label_names_a_document(label: str, same: bool) -> None:
    assert same_document(label, "d1", "corpus/lot.jsonl#F100") is same


NAMES = st.text(alphabet="ab/#", min_size=1, max_size=6)


@given(NAMES, st.lists(st.tuples(NAMES, NAMES), max_size=4))
def test_what_no_document_is_named_is_absent(label: str, documents: list[tuple[str, str]]) -> None:
    named = any(same_document(label, document_id, path) for document_id, path in documents)
    assert absent([label, label], documents) == ([] if named else [label])


def test_row_ids_may_hold_a_slash_or_a_hash() -> None:
    assert same_document("particuliers/F1", "x", "lot.jsonl#particuliers/F1")
    assert not same_document("particuliers/F1", "x", "lot.jsonl#professionnels/F1")
    assert same_document("article3#2", "x", "lot.jsonl#article3#2")


def test_the_first_passage_of_each_document_counts() -> None:
    found = [("d1", "a.txt"), ("d1", "a.txt"), ("d2", "b.txt"), ("d3", "c.txt"), ("d2", "b.txt")]
    assert grades(found, {"b.txt": 2, "c.txt": 1}) == [0.0, 2.0, 1.0]


def test_a_copy_of_a_document_counts_once() -> None:
    assert grades([("d1", "x/a.txt"), ("d2", "y/a.txt"), ("d3", "c.txt")], {"a.txt": 1}) == [1.0, 0.0]


def test_ndcg_by_hand() -> None:
    # Grades 0, 2, 1 found; 3, 2, 1 exist.
    dcg = 2 / math.log2(3) + 1 / math.log2(4)
    ideal = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert ndcg([0, 2, 1], [1, 2, 3], 10) == pytest.approx(dcg / ideal)
    dcg = 3 / math.log2(3) + 1 / math.log2(4)
    ideal = 7 / math.log2(2) + 3 / math.log2(3) + 1 / math.log2(4)
    assert ndcg([0, 2, 1], [1, 2, 3], 10, "exponential") == pytest.approx(dcg / ideal)
    assert ndcg([0, 1], [1], 1) == 0.0


def test_recall_and_rank_by_hand() -> None:
    ranking, judged = [0, 0, 1, 0, 0, 2], [1, 2, 1, 0]
    assert recall(ranking, judged, 5) == pytest.approx(1 / 3)
    assert recall(ranking, judged, 10) == pytest.approx(2 / 3)
    assert reciprocal_rank(ranking, judged, 10) == pytest.approx(1 / 3)
    assert reciprocal_rank(ranking, judged, 2) == 0.0
    assert reciprocal_rank([1], judged, 1) == 1.0


def test_without_a_relevant_document_nothing_is_defined() -> None:
    assert ndcg([0, 0], [0], 10) is None
    assert recall([0], [], 10) is None
    assert reciprocal_rank([0], [0], 10) is None
    got = score("q", None, [("d", "a")], {"b": 0}, 1.0)
    assert set(got.values.values()) == {None}
    assert {estimate.n for estimate in summary([got]).values()} == {0}


def test_nothing_found_is_zero_not_undefined() -> None:
    assert set(score("q", None, [], {"b": 1}, 1.0).values.values()) == {0.0}


def test_kinds_are_summed_apart() -> None:
    scores = [score("1", "x", [("d", "a")], {"a": 1}, 1.0), score("2", None, [], {"a": 1}, 1.0)]
    of = by_kind(scores)
    assert [(kind, of[kind]["hit@1"].value, of[kind]["hit@1"].n) for kind in of] == [("-", 0.0, 1), ("x", 1.0, 1)]


def test_ir_measures_agrees() -> None:
    ir_measures = pytest.importorskip("ir_measures")
    generator = random.Random(7)
    qrels: dict[str, dict[str, int]] = {}
    run: dict[str, dict[str, float]] = {}
    mine = []
    for query in map(str, range(60)):
        pool = [f"d{i}" for i in range(150)]
        qrels[query] = {d: generator.choice([0, 1, 1, 2, 3]) for d in generator.sample(pool, generator.randint(1, 12))}
        qrels[query][pool[0]] = 1
        ranked = generator.sample(pool, generator.randint(0, 140))
        # trec_eval ranks by score: strictly decreasing, so that no tie is broken by name.
        run[query] = {d: float(-rank) for rank, d in enumerate(ranked)}
        mine.append(
            score(query, None, [(d, f"{d}.txt") for d in ranked], {d: float(g) for d, g in qrels[query].items()}, 0.0)
        )
    names = {
        "ndcg@10": "nDCG@10",
        "recall@5": "R@5",
        "recall@10": "R@10",
        "recall@100": "R@100",
        "mrr@10": "RR@10",
        "hit@1": "Success@1",
    }
    measures = [ir_measures.parse_measure(name) for name in names.values()]
    theirs: dict[tuple[str, str], float] = {}
    for metric in ir_measures.iter_calc(measures, qrels, run):
        theirs[metric.query_id, str(metric.measure)] = metric.value
    for got in mine:
        for name, known in names.items():
            assert got.values[name] == pytest.approx(theirs.get((got.id, known), 0.0)), (got.id, name)
