"""The bench of rivals: what programs are given, what is said between them, and the table; slowly, a run with the model."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from tests.index.hash_embedder import HashEmbedder

from sourcier.eval.bench.retrieval.__main__ import indexed
from sourcier.eval.bench.retrieval.corpus import load_corpus
from sourcier.eval.bench.retrieval.rivals.__main__ import ask, markdown
from sourcier.eval.bench.retrieval.rivals.material import write
from sourcier.eval.bench.retrieval.rivals.process import Program
from sourcier.eval.bench.retrieval.rivals.server import serving
from sourcier.eval.bench.retrieval.rivals.worker import Embedding, Passages
from sourcier.eval.bench.retrieval.sets import SearchSet, prepare
from sourcier.eval.dataset import RetrievalQuery

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {"conges": "Vingt jours de vacances.", "greve": "La grève est votée.", "grief": "Quarante jours."}

#: A program that finds what its question names, the first passage twice, and that stops when it is asked to.
PARROT = """
import sys
from sourcier.eval.bench.retrieval.rivals.worker import Embedding, answer

embedding = Embedding(len)


def search(question, depth):
    embedding(question)
    print("a library that speaks")
    if question == "stop":
        sys.exit(3)
    return [question, question, "autre"][:depth]


answer({"sourcier": search, "txtai": lambda q, k: [str(embedding(q))]}, embedding, {"parrot": sys.argv[1]})
"""


@pytest.fixture
def parrot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "parrot.py").write_text(PARROT, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "parrot"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SearchSet:
    rows = [{"id": name, "title": "Titre", "text": text} for name, text in TEXTS.items()]
    asked = [{"id": "q", "question": "vacances", "relevant": {"conges": 1}}]
    made = prepare("petit", rows, asked, tmp_path_factory.mktemp("rivals"))
    indexed(made, HashEmbedder())
    return made


def query(name: str, relevant: str) -> RetrievalQuery:
    return RetrievalQuery(id=name, question=name, relevant={relevant: 1.0})


def test_every_program_is_given_our_passages_with_our_vectors(small: SearchSet, tmp_path: Path) -> None:
    embedder = HashEmbedder()
    assert write(small.home, tmp_path / "given", embedder) == 3
    passages = Passages(tmp_path / "given")
    ids = {row.document_id for row in load_corpus(small.home).documents}
    assert {row["document"] for row in passages.rows} == ids
    assert sorted(row["text"] for row in passages.rows) == sorted(TEXTS.values())
    assert all(row["embedded"] == f"Titre\n{row['text']}" for row in passages.rows)
    expected = embedder.embed_passages([row["embedded"] for row in passages.rows])
    assert np.allclose(np.load(passages.vectors_file), expected)


def test_a_question_is_embedded_once_for_all_the_searches_of_a_program() -> None:
    made: list[str] = []

    def embed(question: str) -> int:
        made.append(question)
        return len(made)

    embedding = Embedding(embed)
    assert [embedding("a"), embedding("a"), embedding("b"), embedding("a")] == [1, 1, 2, 3]
    assert made == ["a", "b", "a"]
    assert embedding.seconds >= embedding.last_ms / 1000 >= 0


def test_programs_are_asked_in_turn_and_scored_alike(parrot: str) -> None:
    queries = [query("conges", "conges"), query("greve", "ailleurs")]
    with Program(parrot, ["1.0"]) as program:
        assert program.notes == {"parrot": "1.0"}
        assert program.ask("x", (1, 3))["sourcier"]["found"] == {"1": ["x"], "3": ["x", "autre"]}
        rivals = ask([program], queries)
        table = markdown("petit", rivals, [program], "fr")
    assert [rival.name for rival in rivals] == ["sourcier", "txtai"]
    assert rivals[0].values("ndcg@10") == [1.0, 0.0]
    assert rivals[1].values("ndcg@10") == [0.0, 0.0]
    assert all(len(rival.whole) == len(rival.times) == 2 for rival in rivals)
    assert all(whole >= time >= 0 for rival in rivals for whole, time in zip(rival.whole, rival.times, strict=True))
    assert "| txtai, hybride |" in table
    assert "parrot 1.0" in table


def test_a_program_that_stops_is_named_and_the_others_go_on(parrot: str, tmp_path: Path) -> None:
    (tmp_path / "lost.py").write_text("raise SystemExit(4)", encoding="utf-8")
    with Program(parrot, ["1"]) as sound, Program("lost", []) as lost, Program(parrot, ["2"]) as stopping:
        stopping.names = ["stopping"]
        assert (lost.failure, lost.names) == ("exit 4", [])
        assert stopping.ask("stop", (1,)) == stopping.ask("again", (1,)) == {}
        assert stopping.failure == "exit 3"
        rivals = ask([sound, lost, stopping], [query("conges", "conges"), query("greve", "greve")])
        table = markdown("petit", rivals, [sound, lost, stopping], "en")
    assert [rival.name for rival in rivals] == ["sourcier", "txtai"]
    assert "lost could not be measured (exit 4)" in table


def test_the_model_is_served_on_this_machine_as_clients_expect() -> None:
    embedder = HashEmbedder()
    with serving(embedder) as url:
        assert url.startswith("http://127.0.0.1:")
        for given, count in (("vacances", 1), (["vacances", "grève"], 2)):
            body = json.dumps({"input": given, "model": "m", "encoding_format": "float"}).encode()
            request = urllib.request.Request(f"{url}/embeddings", body, {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=10) as answer:
                data = json.load(answer)["data"]
            vectors = np.array([one["embedding"] for one in data], np.float32)
            assert np.allclose(vectors, embedder.embed_queries(["vacances", "grève"][:count]))


@pytest.mark.slow
def test_the_whole_bench_runs_with_the_real_model_and_without_the_others(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sourcier.eval.bench.retrieval.rivals", "--questions", "5", "--sets", "fiches"]
    options = ["--work", str(tmp_path), "--rivals", str(tmp_path / "a"), "--haiku", str(tmp_path / "b")]
    out = tmp_path / "out.json"
    done = subprocess.run(
        [*command, *options, "--json", str(out)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=600
    )
    assert "| Sourcier |" in done.stdout
    assert done.stderr.count("make bench-rivals") == 3
    shape = json.loads(out.read_text(encoding="utf-8"))["sets"]["fiches"]
    assert shape["sourcier"]["whole_ms"]["p50"] > shape["sourcier"]["search_ms"]["p50"] > 0
    assert shape["sourcier"]["measures"]["recall@10"]["n"] == 5
