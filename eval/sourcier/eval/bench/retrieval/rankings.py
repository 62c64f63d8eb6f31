"""The rankings that ours is compared with, each simple enough to be beyond doubt, and ours as people get it.

All of them rank passages, and a document stands where its first passage does. None reads our own code for ranking.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sourcier.core.filters import Filter
from sourcier.core.settings import Settings
from sourcier.eval.bench.retrieval.corpus import Corpus
from sourcier.index.analyser import analyse
from sourcier.index.embedding import Embedder
from sourcier.index.search import Searcher

__all__ = ["DEPTH", "SEEN", "Ours", "Ranking", "RememberedQueries", "baselines", "plain_terms"]

#: Passages that every ranking is asked for; a person is shown the first ``SEEN``.
DEPTH, SEEN = 100, 10
_K1, _B = 0.9, 0.4  # Anserini's (Kamphuis et al. 2020, ECIR)
_RRF = 60  # Cormack, Clarke and Büttcher 2009, SIGIR

Rows = NDArray[np.int64]


class Ranking(Protocol):
    """A way to rank."""

    name: str

    def __call__(self, question: str, depth: int, only: Filter | None = None) -> list[str]:
        """Ids of documents for the first ``depth`` passages found, best first, each document once.

        Args:
            only: which documents may be found.
        """
        ...


class RememberedQueries:
    """An embedding model that embeds a question once, and counts the time it takes: what all rankings share.

    Attributes:
        seconds: spent here so far; ``each_ms`` milliseconds of each question that was embedded.
    """

    def __init__(self, embedder: Embedder, kept: Path | None = None) -> None:
        """Take up the vectors of the file ``kept``, if it is there and they are of this model."""
        self._embedder = embedder
        self._kept = kept
        self._known: dict[str, NDArray[np.float32]] = {}
        self.seconds = 0.0
        self.each_ms: list[float] = []
        if kept is not None and kept.is_file():
            with np.load(kept, allow_pickle=False) as file:
                if str(file["model"]) == embedder.fingerprint:
                    self._known = dict(zip(file["texts"].tolist(), file["vectors"], strict=True))

    def save(self) -> None:
        """Keep the vectors for the next time."""
        if self._kept is not None and self.each_ms:
            texts, vectors = np.array(list(self._known)), np.stack(list(self._known.values()))
            np.savez(self._kept, model=self._embedder.fingerprint, texts=texts, vectors=vectors)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) vectors of questions."""
        started = time.perf_counter()
        for text in texts:
            if text not in self._known:
                before = time.perf_counter()
                self._known[text] = self._embedder.embed_queries([text])[0]
                self.each_ms.append(1000 * (time.perf_counter() - before))
        self.seconds += time.perf_counter() - started
        return np.stack([self._known[text] for text in texts])


def baselines(corpus: Corpus, embedder: RememberedQueries) -> list[Ranking]:
    """BM25 of whole documents, BM25 of passages, cosine, rank fusion, and equal shares of both scores."""
    words = _Words(corpus.passages, analyse)
    wholes = _Words(corpus.wholes, plain_terms)

    @lru_cache(maxsize=64)
    def documents(only: Filter | None) -> NDArray[np.bool_]:
        return corpus.allowed(only)

    def matching(question: str, only: Filter | None) -> NDArray[np.float32]:
        scores = words.scores(question)
        return scores if only is None else np.where(documents(only)[corpus.owner], scores, np.float32(0))

    def near_to(question: str, only: Filter | None) -> NDArray[np.float32]:
        # As ours does: with BLAS, threads would wait for one another longer than the products take.
        cosines: NDArray[np.float32] = np.vecdot(corpus.vectors, embedder.embed_queries([question])[0])
        return cosines if only is None else np.where(documents(only)[corpus.owner], cosines, np.float32(-2))

    def whole(question: str, depth: int, only: Filter | None) -> Sequence[str]:
        rows = _top(np.where(documents(only), wholes.scores(question), np.float32(0)), depth, above=0.0)
        return [corpus.documents[row].document_id for row in rows]

    def bm25(question: str, depth: int, only: Filter | None) -> Sequence[str]:
        return corpus.best_documents(_top(matching(question, only), depth, above=0.0), depth)

    def dense(question: str, depth: int, only: Filter | None) -> Sequence[str]:
        return corpus.best_documents(_top(near_to(question, only), depth, above=-2.0), depth)

    def ranks(question: str, depth: int, only: Filter | None) -> Sequence[str]:
        scores: dict[str, float] = {}
        for found in (bm25(question, DEPTH, only), dense(question, DEPTH, only)):
            for rank, document in enumerate(found, 1):
                scores[document] = scores.get(document, 0.0) + 1 / (_RRF + rank)
        return sorted(scores, key=scores.__getitem__, reverse=True)[:depth]

    def shares(question: str, depth: int, only: Filter | None) -> Sequence[str]:
        lexical, near = matching(question, only), near_to(question, only)
        rows = np.union1d(_top(lexical, DEPTH, above=0.0), _top(near, DEPTH, above=-2.0))
        return corpus.best_documents(rows[_top(_scaled(lexical[rows]) + _scaled(near[rows]), depth)], depth)

    rankers = {"bm25_documents": whole, "bm25": bm25, "dense": dense, "rrf": ranks, "shares": shares}
    return [_Named(name, ranker) for name, ranker in rankers.items()]


