"""An open generation: everything a search needs, in one value that is swapped whole for the next one."""

from __future__ import annotations

import logging
import threading
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from sourcier.core.errors import ModelMismatchError, StoreDamagedError
from sourcier.core.filters import Filter
from sourcier.core.types import Hit, Metadata, Passage
from sourcier.index.accents import WrittenWords
from sourcier.index.analyser import ANALYSER_VERSION, analyse
from sourcier.index.building import fields_of, gather
from sourcier.index.chroma import CHROMA_SHARE, ChromaIndex
from sourcier.index.cutting import digests_of
from sourcier.index.dense import DenseIndex, ExactScan, cosines, finds_itself
from sourcier.index.embedding import Embedder
from sourcier.index.features import Spread
from sourcier.index.filtering import FilterMasks
from sourcier.index.generations import (
    FORMAT,
    GRAPH,
    Manifest,
    changed_files,
    held_by,
    is_chroma,
    load_served,
    mark_damaged,
)
from sourcier.index.lexical import LexicalIndex
from sourcier.index.selection import best
from sourcier.index.spelling import Words
from sourcier.index.store import Served, Store
from sourcier.index.surroundings import Surroundings

logger = logging.getLogger(__name__)

_CANARIES = 16
_SAMPLE = 512
"""Passages by which a question's cosines are known to be high or low."""
#: Share of the passages below which comparing those that are allowed is faster than comparing all of them.
_FEW = 0.15
#: Passages that are read, at most, to see how they write a word.
_READ_FOR_SPELLING = 8


