from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sourcier.index.fusion import best, fuse, scaled

scores = arrays(np.float32, st.integers(1, 30), elements=st.floats(0, 40, width=32))


def of(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(values, np.float32)


def test_weights_share_between_meaning_and_words() -> None:
    rows, dense, lexical = np.arange(3), of(0.9, 0.8, 0.7), of(0, 5, 10)
    assert fuse(rows, dense, lexical, lexical_weight=0.0).rows.tolist() == [0, 1, 2]
    assert fuse(rows, dense, lexical, lexical_weight=1.0).rows.tolist() == [2, 1, 0]
    fused = fuse(rows, dense, lexical, lexical_weight=0.25)
    assert fused.scores.tolist() == pytest.approx([0.75, 0.5, 0.25])
    assert fused.dense.tolist() == pytest.approx([0.9, 0.8, 0.7])
    assert fused.lexical.tolist() == [0, 5, 10]


def test_without_a_shared_word_the_cosine_decides_alone() -> None:
    fused = fuse(np.arange(2), of(0.7, 0.8), of(0, 0), lexical_weight=0.9)
    assert fused.rows.tolist() == [1, 0]
    assert fused.scores.tolist() == [1, 0]


def test_equal_scores_keep_the_order_of_the_corpus() -> None:
    assert fuse(np.array([4, 2, 9]), of(1, 1, 1), of(3, 3, 3), lexical_weight=0.5).rows.tolist() == [2, 4, 9]


def test_nothing_to_rank() -> None:
    assert fuse(np.zeros(0, np.int64), of(), of(), lexical_weight=0.5).rows.tolist() == []
    assert best(of(), 5).tolist() == []


@settings(derandomize=True, deadline=None)
@given(scores, st.floats(0, 1))
def test_fused_scores_are_bounded_sorted_and_blind_to_order(
    dense: np.ndarray[tuple[int], np.dtype[np.float32]], weight: float
) -> None:
    rows = np.arange(len(dense))
    lexical = dense[::-1].copy()
    fused = fuse(rows, dense, lexical, lexical_weight=weight)
    assert sorted(fused.rows.tolist()) == rows.tolist()
    assert ((fused.scores >= -1e-6) & (fused.scores <= 1 + 1e-6)).all()
    assert (np.diff(fused.scores) <= 1e-6).all()
    shuffled = np.random.default_rng(0).permutation(len(rows))
    again = fuse(rows[shuffled], dense[shuffled], lexical[shuffled], lexical_weight=weight)
    assert again.rows.tolist() == fused.rows.tolist()


@settings(derandomize=True, deadline=None)
@given(scores)
def test_scaling_keeps_the_order(values: np.ndarray[tuple[int], np.dtype[np.float32]]) -> None:
    result = scaled(values)
    assert ((result >= 0) & (result <= 1)).all()
    order = np.argsort(values, kind="stable")
    assert (np.diff(result[order]) >= 0).all()


@settings(derandomize=True, deadline=None)
@given(scores, st.integers(0, 40))
def test_best_is_what_sorting_gives(values: np.ndarray[tuple[int], np.dtype[np.float32]], count: int) -> None:
    assert best(values, count).tolist() == np.argsort(-values, kind="stable")[:count].tolist()
