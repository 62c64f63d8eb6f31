"""Searching while others write: whatever the threads and processes, a result comes from one index, whole."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Self

import numpy as np
import pytest
from numpy.typing import NDArray

from sourcier.core.filters import Filter
from sourcier.core.settings import Settings
from sourcier.index.erasure import forget
from sourcier.index.generations import current_folder, current_name, folder_of
from sourcier.index.intake import take_in
from sourcier.index.search import Searcher
from sourcier.index.store import open_store
from sourcier.index.sync import sync
from sourcier.index.writing import open_writer

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:chromadb.*")
SCRIPT = Path(__file__).with_name("together.py")


@pytest.fixture(scope="module")
def parts() -> ModuleType:
    """The module ``together.py``."""
    spec = importlib.util.spec_from_file_location("together", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Other:
    """Another process, which does one thing a line."""

    def __init__(self, *words: object) -> None:
        command = [sys.executable, str(SCRIPT), *map(str, words)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.answer() == "ready"

    def tell(self, line: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the process died"
        return json.loads(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate(timeout=120)
        assert self._process.returncode == 0


class Truth:
    """What each search must find in each state: read in data folders of their own, where nothing else happens."""

    def __init__(self, parts: ModuleType, folder: Path) -> None:
        self._parts = parts
        self._folder = folder
        self._erased: set[str] = set()
        self.of: dict[str, list[Any]] = {}

    def note(self, index: str, state: int, erased: str | None = None) -> None:
        """An index that shows the corpus in a state, without what was erased."""
        settings = self._parts.standin().settings_of(self._folder / f"home-{state}", dense="exact")
        corpus = self._folder / f"corpus-{state}"
        if not corpus.exists():
            self._parts.write(corpus, state)
            sync([corpus], settings, embedder=self._parts.standin().HashEmbedder())
        if erased:
            self._erased.add(erased)
        everything: list[tuple[str, str, int, str]] = []
        with open_store(settings.home) as store:
            for one in store.served():
                (stored,) = store.passages(one.key, store.value("cut"))
                if one.path not in self._erased:
                    everything.append((one.path, one.document_id, stored.passage.start, stored.passage.text))
        self.of[index] = [
            sorted([*found] for found in everything if collection is None or found[0].startswith(f"{collection}/"))
            for _, collection in self._parts.ASKED
        ]

    def check(self, seen: Sequence[Any]) -> None:
        """Each search found all that there is in the index it names, and nothing else."""
        for asked, index, found, said in seen:
            assert found == self.of[index][asked], (asked, index)
            assert said, (asked, index)


def live(parts: ModuleType, folder: Path, dense: str, steps: Sequence[str], waves: int) -> None:
    """Fifty searches at once here, and five in each of two other processes, while one more takes these steps.

    Args:
        waves: how often, at most, all of them search during one step.
    """
    home, corpus = folder / "data", folder / "corpus"
    truth = Truth(parts, folder)
    seen: list[Any] = []
    settings = parts.settings_of(home, dense)
    with ExitStack() as stack:
        writer = stack.enter_context(Other("write", home, dense, corpus))
        writer.tell(0)
        truth.note(writer.answer(), 0)
        others = [stack.enter_context(Other("search", home, dense)) for _ in range(2)]
        searcher = stack.enter_context(closing(Searcher.open(settings, embedder=parts.standin().HashEmbedder())))
        threads = stack.enter_context(ThreadPoolExecutor(50))
        helper = stack.enter_context(ThreadPoolExecutor(1))

        def wave() -> list[Any]:
            for other in others:
                other.tell(10)
            found: list[Any] = parts.searches(searcher, range(50), threads)
            for other in others:
                found += other.answer()
            return found

        state = 0
        for step in steps:
            writer.tell(step)
            written = helper.submit(writer.answer)
            for _ in range(waves):
                seen += [] if written.done() else wave()
            index = written.result()
            state = state if step.startswith("forget") else int(step)
            truth.note(index, state, step.partition(" ")[2] or None)
            # What is asked from now on is answered from the new index, in every process.
            after = wave()
            assert {one[1] for one in after} == {index}
            seen += after
        assert searcher.health() == []
    truth.check(seen)
    assert len(truth.of) == len(steps) + 1 and {one[1] for one in seen} == set(truth.of)


def test_fifty_searches_at_once_while_an_index_replaces_another(parts: ModuleType, tmp_path: Path) -> None:
    live(parts, tmp_path, "exact", ["1", "forget a/10.txt", "4"], waves=3)


@pytest.mark.slow
def test_fifty_searches_at_once_through_many_indexes(parts: ModuleType, tmp_path: Path) -> None:
    steps = [str(state) for state in range(1, 13)]
    steps[4:4] = ["forget a/10.txt"]
    steps[9:9] = ["forget b/11.txt"]
    live(parts, tmp_path, "chroma", steps, waves=1000)


# One thing at a time.


class Hooked:
    """An embedder that lets something happen once, after a search has begun."""

    def __init__(self, embedder: Any) -> None:
        self._embedder = embedder
        self.then: Callable[[], object] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        then, self.then = self.then, None
        if then is not None:
            then()
        vectors: NDArray[np.float32] = self._embedder.embed_queries(texts)
        return vectors


class Library:
    """A data folder that this process writes, and searches."""

    def __init__(self, parts: ModuleType, folder: Path) -> None:
        self._parts = parts
        self.corpus = folder / "corpus"
        self.settings: Settings = parts.standin().settings_of(folder / "data")
        self.embedder: Any = Hooked(parts.standin().HashEmbedder())

    def change(self, state: int) -> None:
        self._parts.write(self.corpus, state)

    def write(self, *states: int) -> None:
        for state in states:
            self.change(state)
            sync([self.corpus], self.settings, embedder=self._parts.standin().HashEmbedder())

    def open(self, clock: Callable[[], float] = lambda: 0.0) -> Searcher:
        return Searcher.open(self.settings, embedder=self.embedder, clock=clock)

    def texts(self, state: int) -> set[str]:
        return {text.strip() for text in self._parts.texts_of(state).values()}


@pytest.fixture
def library(parts: ModuleType, tmp_path: Path) -> Library:
    made = Library(parts, tmp_path)
    made.write(0)
    return made


@pytest.fixture
def searcher(library: Library) -> Iterator[Searcher]:
    with closing(library.open()) as opened:
        yield opened


def texts_found(searcher: Searcher, only: Filter | None = None) -> tuple[set[str], str]:
    result = searcher.search("grief", 50, only)
    return {hit.passage.text for hit in result.hits}, result.version


def test_a_search_ends_in_the_index_it_began_with(library: Library, searcher: Searcher) -> None:
    before = searcher.version
    meanwhile: list[tuple[set[str], str]] = []

    def replaced() -> None:
        library.write(1)
        meanwhile.append(texts_found(searcher))

    library.embedder.then = replaced
    result = searcher.search("le grief", 50)
    assert ({hit.passage.text for hit in result.hits}, result.version) == (library.texts(0), before)
    assert meanwhile == [(library.texts(1), current_name(library.settings.home))]
    # What it found in the old index is not remembered for the new one.
    assert {hit.passage.text for hit in searcher.search("le grief", 50).hits} == library.texts(1)
    assert searcher.health() == []


def test_a_search_begins_again_where_its_texts_were_erased(library: Library, searcher: Searcher) -> None:
    # Two indexes later, the store has let the first one's texts go.
    library.embedder.then = lambda: library.write(1, 2)
    assert texts_found(searcher) == (library.texts(2), current_name(library.settings.home))
    path = next(hit.path for hit in searcher.search("grief", 50).hits)
    library.embedder.then = lambda: forget(library.settings.home, path)
    result = searcher.search("encore un grief", 50)
    assert result.version == current_name(library.settings.home)
    assert {hit.path for hit in result.hits} == {hit.path for hit in searcher.search("grief", 50).hits}
    assert path not in {hit.path for hit in result.hits} and len(result.hits) == len(library.texts(2)) - 1
    assert searcher.health() == []


def test_a_filter_is_that_of_the_index_that_is_searched(library: Library, searcher: Searcher) -> None:
    library.embedder.then = lambda: library.write(1, 2)
    found, _ = texts_found(searcher, Filter(collection=("a",)))
    assert found == {hit.passage.text for hit in searcher.search("un grief", 50).hits if hit.path.startswith("a/")}


def test_an_index_that_was_idle_through_two_others_is_not_taken_for_damaged(library: Library) -> None:
    now = [0.0]
    with closing(library.open(lambda: now[0])) as searcher:
        library.write(1, 2)
        now[0] = 60 * 61
        assert texts_found(searcher)[0] == library.texts(2)
        # The check itself, of an index that is gone before the next search looks.
        library.write(3, 4)
        assert searcher.check() == []
        assert texts_found(searcher)[0] == library.texts(4)
        assert searcher.health() == []
    assert list(folder_of(library.settings.home).rglob("damaged")) == []


def test_chroma_is_not_closed_under_a_search_that_asks_it(library: Library, searcher: Searcher) -> None:
    chroma = searcher._generation._dense
    assert chroma is not searcher._generation.exact
    events: list[str] = []
    asking, go = threading.Event(), threading.Event()
    nearest, close = chroma.nearest, chroma.close

    def slowly(query: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        asking.set()
        assert go.wait(60)
        events.append("asked")
        return nearest(query, count)

    def noted() -> None:
        events.append("closed")
        close()

    chroma.nearest, chroma.close = slowly, noted  # type: ignore[method-assign]
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(texts_found, searcher)
        assert asking.wait(60)
        library.write(1)
        second = pool.submit(texts_found, searcher)
        # Until it holds the searcher to close what it replaces, and has to wait for the first.
        while not second.done() and searcher._lock.acquire(blocking=False):
            searcher._lock.release()
        go.set()
        assert first.result(120)[0] == library.texts(0)
        assert second.result(120)[0] == library.texts(1)
    assert events == ["asked", "closed"]


def test_a_damaged_index_is_replaced_by_what_it_held_not_by_what_is_being_written(library: Library) -> None:
    home = library.settings.home
    with open_writer(home) as store:
        library.change(1)
        take_in(store, [library.corpus], library.settings.ingest, lambda done, total: None)
        # An ingestion has read the new texts and has not cut them yet.
        (current_folder(home) / "vectors.npy").write_bytes(b"")
        with closing(library.open()) as searcher:
            assert texts_found(searcher) == (library.texts(0), current_name(home))
            assert searcher.health() == ["store.index_given_up"]
    (current_folder(home) / "documents.json").write_bytes(b"")
    library.change(0)
    with open_writer(home) as store:
        take_in(store, [library.corpus], library.settings.ingest, lambda done, total: None)
    with closing(library.open()) as searcher:
        assert texts_found(searcher)[0] == library.texts(0)