class OpenGeneration:
    """A generation open to searches.

    Attributes:
        problems: catalogue keys of what is not as it should be.
    """

    def __init__(
        self,
        name: str,
        store: Store,
        served: Sequence[Served],
        cut: str,
        vectors: NDArray[np.float32],
        lexical: LexicalIndex,
    ) -> None:
        """The parts of a generation, which must agree; :meth:`open` and :meth:`in_memory` find them.

        Raises:
            StoreDamagedError: they do not.
        """
        self.name = name
        self.served = served
        self.vectors = vectors
        self.lexical = lexical
        self.exact = ExactScan(vectors)
        self.problems: list[str] = []
        self._folder: Path | None = None
        self._store = store
        self._cut = cut
        self._lock: FileLock | None = None
        self._dense: DenseIndex = self.exact
        # Chroma is never closed under a search that is asking it.
        self._asking = threading.RLock()
        rows = {row.document_id: row for row in store.rows_of(served, cut)}
        self.documents = [rows[one.document_id] for one in served if one.document_id in rows]
        self._metadata: list[Metadata] = [row.metadata for row in self.documents]
        self._firsts = [0]
        for one in served:
            size = rows[one.document_id].n_passages if one.document_id in rows else 0
            self._firsts.append(self._firsts[-1] + size)
        if not self._firsts[-1] == len(vectors) == lexical.size or len(self.documents) != len(served):
            raise StoreDamagedError("store.generation_damaged", path=name, detail="count")
        sizes = np.diff(self._firsts)
        self._filters = FilterMasks(self.documents, sizes)
        titles = [row.metadata.title for row in self.documents]
        paths = [one.path for one in served]
        self.surroundings = Surroundings.of(paths, titles, sizes.tolist(), lexical.forward, vectors)
        self._sample = np.array(vectors[_evenly(len(vectors), _SAMPLE)])

    @classmethod
    def open(cls, folder: Path, store: Store, dense: Literal["chroma", "exact"], embedder: Embedder) -> OpenGeneration:
        """Open ``folder``; with ``dense`` ``chroma``, Chroma is used if no other process has it and it is sound.

        Args:
            embedder: what questions will be embedded with.

        Raises:
            StoreDamagedError: the generation cannot be searched as it is.
            ModelMismatchError: it was built with other embeddings.
        """
        changed = changed_files(folder)
        if any(not is_chroma(name) for name in changed):
            raise StoreDamagedError("store.generation_damaged", path=folder, detail=", ".join(changed))
        manifest = Manifest.load(folder)
        if (manifest.format, manifest.analyser) != (FORMAT, ANALYSER_VERSION):
            raise StoreDamagedError("store.generation_older", path=folder)
        _check_model(manifest.model, manifest.embedder, embedder)
        vectors = _load_vectors(folder, manifest)
        opened = cls(folder.name, store, load_served(folder), manifest.cut, vectors, LexicalIndex(folder / "bm25"))
        opened._folder = folder
        opened._check_exact()
        if dense == "chroma" and changed:
            opened._give_chroma_up(StoreDamagedError("store.chroma_damaged", path=folder, detail=", ".join(changed)))
        elif dense == "chroma" and manifest.chroma:
            opened._open_chroma()
        elif dense == "chroma" and len(vectors) >= manifest.graph_from:
            opened.problems.append("store.chroma_absent")
        return opened

    @classmethod
    def in_memory(cls, folder: Path, store: Store, embedder: Embedder) -> OpenGeneration:
        """What a generation held, made anew from the store without writing anything: it is damaged.

        Where its list of documents is still sound, it is made of these: while an ingestion is writing, the store holds
        some documents as they were and others as they will be. Otherwise it is made of what the store holds now.

        Raises:
            StoreDamagedError: the store does not hold enough for it.
            ModelMismatchError: it was built with other embeddings.
        """
        if (held := held_by(folder)) is not None:
            try:
                return cls._made(folder.name, store, *held, embedder)
            except StoreDamagedError as error:
                logger.warning("%s", error.in_language("en"))
        cut = store.value("cut")
        return cls._made(folder.name, store, store.ready(cut), cut, embedder)

    @classmethod
    def _made(cls, name: str, store: Store, served: Sequence[Served], cut: str, embedder: Embedder) -> OpenGeneration:
        model = store.value("model")
        if not served or not model:
            raise StoreDamagedError("store.generation_damaged", path=name, detail="vectors")
        _check_model(store.value("model_name"), model, embedder)
        content = gather(store, served, cut, model)
        made = cls(name, store, served, cut, content.vectors, LexicalIndex.of(content.passages))
        made._check_exact()
        made.problems.append("store.index_given_up")
        return made

    @property
    def is_sound(self) -> bool:
        """Whether it is all that it should be; if not, the next ingestion rebuilds it."""
        return not {"store.index_given_up", "store.chroma_given_up"} & set(self.problems)

    def check(self) -> None:
        """Have sampled passages find themselves in what is being served, and compare files with what was written.

        Chroma is given up where it fails; the scan goes on.

        Raises:
            StoreDamagedError: the scan, the words or the texts are not what they were: nothing found can be trusted.
        """
        changed = changed_files(self._folder) if self._folder else []
        if any(not is_chroma(name) for name in changed):
            raise StoreDamagedError("store.generation_damaged", path=self._folder, detail=", ".join(changed))
        self._check_exact()
        with self._asking:
            if self._dense is not self.exact and (changed or not self._chroma_finds_itself()):
                self._give_chroma_up(StoreDamagedError("store.chroma_damaged", path=self._folder, detail="canary"))

    def _check_exact(self) -> None:
        rows = _evenly(len(self.vectors), _CANARIES)
        if not finds_itself(self.exact, self.vectors, _CANARIES):
            raise StoreDamagedError("store.generation_damaged", path=self.name, detail="canary")
        for row in map(int, rows):
            found = self._stored(row)
            if found is None:
                raise StoreDamagedError("store.generation_damaged", path=self.name, detail="passage")
            passage, metadata, _ = found
            words = "\n".join(fields_of(metadata.title, passage))
            score = float(self.lexical.scores_of(words)[row])
            if not (0 < score < np.inf) and analyse(words):
                raise StoreDamagedError("store.generation_damaged", path=self.name, detail="bm25")

    def _stored(self, row: int) -> tuple[Passage, Metadata, str] | None:
        """Passage, metadata and path of a row; ``None`` where the store has lost it, or holds another text."""
        place = self.document_of(row)
        one = self.served[place]
        stored = self._store.passage(one.key, self._cut, row - self._firsts[place])
        if stored is None or stored.digest not in digests_of(self._metadata[place].title, stored.passage):
            return None
        return stored.passage, self._metadata[place], one.path

    def allowed(self, only: Filter) -> NDArray[np.bool_] | None:
        """(passages,) whether a filter lets each be found; ``None`` when it lets all.

        Raises:
            UsageError: no document has one of the values asked for.
        """
        return self._filters.passages(only)

    def nearest(
        self, query: NDArray[np.float32], count: int, allowed: NDArray[np.bool_] | None = None
    ) -> NDArray[np.int64]:
        """(<= count,) rows of the passages nearest to a question's vector, nearest first, among those allowed."""
        if allowed is not None:
            # A graph would have to be asked for more and more until enough of its answers are allowed.
            rows = np.flatnonzero(allowed)
            if len(rows) < _FEW * len(allowed):
                return rows[best(cosines(self.vectors[rows], query), count)]
            scores = np.where(allowed, cosines(self.vectors, query), np.float32(-2))
            return best(scores, min(count, len(rows)))
        if self._dense is not self.exact:
            with self._asking:
                try:
                    return self._dense.nearest(query, count)
                except StoreDamagedError as error:
                    self._give_chroma_up(error)
        return self.exact.nearest(query, count)

    def scan(self, query: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """(passages,) the cosine of every passage with a question, ``None`` where a graph spares comparing them all."""
        return cosines(self.vectors, query) if self._dense is self.exact else None

    @cached_property
    def words(self) -> Words:
        """The words of the index, by which those of a question are known to be misspelt."""
        return Words(self.lexical.words(), lambda term: self.lexical.number(term) is not None)

    @cached_property
    def written(self) -> WrittenWords:
        """How its passages write a word: with which accents and capitals."""

        def text_of(row: int) -> str | None:
            stored = self._stored(row)
            return "\n".join(fields_of(stored[1].title, stored[0])) if stored else None

        return WrittenWords(lambda term: self.lexical.holding(term)[:_READ_FOR_SPELLING].tolist(), text_of)

    def spread(self, query: NDArray[np.float32]) -> Spread:
        """Mean and standard deviation of a question's cosines, over passages taken evenly from the index."""
        found = cosines(self._sample, query)
        return Spread(float(found.mean()), float(found.std()))

    def hit(self, row: int, rank: int, score: float, dense: float, lexical: float) -> Hit | None:
        """The passage of a row, ``None`` where the store has lost it or holds another text than the one embedded."""
        found = self._stored(row)
        if found is None:
            if "store.passage_damaged" not in self.problems:
                self.problems.append("store.passage_damaged")
            return None
        passage, metadata, path = found
        return Hit(rank, score, passage, path, metadata, dense, lexical)

    def text_of(self, row: int) -> str | None:
        """Title, headings and text of a passage, ``None`` where the store has lost it."""
        found = self._stored(row)
        return "\n".join(part for part in fields_of(found[1].title, found[0]) if part) if found else None

    def document_of(self, row: int) -> int:
        """The place, among those served, of the document that a passage is in."""
        return bisect_right(self._firsts, row) - 1

    def extended(self, hit: Hit, first: int, last: int) -> Hit | None:
        """A hit with the text of all the passages from ``first`` to before ``last``, of its own document.

        ``None`` where they are of several clauses, each of which is cited by its own number, or where one is lost.
        """
        parts = [self._stored(row) for row in range(first, last)]
        found = [part[0] for part in parts if part is not None]
        if len(found) < len(parts) or len({part.clause for part in found}) > 1:
            return None
        one = self.served[self.document_of(first)]
        start, end = found[0].start, found[-1].end
        passage = replace(
            hit.passage,
            start=start,
            end=end,
            text=self._store.span(one.key, start, end),
            page=found[0].page,
            page_label=found[0].page_label,
            notes=tuple(dict.fromkeys(note for part in found for note in part.notes)),
        )
        return replace(hit, passage=passage)

    def close(self) -> None:
        """Close Chroma, and leave it to others. Searches under way are waited for; they may go on, without it."""
        with self._asking:
            self._dense.close()
            self._dense = self.exact
            if self._lock is not None:
                self._lock.release()
                self._lock = None

    def _open_chroma(self) -> None:
        assert self._folder is not None
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
            rows = _load_graph_rows(self._folder, len(self.vectors))
            self._dense = ChromaIndex(self._folder / "chroma", rows, self.vectors)
            if not self._chroma_finds_itself():
                raise StoreDamagedError("store.chroma_damaged", path=self._folder, detail="canary")
        except StoreDamagedError as error:
            self._give_chroma_up(error)

    def _chroma_finds_itself(self) -> bool:
        try:
            return finds_itself(self._dense, self.vectors, _CANARIES, share=CHROMA_SHARE)
        except StoreDamagedError as error:
            logger.warning("%s", error.in_language("en"))
            return False

    def _give_chroma_up(self, error: StoreDamagedError) -> None:
        logger.warning("%s", error.in_language("en"))
        if "store.chroma_given_up" not in self.problems:
            self.problems.append("store.chroma_given_up")
        if self._folder is not None:
            mark_damaged(self._folder)
        self.close()


def _evenly(count: int, most: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, count - 1, min(most, count), dtype=np.int64))


