from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sourcier.core.errors import ModelMismatchError, StoreError
from sourcier.core.filters import Filter
from sourcier.core.settings import SearchSettings, Settings
from sourcier.index.dense import ExactScan, finds_itself
from sourcier.index.embedding import Embedder
from sourcier.index.generations import current_folder, current_name
from sourcier.index.search import Searcher
from sourcier.index.sync import sync

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:chromadb.*")


@pytest.fixture
def searcher(indexed: Path, embedder: Embedder) -> Iterator[Searcher]:
    opened = Searcher.open(Settings(home=indexed), embedder=embedder)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("Combien de temps ai-je pour déposer un grief ?", "griefs.md"),
        ("Durée du congé de maternité", "conges.md"),
        ("Je prends ma voiture pour le travail, on me rembourse combien ?", "sante/deplacements.txt"),
        ("Peut-on surveiller les employés avec un algorithme ?", "sante/ia.md"),
    ],
)
def test_questions_find_their_passage(searcher: Searcher, question: str, path: str) -> None:
    first, *others = searcher.search(question).hits
    assert first.path == path
    assert [first.rank, *(hit.rank for hit in others)] == list(range(1, len(others) + 2))
    assert all(first.score >= hit.score for hit in others)


def test_hits_point_into_the_canonical_text(searcher: Searcher) -> None:
    for hit in searcher.search("grief, congé, kilométrage, algorithme", 20).hits:
        document = searcher.document(hit.passage.document_id)
        assert document == searcher.document(hit.path)
        assert document.text[hit.passage.start : hit.passage.end] == hit.passage.text
        assert document.metadata == hit.metadata


def test_raw_scores_are_a_cosine_and_a_bm25_score(searcher: Searcher, embedder: Embedder) -> None:
    (hit,) = searcher.search("kilométrage", 1).hits
    query = embedder.embed_queries(["kilométrage"])[0]
    passage = embedder.embed_passages([f"{hit.metadata.title}\n{hit.passage.text}"])[0]
    assert hit.dense == pytest.approx(float(query @ passage), abs=1e-4)
    assert hit.lexical > 0


def test_how_many_and_how_long(searcher: Searcher) -> None:
    assert len(searcher.search("congé", 2).hits) == 2
    assert set(searcher.search("congé").timings_ms) == {"embed", "dense", "lexical", "rank", "read", "total"}


@pytest.mark.parametrize("nothing", ["", "   ", "?!…", "\ud800"])
def test_a_question_without_words_finds_nothing(searcher: Searcher, nothing: str) -> None:
    assert searcher.search(nothing).hits == ()


def test_half_a_character_in_a_question_is_no_accident(searcher: Searcher) -> None:
    assert searcher.search("congé de maternité \ud83d").hits[0].path == "conges.md"


def test_documents(searcher: Searcher) -> None:
    rows = searcher.documents()
    assert [row.path for row in rows] == ["conges.md", "griefs.md", "sante/deplacements.txt", "sante/ia.md"]
    assert [row.n_passages for row in rows] == [2, 2, 1, 1]
    with pytest.raises(StoreError, match="absent"):
        searcher.document("absent")


def test_rare_terms_weigh_more(searcher: Searcher) -> None:
    from sourcier.index.analyser import analyse

    unknown, rare = searcher.idf("zzz"), searcher.idf(analyse("kilométrage")[0])
    assert unknown > rare > searcher.idf(analyse("congés")[0])


def test_exact_scan_and_chroma_agree(searcher: Searcher, indexed: Path, embedder: Embedder) -> None:
    assert searcher.health() == []
    exact = Searcher.open(Settings(home=indexed, search=SearchSettings(dense="exact")), embedder=embedder)
    for question in ("délai", "un congé", "argent pour ma voiture"):
        assert searcher.search(question).hits == exact.search(question).hits
    exact.close()


def test_many_threads_at_once(searcher: Searcher) -> None:
    questions = ["délai du grief", "congé de maternité", "kilométrage", "algorithme"] * 5
    alone = [searcher.search(question).hits for question in questions[:4]]
    with ThreadPoolExecutor(8) as pool:
        together = [result.hits for result in pool.map(searcher.search, questions)]
    assert [[hit.passage.passage_id for hit in hits] for hits in together] == [
        [hit.passage.passage_id for hit in hits] for hits in alone
    ] * 5


def test_other_embeddings_are_refused(indexed: Path, standin: ModuleType) -> None:
    with pytest.raises(ModelMismatchError, match=r"multilingual-e5-small-q4.*hash-words"):
        Searcher.open(Settings(home=indexed), embedder=standin.HashEmbedder())


def test_llama_index_retriever(searcher: Searcher) -> None:
    from sourcier.index.retriever import SourcierRetriever

    nodes = SourcierRetriever(searcher, 3).retrieve("délai pour un grief")
    hits = searcher.search("délai pour un grief", 3).hits
    assert [node.score for node in nodes] == [hit.score for hit in hits]
    for node, hit in zip(nodes, hits, strict=True):
        assert node.node_id == hit.passage.passage_id
        assert node.text == hit.passage.text
        assert node.metadata["path"] == hit.path
        assert (node.node.start_char_idx, node.node.end_char_idx) == (hit.passage.start, hit.passage.end)  # type: ignore[attr-defined]
    narrowed = SourcierRetriever(searcher, 9, Filter(collection=("sante",))).retrieve("délai pour un grief")
    assert {node.metadata["path"] for node in narrowed} == {"sante/deplacements.txt", "sante/ia.md"}


# Below, what is not about meaning: an embedder without a model.


