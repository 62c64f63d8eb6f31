"""What an index takes over from the one before: as much as it can, and nothing of what is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray

from sourcier.core.errors import StoreDamagedError
from sourcier.index.analyser import analyse_words
from sourcier.index.chroma import ChromaIndex, build_chroma, can_be_copied, copy_chroma
from sourcier.index.dense import ExactScan
from sourcier.index.erasure import forget
from sourcier.index.generations import GRAPH, current_folder, current_name
from sourcier.index.graph_files import Graph, only_graph
from sourcier.index.search import Searcher
from sourcier.index.store import Store
from sourcier.index.sync import sync
from sourcier.index.verifying import verify

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:chromadb.*")

TOPICS = ["grief", "congé", "salaire", "horaire", "retraite", "assurance", "formation", "comité", "école", "vote"]


class Office:
    def __init__(self, folder: Path, standin: ModuleType) -> None:
        self.corpus, self.home, self.standin = folder / "corpus", folder / "data", standin
        self.corpus.mkdir()
        for number in range(30):
            self.write(number, f"La fiche {number} parle de {TOPICS[number % 10]} et du point {number * 7}.")

    def write(self, number: int, text: str) -> None:
        (self.corpus / f"fiche-{number:02}.md").write_text(f"# Fiche {number}\n\n{text}\n", encoding="utf-8")

    def sync(self, home: Path | None = None, **search: object) -> Path:
        settings = self.standin.settings_of(home or self.home, **search)
        sync([self.corpus], settings, embedder=self.standin.HashEmbedder())
        return current_folder(home or self.home)

    def found(self, question: str, home: Path | None = None, **search: object) -> tuple[list[str], list[str]]:
        settings = self.standin.settings_of(home or self.home, **search)
        with closing(Searcher.open(settings, embedder=self.standin.HashEmbedder())) as searcher:
            return [hit.path for hit in searcher.search(question).hits], searcher.health()


@pytest.fixture
def office(tmp_path: Path, standin: ModuleType) -> Office:
    office = Office(tmp_path, standin)
    office.sync()
    return office


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the graphs that are built anew."""
    sizes: list[int] = []

    def counted(folder: Path, vectors: NDArray[np.float32]) -> None:
        sizes.append(len(vectors))
        build_chroma(folder, vectors)

    monkeypatch.setattr("sourcier.index.building.build_chroma", counted)
    return sizes


