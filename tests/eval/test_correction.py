"""The correction of a score for its judge's errors: by hand, and by simulation of a truth that is known."""

from __future__ import annotations

import numpy as np
import pytest

from sourcier.eval.metrics.intervals import RESAMPLES
from sourcier.eval.trials import Trial, corrected, rogan_gladen, tells_apart


@pytest.mark.parametrize(
    ("observed", "se", "sp", "truth"),
    [
        (0.8, 1.0, 1.0, 0.8),  # a perfect judge changes nothing
        (0.62, 0.8, 0.8, 0.7),  # (0.62 - 0.2) / 0.6
        (0.5, 0.9, 0.6, 0.2),  # (0.5 - 0.4) / 0.5
        (0.95, 0.9, 0.8, 1.0),  # 0.75 / 0.7, clipped
        (0.1, 0.9, 0.8, 0.0),  # -0.1 / 0.7, clipped
        (0.5, 0.5, 0.5, None),  # chance
        (0.5, 0.4, 0.5, None),  # worse than chance
    ],
)
def test_the_formula_by_hand(observed: float, se: float, sp: float, truth: float | None) -> None:
    assert rogan_gladen(observed, se, sp) == (None if truth is None else pytest.approx(truth))


def test_the_value_is_that_of_the_formula_and_the_interval_holds_it() -> None:
    trial = Trial(right=100, right_supported=80, wrong=100, wrong_supported=20)
    found = corrected([True] * 62 + [False] * 38, trial)
    assert found.value == pytest.approx(0.7)
    assert found.n == 100
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.7 < found.high
    assert found == corrected([True] * 62 + [False] * 38, trial)  # the same seed, the same interval


def width(trial: Trial, count: int = 400) -> float:
    found = corrected([True] * (6 * count // 10) + [False] * (4 * count // 10), trial)
    assert found.low is not None
    assert found.high is not None
    return found.high - found.low


def test_a_weaker_judge_a_smaller_trial_or_fewer_sentences_widen_the_interval() -> None:
    strong, weak = Trial(500, 475, 500, 25), Trial(500, 350, 500, 150)
    assert width(strong) < width(weak)
    assert width(strong) < width(Trial(50, 47, 50, 3))
    assert width(strong) < width(strong, count=40)


def test_a_judge_that_failed_nowhere_is_not_held_for_infallible() -> None:
    found = corrected([True] * 30, Trial(20, 20, 20, 0))
    assert found.value == 1.0
    assert found.high == 1.0
    assert found.low is not None
    assert 0.7 < found.low < 0.97


@pytest.mark.parametrize(
    "trial",
    [
        Trial(100, 50, 100, 50),  # chance
        Trial(100, 30, 100, 60),  # worse
        Trial(10, 7, 10, 4),  # better by a hair, on too few claims to say
        Trial(100, 90, 0, 0),  # never tried on a wrong claim
        Trial(0, 0, 100, 10),
    ],
)
def test_a_judge_that_tells_nothing_apart_corrects_nothing(trial: Trial) -> None:
    assert not tells_apart(trial)
    found = corrected([True, False, True], trial)
    assert (found.value, found.n, found.low, found.high) == (None, 3, None, None)


def test_a_trial_that_cannot_explain_what_was_observed_makes_no_perfect_score() -> None:
    """A judge that accepts 60 % of the right claims of its trial accepts 95 % here: these are other claims."""
    trial = Trial(300, 180, 200, 70)
    assert tells_apart(trial)
    assert corrected([True] * 190 + [False] * 10, trial).value is None
    assert corrected([True] * 2 + [False] * 198, trial).value is None  # nor does it accept so few of wrong ones
    assert corrected([True] * 118 + [False] * 82, trial).value == pytest.approx((0.59 + 0.65 - 1) / 0.25)


def test_no_sentence_has_no_value() -> None:
    assert corrected([], Trial(100, 80, 100, 20)).value is None


def test_sentences_of_one_question_count_for_less_than_as_many_questions() -> None:
    trial = Trial(500, 475, 500, 25)
    verdicts = [True] * 120 + [False] * 80
    apart = corrected(verdicts, trial)
    together = corrected(verdicts, trial, groups=[i // 10 for i in range(200)])
    assert apart.value == together.value
    assert apart.low is not None
    assert together.low is not None
    assert together.low < apart.low


def test_the_interval_of_a_trial_is_that_of_its_claims_or_of_its_questions() -> None:
    alone = Trial(200, 160, 200, 40)
    singles = [(1, int(i < 160), 0, 0) for i in range(200)] + [(0, 0, 1, int(i < 40)) for i in range(200)]
    questions = [(10, 10, 10, 0)] * 12 + [(10, 5, 10, 5)] * 8
    by_claim = Trial(200, 160, 200, 40, groups=tuple(singles))
    by_question = Trial(200, 160, 200, 40, groups=tuple(questions))
    spread = [float(trial.draws()[0].std()) for trial in (alone, by_claim, by_question)]
    assert spread[0] == pytest.approx((0.8 * 0.2 / 200) ** 0.5, rel=0.05)
    assert spread[1] == pytest.approx(spread[0], rel=0.05)
    assert spread[2] > 1.5 * spread[0]
    assert alone.draws()[0].shape == (RESAMPLES,)


@pytest.mark.parametrize(
    ("truth", "se", "sp", "tried", "judged"),
    [(0.9, 0.8, 0.75, 300, 200), (0.98, 0.85, 0.8, 200, 150), (0.3, 0.7, 0.7, 400, 200)],
)
def test_the_interval_covers_a_known_truth(truth: float, se: float, sp: float, tried: int, judged: int) -> None:
    """A noisy judge of known error, on trial and then at work: 95 % of the intervals must hold the truth.

    Of 120 rounds, fewer than 106 (88 %) would happen by chance once in a thousand if 95 % held.
    """
    generator = np.random.default_rng(11)
    held = biased = 0
    for _ in range(120):
        right = wrong = tried // 2
        trial = Trial(right, int(generator.binomial(right, se)), wrong, int(generator.binomial(wrong, 1 - sp)))
        sound = generator.random(judged) < truth
        verdicts = np.where(sound, generator.random(judged) < se, generator.random(judged) < 1 - sp)
        found = corrected(verdicts.tolist(), trial)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
        biased += found.low <= float(verdicts.mean()) <= found.high
    assert held >= 106
    # The test can fail: what was observed, uncorrected, is not what the intervals hold.
    assert biased < held
