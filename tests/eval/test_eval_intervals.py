"""Intervals, against published or hand-computed values."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcier.eval.metrics.intervals import difference, mean, mean_of_means, percentile, proportion, ratio


def test_wilson_matches_a_published_example() -> None:
    # 81 of 263: Newcombe 1998, Statistics in Medicine 17, table I, method 3: 0.2553 to 0.3662.
    got = proportion(81, 263)
    assert (round(got.low or 0, 4), round(got.high or 0, 4)) == (0.2553, 0.3662)
    # 0 of 20, same table: 0 to 0.1611.
    assert proportion(0, 20).low == 0.0
    assert round(proportion(0, 20).high or 0, 4) == 0.1611


def test_nothing_observed_has_no_value() -> None:
    for nothing in (proportion(0, 0), mean([]), ratio([], []), ratio([0.0], [0.0]), mean_of_means([], [1.0])):
        assert (nothing.value, nothing.low, nothing.high, nothing.n) == (None, None, None, 0)
    assert percentile([], 50) is None


def test_one_observation_has_no_interval() -> None:
    assert mean([0.5]).value == 0.5
    assert mean([0.5]).low is None


@given(st.integers(1, 500), st.data())
def test_wilson_holds_the_value(n: int, data: st.DataObject) -> None:
    got = proportion(data.draw(st.integers(0, n)), n)
    assert got.value is not None and got.low is not None and got.high is not None
    assert 0 <= got.low <= got.value <= got.high <= 1


def test_bootstrap_of_a_mean_is_close_to_the_normal_one() -> None:
    values = [i / 199 for i in range(200)]
    got = mean(values)
    error = math.sqrt(sum((v - 0.5) ** 2 for v in values) / 200 / 200)
    assert got.value == pytest.approx(0.5)
    assert got.low == pytest.approx(0.5 - 1.96 * error, abs=0.004)
    assert got.high == pytest.approx(0.5 + 1.96 * error, abs=0.004)


def test_the_seed_fixes_the_interval() -> None:
    values = [math.sin(i) for i in range(50)]
    assert mean(values) == mean(values)
    assert mean(values, seed=1) != mean(values, seed=2)


def test_a_ratio_pools_items_and_draws_groups() -> None:
    got = ratio([1, 0, 0], [1, 3, 0])
    assert (got.value, got.n) == (0.25, 4)
    assert (got.low, got.high) == (0.0, 1.0)  # two groups: all of one, or all of the other


def test_mean_of_means_weighs_both_groups_alike() -> None:
    got = mean_of_means([1.0] * 9 + [0.0], [0.0])
    assert (got.value, got.n) == (0.45, 11)


def test_a_difference_is_paired() -> None:
    got = difference([0.0, 0.5, 0.2], [0.1, 0.6, 0.3])
    assert got.value == pytest.approx(0.1)
    assert got.low == pytest.approx(0.1) and got.high == pytest.approx(0.1)


def test_percentiles_are_linear() -> None:
    assert percentile([10, 20, 30, 40], 50) == 25
    assert percentile([10, 20, 30, 40], 95) == pytest.approx(38.5)
