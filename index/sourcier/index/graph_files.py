"""The files in which Chroma keeps a graph: what of them holds vectors, and how they are overwritten.

hnswlib writes its graph as it is in memory: ``header.bin``, then in ``data_level0.bin``, for each vector, the places of its
neighbours, itself and its label. Chroma adds a database whose free pages keep what it deleted. Both would keep vectors of
documents that are gone.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcier.core.errors import StoreDamagedError

__all__ = ["DATABASE", "Graph", "blank_unused", "compact", "only_graph"]

DATABASE = "chroma.sqlite3"

# Version, offset, room for vectors, vectors, bytes of each, and where in these bytes label and vector begin.
_HEADER = struct.Struct("<i6Q")
_LEVEL_0 = "data_level0.bin"


class Graph:
    """The vectors of a graph, on the disk, by the numbers under which they were put there.

    Attributes:
        vectors: (n, dimension) in the graph's own order.
        places: (n,) where in that order each number is.
    """

    def __init__(self, folder: Path, *, write: bool = False) -> None:
        """Map the graph of a Chroma folder, which holds one and is not open.

        Raises:
            StoreDamagedError: its files are not laid out as hnswlib lays them out.
        """
        graph = only_graph(folder)
        try:
            _, offset, _, count, size, label, start = _HEADER.unpack_from((graph / "header.bin").read_bytes())
            if offset or not 4 < start < label < size or (label - start) % 4 or (start - 4) % 4:
                raise ValueError(f"{offset} {start} {label} {size}")
            raw = np.memmap(graph / _LEVEL_0, np.uint8, "r+" if write else "r", shape=(count, size))
        except (OSError, struct.error, ValueError) as error:
            raise StoreDamagedError("store.chroma_damaged", path=graph, detail=error) from error
        self.vectors: NDArray[np.float32] = raw[:, start:label].view("<f4")
        self._links: NDArray[np.uint32] = raw[:, :start].view("<u4")
        self._raw = raw
        # Labels count what was put there, from 1; threads that build a graph take them in any order.
        numbers = raw[:, label : label + 8].copy().view("<u8")[:, 0].astype(np.int64) - 1
        if not np.array_equal(np.sort(numbers), np.arange(count)):
            raise StoreDamagedError("store.chroma_damaged", path=graph, detail="labels")
        self.numbers = numbers
        self.places = np.empty(count, np.int64)
        self.places[numbers] = np.arange(count)

    def overwrite(self, gone: NDArray[np.bool_]) -> None:
        """Put the nearest vector that stays in the place of each that is ``gone``: the paths through it go on.

        Args:
            gone: (n,) by number. At least one stays.
        """
        gone_at = gone[self.numbers]
        staying = np.flatnonzero(~gone_at)
        for place in np.flatnonzero(gone_at).tolist():
            links = self._links[place]
            near = links[1 : 1 + int(links[0] & 0xFFFF)]
            near = near[~gone_at[near]]
            candidates = near if len(near) else staying
            self.vectors[place] = self.vectors[
                candidates[int(np.argmax(self.vectors[candidates] @ self.vectors[place]))]
            ]

    def written(self, number: int) -> bytes:
        """The bytes of the vector of a number."""
        return bytes(self.vectors[self.places[number]].tobytes())

    def flush(self) -> None:
        """Have the file hold what was overwritten."""
        self._raw.flush()


def only_graph(folder: Path) -> Path:
    """The folder of the one graph below a Chroma folder.

    Raises:
        StoreDamagedError: there is none, or more than one.
    """
    found = sorted(folder.rglob("header.bin"))
    if len(found) != 1:
        raise StoreDamagedError("store.chroma_damaged", path=folder, detail=f"header.bin × {len(found)}")
    return found[0].parent


def blank_unused(folder: Path, count: int) -> None:
    """Overwrite the room that a graph keeps for more vectors: hnswlib saves there whatever was in the memory it got.

    Vectors, and texts, of documents that had just been erased were found in it.

    Raises:
        StoreDamagedError: its files are not laid out as hnswlib lays them out.
    """
    graph = only_graph(folder)
    sizes = {_LEVEL_0: 0, "length.bin": 4}
    try:
        _, _, room, used, sizes[_LEVEL_0], _, _ = _HEADER.unpack_from((graph / "header.bin").read_bytes())
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


def compact(source: Path, target: Path, vector_of: Callable[[int], bytes]) -> None:
    """Copy a Chroma database without its free pages, in which are vectors that went into the graph and out of its queue.

    It halves a Chroma folder. Of the queue the last entry stays, which Chroma counts from.

    Args:
        vector_of: what is written for a number that the queue still holds.

    Raises:
        StoreDamagedError: it is not a database of Chroma's.
    """
    target.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
        with closing(sqlite3.connect(target)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            rows = connection.execute("SELECT seq_id, id FROM embeddings_queue").fetchall()
            with connection:
                for number, one in rows:
                    connection.execute(
                        "UPDATE embeddings_queue SET vector = ? WHERE seq_id = ?", (vector_of(int(one)), number)
                    )
    except (sqlite3.Error, ValueError, IndexError) as error:
        raise StoreDamagedError("store.chroma_damaged", path=source, detail=error) from error
    target.chmod(0o600)
