"""Search: a question in, ranked passages out."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sourcier.core.errors import SourcierError, StoreDamagedError
from sourcier.core.filters import Filter
from sourcier.core.settings import Settings
from sourcier.core.types import Document, Hit
from sourcier.index.embedding import Embedder, load_embedder
from sourcier.index.fusion import Fused, best, fuse
from sourcier.index.generations import current_folder, current_name, folder_of, mark_damaged
from sourcier.index.mending import Mender
from sourcier.index.records import DocumentRow
from sourcier.index.schema import connect_to_read
from sourcier.index.serving import OpenGeneration
from sourcier.index.store import Served, Store

__all__ = ["DocumentRow", "SearchResult", "Searcher"]

logger = logging.getLogger(__name__)

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Passages, best first, and where the time went: ``embed``, ``dense``, ``lexical``, ``fuse``, ``total``, in ms."""

    hits: tuple[Hit, ...]
    timings_ms: dict[str, float]


class Searcher:
    """Searches the current generation, whichever it is when asked. Usable from any thread.

    Every ``search.check_minutes`` it has sampled passages find themselves before it answers. What is damaged is given
    up for what the store holds, at once, and :meth:`health` says so.

    Attributes:
        mends: whether a damaged index is also rebuilt, in the background: for a service, which stays.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        generation: OpenGeneration,
        embedder: Embedder,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.embedder = embedder
        self.mends = False
        self.mender = Mender(settings.home)
        self._clock = clock
        self._checked = clock()
        self._settings = settings
        self._store = store
        self._generation = generation
        self._before: Sequence[Served] = ()
        self._refused = ""
        self._lock = threading.RLock()

    @classmethod
    def open(
        cls, settings: Settings, *, embedder: Embedder | None = None, clock: Callable[[], float] = time.monotonic
    ) -> Searcher:
        """Open the index of the settings' data folder.

        Args:
            clock: seconds, by which the next check is due.

        Raises:
            EmptyIndexError: nothing has been ingested yet.
            ModelMismatchError: it was built with other embeddings than those of the settings.
            StoreDamagedError: it cannot be searched; ingesting again rebuilds it.
            ModelError, MissingExtraError: see :func:`~sourcier.index.embedding.load_embedder`.
        """
        current_folder(settings.home)  # an empty index needs no model to be said
        embedder = embedder or load_embedder(settings.embedding, settings.home)
        store = Store(connect_to_read(settings.home), settings.home)
        try:
            return cls(settings, store, _open_current(settings, store, embedder), embedder, clock)
        except BaseException:
            store.close()
            raise

    @property
    def version(self) -> str:
        """The name of the generation that the last search used."""
        return self._generation.name

    def search(self, query: str, k: int | None = None, only: Filter | None = None) -> SearchResult:
        """The ``k`` passages that best answer ``query``, each text once.

        Args:
            k: how many, by default the settings' own number.
            only: which documents may be found; ranking is among their passages, as if there were no others.

        Raises:
            StoreDamagedError: what is stored cannot be read.
        """
        started = time.perf_counter()
        settings = self._settings.search
        generation = self._refreshed()
        if not any(map(str.isalnum, query)):
            return SearchResult((), {"total": _since(started)})
        vector = self.embedder.embed_queries([query.encode("utf-8", "replace").decode()])[0]
        embedded = time.perf_counter()
        wanted = settings.k if k is None else k
        candidates = max(settings.candidates, 2 * wanted)
        allowed = generation.allowed(only) if only else None
        with self._lock:
            near = generation.nearest(vector, candidates, allowed)
        scanned = time.perf_counter()
        scores = generation.lexical.scores_of(query)
        if allowed is not None:
            scores = np.where(allowed, scores, np.float32(0))
        holding = np.flatnonzero(scores > 0)
        shared = holding[best(scores[holding], candidates)]
        matched = time.perf_counter()
        rows = np.union1d(near, shared)
        fused = fuse(rows, generation.vectors[rows] @ vector, scores[rows], lexical_weight=settings.lexical_weight)
        hits = _hits(generation, fused, wanted)
        timings = {
            "embed": 1000 * (embedded - started),
            "dense": 1000 * (scanned - embedded),
            "lexical": 1000 * (matched - scanned),
            "fuse": _since(matched),
            "total": _since(started),
        }
        return SearchResult(hits, {name: round(value, 2) for name, value in timings.items()})

    def idf(self, term: str) -> float:
        """How rare a term of :func:`~sourcier.index.analyser.analyse` is in the index; largest for an unknown one."""
        return self._generation.lexical.idf(term)

    def documents(self) -> list[DocumentRow]:
        """What is searched, ordered by path."""
        return list(self._refreshed().documents)

    def document(self, document_id_or_path: str) -> Document:
        """A document of the index: the very text that the passages found point into.

        Raises:
            StoreError: there is none.
        """
        # An answer being written when a new generation comes goes on with the one it began with.
        return self._store.document_among((*self._generation.served, *self._before), document_id_or_path)

    def health(self) -> list[str]:
        """Catalogue keys of what is not as it should be; empty when all is well."""
        problems = [*self._generation.problems]
        if self._refused:
            problems.append("store.generation_refused")
        return problems

    def close(self) -> None:
        """Let go of files and locks; the embedding model stays loaded in the process."""
        with self._lock:
            self._generation.close()
            self._store.close()

    def check(self) -> list[str]:
        """Have sampled passages find themselves now; the same as :meth:`health` afterwards."""
        with self._lock:
            self._checked = self._clock()
            try:
                self._generation.check()
            except StoreDamagedError as error:
                logger.warning("%s", error.in_language("en"))
                mark_damaged(folder_of(self._settings.home) / self._generation.name)
                self._use(OpenGeneration.in_memory(self._generation.name, self._store, self.embedder))
        return self.health()

    def _refreshed(self) -> OpenGeneration:
        """The current generation, opened if it is a new one. One that cannot be used is reported, and not used."""
        every = 60 * self._settings.search.check_minutes
        if every and self._clock() - self._checked >= every:
            self.check()
        if self.mends and not self._generation.is_sound:
            self.mender.start()
        name = current_name(self._settings.home)
        if name is None or name in {self._generation.name, self._refused}:
            return self._generation
        with self._lock:
            if name not in {self._generation.name, self._refused}:
                try:
                    newer = _open_current(self._settings, self._store, self.embedder)
                except SourcierError as error:
                    logger.warning("generation %s is not used: %s", name, error.in_language("en"))
                    self._refused = name
                else:
                    self._before = self._generation.served
                    self._use(newer)
                    self._refused, self._checked = "", self._clock()
            return self._generation

    def _use(self, generation: OpenGeneration) -> None:
        # Searches under way keep the old one: its files stay readable, and it scans exactly once closed.
        self._generation.close()
        self._generation = generation


def _open_current(settings: Settings, store: Store, embedder: Embedder) -> OpenGeneration:
    for _ in range(_ATTEMPTS):
        folder = current_folder(settings.home)
        try:
            return OpenGeneration.open(folder, store, settings.search.dense, embedder)
        except StoreDamagedError as error:
            if current_folder(settings.home) != folder:
                continue  # deleted under our eyes by an ingestion
            logger.warning("%s", error.in_language("en"))
            mark_damaged(folder)
            try:
                return OpenGeneration.in_memory(folder.name, store, embedder)
            except StoreDamagedError:
                raise error from None
    return OpenGeneration.open(current_folder(settings.home), store, settings.search.dense, embedder)


def _hits(generation: OpenGeneration, fused: Fused, wanted: int) -> tuple[Hit, ...]:
    hits: list[Hit] = []
    seen: set[str] = set()
    for row, score, dense, lexical in zip(fused.rows, fused.scores, fused.dense, fused.lexical, strict=True):
        if len(hits) == wanted:
            break
        hit = generation.hit(int(row), len(hits) + 1, float(score), float(dense), float(lexical))
        if hit is not None and (text := " ".join(hit.passage.text.split())) not in seen:
            seen.add(text)
            hits.append(hit)
    return tuple(hits)


def _since(moment: float) -> float:
    return 1000 * (time.perf_counter() - moment)
