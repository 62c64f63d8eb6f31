"""What can be asked of a sentence, what is changed in it to be wrong, and choices that give nothing away."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.app.workshop.quiz.balance import Deck, around
from sourcier.app.workshop.quiz.changes import changes_of
from sourcier.app.workshop.quiz.drafts import BLANK, clozes_of, inner_quotes, picked, tried, wordings
from sourcier.app.workshop.quiz.reading import Fact, is_statement
from sourcier.app.workshop.quiz.values import Value, others_like, squares, values_in
from sourcier.core.types import Hit, Metadata, Passage


def fact(text: str) -> Fact:
    return Fact(Hit(1, 1.0, Passage("p", "d", 0, len(text), text), "a.md", Metadata("Guide")), 0, len(text), text)


def found(text: str) -> list[tuple[str, str]]:
    return [(value.kind, value.text) for value in values_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le fonds dispose de 2,4 millions de dollars pour 1\u00a0150 membres.", [("amount", "2,4 millions de dollars"), ("count", "1\u00a0150")]),
        ("Depuis le 3 février 2025, 18\u00a0% des salles ont trois caméras.", [("date", "3 février 2025"), ("share", "18\u00a0%"), ("count", "trois")]),
        ("L'accord prend fin en juin 2027 et sera revu d'ici 2030.", [("month", "juin 2027"), ("year", "2030")]),
        ("La CSN et le CCTM appuient Éric Gingras.", [("acronym", "CSN"), ("acronym", "CCTM"), ("name", "Éric Gingras")]),
        # Numbers that are names, and names inside longer names, are not asked for.
        ("La loi 25 et le Règlement (UE) 2024/1689 visent le plan 2024-2028.", []),
        ("La Centrale des syndicats du Québec (CSQ) parle.", []),
    ],
)  # fmt: skip
def test_values_of_a_sentence(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected
    assert all(text[value.start : value.end] == value.text for value in values_in(text))


def test_a_value_said_twice_or_told_beside_is_not_hidden() -> None:
    assert clozes_of(fact("Les trois axes se divisent en trois volets.")) == []
    assert [one.value.text for one in clozes_of(fact("Le budget de 60 millions d’euros (60 M€) couvre cinq ans."))] == [
        "cinq"
    ]
    assert clozes_of(fact("La fédération vise trois buts : informer, former et négocier.")) == []


@given(
    st.integers(2, 99_999),
    st.sampled_from(["{} membres", "{}\u00a0% des membres", "{} $ par mois"]),
    st.integers(0, 99),
)
@settings(derandomize=True, deadline=None, max_examples=80)
def test_made_up_figures_have_the_shape_of_the_right_one(figure: int, frame: str, seed: int) -> None:
    sentence = f"La fédération parle de {frame.format(figure)} cette année."
    value = next(value for value in values_in(sentence) if str(figure) in value.text)
    for other in others_like(value, (), random.Random(seed)):
        assert other.text != value.text and len(other.text) == len(value.text)
        assert values_in(sentence.replace(value.text, other.text))[0].kind == value.kind


def test_a_name_is_replaced_by_one_that_takes_the_same_article() -> None:
    pool = [
        value for text in ("La CNAF, la CEST et le CCTM.", "Selon les GAFAM et l’OBVIA.") for value in values_in(text)
    ]
    value = values_in("Tout le monde connaît la CSQ.")[0]
    assert {other.text for other in others_like(value, pool, random.Random(0))} == {"CNAF", "CEST"}


def test_four_dates_make_a_square_where_none_stands_out() -> None:
    value = values_in("La rencontre du 12 septembre 2024 a eu lieu.")[0]
    assert squares(value)
    for square in squares(value):
        four = [value.text, *(other.text for other in square)]
        assert Counter(text.split()[1] for text in four).most_common()[0][1] == 2
        assert Counter(text[-4:] for text in four).most_common()[0][1] == 2
        assert {text.split()[0] for text in four} == {"12"} and len(set(four)) == 4


@pytest.mark.parametrize(
    "sentence",
    ["Le fonds verse 40 $ par mois.", "La rencontre du 12 juin 2024 a eu lieu.", "Depuis 2021, tout change."],
)
def test_the_right_choice_has_the_rank_that_was_asked_for(sentence: str) -> None:
    cloze = clozes_of(fact(sentence))[0]
    others = tried(cloze, (), random.Random(3))
    for rank in range(4):
        chosen = picked(cloze, others, [rank], 3, random.Random(rank))
        assert chosen is not None and chosen[0] == rank
        assert sum(other.number < cloze.value.number for other in chosen[1]) == rank
        assert len({cloze.value.text, *(other.text for other in chosen[1])}) == 4


def test_too_few_wrong_choices_are_not_made_do_with() -> None:
    cloze = clozes_of(fact("Le fonds verse 40 $ par mois."))[0]
    others = tried(cloze, (), random.Random(3))
    assert picked(cloze, others[:2], [0, 1, 2, 3], 3, random.Random(0)) is None


def test_a_deck_gives_every_place_as_often() -> None:
    deck, taken = Deck(4, random.Random(5)), Counter[int]()
    for _ in range(40):
        place = deck.order()[0]
        deck.take(place)
        taken[place] += 1
    assert taken == {0: 10, 1: 10, 2: 10, 3: 10}


def test_a_place_that_was_not_possible_comes_again() -> None:
    deck = Deck(3, random.Random(1))
    wanted = deck.order()[0]
    used = deck.order()[1]
    deck.take(used)
    assert deck.order()[0] == wanted and sorted(deck.order()) == [0, 1, 2]


@given(st.lists(st.integers(0, 50), max_size=12), st.integers(0, 50), st.integers(0, 3))
@settings(derandomize=True, max_examples=100)
def test_others_are_taken_on_both_sides(sizes: list[int], size: int, below: int) -> None:
    chosen = around(float(size), sizes, float, below, 3 - below)
    if chosen is None:
        assert (
            sum(other <= size for other in sizes) < below
            or sum(other >= size for other in sizes) < 3 - below
            or len(sizes) < 3
            or sizes.count(size)
        )
    else:
        assert len(chosen) == 3
        assert all(other <= size for other in chosen[:below]) and all(other >= size for other in chosen[below:])


@pytest.mark.parametrize(
    ("text", "was", "now"),
    [
        ("La CSQ demande que les données soient publiques.", "demande", "refuse"),
        ("Le taux augmente avant la fin.", "augmente", "diminue"),
        ("La personne peut refuser la caméra.", "peut", "doit"),
        ("Elle vise la majorité du personnel.", "la majorité", "une minorité"),
        ("Le décret concerne tous les métiers du livre.", "tous les", "certains"),
    ],
)
def test_one_word_becomes_its_contrary(text: str, was: str, now: str) -> None:
    made = [change for change in changes_of(text, (), random.Random(0)) if change.was == was]
    assert [change.now for change in made] == [now]
    assert made[0].text == text.replace(was, now, 1) and made[0].text[made[0].start :].startswith(now)


@pytest.mark.parametrize(
    "text",
    [
        "La Centrale des syndicats appuie.".replace("appuie", "parle"),  # a word inside a name
        "Elle ne doit pas augmenter la cadence.",  # denied: its contrary says nothing sure
        "L’employeur doit répondre par écrit.",  # who must also may
        "Le service public sert le public.",  # one of two would leave the other
        "Selon l’offre et la demande, le prix varie.",  # a noun here, a verb elsewhere
        "Il faut mettre de l’avant la formation.",
    ],
)
def test_words_that_would_read_badly_or_stay_true_are_left(text: str) -> None:
    assert list(changes_of(text, (), random.Random(0))) == []


def test_names_are_changed_last() -> None:
    pool = values_in("Selon la CNAF et la CEST.")
    made = list(changes_of("La CSQ demande que 18\u00a0% soient réservés.", pool, random.Random(2)))
    kinds = [change.value is not None and change.value.kind == "acronym" for change in made]
    assert kinds == sorted(kinds) and any(kinds) and not all(kinds)


def test_accepted_wordings() -> None:
    def of(text: str, meanings: dict[str, list[str]] | None = None) -> tuple[str, ...]:
        return wordings(values_in(text)[0], meanings or {})

    assert {"trois", "3"} <= set(of("Il y a trois volets."))
    assert {"1\u00a0150", "1 150", "1150"} <= set(of("Il y a 1\u00a0150 membres."))
    assert {"18 %", "18%", "18 pour cent"} <= set(of("Ce sont 18\u00a0% des gens."))
    assert {"60 millions d'euros", "60 M€", "60 millions €"} <= set(of("Un budget de 60\u00a0millions d’euros suit."))
    assert {"CSQ", "la CSQ", "Centrale des syndicats du Québec"} <= set(
        of("Selon la CSQ, oui.", {"csq": ["Centrale des syndicats du Québec"]})
    )
    assert of("Depuis 2021, tout change.") == ("2021",)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("L'allocation de télétravail est de 55 $ par mois.", True),
        ("Elle est versée avec la première paie de chaque mois.", False),
        ("Toutefois, l'allocation ne remplace pas le remboursement du matériel.", False),
        ("Nous demandons que les données soient détruites après six mois.", False),
        ("Ces logiciels sont interdits dans toutes les librairies du réseau.", False),
        ("CPT : comité paritaire du télétravail, qui surveille les logiciels.", False),
        ("Le numéro de téléphone de la permanence est le 514 555-0199.", False),
        ("Roy, N. Le télétravail en librairie, 2024, 44 pages.", False),
        ("Montant | Ce que le montant paie pour chaque membre.", False),
        ("Trop court pour cela.", False),
    ],
)
def test_sentences_that_stand_alone(text: str, fits: bool) -> None:
    assert is_statement(text) is fits


def test_quotes_inside_quotes() -> None:
    assert inner_quotes("dit «\u00a0oui\u00a0» ou « non »") == "dit “oui” ou “non”"
    assert BLANK in clozes_of(fact("Depuis 2021, tout change ici."))[0].shown


def test_a_value_is_ordered_by_what_it_says() -> None:
    dates = ["3 février 2025", "12 septembre 2024", "1er juin 2026"]
    values = [Value("date", text, 0, len(text)) for text in dates]
    assert [value.text for value in sorted(values, key=lambda value: value.number)] == [dates[1], dates[0], dates[2]]
