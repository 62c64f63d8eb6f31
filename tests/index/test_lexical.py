"""BM25F: its formula, its files, and an index made from the one before it."""

from __future__ import annotations

import math
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.core.errors import StoreDamagedError
from sourcier.index.analyser import analyse, analyse_words
from sourcier.index.lexical import Fields, LexicalIndex, build_lexical
from sourcier.index.postings import Bm25f
from sourcier.index.selection import best
from sourcier.index.vocabulary import Vocabulary

PASSAGES = [
    Fields("Convention collective", "5 Congés\n5-3.00 Congé de maternité", "La salariée a droit à vingt semaines."),
    Fields("Convention collective", "9 Griefs", "Le grief est déposé dans les trente jours de l'événement."),
    Fields("Guide des griefs", "", "Un grief, des griefs : le délai court dès la connaissance du fait."),
    Fields("Guide des griefs", "Annexe", "L'article 5-3.00 et la loi L. 1222-1 sont cités."),
    Fields("", "", "Le de la et."),
]
WORDS = st.sampled_from(
    ["grief", "griefs", "délai", "congé", "salaire", "salariée", "école", "5-3.00", "CSQ", "le", "la"]
)
TEXTS = st.lists(WORDS, max_size=8).map(" ".join)
CORPORA = st.lists(st.builds(Fields, TEXTS, TEXTS, TEXTS), min_size=1, max_size=12)


def scores_of(passages: list[Fields], query: str, parameters: Bm25f) -> list[float]:
    """BM25F by its definition, a term and a passage at a time."""
    counts = [[Counter(analyse(field)) for field in passage] for passage in passages]
    lengths = [[sum(field.values()) for field in passage] for passage in counts]
    means = [sum(column) / len(passages) for column in zip(*lengths, strict=True)]
    scores = [0.0] * len(passages)
    for term in analyse(query):
        holding = sum(any(field[term] for field in passage) for passage in counts)
        idf = math.log(1 + (len(passages) - holding + 0.5) / (holding + 0.5))
        for row, passage in enumerate(counts):
            frequency = sum(
                weight * field[term] / (1 - b + b * length / mean)
                for weight, b, field, length, mean in zip(
                    parameters.weights, parameters.b, passage, lengths[row], means, strict=True
                )
                if field[term]
            )
            scores[row] += idf * frequency / (parameters.k1 + frequency) if frequency else 0
    return scores


@settings(max_examples=60, derandomize=True, deadline=None)
@given(CORPORA, TEXTS, st.sampled_from([Bm25f(), Bm25f(1.2, (2.0, 1.5, 1.0), (0.1, 0.3, 0.75))]))
def test_scores_are_those_of_the_definition(passages: list[Fields], query: str, parameters: Bm25f) -> None:
    found = LexicalIndex.of(passages, parameters).scores_of(query)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, scores_of(passages, query, parameters), rtol=1e-5, atol=1e-6)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.lists(TEXTS.filter(analyse), min_size=1, max_size=12), TEXTS)
def test_with_one_field_they_are_those_of_bm25s(texts: list[str], query: str) -> None:
    bm25s = pytest.importorskip("bm25s")
    theirs = bm25s.BM25(k1=0.9, b=0.4, method="lucene")
    theirs.index([analyse(text) for text in texts], show_progress=False)
    ours = LexicalIndex.of([Fields("", "", text) for text in texts])
    known = [term for term in analyse(query) if ours.number(term) is not None]
    expected = theirs.get_scores(known) if known else np.zeros(len(texts))
    np.testing.assert_allclose(ours.scores_of(query), expected, atol=1e-5)


def test_a_field_of_weight_0_is_not_searched() -> None:
    ours = LexicalIndex.of(PASSAGES, Bm25f(weights=(0.0, 1.5, 1.0)))
    assert ours.scores_of("convention collective").max() == 0
    without = LexicalIndex.of([passage._replace(title="") for passage in PASSAGES])
    assert ours.idf("grief") == without.idf("grief")
    np.testing.assert_allclose(ours.scores_of("grief"), without.scores_of("grief"))


def test_weights_of_terms_multiply() -> None:
    index = LexicalIndex.of(PASSAGES)
    both = index.scores({"grief": 1.0, "conge": 0.25, "inconnu": 3.0})
    np.testing.assert_allclose(both, index.scores({"grief": 1.0}) + 0.25 * index.scores({"conge": 1.0}), rtol=1e-6)
    assert index.scores({}).tolist() == [0.0] * len(PASSAGES)


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    build_lexical(PASSAGES, tmp_path / "bm25", Bm25f(1.1, (2.0, 1.0, 1.0), (0.1, 0.2, 0.3)))
    index, made = (
        LexicalIndex(tmp_path / "bm25"),
        LexicalIndex.of(PASSAGES, Bm25f(1.1, (2.0, 1.0, 1.0), (0.1, 0.2, 0.3))),
    )
    assert index.parameters == made.parameters and index.size == len(PASSAGES)
    np.testing.assert_array_equal(index.scores_of("grief maternité 5-3.00"), made.scores_of("grief maternité 5-3.00"))
    assert index.words() == made.words()
    for row, passage in enumerate(PASSAGES):
        for numbers, field in zip(index.sequence(row), passage, strict=True):
            assert numbers.tolist() == [index.number(term) for term in analyse(field)]


def test_words_are_surface_forms_and_how_often_they_occur() -> None:
    words = LexicalIndex.of(PASSAGES).words()
    assert words["griefs"] == 4 and words["grief"] == 2 and words["5-3.00"] == 2 and words["1222-1"] == 1
    assert "le" not in words and "maternite" in words


