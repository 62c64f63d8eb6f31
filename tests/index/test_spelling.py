from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.index.analyser import analyse_words
from sourcier.index.spelling import Words

TEXT = """
    Le délai de préavis en cas de licenciement dépend de l'ancienneté. L'employeur remet le préavis par écrit.
    La convention collective prévoit des congés payés, un congé de maternité et le télétravail deux jours par semaine.
    Le syndicat demande que l'intelligence artificielle (IA) soit encadrée : aucune surveillance de l'enseignante.
    Le téléphone de la déléguée est au local syndical. Les établissements scolaires sont fermés pendant la grève.
    L'autorisation de l'administration est requise pour l'atelier; la rémunération des stagiaires est revue.
"""


def as_it_is(word: str) -> str:
    return word


@pytest.fixture(scope="module")
def words() -> Words:
    return Words(Counter(word for word, _ in analyse_words(TEXT)))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("licenciment", "licenciement"),  # a letter missing
        ("licenciiement", "licenciement"),  # doubled
        ("licecniement", "licenciement"),  # transposed
        ("licenciemrnt", "licenciement"),  # the next key
        ("salarriee", ""),  # nothing like it
        ("telefone", "telephone"),  # as it sounds
        ("conjes", "conges"),
        ("lautorisation", "l'autorisation"),
        ("dauthorisation", "d'autorisation"),  # glued and a letter too many
        ("delaidepreavis", "delai de preavis"),
        ("lintelligence", "l'intelligence"),
        ("lia", "l'ia"),
        ("congespayes", "conges payes"),
    ],
)
def test_a_mistake_is_read_as_what_was_meant(words: Words, typed: str, meant: str) -> None:
    readings = words.readings(typed)
    assert (readings[0].text(as_it_is) if readings else "") == meant


def test_forms_of_one_word_are_one_reading(words: Words) -> None:
    both = Words({"employeur": 3, "employeurs": 5, "employer": 1})
    first, second = both.readings("emploieur")[0], both.readings("employeurr")[0]
    assert first.words == second.words == ("employeurs",) or first.words[0].startswith("employeur")
    assert second.probability > 0.9


def test_a_common_word_is_likelier_than_a_rare_one() -> None:
    assert Words({"greve": 100, "grece": 1}).readings("grevve")[0].words == ("greve",)
    assert Words({"mode": 50, "code": 50}).readings("vode")[0].words == ("code",)  # c is beside v


def test_forms_and_ordinary_words_are_no_mistakes(words: Words) -> None:
    assert words.knows("licenciements", dict(analyse_words("licenciements"))["licenciements"])
    assert words.knows("combien", "combien")
    assert not words.knows("pompier", "pompi")


def test_nothing_is_made_of_what_is_no_word(words: Words) -> None:
    for odd in ["", "a", "x" * 500, "12", "5-3.00", "l1222-1", "été"]:
        assert all(reading.words for reading in words.readings(odd))
    assert words.readings("x" * 500) == ()
    assert Words({}).readings("licenciement") == ()


def test_a_right_word_that_the_index_lacks_is_not_surely_another() -> None:
    words = Words({"tente": 2, "suivre": 4, "all": 3, "atelier": 9, "autorisation": 5})
    for right in ("entente", "poursuivre", "salle", "conteste"):
        assert not any(reading.is_usual for reading in words.readings(right)), right
    for typed in ("latelier", "lautorisaton"):
        assert words.readings(typed)[0].is_usual, typed


def test_an_apostrophe_is_missing_only_before_a_vowel() -> None:
    few = Words({"travail": 5, "emploi": 5})
    assert few.readings("demploi")[0].text(as_it_is) == "d'emploi"
    assert all(not reading.is_elided for reading in few.readings("ltravail"))


def test_a_long_word_is_not_made_of_little_ones() -> None:
    assert Words({"web": 9}).readings("webmestres") == ()
    assert Words({"ecole": 9}).readings("danslecole")[0].text(as_it_is) == "dans l'ecole"


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.integers(0, 10_000))
def test_any_letter_lost_doubled_or_swapped_in_a_long_word_is_found(seed: int) -> None:
    source = random.Random(seed)
    vocabulary = sorted({word for word, _ in analyse_words(TEXT) if len(word) >= 8})
    words = Words(dict.fromkeys(vocabulary, 3))
    word = source.choice(vocabulary)
    place = source.randrange(1, len(word) - 1)
    before, after = word[:place], word[place:]
    for wrong in (before + after[1:], before + after[0] + after, before + after[1] + after[0] + after[2:]):
        if wrong not in vocabulary:
            assert any(word in reading.words for reading in words.readings(wrong)) or _same_stem(word, words, wrong)


def _same_stem(word: str, words: Words, wrong: str) -> bool:
    stems = {term for _, term in analyse_words(word)}
    return any(stems & {term for _, term in analyse_words(" ".join(r.words))} for r in words.readings(wrong))
