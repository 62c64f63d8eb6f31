"""What the next generation takes over from the one before: words, vectors and the graph of what did not change.

A document is what its key says, and a vector what the digest of the embedded text says: what has the same ones in a sound
generation needs neither be read from the store nor analysed again. Nothing is taken from a damaged generation.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcier.core.errors import StoreDamagedError
from sourcier.index.analyser import ANALYSER_VERSION
from sourcier.index.forward import Fields
from sourcier.index.generations import DAMAGED, FORMAT, GRAPH, Manifest, changed_files, is_chroma, load_served
from sourcier.index.lexical import LexicalIndex
from sourcier.index.store import Store

__all__ = ["Content", "Previous", "load_ids", "save_content"]


@dataclass(frozen=True, slots=True)
class Content:
    """What a generation is made of, row by row.

    Attributes:
        ids: of passages.
        passages: what BM25F searches, or the row of the generation before that has the same.
        vectors: (n, dimension) unit vectors.
        embedded: (n, 32) sha256 of the text that was embedded for each.
        from_previous: (n,) the row of the generation before that has the same vector, -1 where there is none.
    """

    ids: list[str]
    passages: list[Fields | int]
    vectors: NDArray[np.float32]
    embedded: NDArray[np.uint8]
    from_previous: NDArray[np.int64]


class Previous:
    """A sound generation, to take from.

    Attributes:
        rows: by key of a document, its first row and the one after its last.
        graph: (numbers,) row of each vector of its graph, -1 for what was gone already; ``None`` without a sound graph.
    """

    def __init__(self, folder: Path, store: Store, cut: str, fingerprint: str) -> None:
        """Open a generation.

        Raises:
            StoreDamagedError: it is damaged, or was built in another way.
        """
        manifest = Manifest.load(folder)
        changed = changed_files(folder)
        known = (manifest.format, manifest.analyser, manifest.cut, manifest.embedder)
        unlike = known != (FORMAT, ANALYSER_VERSION, cut, fingerprint)
        if unlike or (folder / DAMAGED).exists() or any(not is_chroma(name) for name in changed):
            raise StoreDamagedError("store.generation_damaged", path=folder, detail=", ".join(changed))
        self.folder = folder
        self.dimension = manifest.dimension
        self.lexical = LexicalIndex(folder / "bm25")
        try:
            self.ids = load_ids(folder)
            self.vectors: NDArray[np.float32] = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
            self.embedded: NDArray[np.uint8] = np.load(folder / "embedded.npy", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise StoreDamagedError("store.generation_damaged", path=folder, detail=error) from error
        self.rows: dict[str, tuple[int, int]] = {}
        sizes = store.passage_counts(cut)
        end = 0
        for one in load_served(folder):
            start, end = end, end + sizes.get(one.key, 0)
            self.rows[one.key] = start, end
        if not end == len(self.ids) == len(self.vectors) == len(self.embedded) == self.lexical.size:
            raise StoreDamagedError("store.generation_damaged", path=folder, detail="count")
        self.graph = self._load_graph() if manifest.chroma and not changed else None

    @classmethod
    def of(cls, folder: Path | None, store: Store, cut: str, fingerprint: str) -> Previous | None:
        """The generation of a folder, ``None`` where nothing can be taken from it."""
        try:
            return cls(folder, store, cut, fingerprint) if folder else None
        except StoreDamagedError:
            return None

    def same_vectors(self, embedded: NDArray[np.uint8], known: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n,) rows that have the same vectors as those of a new generation.

        Args:
            embedded: (n, 32) digests of the new one.
            known: (n,) rows of unchanged documents, -1 for the others: they are looked for by digest.
        """
        taken = np.zeros(len(self.ids), bool)
        taken[known[known >= 0]] = True
        free: dict[bytes, list[int]] = {}
        for row in np.flatnonzero(~taken)[::-1].tolist():
            free.setdefault(self.embedded[row].tobytes(), []).append(row)
        found = known.copy()
        for row in np.flatnonzero(known < 0).tolist() if free else ():
            if rows := free.get(embedded[row].tobytes()):
                found[row] = rows.pop()
        return found

    def graph_rows(self, from_previous: NDArray[np.int64]) -> NDArray[np.int64] | None:
        """(numbers,) by number in the graph, the row of a new generation, -1 for what is gone; ``None`` without a graph."""
        if self.graph is None:
            return None
        new = np.full(len(self.ids), -1, np.int64)
        kept = np.flatnonzero(from_previous >= 0)
        new[from_previous[kept]] = kept
        return np.where(self.graph >= 0, new[self.graph], -1)

    def _load_graph(self) -> NDArray[np.int64] | None:
        try:
            rows: NDArray[np.int64] = np.load(self.folder / GRAPH, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return rows if rows.ndim == 1 and len(rows) and int(rows.max()) < len(self.ids) else None


def save_content(content: Content, folder: Path) -> None:
    """Write ids, vectors and digests of what was embedded."""
    (folder / "passages.txt").write_text("\n".join(content.ids), encoding="utf-8")
    np.save(folder / "vectors.npy", content.vectors, allow_pickle=False)
    np.save(folder / "embedded.npy", content.embedded, allow_pickle=False)


def load_ids(folder: Path) -> list[str]:
    """The ids of the passages of a generation, by row.

    Raises:
        OSError, UnicodeDecodeError: they cannot be read.
    """
    return (folder / "passages.txt").read_text(encoding="utf-8").splitlines()
