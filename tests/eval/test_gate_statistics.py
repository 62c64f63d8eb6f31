"""The gate's arithmetic, on cases that are worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from sourcier.eval.gate.statistics import ALPHA, Floats, Loss, holm, loss


def column(values: Sequence[float]) -> Floats:
    return np.column_stack([np.array(values), np.ones(len(values))])


def test_the_same_answers_lose_nothing() -> None:
    found = loss(column([1, 0, 1, 1]), column([1, 0, 1, 1]))
    assert found is not None
    assert (found.gain, found.at_worst, found.p, found.changed) == (0.0, 0.0, 1.0, 0)


def test_ten_losses_of_ten_are_one_toss_in_1024() -> None:
    found = loss(column([1] * 10), column([0] * 10))
    assert found is not None
    assert (found.accepted, found.candidate, found.gain, found.changed) == (1.0, 0.0, -1.0, 10)
    assert found.p == pytest.approx(1 / 1024, abs=0.001)
    turned = loss(column([1] * 10), column([0] * 10), lower_is_better=True)
    assert turned is not None and (turned.gain, turned.p) == (1.0, 1.0)


def test_four_losses_of_ten_are_not_refused_though_the_bootstrap_would() -> None:
    found = loss(column([1] * 10), column([1] * 6 + [0] * 4))
    assert found is not None
    assert found.p == pytest.approx(1 / 16, abs=0.01)
    assert found.p > ALPHA
    assert found.at_worst == pytest.approx(-0.7, abs=0.1) and found.gain == pytest.approx(-0.4)


def test_a_loss_within_the_margin_is_let_through() -> None:
    before, after = column([1] * 200), column([1] * 188 + [0] * 12)  # 6 points
    strict, kind = loss(before, after, margin=0.0), loss(before, after, margin=0.1)
    assert strict is not None and kind is not None
    assert strict.p < 0.001
    assert kind.p > 0.9


def test_a_ratio_pools_what_the_questions_count_for() -> None:
    # 9 of 10 sentences and 1 of 2 in the accepted run, then 6 of 10 and 2 of 2.
    found = loss(np.array([[9.0, 10.0], [1.0, 2.0]]), np.array([[6.0, 10.0], [2.0, 2.0]]))
    assert found is not None
    assert found.accepted == pytest.approx(10 / 12) and found.candidate == pytest.approx(8 / 12)
    # Of the four ways to toss two coins (-2/12, +4/12, -4/12, +2/12), two are as bad as what is seen.
    assert found.p == pytest.approx(1 / 2, abs=0.02)


def test_a_relative_loss_is_a_share_of_the_accepted_value() -> None:
    found = loss(column([400.0] * 8), column([500.0] * 8), lower_is_better=True, relative=True, margin=0.2)
    assert found is not None
    assert found.gain == pytest.approx(-0.25)
    assert found.p == pytest.approx(1 / 256, abs=0.003)


def test_what_one_run_says_nothing_of_has_no_loss() -> None:
    assert loss(np.zeros((3, 2)), column([1, 1, 1])) is None
    assert loss(column([1, 1, 1]), np.zeros((3, 2))) is None


def made(p: float, changed: int) -> Loss:
    return Loss(1.0, 0.5, 10, -0.5, -0.6, p, changed)


def test_holm_by_hand() -> None:
    losses = {"a": made(0.010, 20), "b": made(0.04, 20), "c": made(0.03, 20)}
    # 3 × 0.010, 2 × 0.03, then 1 × 0.04 raised to the one before it.
    assert holm(losses) == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06})


def test_a_measure_that_could_not_be_refused_is_not_counted() -> None:
    losses = {"a": made(0.02, 20), **{name: made(1.0, 3) for name in "bcdefgh"}}
    assert holm(losses)["a"] == pytest.approx(0.02)
    assert holm(losses)["b"] == 1.0


def test_alike_runs_are_refused_less_often_than_the_level_says() -> None:
    """Eight measures of two runs of the same thing, a hundred times at ten questions and at forty."""
    generator = np.random.default_rng(20261123)
    refused = 0
    for n in (10, 40):
        for _ in range(60):
            losses = {}
            for rate in (0.7, 0.2, 0.1, 0.8, 0.9, 0.95):
                shared = generator.random(n) < rate
                runs = [np.where(generator.random(n) < 0.6, shared, generator.random(n) < rate) for _ in range(2)]
                found = loss(*(column([float(value) for value in run]) for run in runs))
                assert found is not None
                losses[str(rate)] = found
            refused += min(holm(losses).values()) <= ALPHA
    # 5 % of 120 is 6; the test is discrete, hence rarer.
    assert refused <= 9
