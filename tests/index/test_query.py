from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.index.analyser import analyse, analyse_words
from sourcier.index.lexicon import Lexicon, load_lexicon
from sourcier.index.query import Understood, is_english, understand
from sourcier.index.spelling import Words

TEXT = """
    La Centrale des syndicats du Québec demande que l'intelligence artificielle (IA) soit encadrée par une loi.
    Le préavis de licenciement est prévu à la clause 5-3.02 de la convention collective et à l'article L. 1222-1.
    Les revendications portent sur la surveillance au travail, la plateforme et la souveraineté numérique.
    L'enseignante et l'enseignant reçoivent les données avant l'atelier. Le congé parental dure 52 semaines.
"""
WORDS = Words(Counter(word for word, _ in analyse_words(TEXT)))


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


def weights(understood: Understood) -> dict[str, float]:
    return {term.term: term.weight for term in understood.terms}


def test_a_clean_question_is_left_as_it_is(lexicon: Lexicon) -> None:
    question = "Quand le préavis de licenciement est-il prévu ?"
    read = understand(question, WORDS, lexicon)
    assert (read.text, read.corrections) == (question, ())
    assert {term.term for term in read.terms if term.origin == "typed"} == set(analyse(question))
    assert all(term.weight == 1 for term in read.terms if term.origin == "typed")


def test_a_word_typed_twice_weighs_twice(lexicon: Lexicon) -> None:
    assert weights(understand("le préavis, quel préavis de licenciement ?", WORDS, lexicon))[analyse("préavis")[0]] == 2


def test_an_acronym_brings_its_long_form_and_the_reverse(lexicon: Lexicon) -> None:
    read = understand("Que demande la csq ?", WORDS, lexicon)
    assert ("CSQ", "Centrale des syndicats du Québec") in read.expansions
    assert 0 < weights(read)["syndicat"] < 1
    back = understand("Que demande la centrale des syndicats du quebec ?", WORDS, lexicon)
    assert 0 < weights(back)["csq"] < 1


def test_a_glued_acronym_is_read(lexicon: Lexicon) -> None:
    read = understand("Que demande la csq sur lia?", WORDS, lexicon)
    assert read.text == "Que demande la csq sur l'IA?"
    assert read.corrections == (("lia", "l'IA"),)
    assert {"ia", "artificiel", "li"} <= weights(read).keys()


def test_a_mistake_is_corrected_beside_the_word_that_was_typed(lexicon: Lexicon) -> None:
    read = understand("delai de preavis de licenciment, souverainneté numerique", WORDS, lexicon)
    assert read.text == "delai de preavis de licenciement, souveraineté numerique"  # as the lexicon writes it
    found = weights(read)
    assert found[analyse("licenciment")[0]] == 1
    assert found[analyse("licenciement")[0]] < 1


@pytest.mark.parametrize(
    "question",
    [
        "Que dit Tremblay du REER ?",
        "clause 5-3.03, article L. 1222-2, projet C-27, 77,2 %",
        "écrire à preavi@exemple.org ou voir https://exemple.org/licenciment",
        "le fichier licenciment.pdf",
    ],
)
def test_names_references_acronyms_and_addresses_stay(lexicon: Lexicon, question: str) -> None:
    assert understand(question, WORDS, lexicon).text == question


def test_a_capital_may_be_a_name(lexicon: Lexicon) -> None:
    read = understand("Qui est Madame Licenciment ?", WORDS, lexicon)
    assert read.corrections == ()
    assert 0 < weights(read)[analyse("licenciement")[0]] < 1


def test_a_space_too_many_is_read(lexicon: Lexicon) -> None:
    assert understand("la sur veillance au travail", WORDS, lexicon).corrections == (("sur veillance", "surveillance"),)
    assert understand("la plate forme", WORDS, lexicon).text == "la plateforme"


def test_english_questions_find_french_words(lexicon: Lexicon) -> None:
    read = understand("What does the union demand about surveillance and artificial intelligence?", WORDS, lexicon)
    found = weights(read)
    assert {"revend", "surveil", "artificiel", "syndicat"} <= found.keys()
    assert read.corrections == ()
    assert "what" not in found
    assert "intelligent" in weights(understand("What does AI change?", WORDS, lexicon))
    assert "intelligent" not in weights(understand("J'AI DES QUESTIONS", WORDS, lexicon))


def test_a_french_question_does_not_take_english_meanings(lexicon: Lexicon) -> None:
    assert "syndicat" not in weights(understand("Que fait l'Union européenne pour les données ?", WORDS, lexicon))


@pytest.mark.parametrize(
    ("question", "english"),
    [("What is the notice period?", True), ("Quel est le préavis ?", False), ("télétravail", False), ("", False)],
)
def test_the_language_is_told_by_the_little_words(question: str, english: bool) -> None:
    assert is_english(question) is english


def test_an_acronym_that_is_a_word_needs_its_capitals(lexicon: Lexicon) -> None:
    assert "technolog" in weights(understand("le service des TI", WORDS, lexicon))
    assert "technolog" not in weights(understand("le petit ti", WORDS, lexicon))


def test_at_most_twelve_terms_are_added(lexicon: Lexicon) -> None:
    question = "CSQ FSE FEC FPPE CPE EHDAA CNESST CNIL LSST RQAP SST IA PL RPA CHSLD CRT CAI"
    read = understand(question, WORDS, lexicon)
    assert 0 < sum(term.origin == "lexicon" for term in read.terms) <= 12


def test_without_spelling_nothing_is_corrected(lexicon: Lexicon) -> None:
    read = understand("licenciment", WORDS, lexicon, spelling=False)
    assert (read.text, [term.origin for term in read.terms]) == ("licenciment", ["typed"])


LEXICON = load_lexicon()


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(max_size=60) | st.lists(st.sampled_from(["lia", "CSQ", "licenciment", "d'", "é", "the"])).map(" ".join))
def test_any_question_is_read_and_each_term_once(question: str) -> None:
    read = understand(question, WORDS, LEXICON)
    terms = [term.term for term in read.terms]
    assert len(terms) == len(set(terms))
    assert all(term.weight >= 1 if term.origin == "typed" else 0 < term.weight < 1 for term in read.terms)
    assert is_english(question) or set(analyse(question)) <= set(terms)