def _check_model(name: str, built_with: str, embedder: Embedder) -> None:
    """Refuse an index built with other embeddings than those of questions, whatever their dimension.

    Raises:
        ModelMismatchError: it is.
    """
    if built_with != embedder.fingerprint:
        # The same model with other prompts is another one: the fingerprints tell them apart.
        built, configured = f"{name} {built_with[:6]}", f"{embedder.name} {embedder.fingerprint[:6]}"
        raise ModelMismatchError("store.model_mismatch", built=built, configured=configured)


def _load_vectors(folder: Path, manifest: Manifest) -> NDArray[np.float32]:
    try:
        vectors: NDArray[np.float32] = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False).view(
            np.ndarray
        )
    except (OSError, ValueError, EOFError) as error:
        raise StoreDamagedError("store.generation_damaged", path=folder, detail=error) from error
    if vectors.shape != (manifest.passages, manifest.dimension) or vectors.dtype != np.float32:
        raise StoreDamagedError("store.generation_damaged", path=folder, detail=f"vectors {vectors.shape}")
    return vectors


def _load_graph_rows(folder: Path, count: int) -> NDArray[np.int64]:
    try:
        rows: NDArray[np.int64] = np.load(folder / GRAPH, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise StoreDamagedError("store.chroma_damaged", path=folder, detail=error) from error
    if rows.dtype != np.int64 or rows.ndim != 1 or not -1 <= int(rows.max(initial=-1)) < count:
        raise StoreDamagedError("store.chroma_damaged", path=folder, detail=GRAPH)
    return rows
