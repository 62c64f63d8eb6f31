from __future__ import annotations

from collections.abc import Iterable

import pytest

from sourcier.index.accents import WrittenWords, restored
from sourcier.index.analyser import analyse
from sourcier.index.lexicon import load_lexicon
from sourcier.index.query import understand
from sourcier.index.spelling import Words

PASSAGES = [
    "Le congé de maternité dure dix-huit semaines. Été comme hiver, la Centrale le défend.",
    "Congé parental : la présidente Éliane Côté en a parlé à Québec. IA et congés.",
    "Le délégué a mangé; le congé est un droit. L'œuvre de la CSQ.",
]


@pytest.fixture
def written() -> WrittenWords:
    def rows_of(term: str) -> Iterable[int]:
        return [row for row, text in enumerate(PASSAGES) if term in analyse(text)]

    return WrittenWords(rows_of, lambda row: PASSAGES[row])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Combien dure le conge de maternite ?", "Combien dure le congé de maternité ?"),
        ("que dit eliane cote de quebec", "que dit Éliane Côté de Québec ?"),
        ("que dit éliane à québec ?", "que dit Éliane à Québec ?"),
        ("CONGE DE MATERNITE", "CONGE DE MATERNITE"),
        ("Que dit la CSQ de l'oeuvre ?", "Que dit la CSQ de l'œuvre ?"),
        ("Le congé, à Québec ?", "Le congé, à Québec ?"),
        ("l'ia", "l'IA"),
        ("le conge parental au quebec", "le congé parental au Québec ?"),
        ("", ""),
        ("5-3.00", "5-3.00"),
    ],
)
def test_what_was_left_out_is_given_back(written: WrittenWords, typed: str, meant: str) -> None:
    assert restored(typed, written) == meant


def test_a_sentence_s_capital_is_no_spelling(written: WrittenWords) -> None:
    assert written("conge") == "congé"
    assert written("cote") == "Côté"
    assert written("absent") is None


def test_a_passage_that_cannot_be_read_is_passed_over() -> None:
    assert WrittenWords(lambda _: [0, 1], lambda row: None if row == 0 else "la clé")("cle") == "clé"


def test_each_word_is_looked_up_once() -> None:
    asked: list[str] = []

    def rows_of(term: str) -> list[int]:
        asked.append(term)
        return [0]

    written = WrittenWords(rows_of, lambda _: "une grève")
    assert (written("greve"), written("greve"), len(asked)) == ("grève", "grève", 1)


def test_a_correction_is_written_as_the_documents_do(written: WrittenWords) -> None:
    words = Words({"conge": 3, "maternite": 1, "delegue": 1})
    read = understand("Le délégué a droit au conge de maternitté ?", words, load_lexicon(), written=written)
    assert read.text == "Le délégué a droit au conge de maternité ?"
    assert read.corrections == (("maternitté", "maternité"),)
    bare = understand("le delegue a droit au conge de maternitte", words, load_lexicon(), written=written)
    assert bare.text == "le délégué a droit au congé de maternité ?"
