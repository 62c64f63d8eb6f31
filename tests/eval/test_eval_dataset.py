"""Reading data sets, and saying clearly what is wrong with one."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from sourcier.eval.dataset import DatasetError, QuestionSet, RetrievalSet, load_dataset, row_to_json, rows_of, spread

GOOD = {"id": "a", "question": "Quoi ?", "answerable": True}
QUERY = {"id": "a", "question": "Quoi ?", "relevant": {"d.txt": 2, "e.txt": 0.5}}


def write(path: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    text = "\n".join(lines) + "\n"
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["jeu.jsonl", "jeu.jsonl.gz"])
def test_a_question_set(tmp_path: Path, name: str) -> None:
    full = {
        **GOOD,
        "id": "b",
        "documents": ["x"],
        "quotes": ["y\u2028z"],
        "facts": [["l’été", "3"]],
        "kind": "k",
        "why": 1,
    }
    got = load_dataset(write(tmp_path / name, GOOD, "", full))
    assert isinstance(got, QuestionSet)
    assert got.name == "jeu"
    assert [q.id for q in got.questions] == ["a", "b"]
    first, second = got.questions
    assert (first.documents, first.quotes, first.facts, first.reference, first.kind) == ((), (), (), "", None)
    assert second.quotes == ("y\u2028z",)
    assert [[p.pattern for p in fact] for fact in second.facts] == [["l'été", "3"]]


def test_a_row_of_everything_is_read_and_written_back(tmp_path: Path) -> None:
    whole = {
        **GOOD,
        "facts": [["trois"]],
        "history": [{"question": "Le télétravail ?", "answer": "Trois jours."}, {"question": "Et après ?"}],
        "nuggets": [{"text": "trois jours", "vital": True, "patterns": ["trois|3"]}, {"text": "b", "vital": False, "patterns": ["b"]}],
        "premise_corrected": ["n['’]a pas", "jamais"],
        "reviewed": False,
    }  # fmt: skip
    got = load_dataset(write(tmp_path / "a.jsonl", whole))
    assert isinstance(got, QuestionSet)
    row = got.questions[0]
    assert [turn.question for turn in row.history] == ["Le télétravail ?", "Et après ?"]
    assert [nugget.vital for nugget in row.nuggets] == [True, False]
    assert row.premise_corrected[0].search("il n'a pas été adopté")
    again = load_dataset(write(tmp_path / "b.jsonl", *map(row_to_json, rows_of(got))))
    assert rows_of(again) == rows_of(got)


def test_fewer_rows_are_spread_over_the_set() -> None:
    assert spread(range(10), 4) == (0, 2, 5, 7)
    assert spread(range(3), 9) == (0, 1, 2)


def test_compression_changes_nothing(tmp_path: Path) -> None:
    plain, packed = (load_dataset(write(tmp_path / name, GOOD)) for name in ("jeu.jsonl", "jeu.jsonl.gz"))
    assert plain == packed


def test_a_retrieval_set(tmp_path: Path) -> None:
    got = load_dataset(write(tmp_path / "r.jsonl", QUERY, {**QUERY, "id": "b"}), limit=1)
    assert isinstance(got, RetrievalSet)
    assert [(q.id, q.relevant) for q in got.queries] == [("a", {"d.txt": 2.0, "e.txt": 0.5})]


@pytest.mark.parametrize(
    ("rows", "key", "named"),
    [
        ([GOOD, "{"], "row_not_json", ["2"]),
        ([GOOD, "[1]"], "row_shape", ["2"]),
        ([{"id": "a", "question": "q"}], "row_shape", ["1"]),
        ([GOOD, {**GOOD, "id": 3}], "row_field", ["2", "id"]),
        ([{**GOOD, "question": "  "}], "row_field", ["1", "question"]),
        ([{**GOOD, "answerable": "yes"}], "row_field", ["1", "answerable"]),
        ([{**GOOD, "facts": ["x"]}], "row_field", ["1", "facts.0"]),
        ([{**GOOD, "facts": [[]]}], "row_field", ["1", "facts.0"]),
        ([{**GOOD, "quotes": "x"}], "row_field", ["1", "quotes"]),
        ([{**GOOD, "history": [{"answer": "x"}]}], "row_field", ["1", "history.0.question"]),
        ([{**GOOD, "nuggets": [{"text": "x", "patterns": []}]}], "row_field", ["1", "nuggets.0.patterns"]),
        ([{**GOOD, "premise_corrected": ["("]}], "row_regex", ["1", "premise_corrected.0"]),
        ([{**GOOD, "id": "r7", "facts": [["ok"], ["ok", "(oups"]]}], "row_regex", ["1", "r7", "facts.1.1", "(oups"]),
        ([{**QUERY, "relevant": {"d": "x"}}], "row_field", ["1", "relevant"]),
        ([{**QUERY, "relevant": {"d": -1}}], "row_field", ["1", "relevant"]),
        ([{**QUERY, "relevant": ["d"]}], "row_field", ["1", "relevant"]),
        ([GOOD, {**QUERY, "id": "b"}], "dataset_mixed", ["2"]),
        ([GOOD, {**GOOD, "question": "Autre ?"}], "dataset_repeated", ["2", "1", "a"]),
        ([""], "dataset_empty", []),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, rows: list[object], key: str, named: list[str]) -> None:
    path = write(tmp_path / "jeu.jsonl", *rows)
    with pytest.raises(DatasetError) as caught:
        load_dataset(path)
    assert caught.value.key == f"eval.{key}"
    for language in ("fr", "en"):
        sentence = caught.value.in_language(language)
        assert "\n" not in sentence
        assert all(name in sentence for name in (str(path), *named))


def test_the_whole_file_is_checked_whatever_the_limit(tmp_path: Path) -> None:
    with pytest.raises(DatasetError):
        load_dataset(write(tmp_path / "jeu.jsonl", GOOD, "{"), limit=1)


def test_unreadable_files(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes('{"id": "é"}'.encode("cp1252"))
    (tmp_path / "faux.jsonl.gz").write_bytes(b"not gzip")
    (tmp_path / "coupe.jsonl.gz").write_bytes(gzip.compress(json.dumps(GOOD).encode())[:-6])
    for name in ("absent.jsonl", "latin.jsonl", "faux.jsonl.gz", "coupe.jsonl.gz", "."):
        with pytest.raises(DatasetError) as caught:
            load_dataset(tmp_path / name)
        assert caught.value.key == "eval.dataset_unreadable"


def test_our_own_sets_are_readable() -> None:
    folder = Path(__file__).parents[2] / "eval" / "data"
    for name in ("cinq_documents.dev.jsonl", "cinq_documents.test.jsonl"):
        got = load_dataset(folder / name)
        assert isinstance(got, QuestionSet)
        for question in got.questions:
            # Every fact is in the reference answer: the patterns survive folding.
            assert all(any(p.search(question.reference) for p in fact) for fact in question.facts), question.id
