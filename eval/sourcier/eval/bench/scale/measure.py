"""What is measured at one size, in processes of their own: building, searching, and building again after a change.

    python -m sourcier.eval.bench.scale.measure build|search|change FOLDER PASSAGES QUESTIONS

prints a line of JSON. ``FOLDER`` is kept: what was built serves the next time.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcier.core import offline
from sourcier.core.settings import SearchSettings, Settings
from sourcier.eval.bench.scale.material import CUT, GivenVectors, Material, Question, fill, replace_document
from sourcier.index.analyser import analyse
from sourcier.index.building import build_generation
from sourcier.index.chroma import build_chroma
from sourcier.index.dense import ExactScan
from sourcier.index.generations import GRAPH, current_folder, current_name, prune
from sourcier.index.lexical import LexicalIndex
from sourcier.index.postings import FIELDS
from sourcier.index.schema import STORE_FILE
from sourcier.index.search import Searcher
from sourcier.index.store import open_store
from sourcier.index.writing import open_writer

__all__ = ["build", "change", "search"]

Figures = dict[str, Any]

_WARM = 30
_RECALL = 100
_DEEP = 10


def build(folder: Path, passages: int) -> Figures:
    """Make the store and the index, and the graph that Chroma alone is asked through, where they are not there yet.

    Returns:
        Seconds of building the index (``build_s``), of its graph among them (``graph_s``), where it was built now.
    """
    home = folder / "home"
    figures: Figures = {}
    if current_name(home) is None:
        shutil.rmtree(home, ignore_errors=True)
        fill(home, Material(), passages)
        figures = _generation(home, None)
    generation, raw = current_folder(home), folder / "chroma"
    if not raw.is_dir():
        # The same graph for both, where there is one.
        if (generation / "chroma").is_dir():
            shutil.copytree(generation / "chroma", raw)
        else:
            build_chroma(raw, np.load(generation / "vectors.npy", mmap_mode="r"))
    return figures


def change(folder: Path) -> Figures:
    """Change one document and build the next index: seconds with what the one before holds, and without it."""
    home = folder / "home"
    with open_writer(home) as store:
        replace_document(store, Material())
    figures = {f"change_{name}": value for name, value in _generation(home, current_folder(home)).items()}
    shutil.rmtree(folder / "chroma", ignore_errors=True)  # the next measurement's is of the new vectors
    return figures


def search(folder: Path, count: int) -> Figures:
    """Search in turns with Chroma and bm25s asked as they are; times in ms, memory in bytes.

    Returns:
        ``ours``, ``chroma`` and ``bm25s``: ms of each question, in the same order; ``opening_s``; ``resident`` and
        ``anonymous``: what opening and searching took of memory, pages of mapped files included or not; ``disk``:
        bytes by part of the index; ``recall``: share of the true ten nearest that the graph finds.
    """
    home = folder / "home"
    settings = Settings(home=home, search=SearchSettings(cache=0, check_minutes=0))
    generation = current_folder(home)
    questions = _questions(home, generation, count + _WARM)
    before = _memory()
    embedder = GivenVectors()
    started = time.perf_counter()
    with closing(Searcher.open(settings, embedder=embedder)) as searcher:
        figures: Figures = {"opening_s": time.perf_counter() - started}

        def ours(question: Question) -> float:
            embedder.vector = question.vector
            timings = searcher.search(question.text).timings_ms
            return timings["total"] - timings.get("embed", 0.0)

        for question in questions:
            ours(question)
        after = _memory()
        figures |= {name: after[name] - before[name] for name in after}
        chroma, bm25s = _chroma(folder / "chroma", settings.search), _bm25s(generation, settings.search)
        programs: dict[str, Callable[[Question], float]] = {"ours": ours, "chroma": chroma, "bm25s": bm25s}
        times: dict[str, list[float]] = {name: [] for name in programs}
        for number, question in enumerate(questions):
            # Each comes first as often as the others: what it loads into caches serves those after it.
            names = list(programs)
            for name in names[number % 3 :] + names[: number % 3]:
                took = programs[name](question)
                if number >= _WARM:
                    times[name].append(took)
        figures |= times
    vectors = np.load(generation / "vectors.npy", mmap_mode="r")
    figures["recall"] = _recall(
        folder / "chroma", vectors, _rows_of_graph(generation, len(vectors)), questions[:_RECALL]
    )
    figures["passages"] = len(vectors)
    figures["disk"] = _disk(home, generation)
    return figures


def _generation(home: Path, previous: Path | None) -> Figures:
    """Build the current index; seconds in all, and of its graph."""
    moments: dict[int, float] = {}

    def told(done: int, total: int) -> None:
        moments[done] = time.perf_counter()

    with open_writer(home) as store:
        started = time.perf_counter()
        build_generation(
            store,
            store.ready(CUT),
            home=home,
            cut=CUT,
            fingerprint=GivenVectors.fingerprint,
            model=GivenVectors.name,
            graph_from=SearchSettings().graph_from,
            progress=told,
            previous=previous,
        )
        built = time.perf_counter() - started
    prune(home, keep_previous=False)
    return {"build_s": built, "graph_s": moments[3] - moments[2]}


def _questions(home: Path, generation: Path, count: int) -> list[Question]:
    vectors = np.load(generation / "vectors.npy", mmap_mode="r")
    rows = np.unique(np.linspace(0, len(vectors) - 1, min(len(vectors), 2 * count), dtype=np.int64))
    with open_store(home) as store:
        served = store.ready(CUT)
        texts = []
        sizes = store.passage_counts(CUT)
        ends = np.cumsum([sizes[one.key] for one in served])
        for row in rows.tolist():
            place = int(np.searchsorted(ends, row, "right"))
            stored = store.passage(served[place].key, CUT, row - int(ends[place] - sizes[served[place].key]))
            texts.append(stored.passage.text if stored else "")
    return Material().questions(count, texts, vectors[rows])


def _chroma(folder: Path, settings: SearchSettings) -> Callable[[Question], float]:
    collection = _collection(folder)

    def ask(question: Question) -> float:
        started = time.perf_counter()
        collection.query(query_embeddings=question.vector[None, :], n_results=settings.candidates, include=[])
        return 1000 * (time.perf_counter() - started)

    return ask


def _collection(folder: Path) -> Any:
    offline.apply()
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    client = chromadb.PersistentClient(path=str(folder), settings=ChromaSettings(anonymized_telemetry=False))
    (collection,) = client.list_collections()
    return client.get_collection(collection.name, embedding_function=None)


def _bm25s(generation: Path, settings: SearchSettings) -> Callable[[Question], float]:
    """bm25s over the same words, its terms analysed outside of what is timed."""
    import bm25s

    ours = LexicalIndex(generation / "bm25")
    starts = ours.forward.starts[::FIELDS].tolist()
    rows = (ours.forward.term_of[ours.forward.tokens[start:end]].tolist() for start, end in pairwise(starts))
    index = bm25s.BM25(k1=ours.parameters.k1, b=ours.parameters.b[-1], method="lucene")
    terms = {term: number for number, term in enumerate(ours.forward.terms)}
    index.index((list(rows), terms), create_empty_token=False, show_progress=False)

    def ask(question: Question) -> float:
        found = [analyse(question.text)]
        started = time.perf_counter()
        index.retrieve(found, k=min(settings.candidates, ours.size), show_progress=False)
        return 1000 * (time.perf_counter() - started)

    return ask


def _recall(folder: Path, vectors: NDArray[np.float32], rows: NDArray[np.int64], questions: list[Question]) -> float:
    exact = ExactScan(vectors)
    collection = _collection(folder)
    shares = []
    for question in questions:
        found = collection.query(query_embeddings=question.vector[None, :], n_results=_DEEP, include=[])["ids"][0]
        shares.append(np.isin(rows[[int(one) for one in found]], exact.nearest(question.vector, _DEEP)).mean())
    return float(np.mean(shares))


def _rows_of_graph(generation: Path, passages: int) -> NDArray[np.int64]:
    rows: NDArray[np.int64] = np.load(generation / GRAPH) if (generation / GRAPH).is_file() else np.arange(passages)
    return rows


def _memory() -> dict[str, int]:
    """Bytes of this process in memory, and those of them that no file holds."""
    said = Path("/proc/self/status").read_text(encoding="utf-8")
    found = {name: int(re.findall(rf"{name}:\s*(\d+)", said)[0]) * 1024 for name in ("VmRSS", "RssAnon")}
    return {"resident": found["VmRSS"], "anonymous": found["RssAnon"]}


def _disk(home: Path, generation: Path) -> dict[str, int]:
    def size(path: Path) -> int:
        return sum(one.stat().st_size for one in (path.rglob("*") if path.is_dir() else [path]) if one.is_file())

    parts = {"vectors": "vectors.npy", "words": "bm25", "graph": "chroma"}
    sizes = {name: size(generation / part) for name, part in parts.items() if (generation / part).exists()}
    return {**sizes, "store": size(home / STORE_FILE)}


def main() -> None:
    """Measure one thing, as :mod:`sourcier.eval.bench.scale` asks."""
    what, folder, passages, questions = sys.argv[1:]
    if what == "build":
        figures = build(Path(folder), int(passages))
    elif what == "search":
        figures = search(Path(folder), int(questions))
    else:
        figures = change(Path(folder))
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