def test_wordless_passages_have_an_index(tmp_path: Path) -> None:
    build_lexical([Fields("", "", "le la")], tmp_path / "bm25")
    index = LexicalIndex(tmp_path / "bm25")
    assert index.scores_of("grief").tolist() == [0.0] and index.words() == {}


def test_other_parameters_need_no_analysis() -> None:
    parameters = Bm25f(1.4, (3.0, 0.5, 1.0), (0.2, 0.2, 0.6))
    other = LexicalIndex.of(PASSAGES).with_parameters(parameters)
    np.testing.assert_array_equal(other.scores_of("grief"), LexicalIndex.of(PASSAGES, parameters).scores_of("grief"))


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@settings(max_examples=40, derandomize=True, deadline=None)
@given(before=CORPORA, added=CORPORA, random=st.randoms(use_true_random=False))
def test_made_from_the_one_before_it_is_the_same_to_the_byte(
    tmp_path_factory: pytest.TempPathFactory, before: list[Fields], added: list[Fields], random: object
) -> None:
    after = [*((row, before[row]) for row in (*range(0, len(before), 2), *range(1, len(before), 3))), *enumerate(added)]
    kept = [True] * (len(after) - len(added)) + [False] * len(added)
    order = list(range(len(after)))
    random.shuffle(order)  # type: ignore[attr-defined]
    folder = tmp_path_factory.mktemp("lexical")
    build_lexical(before, folder / "before")
    given = [after[place][0] if kept[place] else after[place][1] for place in order]
    build_lexical(given, folder / "from", previous=LexicalIndex(folder / "before"))
    build_lexical([after[place][1] for place in order], folder / "anew")
    assert _bytes_of(folder / "from") == _bytes_of(folder / "anew")


def test_passages_that_did_not_change_are_not_analysed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    index = LexicalIndex.of(PASSAGES)
    read: list[str] = []

    def counted(text: str) -> list[tuple[str, str]]:
        read.append(text)
        return analyse_words(text)

    monkeypatch.setattr("sourcier.index.forward.analyse_words", counted)
    LexicalIndex.of([0, 1, PASSAGES[2]._replace(text="Un autre texte."), 3, 4], previous=index)
    assert read == ["Guide des griefs", "", "Un autre texte."]


@pytest.mark.parametrize("name", ["about.json", "tokens.npy", "impacts.npy", "words_ends.npy", "terms.npy"])
def test_missing_or_torn_files_are_damage(tmp_path: Path, name: str) -> None:
    build_lexical(PASSAGES, tmp_path / "bm25")
    shutil.copytree(tmp_path / "bm25", tmp_path / "torn")
    (tmp_path / "bm25" / name).unlink()
    with pytest.raises(StoreDamagedError):
        LexicalIndex(tmp_path / "bm25")
    with (tmp_path / "torn" / name).open("r+b") as file:
        file.truncate(file.seek(0, 2) - 5)
    with pytest.raises(StoreDamagedError):
        LexicalIndex(tmp_path / "torn")


def test_parts_of_two_indexes_do_not_go_together(tmp_path: Path) -> None:
    build_lexical(PASSAGES, tmp_path / "one")
    build_lexical(PASSAGES[:3], tmp_path / "other")
    shutil.copy(tmp_path / "other" / "rows.npy", tmp_path / "one" / "rows.npy")
    with pytest.raises(StoreDamagedError):
        LexicalIndex(tmp_path / "one")


def test_postings_of_more_terms_and_passages_than_one_sort_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sourcier.index.postings._BLOCK", 1000)
    rng = np.random.default_rng(3)
    passages = [
        Fields("", "", " ".join(f"mot{one}" for one in row)) for row in rng.integers(0, 90_000, (4500, 40)).tolist()
    ]
    index = LexicalIndex.of(passages)
    assert len(index.forward.terms) > 1 << 16
    query = "mot12 mot70000 mot89999 mot65536 mot65537"
    whole = np.array([sum(term in passage.text.split() for term in query.split()) for passage in passages]) > 0
    np.testing.assert_array_equal(index.scores_of(query) > 0, whole)
    one = passages[17].text.split()[0]
    assert index.idf(one) == pytest.approx(
        math.log(1 + (4500 - (n := sum(one in passage.text.split() for passage in passages)) + 0.5) / (n + 0.5))
    )


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.integers(0, 5000), st.integers(0, 3), st.integers(0, 2**32 - 1), st.integers(2, 5000))
def test_the_best_are_those_of_a_whole_sort(size: int, count: int, seed: int, different: int) -> None:
    scores = np.random.default_rng(seed).integers(0, different, size).astype(np.float32)
    order = np.lexsort((np.arange(size), -scores))
    assert best(scores, count).tolist() == order[:count].tolist()
    assert best(scores, count, above=0).tolist() == [row for row in order if scores[row] > 0][:count]


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.lists(st.text(max_size=6), max_size=20), st.text(max_size=6))
def test_a_vocabulary_finds_what_it_holds(strings: list[str], other: str) -> None:
    vocabulary = Vocabulary.of(strings)
    held = sorted(set(strings))
    assert list(vocabulary) == held and [vocabulary[place] for place in range(len(vocabulary))] == held
    assert [vocabulary.number(string) for string in held] == list(range(len(held)))
    assert vocabulary.number(other) == (held.index(other) if other in held else None)
