"""What surrounds a passage and what speaks for it, against plain definitions."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sourcier.index import ranking
from sourcier.index.analyser import analyse
from sourcier.index.features import NAMES, Spread, measure
from sourcier.index.lexical import Fields, LexicalIndex
from sourcier.index.query import QueryTerm, Understood
from sourcier.index.ranking import Ranking, delivered
from sourcier.index.surroundings import KINDS, Surroundings

PASSAGES = [
    Fields("a.jsonl#1", "", "La période d'essai des ouvriers"),
    Fields("a.jsonl#2", "", "Elle dure deux mois, sauf convention"),
    Fields("a.jsonl#2", "", "Un renouvellement est possible"),
    Fields("a.jsonl#3", "", "Les congés de maternité durent seize semaines"),
    Fields("Convention", "Griefs", "Le délai de grief est de trente jours"),
    Fields("Convention", "Griefs", "L'arbitre est nommé par les parties"),
    Fields("Convention", "Vacances", "Quatre semaines de vacances"),
]
PATHS = ["a.jsonl#1", "a.jsonl#2", "a.jsonl#3", "convention.md"]
TITLES = ["a.jsonl#1", "a.jsonl#2", "a.jsonl#3", "Convention"]
SIZES = [1, 2, 1, 3]


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return found


VECTORS = unit(np.random.default_rng(3).normal(size=(len(PASSAGES), 16)))


@pytest.fixture(scope="module")
def lexical() -> LexicalIndex:
    return LexicalIndex.of(PASSAGES)


@pytest.fixture(scope="module")
def around(lexical: LexicalIndex) -> Surroundings:
    return Surroundings.of(PATHS, TITLES, SIZES, lexical.forward, VECTORS)


def asked(question: str) -> Understood:
    return Understood(question, tuple(QueryTerm(term) for term in dict.fromkeys(analyse(question))))


def column(question: str, name: str, lexical: LexicalIndex, around: Surroundings) -> list[float]:
    vector = VECTORS[0]
    rows = np.arange(len(PASSAGES))
    scores = lexical.scores(dict.fromkeys(analyse(question), 1.0))
    found = measure(
        asked(question), rows, scores, VECTORS @ vector, VECTORS, lambda wanted: VECTORS[wanted] @ vector,
        Spread(0.0, 1.0), lexical, around,
    )  # fmt: skip
    assert found.shape == (len(PASSAGES), len(NAMES)) and np.isfinite(found).all()
    return [float(value) for value in found[:, NAMES.index(name)]]


def test_stretches_end_with_documents_sections_and_files(around: Surroundings) -> None:
    bounds = around.bounds(np.array([1, 4]))
    assert bounds[KINDS.index("document")].T.tolist() == [[1, 3], [4, 7]]
    assert bounds[KINDS.index("section")].T.tolist() == [[1, 3], [4, 6]]
    assert bounds[KINDS.index("near")].T.tolist() == [[0, 4], [4, 7]]
    assert around.bare.tolist() == [1, 1, 1, 1, 0, 0, 0]
    assert around.same_section(4, 5) and not around.same_section(5, 6) and not around.same_section(3, 4)


def test_long_documents_reach_ten_passages_each_way() -> None:
    count = 40
    lexical = LexicalIndex.of([Fields("Long", "", f"phrase numéro {number}") for number in range(count)])
    vectors = unit(np.random.default_rng(0).normal(size=(count, 8)))
    bounds = Surroundings.of(["long.md"], ["Long"], [count], lexical.forward, vectors).bounds(np.array([0, 20, 39]))
    assert bounds[0].T.tolist() == [[0, 11], [10, 31], [29, 40]]


def test_rows_of_one_section_are_together_whatever_their_number() -> None:
    sections = ["Titre I > Essai", "Titre I > Essai", "Essai > Titre I", "", ""]
    passages = [Fields(f"Article {number}", section, "texte") for number, section in enumerate(sections)]
    lexical = LexicalIndex.of(passages)
    paths, titles = [f"c.jsonl#{n}" for n in range(5)], [one.title for one in passages]
    around = Surroundings.of(paths, titles, [1] * 5, lexical.forward, VECTORS[:5])
    # The same words in another order are another section, and rows without headings share none.
    assert around.bounds(np.arange(5))[1].T.tolist() == [[0, 2], [0, 2], [2, 3], [3, 4], [4, 5]]


def test_neighbours_that_are_alike_are_kin() -> None:
    random = np.random.default_rng(1)
    count = 200
    lexical = LexicalIndex.of([Fields(f"{n}", "", "texte") for n in range(count)])
    paths, titles = [f"c.jsonl#{n}" for n in range(count)], [f"{n}" for n in range(count)]

    def kinship(vectors: NDArray[np.float32]) -> float:
        return float(Surroundings.of(paths, titles, [1] * count, lexical.forward, vectors).kinship[0])

    strangers = unit(random.normal(size=(count, 32)))
    subjects = np.repeat(random.normal(size=(count // 10, 32)), 10, axis=0)
    assert kinship(strangers) < 0.1
    assert kinship(unit(subjects + 0.5 * random.normal(size=(count, 32)))) > 0.8


def test_what_a_passage_holds_is_told_by_field(lexical: LexicalIndex, around: Surroundings) -> None:
    question = "délai de grief inconnu"
    rarity = {term: lexical.idf(term) for term in analyse(question)}
    whole = sum(rarity.values())
    held = (rarity[analyse("délai")[0]] + rarity[analyse("grief")[0]]) / whole
    assert column(question, "covered", lexical, around)[4] == pytest.approx(held, rel=1e-5)
    assert column(question, "covered_text", lexical, around)[4] == pytest.approx(held, rel=1e-5)
    heading = rarity[analyse("grief")[0]] / whole
    assert column(question, "covered_heading", lexical, around)[5] == pytest.approx(heading, rel=1e-5)
    assert column(question, "covered", lexical, around)[0] == 0


def test_the_very_form_counts(lexical: LexicalIndex, around: Surroundings) -> None:
    assert column("semaine", "covered", lexical, around)[3] == pytest.approx(1, rel=1e-5)
    assert column("semaine", "exact_form", lexical, around)[3] == 0
    assert column("semaines", "exact_form", lexical, around)[3] == pytest.approx(1, rel=1e-5)


def test_words_close_to_each_other_are_together(lexical: LexicalIndex, around: Surroundings) -> None:
    question = "délai grief trente jours"
    found = column(question, "together", lexical, around)
    terms = analyse(question)
    whole = sum(lexical.idf(term) for term in terms)
    # Title, heading and text, as the index reads them.
    read = [int(number) for part in lexical.sequence(4) for number in part]
    places = {term: [place for place, number in enumerate(read) if number == lexical.number(term)] for term in terms}
    expected = sum(
        min(lexical.idf(one), lexical.idf(other)) / min(abs(a - b) for a in places[one] for b in places[other])
        for one, other in combinations(terms, 2)
    )
    assert found[4] == pytest.approx(expected / whole, rel=1e-4)
    assert found[0] == 0


def test_what_is_missing_may_be_said_beside(lexical: LexicalIndex, around: Surroundings) -> None:
    question = "période d'essai convention"
    rarity = {term: lexical.idf(term) for term in analyse(question)}
    kin = float(around.kinship[1])
    # "Elle dure deux mois" does not say of what; the row before does, once: half of what two would count.
    missing = rarity[analyse("période")[0]] + rarity[analyse("essai")[0]]
    expected = 0.5 * missing / sum(rarity.values()) * kin
    found = column(question, "words_near", lexical, around)
    assert found[1] == pytest.approx(expected, rel=1e-4, abs=1e-6)
    assert column(question, "words_near_bare", lexical, around)[1] == pytest.approx(found[1])
    assert column(question, "words_near", lexical, around)[4] == 0
    # In its own document nothing else says it.
    assert column(question, "words_document", lexical, around)[1] == 0


def test_the_sense_of_the_rest_of_the_document(lexical: LexicalIndex, around: Surroundings) -> None:
    cosines = VECTORS @ VECTORS[0]
    found = column("grief", "sense_document", lexical, around)
    assert found[4] == pytest.approx(float(cosines[5:7].mean()), abs=1e-5)
    assert found[0] == pytest.approx(float(cosines[0]), abs=1e-5)  # alone: its own
    near = column("grief", "sense_near", lexical, around)
    assert near[1] == pytest.approx(float(cosines[[0, 3]].mean()) * float(around.kinship[1]), abs=1e-5)


def test_the_delivered_weights_are_those_of_these_features() -> None:
    weights = delivered().weights
    assert weights.shape == (len(NAMES),) and np.isfinite(weights).all()
    by_name = dict(zip(NAMES, weights.tolist(), strict=True))
    assert by_name["cosine"] > 0 and by_name["covered"] > 0


def test_weights_of_other_features_are_refused(tmp_path: Path) -> None:
    told = json.loads(Path(ranking.__file__).with_name("ranking.json").read_text(encoding="utf-8"))
    told["weights"].pop("cosine")
    (tmp_path / "ranking.json").write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(KeyError, match="cosine"):
        Ranking.load(tmp_path / "ranking.json")
