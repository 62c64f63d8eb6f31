"""Nearest vectors: an exact scan, and Chroma's graph. Both answer with rows of the index and cosines."""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sourcier.core import offline
from sourcier.core.errors import StoreDamagedError
from sourcier.index.fusion import best

logger = logging.getLogger(__name__)

CHROMA_SHARE = 0.9
"""Canaries that must find themselves through Chroma's graph: a lost or torn one finds nearly none."""

_COLLECTION = "passages"
# Recall@10 of 1 on 10,000 e5 vectors, for 2 ms a search; 32 neighbours (16 by default) cost little to build and hold up
# better where vectors are all alike. The distance cannot be changed later.
_HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}

# Version, offset, then vectors there is room for, vectors there are, and bytes of each.
_HEADER = struct.Struct("<i4Q")


class DenseIndex(Protocol):
    """Rows of the index nearest to a vector."""

    def nearest(self, query: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """(<= count,) rows, nearest first."""
        ...

    def close(self) -> None:
        """Let go of files and locks."""
        ...


class ExactScan:
    """Every vector compared: recall 1, nothing that could be damaged silently, and 14 ms for 100,000 vectors."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors

    def nearest(self, query: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """(<= count,) rows, nearest first."""
        return best(self._vectors @ query, count)

    def close(self) -> None:
        """Nothing to let go of."""


class ChromaIndex:
    """A Chroma folder, opened by one process at a time: a second one would miss what the first writes, or lose it."""

    def __init__(self, folder: Path, rows_by_id: dict[str, int]) -> None:
        """Open ``folder``.

        Raises:
            StoreDamagedError: Chroma cannot open it, or it does not hold as many vectors as it should.
        """
        self._rows = rows_by_id
        # Chroma makes what it does not find: a lost folder would come back empty, and without an error.
        if not (folder / "chroma.sqlite3").is_file():
            raise StoreDamagedError("store.chroma_damaged", path=folder, detail="chroma.sqlite3")
        with _damage_of(folder):
            self._client = _client(folder)
        try:
            with _damage_of(folder):
                self._collection = self._client.get_collection(_COLLECTION, embedding_function=None)
                count = self._collection.count()
            if count != len(rows_by_id):
                raise StoreDamagedError("store.chroma_damaged", path=folder, detail=f"{count} / {len(rows_by_id)}")
        except StoreDamagedError:
            self._client.close()
            raise

    def nearest(self, query: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """(<= count,) rows, nearest first.

        Raises:
            StoreDamagedError: Chroma could not search, or found what was never put there.
        """
        with _damage_of(_COLLECTION):
            found = self._collection.query(
                query_embeddings=query[None, :], n_results=min(count, len(self._rows)), include=[]
            )
            return np.array([self._rows[one] for one in found["ids"][0]], np.int64)

    def close(self) -> None:
        """Close the client; Chroma frees its files."""
        self._client.close()


def build_chroma(folder: Path, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
    """Write a Chroma folder of (n, d) unit vectors, n >= 2; texts stay in the store, the only place to erase them from.

    Raises:
        StoreDamagedError: the files are not what was expected of Chroma.
    """
    client = _client(folder)
    # All of it in the graph: Chroma keeps a rest in a queue otherwise, and writes graph files anew each time it opens
    # them, with whatever is in the memory of the process, questions perhaps.
    whole = {"sync_threshold": max(len(ids), 2), "batch_size": max(min(len(ids), 100), 2)}
    try:
        collection = client.get_or_create_collection(
            _COLLECTION, embedding_function=None, configuration={"hnsw": {**_HNSW, **whole}}
        )
        step = client.get_max_batch_size()
        for start in range(0, len(ids), step):
            collection.upsert(ids=list(ids[start : start + step]), embeddings=vectors[start : start + step])
    finally:
        client.close()
    for header in folder.rglob("header.bin"):
        _blank_unused(header.parent, len(ids))


def _blank_unused(graph: Path, count: int) -> None:
    """Overwrite the room that a graph keeps for more vectors: hnswlib saves there whatever was in the memory it got.

    Vectors, and texts, of documents that had just been erased were found in it.

    Raises:
        StoreDamagedError: its files are not laid out as hnswlib lays them out.
    """
    sizes = {"data_level0.bin": 0, "length.bin": 4}
    try:
        _, _, room, used, sizes["data_level0.bin"] = _HEADER.unpack_from((graph / "header.bin").read_bytes())
        if used != count:
            raise StoreDamagedError("store.chroma_damaged", path=graph, detail=f"{used} / {count}")
        for name, size in sizes.items():
            path = graph / name
            length = path.stat().st_size
            if length not in {room * size, used * size}:
                raise StoreDamagedError("store.chroma_damaged", path=path, detail=f"{length} / {room} × {size}")
            with path.open("r+b") as file:
                file.seek(used * size)
                file.write(bytes(length - used * size))
    except (OSError, struct.error) as error:
        raise StoreDamagedError("store.chroma_damaged", path=graph, detail=error) from error


def finds_itself(index: DenseIndex, vectors: NDArray[np.float32], sample: int, *, share: float = 1.0) -> bool:
    """Whether vectors taken evenly from the index find themselves, or a vector as near: what a count cannot prove.

    Args:
        share: how many of them must; a graph is allowed to miss a few, an exact scan none.
    """
    rows = np.unique(np.linspace(0, len(vectors) - 1, min(sample, len(vectors)), dtype=np.int64))
    return sum(_finds(index, vectors, row) for row in rows) >= share * len(rows)


def _finds(index: DenseIndex, vectors: NDArray[np.float32], row: int) -> bool:
    query = np.array(vectors[row])
    found = index.nearest(query, 10)
    # Exact copies are each other's nearest: any vector as near as itself will do.
    return bool(len(found)) and float(np.max(vectors[found] @ query)) >= 1 - 1e-4


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
