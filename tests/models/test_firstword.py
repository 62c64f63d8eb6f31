import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcier.app.models.firstword import option_probabilities


def _chances(tokens: dict[str, float], *options: str) -> dict[str, float]:
    return option_probabilities([(token, math.log(chance)) for token, chance in tokens.items()], options)


def test_a_token_counts_for_the_option_it_spells_begins_or_goes_beyond() -> None:
    chances = _chances({"O": 0.5, " oui": 0.2, "Oui,": 0.1, "non": 0.05, "Peut": 0.1}, "Oui", "Non")
    assert chances == pytest.approx({"Oui": 0.8, "Non": 0.05})


def test_a_token_that_begins_several_options_counts_for_none() -> None:
    assert _chances({"No": 0.9, "Nor": 0.1}, "Non", "Nord") == pytest.approx({"Non": 0.0, "Nord": 0.1})


def test_an_exact_token_wins_over_a_longer_option() -> None:
    assert _chances({"1": 0.6, "12": 0.3}, "1", "12") == pytest.approx({"1": 0.6, "12": 0.3})


def test_a_word_that_merely_starts_like_an_option_is_another_word() -> None:
    assert _chances({"Ouistiti": 0.9}, "Oui") == {"Oui": 0.0}


@given(st.dictionaries(st.text(max_size=4), st.floats(1e-6, 1.0), max_size=20))
def test_probabilities_never_sum_above_one(tokens: dict[str, float]) -> None:
    chances = _chances(tokens, "oui", "non", "incertain")
    assert set(chances) == {"oui", "non", "incertain"}
    assert all(chance >= 0 for chance in chances.values())
    assert sum(chances.values()) <= 1 + 1e-9
