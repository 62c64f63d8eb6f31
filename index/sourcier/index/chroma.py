"""Chroma's graph: built once, opened by one process at a time, and copied from one generation to the next.

Vectors are put there under the numbers 0 to n - 1; which row of a generation each number is, its own file says. A copy does
not hold the newest passages, which are compared one by one, and holds some that are gone, whose vectors are overwritten.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcier.core import offline
from sourcier.core.errors import StoreDamagedError
from sourcier.index.dense import cosines
from sourcier.index.graph_files import DATABASE, Graph, blank_unused, compact
from sourcier.index.selection import best

__all__ = ["CHROMA_SHARE", "ChromaIndex", "build_chroma", "can_be_copied", "copy_chroma"]

CHROMA_SHARE = 0.9
"""Canaries that must find themselves through Chroma's graph: a lost or torn one finds nearly none."""

_GONE, _MISSING = 0.2, 10_000
"""Share of a copied graph that may be gone, and passages that it may lack: comparing these takes about a millisecond."""

_COLLECTION = "passages"
# Recall@10 of 1 on 10,000 e5 vectors, for 2 ms a search; 32 neighbours (16 by default) cost little to build and hold up
# better where vectors are all alike. The distance cannot be changed later.
_HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}


class ChromaIndex:
    """A Chroma folder, opened by one process at a time: a second one would miss what the first writes, or lose it."""

    def __init__(self, folder: Path, rows: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Open ``folder``.

        Args:
            rows: by number in the graph, the row of the generation, -1 for what is gone.
            vectors: (n, dimension) of the generation: those that the graph lacks are compared as they are.

        Raises:
            StoreDamagedError: Chroma cannot open it, or it does not hold as many vectors as it should.
        """
        self._rows = rows
        self._live = int((rows >= 0).sum())
        lacking = np.ones(len(vectors), bool)
        lacking[rows[rows >= 0]] = False
        self._missing = np.flatnonzero(lacking)
        self._missing_vectors = np.array(vectors[self._missing])
        self._vectors = vectors
        # Chroma makes what it does not find: a lost folder would come back empty, and without an error.
        if not (folder / DATABASE).is_file():
            raise StoreDamagedError("store.chroma_damaged", path=folder, detail=DATABASE)
        with _damage_of(folder):
            self._client = _client(folder)
        try:
            with _damage_of(folder):
                self._collection = self._client.get_collection(_COLLECTION, embedding_function=None)
                count = self._collection.count()
            if count != len(rows):
                raise StoreDamagedError("store.chroma_damaged", path=folder, detail=f"{count} / {len(rows)}")
        except StoreDamagedError:
            self._client.close()
            raise

    def nearest(self, query: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """(<= count,) rows, nearest first.

        Raises:
            StoreDamagedError: Chroma could not search, or found what was never put there.
        """
        held = self._asked(query, min(count, self._live))
        if not len(self._missing):
            return held
        scores = np.concatenate([cosines(self._vectors[held], query), cosines(self._missing_vectors, query)])
        return np.concatenate([held, self._missing])[best(scores, count)]

    def _asked(self, query: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """(<= count,) rows that the graph finds, asked for as many more as may be gone."""
        size = len(self._rows)
        gone = 1 - self._live / size
        wanted = min(size, count + int(np.ceil(2 * gone * count)))
        while True:
            with _damage_of(_COLLECTION):
                found = self._collection.query(query_embeddings=query[None, :], n_results=wanted, include=[])
                rows = self._rows[[int(one) for one in found["ids"][0]]] if found["ids"][0] else self._rows[:0]
            live = rows[rows >= 0][:count]
            if len(live) == count or wanted == size:
                return live
            wanted = min(size, 4 * wanted)

    def close(self) -> None:
        """Close the client; Chroma frees its files."""
        self._client.close()


def build_chroma(folder: Path, vectors: NDArray[np.float32]) -> None:
    """Write a Chroma folder of (n, d) unit vectors, n >= 2, numbered by row. Texts and ids stay where they are.

    Raises:
        StoreDamagedError: the files are not what was expected of Chroma.
    """
    count = len(vectors)
    client = _client(folder)
    # All of it in the graph: Chroma keeps a rest in a queue otherwise, and writes graph files anew each time it opens
    # them, with whatever is in the memory of the process, questions perhaps.
    whole = {"sync_threshold": max(count, 2), "batch_size": max(min(count, 100), 2)}
    try:
        collection = client.get_or_create_collection(
            _COLLECTION, embedding_function=None, configuration={"hnsw": {**_HNSW, **whole}}
        )
        step = client.get_max_batch_size()
        for start in range(0, count, step):
            stop = min(start + step, count)
            collection.upsert(ids=[str(number) for number in range(start, stop)], embeddings=vectors[start:stop])
    finally:
        client.close()
    blank_unused(folder, count)
    graph = Graph(folder, write=True)
    if not np.allclose(graph.vectors, vectors[graph.numbers], atol=1e-5):
        raise StoreDamagedError("store.chroma_damaged", path=folder, detail="vectors")
    # Chroma makes unit vectors of unit vectors, which changes last bits; as they were, their bytes can be searched for.
    graph.vectors[:] = vectors[graph.numbers]
    graph.flush()
    _rewrite(folder / DATABASE, folder / DATABASE, graph)


def can_be_copied(rows: NDArray[np.int64], passages: int) -> bool:
    """Whether a graph still covers enough of a generation, and holds little that is gone.

    Args:
        rows: see :class:`ChromaIndex`.
        passages: of the generation.
    """
    live = int((rows >= 0).sum())
    missing = passages - live
    return len(rows) - live <= _GONE * len(rows) and missing <= min(_GONE * passages, _MISSING)


def copy_chroma(source: Path, folder: Path, rows: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
    """Copy a Chroma folder that another process may be reading; what is gone is overwritten in the copy.

    Args:
        rows, vectors: see :class:`ChromaIndex`; of the generation to be.

    Raises:
        StoreDamagedError: it does not hold the vectors that it should.
    """
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns(f"{DATABASE}*"))
    graph = Graph(folder, write=True)
    if len(graph.vectors) != len(rows):
        raise StoreDamagedError("store.chroma_damaged", path=source, detail=f"{len(graph.vectors)} / {len(rows)}")
    live = np.flatnonzero(rows >= 0)
    if not np.array_equal(graph.vectors[graph.places[live]], vectors[rows[live]]):
        raise StoreDamagedError("store.chroma_damaged", path=source, detail="vectors")
    if len(live) < len(rows):
        graph.overwrite(rows < 0)
        graph.flush()
    _rewrite(source / DATABASE, folder / DATABASE, graph)


def _rewrite(source: Path, target: Path, graph: Graph) -> None:
    part = target.with_name(f"{target.name}.part")
    compact(source, part, graph.written)
    part.replace(target)


@contextmanager
def _damage_of(what: object) -> Iterator[None]:
    """Whatever goes wrong in Chroma, as one error."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic of its Rust core is no Exception, and its errors share no lasting base
        raise StoreDamagedError("store.chroma_damaged", path=what, detail=error) from error


def _client(folder: Path) -> Any:
    offline.apply()
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
