"""A thinking model's thoughts never reach the draft, however its reply is cut into pieces."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.app.models.thoughts import Thoughts

REPLIES = {
    "<think>Voyons : 65 ?</think>\n\nLe congé dure 65 semaines.": "\n\nLe congé dure 65 semaines.",
    "<THINKING>un</THINKING>Oui.<think>deux</think> Non.": "Oui. Non.",
    "Il reste 3 < 4 et <b>rien</b>.": "Il reste 3 < 4 et <b>rien</b>.",
    "Je pense.</think>Oui.": "Je pense.Oui.",
    "<think>jamais fini": "",
    "Fini <thin": "Fini <thin",
}


def _filtered(pieces: list[str]) -> str:
    thoughts = Thoughts()
    return "".join([*map(thoughts.take, pieces), thoughts.rest()])


@pytest.mark.parametrize(("reply", "kept"), REPLIES.items())
@given(cuts=st.lists(st.integers(0, 80), max_size=8))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_thoughts_are_taken_out_wherever_the_pieces_are_cut(reply: str, kept: str, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(reply)) for cut in cuts), len(reply)]
    assert _filtered([reply[a:b] for a, b in pairwise(places)]) == kept
    assert _filtered(list(reply)) == kept


@given(st.text(alphabet="ab <>/think", max_size=60))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_a_reply_without_tags_is_left_as_it_is(text: str) -> None:
    if "think>" not in text and "thinking>" not in text:
        assert _filtered(list(text)) == text
