"""What can be shown while the model still writes, and what then only repeats it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcier.app.answering.cite import Quote
from sourcier.app.answering.opening import adds_nothing, drawn_from
from sourcier.app.answering.terms import content_stems
from sourcier.core.types import Hit, Metadata, Passage

LONG = (
    "Selon le comité, la prime de nuit est versée le premier jeudi du mois à tout le personnel infirmier de l'hôpital."
)
SUMMER = "L'horaire d'été débute le 24 juin et compte 32,5 heures par semaine."
WINTER = "L'horaire d'hiver débute le 8 janvier et compte 35 heures par semaine."


def quote(text: str) -> Quote:
    passage = Passage("p", "d", 0, len(text), text)
    return Quote(Hit(1, 1.0, passage, "guide.md", Metadata("Guide")), 0, len(text))


QUOTES = [quote(WINTER), quote(SUMMER), quote(LONG)]


@pytest.mark.parametrize(
    ("begun", "expected"),
    [
        ("L'horaire d'été", None),  # too little to tell
        ("L'horaire d'été débute le 24 juin et", SUMMER),
        ("L'horaire débute et compte des heures par semaine", None),  # both sentences say so
        ("Le comité verse la prime de nuit au personnel", LONG),
        ("Le directeur annonce une rencontre avec la présidente du conseil au sujet de l'horaire d'été", None),
        ("", None),
    ],
)
def test_the_quote_that_is_drawn_on_is_told_once_it_stands_out(begun: str, expected: str | None) -> None:
    found = drawn_from(begun, QUOTES)
    assert (found.text if found else None) == expected


def test_without_quotes_there_is_none_to_draw_on() -> None:
    assert drawn_from(SUMMER, []) is None


@pytest.mark.parametrize(
    ("sentence", "nothing"),
    [
        (SUMMER, True),
        ("L'horaire d'été compte 32,5 heures par semaine et débute le 24 juin !", True),
        ("L'horaire d'été compte 35 heures par semaine.", False),
        ("Oui, l'horaire d'été débute le 24 juin et compte 32,5 heures par semaine.", False),
        ("La prime de nuit est versée le premier jeudi.", False),  # the answer, picked out of a long sentence
        ("La prime est versée.", False),
    ],
)
def test_what_only_repeats_what_was_shown(sentence: str, nothing: bool) -> None:
    assert adds_nothing(sentence, [SUMMER, LONG]) is nothing


ASKS = "Le comité demande aussi que les fabricants soient tenus à la transparence sur les effets de leurs appareils."


@pytest.mark.parametrize(
    ("sentence", "nothing"),
    [
        ("Le comité exige que les fabricants soient tenus à la transparence sur les effets de leurs appareils.", True),
        ("Les fabricants devraient être tenus à la transparence sur les effets de leurs appareils.", True),
        ("La ministre exige que les fabricants soient tenus à la transparence sur leurs effets.", False),
        ("Le comité exige la transparence.", False),  # the answer, picked out of a long sentence
        ("Le comité doit le demander.", False),  # nothing but how it is put
    ],
)
def test_another_verb_of_saying_adds_nothing(sentence: str, nothing: bool) -> None:
    assert adds_nothing(sentence, [ASKS]) is nothing


@given(st.lists(st.sampled_from(LONG.split()), min_size=1))
def test_what_holds_a_word_that_was_not_shown_always_adds_it(words: list[str]) -> None:
    said = " ".join([*words, "ornithorynque"])
    assert not adds_nothing(said, [LONG, SUMMER])
    assert not adds_nothing(said, [])


@given(st.text(alphabet="abé ,.'", max_size=40), st.integers(0, 60))
def test_a_quote_is_found_from_its_own_beginning_or_not_at_all(noise: str, cut: int) -> None:
    begun = LONG[:cut]
    found = drawn_from(begun, [quote(noise), quote(LONG)])
    assert found is None or found.text == LONG or content_stems(begun) <= content_stems(noise)