class Ours:
    """The product's own search, with settings that may leave a part of it out."""

    def __init__(self, name: str, settings: Settings, embedder: RememberedQueries) -> None:
        """Open the index of ``settings.home``; the errors are those of :meth:`Searcher.open`."""
        self.name = name
        self.searcher = Searcher.open(settings, embedder=embedder)

    def __call__(self, question: str, depth: int, only: Filter | None = None) -> list[str]:
        """See :class:`Ranking`."""
        return list(dict.fromkeys(hit.passage.document_id for hit in self.searcher.search(question, depth, only).hits))

    def close(self) -> None:
        """Let go of the index."""
        self.searcher.close()


def plain_terms(text: str) -> list[str]:
    """Words without case or accents, stemmed by Snowball for French; nothing of our own analyser."""
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    words = re.findall(r"\w\w+", "".join(c for c in folded if not unicodedata.combining(c)))
    stems: list[str] = _stemmer().stemWords(words)
    return stems


class _Named:
    def __init__(self, name: str, ranker: Callable[[str, int, Filter | None], Sequence[str]]) -> None:
        self.name = name
        self._ranker = ranker

    def __call__(self, question: str, depth: int, only: Filter | None = None) -> list[str]:
        return list(self._ranker(question, depth, only))


class _Words:
    """BM25 by bm25s, over given terms."""

    def __init__(self, texts: Sequence[str], terms: Callable[[str], list[str]]) -> None:
        import bm25s

        self._terms = terms
        numbers: dict[str, int] = {}
        rows = [[numbers.setdefault(term, len(numbers)) for term in terms(text)] for text in texts]
        numbers.setdefault("", len(numbers))
        self._index = bm25s.BM25(k1=_K1, b=_B, method="lucene")
        self._index.index((rows, numbers), create_empty_token=False, show_progress=False)
        self._size = len(texts)

    def scores(self, question: str) -> NDArray[np.float32]:
        known = self._index.get_tokens_ids(self._terms(question))
        if not known:
            return np.zeros(self._size, np.float32)
        scores: NDArray[np.float32] = self._index.get_scores_from_ids(known)
        return scores


def _top(scores: NDArray[np.float32], count: int, above: float | None = None) -> Rows:
    """Rows of the ``count`` largest scores, largest first, ties in their order."""
    rows = np.arange(len(scores)) if above is None else np.flatnonzero(scores > above)
    if len(rows) > count:
        least = np.partition(scores[rows], len(rows) - count)[len(rows) - count]
        rows = rows[scores[rows] >= least]
    return rows[np.lexsort((rows, -scores[rows]))][:count].astype(np.int64)


def _scaled(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    low, high = float(scores.min(initial=np.inf)), float(scores.max(initial=-np.inf))
    return (scores - low) / np.float32(high - low) if high > low else np.zeros_like(scores)


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("french")