def test_after_a_small_change_the_rest_is_taken_over(
    office: Office, built: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysed: list[str] = []
    asked: list[str] = []

    def counted_words(text: str) -> list[tuple[str, str]]:
        analysed.append(text)
        return analyse_words(text)

    passages = Store.passages

    def counted_passages(self: Store, key: str, cut: str) -> object:
        asked.append(key)
        return passages(self, key, cut)

    monkeypatch.setattr("sourcier.index.forward.analyse_words", counted_words)
    monkeypatch.setattr(Store, "passages", counted_passages)
    office.write(3, "La fiche 3 parle maintenant de la caisse de grève.")
    (office.corpus / "fiche-09.md").unlink()
    office.write(40, "Une fiche de plus sur le télétravail.")
    folder = office.sync()
    assert built == [] and len(asked) == 2
    assert sum("caisse de grève" in text for text in analysed) == 1 and not any("fiche 5" in text for text in analysed)
    monkeypatch.undo()
    assert (np.load(folder / GRAPH) < 0).sum() == 2
    fresh = office.sync(tmp_path / "fresh")
    names = ["passages.txt", "vectors.npy", "embedded.npy", "documents.json", "manifest.json"]
    for name in [*names, *(f"bm25/{path.name}" for path in (fresh / "bm25").iterdir())]:
        assert (folder / name).read_bytes() == (fresh / name).read_bytes(), name
    for question in ("télétravail", "caisse de grève", "congé du point 77", "retraite"):
        assert office.found(question) == office.found(question, tmp_path / "fresh")
    assert office.found("télétravail")[0][0] == "fiche-40.md"
    assert verify(office.home).problems == ()


def test_a_graph_of_which_too_much_is_gone_is_built_anew(office: Office, built: list[int]) -> None:
    for number in range(5):
        office.write(number, f"Un autre texte, le {number}.")
    office.sync()
    assert built == []
    for number in range(5, 10):
        office.write(number, f"Un autre texte, le {number}.")
    office.sync()
    assert built == [30]


@pytest.mark.parametrize("harm", [GRAPH, "chroma", "damaged"])
def test_nothing_is_taken_from_what_is_damaged(office: Office, built: list[int], harm: str) -> None:
    folder = current_folder(office.home)
    if harm == "damaged":
        (folder / "damaged").touch()
    else:
        target = folder / harm if harm == GRAPH else only_graph(folder / "chroma") / "data_level0.bin"
        with target.open("r+b") as file:
            file.seek(target.stat().st_size // 3)
            file.write(b"\7" * 40)
    office.write(3, "La fiche 3 parle maintenant de la caisse de grève.")
    office.sync()
    assert built == [30] and office.found("caisse de grève") == (office.found("caisse de grève")[0], [])
    assert verify(office.home).problems == ()


def _bytes_of_vectors(office: Office, name: str) -> bytes:
    rows = (current_folder(office.home) / "passages.txt").read_text(encoding="utf-8").splitlines()
    with closing(sqlite3.connect(office.home / "corpus.sqlite")) as connection:
        query = """SELECT passage_id FROM passages JOIN places USING (key) JOIN files USING (location) WHERE path = ?"""
        ids = [one for (one,) in connection.execute(query, (name,))]
    vectors = np.load(current_folder(office.home) / "vectors.npy")
    return bytes(vectors[rows.index(ids[0])].tobytes())


@pytest.mark.parametrize("number", [29, 7])
def test_a_copied_graph_holds_no_vector_of_what_is_gone(office: Office, built: list[int], number: int) -> None:
    gone = _bytes_of_vectors(office, f"fiche-{number:02}.md")
    before = current_folder(office.home)
    assert sum(gone in path.read_bytes() for path in before.rglob("*") if path.is_file()) >= 2
    (office.corpus / f"fiche-{number:02}.md").unlink()
    after = office.sync()
    assert built == []
    assert [path.name for path in after.rglob("*") if path.is_file() and gone in path.read_bytes()] == []
    office.write(50, "Une fiche de plus.")
    office.sync()
    assert [path.name for path in office.home.rglob("*") if path.is_file() and gone in path.read_bytes()] == []


def test_erasing_takes_nothing_over(office: Office, built: list[int]) -> None:
    office.write(60, " ".join(f"mot{number * number}" for number in range(36)))
    office.sync()
    assert built == []
    assert forget(office.home, "fiche-60.md").after == ()
    assert built == [30]


def test_few_passages_need_no_graph(office: Office, built: list[int]) -> None:
    with_graph = office.found("congé")
    folder = office.sync(graph_from=31)
    assert not (folder / "chroma").exists() and not (folder / GRAPH).exists()
    assert office.found("congé", graph_from=31) == with_graph == (with_graph[0], [])
    office.write(31, "Une fiche de plus.")
    folder = office.sync(graph_from=31)
    assert built == [31] and (folder / "chroma").is_dir()
    name = current_name(office.home)
    assert office.sync(graph_from=20).name == name, "the same graph: nothing to build"


def _cloud(count: int, seed: int) -> NDArray[np.float32]:
    generator = np.random.default_rng(seed)
    vectors = np.random.default_rng(1).normal(size=(40, 24))[generator.integers(0, 40, count)]
    vectors = vectors + 0.6 * generator.normal(size=(count, 24))
    unit: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, NDArray[np.float32]]:
    folder = tmp_path_factory.mktemp("graph") / "chroma"
    vectors = _cloud(1500, 2)
    build_chroma(folder, vectors)
    return folder, vectors


def test_a_copy_finds_what_stays_and_what_is_new(graph: tuple[Path, NDArray[np.float32]], tmp_path: Path) -> None:
    folder, old = graph
    generator = np.random.default_rng(4)
    gone = generator.random(1500) < 0.19
    rows = np.full(1500, -1)
    rows[~gone] = generator.permutation(int((~gone).sum()))
    vectors = np.empty((int((~gone).sum()) + 200, 24), np.float32)
    vectors[rows[~gone]] = old[~gone]
    vectors[-200:] = _cloud(200, 6)
    assert can_be_copied(rows, len(vectors))
    copy_chroma(folder, tmp_path / "copy", rows, vectors)
    with closing(ChromaIndex(tmp_path / "copy", rows, vectors)) as copied:
        exact = ExactScan(vectors)
        found = [(copied.nearest(query, 20), exact.nearest(query, 20)) for query in _cloud(100, 8)]
        assert all(len(ours) == 20 for ours, _ in found)
        assert np.mean([len(np.intersect1d(*pair)) for pair in found]) >= 19.8
        assert len(copied.nearest(vectors[0], 5000)) == len(vectors)
    held = Graph(tmp_path / "copy").vectors
    assert not any((held == vector).all(axis=1).any() for vector in old[gone][:50])
    assert all((Graph(folder).vectors == vector).all(axis=1).any() for vector in old[gone][:50])


def test_the_database_keeps_no_vectors(graph: tuple[Path, NDArray[np.float32]]) -> None:
    folder, vectors = graph
    data = (folder / "chroma.sqlite3").read_bytes()
    assert sum(vector.tobytes() in data for vector in vectors) <= 1, "Chroma's queue keeps its last entry"


@pytest.mark.parametrize(
    "harm",
    [
        lambda graph: (graph / "header.bin").unlink(),
        lambda graph: (graph / "header.bin").write_bytes(bytes(100)),
        lambda graph: (graph / "data_level0.bin").write_bytes(b"\1" * (graph / "data_level0.bin").stat().st_size),
        lambda graph: (graph / "data_level0.bin").write_bytes(b""),
    ],
)
def test_a_graph_laid_out_otherwise_is_not_copied(
    graph: tuple[Path, NDArray[np.float32]], tmp_path: Path, harm: Callable[[Path], object]
) -> None:
    folder, vectors = graph
    copy_chroma(folder, tmp_path / "torn", np.arange(1500), vectors)
    harm(only_graph(tmp_path / "torn"))
    with pytest.raises(StoreDamagedError):
        copy_chroma(tmp_path / "torn", tmp_path / "copy", np.arange(1500), vectors)


def test_other_vectors_than_those_of_the_graph_are_seen(
    graph: tuple[Path, NDArray[np.float32]], tmp_path: Path
) -> None:
    folder, vectors = graph
    with pytest.raises(StoreDamagedError):
        copy_chroma(folder, tmp_path / "copy", np.arange(1500)[::-1].copy(), vectors)


def test_bounds_of_a_copy() -> None:
    rows = np.arange(1000)
    assert can_be_copied(rows, 1250) and not can_be_copied(rows, 1260)
    rows[:200] = -1
    assert can_be_copied(rows, 1000)
    rows[200] = -1
    assert not can_be_copied(rows, 1000)
    assert not can_be_copied(np.arange(100_000), 110_001)
