"""What is learnt of the model's yes or no, and how it is reported, on cases counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sourcier.app.answering.opinion import Opinion
from sourcier.eval.training.train_opinion import Pair, best_cut, cross_validated, fit, held, line

Y = np.array([True, True, True, False, False, False])
GATE_ALONE = Opinion(gate=1.0, model=0.0, bias=0.0, beneath=0.0)


def test_the_best_cut_makes_the_least_of_both_errors() -> None:
    assert best_cut(np.array([0.9, 0.8, 0.3, 0.4, 0.2, 0.1]), Y) == pytest.approx(0.25)


def test_of_cuts_that_are_as_good_but_for_little_the_one_that_refuses_fewest_is_taken() -> None:
    scores = np.array([0.9, 0.8, 0.1, 0.5, 0.4, 0.05])
    assert best_cut(scores, Y) == pytest.approx(0.65)  # a third refused, none let through
    assert best_cut(scores, Y, slack=0.34) == pytest.approx(0.075)  # none refused, two thirds let through


def test_what_tells_nothing_weighs_nothing() -> None:
    rng = np.random.default_rng(0)
    y = rng.random(400) < 0.5
    x = np.column_stack([y + rng.normal(0, 0.5, 400), rng.normal(0, 1, 400)])
    weights, _ = fit(x, y)
    assert weights[0] > 10 * abs(weights[1])
    assert np.corrcoef(cross_validated(x, y), y)[0, 1] > 0.6


def test_errors_at_the_threshold_are_those_counted_by_hand() -> None:
    pairs = [
        Pair(str(i), bool(y), gate, 0.5)
        for i, (y, gate) in enumerate(zip(Y, (0.9, 0.8, 0.2, 0.6, 0.1, 0.1), strict=True))
    ]
    assert "| gate | 6 | 0.889 | 33.3% | 33.3% |" in held(pairs, GATE_ALONE, 0.5)
    assert line(np.array([pair.gate for pair in pairs]), Y).startswith("0.889")


def test_questions_of_one_sort_have_one_error() -> None:
    beside = [Pair("a", False, 0.9, 0.1), Pair("b", False, 0.1, 0.1)]
    assert "| both | 2 | – | – | 50.0% |" in held(beside, GATE_ALONE, 0.5)
    inside = [Pair("a", True, 0.9, 0.9), Pair("b", True, 0.1, 0.9)]
    assert "| both | 2 | – | 50.0% | – |" in held(inside, GATE_ALONE, 0.5)
    # Under what the model is asked about, nothing is answered.
    assert "| both | 2 | – | 50.0% | – |" in held(inside, Opinion(0.0, 1.0, 0.0, 0.5), 0.5)
