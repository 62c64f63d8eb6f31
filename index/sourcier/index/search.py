"""Search: a question in, ranked passages out."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sourcier.core.errors import EmptyIndexError, SourcierError, StoreDamagedError
from sourcier.core.filters import Filter
from sourcier.core.settings import Settings
from sourcier.core.types import Document, Hit
from sourcier.index.caching import Cache, digest_of_text
from sourcier.index.embedding import Embedder, load_embedder
from sourcier.index.gathering import hits_of
from sourcier.index.generations import CURRENT, current_folder, current_name, folder_of, mark_damaged
from sourcier.index.lexicon import load_lexicon
from sourcier.index.mending import Mender
from sourcier.index.query import Understood, understand
from sourcier.index.ranking import ranked
from sourcier.index.records import DocumentRow
from sourcier.index.reranking import load_reranker, reranked
from sourcier.index.schema import connect_to_read
from sourcier.index.selection import best
from sourcier.index.serving import OpenGeneration
from sourcier.index.store import Served, Store

__all__ = ["DocumentRow", "SearchResult", "Searcher"]

logger = logging.getLogger(__name__)

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Passages, best first.

    Attributes:
        timings_ms: where the time went: ``read``, ``embed``, ``dense``, ``lexical``, ``rank``, ``total``; ``cached`` and ``total``
            where the same was asked a short while ago.
        version: the name of the generation that all of them come from.
        corrections: ``(word as typed, what it was read as)``.
        expansions: ``(acronym or term of the question, what else was searched for)``.
    """

    hits: tuple[Hit, ...]
    timings_ms: dict[str, float]
    version: str = ""
    corrections: tuple[tuple[str, str], ...] = ()
    expansions: tuple[tuple[str, str], ...] = ()


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
        self.lexicon = load_lexicon(settings.search.lexicon)
        self._reranker = load_reranker(settings)
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
        self._opening = threading.Lock()
        self._results: Cache[SearchResult] = Cache(settings.search.cache, clock=clock)
        self._vectors: Cache[NDArray[np.float32]] = Cache(settings.search.cache, clock=clock)

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
    def generation(self) -> OpenGeneration:
        """What is searched now."""
        return self._refreshed()

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
            EmptyIndexError: nothing is indexed any more.
            StoreDamagedError: what is stored cannot be read.
            UsageError: no document has a value that ``only`` asks for.
        """
        started = time.perf_counter()
        wanted = self._settings.search.k if k is None else k
        generation = self._refreshed()
        for attempt in range(_ATTEMPTS):
            asked = (generation.name, digest_of_text(query), wanted, only)
            if (known := self._results.get(asked)) is not None:
                read = self._read(query, generation)
                took = round(_since(started), 2)
                return replace(
                    known,
                    timings_ms={"cached": took, "total": took},
                    corrections=read.corrections,
                    expansions=read.expansions,
                )
            result, whole = self._search_in(generation, query, wanted, only, started)
            if whole:
                with self._lock:
                    if generation is self._generation:
                        # Nothing of the question is remembered, not even a word.
                        self._results.put(asked, replace(result, corrections=(), expansions=()))
                break
            # Texts were erased while they were looked for: the next index holds all that is left.
            newer = self._refreshed()
            if newer is generation or attempt == _ATTEMPTS - 1:
                break
            generation = newer
        return result

    def _search_in(
        self, generation: OpenGeneration, query: str, wanted: int, only: Filter | None, started: float
    ) -> tuple[SearchResult, bool]:
        """What one generation finds, and whether all the passages found could be read."""
        settings = self._settings.search
        allowed = generation.allowed(only) if only else None
        if not any(map(str.isalnum, query)):
            return SearchResult((), {"total": _since(started)}, generation.name), True
        asked = self._read(query, generation)
        read = time.perf_counter()
        vector = self._embedded(asked.text)
        embedded = time.perf_counter()
        candidates = max(settings.candidates, 2 * wanted)
        known = generation.scan(vector) if allowed is None else None
        near = generation.nearest(vector, candidates, allowed) if known is None else best(known, candidates)
        scanned = time.perf_counter()
        scores = generation.lexical.scores({one.term: one.weight for one in asked.terms})
        if allowed is not None:
            scores = np.where(allowed, scores, np.float32(0))
        shared = best(scores, candidates, above=0.0)
        matched = time.perf_counter()
        rows = np.union1d(near, shared)
        fused = ranked(asked, vector, rows, scores, generation, settings.lexical_weight, known)
        if self._reranker is not None:
            fused = reranked(fused, asked.text, generation.text_of, self._reranker, settings.rerank_passages)
        hits, whole = hits_of(generation, fused, wanted)
        timings = {
            "read": 1000 * (read - started),
            "embed": 1000 * (embedded - read),
            "dense": 1000 * (scanned - embedded),
            "lexical": 1000 * (matched - scanned),
            "rank": _since(matched),
            "total": _since(started),
        }
        told = {name: round(value, 2) for name, value in timings.items()}
        return SearchResult(hits, told, generation.name, asked.corrections, asked.expansions), whole

    def _read(self, query: str, generation: OpenGeneration) -> Understood:
        spelling = self._settings.search.spelling
        return understand(query, generation.words, self.lexicon, spelling=spelling, written=generation.written)

    def _embedded(self, text: str) -> NDArray[np.float32]:
        """(dimension,) the vector of a question, from a short while ago where the same was asked."""
        key = digest_of_text(text)
        vector = self._vectors.get(key)
        if vector is None:
            vector = self.embedder.embed_queries([text.encode("utf-8", "replace").decode()])[0]
            self._vectors.put(key, vector)
        return vector

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
        with self._lock:
            served = (*self._generation.served, *self._before)
        return self._store.document_among(served, document_id_or_path)

    def health(self) -> list[str]:
        """Catalogue keys of what is not as it should be; empty when all is well."""
        problems = [*self._generation.problems]
        if self._refused:
            problems.append("store.generation_refused")
        return problems

    def close(self) -> None:
        """Let go of files and locks; the embedding model stays loaded in the process."""
        with self._lock:
            self._forget_searches()
            self._vectors.clear()
            self._generation.close()
            self._store.close()

    def check(self) -> list[str]:
        """Have sampled passages find themselves now; the same as :meth:`health` afterwards."""
        with self._lock:
            self._checked = self._clock()
            folder = folder_of(self._settings.home) / self._generation.name
            try:
                self._generation.check()
            except StoreDamagedError as error:
                if current_name(self._settings.home) in {None, folder.name, self._refused}:
                    logger.warning("%s", error.in_language("en"))
                    mark_damaged(folder)
                    self._use(OpenGeneration.in_memory(folder, self._store, self.embedder))
                # Otherwise an ingestion deleted it, and the next search opens the one that took its place.
        return self.health()

    def _refreshed(self) -> OpenGeneration:
        """The current generation, opened if it is a new one. One that cannot be used is reported, and not used.

        Searches that begin while a new one is being opened wait for it, so that what was erased is not quoted once more;
        those under way go on with the old one.

        Raises:
            EmptyIndexError: nothing is indexed any more.
        """
        name = current_name(self._settings.home)
        if name is None and not (folder_of(self._settings.home) / CURRENT).exists():
            self._forget_searches()
            raise EmptyIndexError("store.empty", home=self._settings.home)
        if name not in {None, self._generation.name, self._refused}:
            with self._opening:
                self._follow()
        if self._is_due():
            with self._lock:
                if self._is_due():
                    self.check()
        generation = self._generation
        if self.mends and not generation.is_sound:
            self.mender.start()
        return generation

    def _is_due(self) -> bool:
        every = 60 * self._settings.search.check_minutes
        return every > 0 and self._clock() - self._checked >= every

    def _follow(self) -> None:
        """Open the generation that has become current, unless it is already open or cannot be used."""
        name = current_name(self._settings.home)
        if name is None or name in {self._generation.name, self._refused}:
            return
        try:
            newer = _open_current(self._settings, self._store, self.embedder)
        except SourcierError as error:
            logger.warning("generation %s is not used: %s", name, error.in_language("en"))
            self._refused = name
            return
        with self._lock:
            self._before = self._generation.served
            self._use(newer)
            self._refused, self._checked = "", self._clock()

    def _use(self, generation: OpenGeneration) -> None:
        # Searches under way keep the old one: its files stay readable, and it scans exactly once closed.
        self._generation.close()
        self._generation = generation
        self._forget_searches()

    def _forget_searches(self) -> None:
        """Drop what was found before: its texts may have been erased."""
        self._results.clear()


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
                return OpenGeneration.in_memory(folder, store, embedder)
            except StoreDamagedError:
                raise error from None
    return OpenGeneration.open(current_folder(settings.home), store, settings.search.dense, embedder)


def _since(moment: float) -> float:
    return 1000 * (time.perf_counter() - moment)