@pytest.fixture
def words(corpus: Path, tmp_path: Path, standin: ModuleType) -> Settings:
    settings: Settings = standin.settings_of(tmp_path / "data")
    sync([corpus], settings, embedder=standin.HashEmbedder())
    return settings


def found(settings: Settings, standin: ModuleType) -> tuple[list[object], list[str]]:
    searcher = Searcher.open(settings, embedder=standin.HashEmbedder())
    try:
        return list(searcher.search("le délai du grief").hits), searcher.health()
    finally:
        searcher.close()


def _lose(chroma: Path) -> None:
    shutil.rmtree(chroma)


def _cut_short(chroma: Path) -> None:
    data = (chroma / "chroma.sqlite3").read_bytes()
    (chroma / "chroma.sqlite3").write_bytes(data[: len(data) // 2])


def _empty(chroma: Path) -> None:
    (chroma / "chroma.sqlite3").write_bytes(b"")


def _forget_vectors(chroma: Path) -> None:
    (graph,) = chroma.rglob("data_level0.bin")
    graph.write_bytes(bytes(graph.stat().st_size))


@pytest.mark.parametrize("damage", [_lose, _cut_short, _empty, _forget_vectors])
def test_damaged_chroma_falls_back_to_the_exact_scan(
    words: Settings, corpus: Path, standin: ModuleType, damage: object
) -> None:
    assert callable(damage)
    before, health = found(words, standin)
    assert before and health == []
    damage(current_folder(words.home) / "chroma")
    after, health = found(words, standin)
    assert after == before
    assert health == ["store.chroma_given_up"]
    name = current_name(words.home)
    sync([corpus], words, embedder=standin.HashEmbedder())
    assert current_name(words.home) != name
    assert found(words, standin) == (before, [])


def test_two_processes_search_at_once(words: Settings, standin: ModuleType) -> None:
    script = Path(__file__).parent / "hash_embedder.py"
    command = [sys.executable, str(script), "search", str(words.home), "le délai du grief"]
    searcher = Searcher.open(words, embedder=standin.HashEmbedder())
    ours = [[hit.passage.passage_id, round(hit.score, 4)] for hit in searcher.search("le délai du grief").hits]
    other = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=120).stdout)
    assert other == {"hits": ours, "chroma": False, "health": []}
    searcher.close()
    other = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=120).stdout)
    assert other == {"hits": ours, "chroma": True, "health": []}


def test_an_open_searcher_follows_the_ingestion(words: Settings, corpus: Path, standin: ModuleType) -> None:
    searcher = Searcher.open(words, embedder=standin.HashEmbedder())
    before = searcher.version
    (corpus / "conges.md").unlink()
    (corpus / "retraite.txt").write_text("La retraite est possible à soixante ans.\n", encoding="utf-8")
    sync([corpus], words, embedder=standin.HashEmbedder())
    paths = {hit.path for hit in searcher.search("retraite et congé de maternité", 20).hits}
    assert searcher.version == current_name(words.home) != before
    assert "retraite.txt" in paths and "conges.md" not in paths
    # What an answer begun before may still have to show, until the next ingestion.
    assert "maternité" in searcher.document("conges.md").text
    assert searcher.health() == []
    searcher.close()


def test_an_open_searcher_refuses_an_index_of_another_model(words: Settings, corpus: Path, standin: ModuleType) -> None:
    searcher = Searcher.open(words, embedder=standin.HashEmbedder())
    before = searcher.search("délai").hits
    sync([corpus], words, embedder=standin.HashEmbedder("other"))
    assert searcher.search("délai").hits == before
    assert searcher.health() == ["store.generation_refused"]
    searcher.close()


def test_equal_texts_under_one_title_are_shown_once(words: Settings, corpus: Path, standin: ModuleType) -> None:
    for name, title in (("a", "Comité"), ("b", "Comité"), ("c", "Autre entente")):
        text = f"# {title}\n\nLe comité se réunit chaque mois.\n\nVersion {name} du document.\n"
        (corpus / f"{name}.md").write_text(text.replace("\n\nVersion", " — \n\n## Notes\n\nVersion"), encoding="utf-8")
    sync([corpus], words, embedder=standin.HashEmbedder())
    searcher = Searcher.open(words, embedder=standin.HashEmbedder())
    hits = searcher.search("comité se réunit chaque mois", 20).hits
    said = [hit.metadata.title for hit in hits if hit.passage.text.startswith("Le comité se réunit chaque mois.")]
    assert sorted(said) == ["Autre entente", "Comité"]
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    searcher.close()


def test_canaries_see_what_a_count_does_not() -> None:
    generator = np.random.default_rng(7)
    vectors = generator.normal(size=(40, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert finds_itself(ExactScan(vectors), vectors, 50)
    assert not finds_itself(ExactScan(vectors[::-1].copy()), vectors, 50)
    torn = vectors.copy()
    torn[:2] = -torn[:2]
    assert not finds_itself(ExactScan(torn), vectors, 40)
    assert finds_itself(ExactScan(torn), vectors, 40, share=0.9)


def test_a_graph_that_does_not_find_its_vectors_is_left_alone(
    words: Settings, corpus: Path, standin: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _ = found(words, standin)
    monkeypatch.setattr("sourcier.index.building.build_chroma", lambda folder, vectors: folder.mkdir())
    (current_folder(words.home) / "damaged").touch()
    sync([corpus], words, embedder=standin.HashEmbedder())
    assert found(words, standin) == (before, ["store.chroma_absent"])
    name = current_name(words.home)
    sync([corpus], words, embedder=standin.HashEmbedder())
    assert current_name(words.home) == name
