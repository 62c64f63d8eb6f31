"""An open generation: everything a search needs, in one value that is swapped whole for the next one."""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from sourcier.core.errors import StoreDamagedError
from sourcier.core.types import Hit, Metadata
from sourcier.core.validity import Filter
from sourcier.index.analyser import ANALYSER_VERSION
from sourcier.index.dense import CHROMA_SHARE, ChromaIndex, DenseIndex, ExactScan, finds_itself
from sourcier.index.fusion import best
from sourcier.index.generations import FORMAT, Manifest, load_served, mark_damaged
from sourcier.index.lexical import LexicalIndex
from sourcier.index.store import Store

logger = logging.getLogger(__name__)

_CANARIES = 16


class OpenGeneration:
    """A generation open to searches.

    Attributes:
        problems: catalogue keys of what is not as it should be.
    """

    def __init__(self, folder: Path, store: Store, dense: Literal["chroma", "exact"]) -> None:
        """Open ``folder``; with ``dense`` ``chroma``, Chroma is used if no other process has it and it is sound.

        Raises:
            StoreDamagedError: the generation cannot be searched at all.
        """
        self.name = folder.name
        self.manifest = Manifest.load(folder)
        if (self.manifest.format, self.manifest.analyser) != (FORMAT, ANALYSER_VERSION):
            raise StoreDamagedError("store.generation_older", path=folder)
        self._folder = folder
        self._store = store
        self.served = load_served(folder)
        rows = {row.document_id: row for row in store.rows_of(self.served, self.manifest.cut)}
        self.documents = [rows[one.document_id] for one in self.served if one.document_id in rows]
        self._firsts = [0]
        for one in self.served:
            size = rows[one.document_id].n_passages if one.document_id in rows else 0
            self._firsts.append(self._firsts[-1] + size)
        if self._firsts[-1] != self.manifest.passages:
            raise StoreDamagedError("store.generation_damaged", path=folder, detail="count")
        self._metadata: list[Metadata] = [row.metadata for row in self.documents]
        self.vectors = _load_vectors(folder, self.manifest)
        self.lexical = LexicalIndex(folder / "bm25")
        self.exact = ExactScan(self.vectors)
        self.problems: list[str] = []
        self._lock: FileLock | None = None
        self._dense: DenseIndex = self.exact
        if dense == "chroma" and self.manifest.chroma:
            self._open_chroma()
        elif dense == "chroma":
            self.problems.append("store.chroma_absent")

    def allowed(self, only: Filter) -> NDArray[np.bool_] | None:
        """(passages,) whether a filter lets each be found; ``None`` when it lets all."""
        documents = np.array([only.allows(metadata) for metadata in self._metadata], bool)
        if documents.all():
            return None
        return np.repeat(documents, np.diff(self._firsts))

    def nearest(
        self, query: NDArray[np.float32], count: int, allowed: NDArray[np.bool_] | None = None
    ) -> NDArray[np.int64]:
        """(<= count,) rows of the passages nearest to a question's vector, nearest first, among those allowed."""
        if allowed is not None:
            # A graph would have to be asked for more and more until enough of its answers are allowed.
            scores = np.where(allowed, self.vectors @ query, np.float32(-2))
            return best(scores, min(count, int(allowed.sum())))
        try:
            return self._dense.nearest(query, count)
        except StoreDamagedError as error:
            self._give_chroma_up(error)
            return self.exact.nearest(query, count)

    def hit(self, row: int, rank: int, score: float, dense: float, lexical: float) -> Hit | None:
        """The passage of a row, ``None`` where the store has lost it."""
        place = bisect_right(self._firsts, row) - 1
        one = self.served[place]
        passage = self._store.passage(one.key, self.manifest.cut, row - self._firsts[place])
        if passage is None:
            return None
        return Hit(rank, score, passage, one.path, self._metadata[place], dense, lexical)

    def close(self) -> None:
        """Close Chroma, and leave it to others."""
        self._dense.close()
        self._dense = self.exact
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _open_chroma(self) -> None:
        lock = FileLock(self._folder / "chroma.lock", timeout=0, mode=0o600, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            logger.info("another process serves Chroma: exact scan")
            return
        except OSError as error:
            logger.warning("Chroma cannot be locked (%s): exact scan", error)
            self.problems.append("store.chroma_locked_out")
            return
        self._lock = lock
        try:
            ids = _load_ids(self._folder)
            chroma = ChromaIndex(self._folder / "chroma", {one: row for row, one in enumerate(ids)})
            self._dense = chroma
            if not finds_itself(chroma, self.vectors, _CANARIES, share=CHROMA_SHARE):
                raise StoreDamagedError("store.chroma_damaged", path=self._folder, detail="canary")
        except StoreDamagedError as error:
            self._give_chroma_up(error)

    def _give_chroma_up(self, error: StoreDamagedError) -> None:
        logger.warning("%s", error.in_language("en"))
        self.problems.append("store.chroma_given_up")
        mark_damaged(self._folder)
        self.close()


def _load_vectors(folder: Path, manifest: Manifest) -> NDArray[np.float32]:
    try:
        vectors: NDArray[np.float32] = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise StoreDamagedError("store.generation_damaged", path=folder, detail=error) from error
    if vectors.shape != (manifest.passages, manifest.dimension) or vectors.dtype != np.float32:
        raise StoreDamagedError("store.generation_damaged", path=folder, detail=f"vectors {vectors.shape}")
    return vectors


def _load_ids(folder: Path) -> Sequence[str]:
    try:
        return (folder / "passages.txt").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreDamagedError("store.generation_damaged", path=folder, detail=error) from error
