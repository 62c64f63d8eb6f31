"""Passages that are given rather than searched for: how the gate reads them without an index.

NoMIRACL comes with ten passages a question, and an agreement of the lawyers' set with its own articles. Both are put in
order by the same two signs a search has, the closeness of vectors and BM25, and then read as the assistant reads what
it found.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sourcier.app.answering.evidence import Unit, rank_units
from sourcier.core.types import Hit, Metadata, Passage
from sourcier.index.analyser import analyse
from sourcier.index.embedding import Embedder

__all__ = ["Bm25", "Given", "pieces", "ranked"]

#: Longest piece of a long article, in characters: what the program itself makes passages of.
PIECE = 1000


@dataclass(frozen=True, slots=True)
class Given:
    """A text to look into.

    Attributes:
        document: what it belongs to; texts of one document are apart from those of another.
        section: headings above it, outermost first.
    """

    document: str
    title: str
    text: str
    section: tuple[str, ...] = ()


class Bm25:
    """Okapi BM25 over analysed terms (Robertson and Zaragoza, 2009), k1 = 0.9 and b = 0.4 as in Anserini."""

    def __init__(self, texts: Iterable[str], k1: float = 0.9, b: float = 0.4) -> None:
        self._counts = [Counter(analyse(text)) for text in texts]
        lengths = np.array([sum(counts.values()) for counts in self._counts], dtype=np.float64)
        self._norm = k1 * (1 - b + b * lengths / (lengths.mean() if len(lengths) and lengths.sum() else 1.0))
        self._k1 = k1
        self._holding = Counter(term for counts in self._counts for term in counts)

    def idf(self, term: str) -> float:
        """How rare a term is among the texts, 0 or more; largest for one that none of them holds."""
        n = len(self._counts)
        held = self._holding[term]
        return math.log1p((n - held + 0.5) / (held + 0.5))

    def scores(self, question: str, rows: Sequence[int] | None = None) -> NDArray[np.float64]:
        """(n,) score of each text, or of those in ``rows``."""
        terms = set(analyse(question))
        chosen = range(len(self._counts)) if rows is None else rows
        out = np.zeros(len(chosen))
        for i, row in enumerate(chosen):
            counts = self._counts[row]
            for term in terms & counts.keys():
                out[i] += self.idf(term) * counts[term] * (self._k1 + 1) / (counts[term] + self._norm[row])
        return out


def pieces(text: str, limit: int = PIECE) -> Iterator[str]:
    """A long text in runs of whole lines, each at most ``limit`` characters where its lines allow."""
    run: list[str] = []
    for line in text.splitlines():
        if run and sum(map(len, run)) + len(line) > limit:
            yield "\n".join(run)
            run = []
        if line.strip():
            run.append(line)
    if run:
        yield "\n".join(run)


def ranked(
    question: str,
    given: Sequence[Given],
    lexical: NDArray[np.float64],
    embedder: Embedder,
    weights: Mapping[str, float] | Bm25,
    *,
    keep: int,
) -> list[Unit]:
    """The sentences of the ``keep`` texts that fit the question best, best first.

    Args:
        lexical: (n,) BM25 score of each text. Half of a text's score is this, half the closeness of its vector, both
            stretched over the texts given.
    """
    if not given:
        return []
    asked = embedder.embed_queries([question])[0]
    vectors = embedder.embed_passages([_read(one) for one in given])
    dense = vectors @ asked
    score = (_stretched(dense) + lexical / (float(lexical.max(initial=0.0)) or 1.0)) / 2
    order = sorted(range(len(given)), key=lambda i: (-score[i], i))[:keep]
    top = float(score[order[0]]) or 1.0
    hits = []
    for rank, i in enumerate(order, 1):
        one = given[i]
        passage = Passage(f"{one.document}-{i}", f"{one.document}-{i}", 0, len(one.text), one.text, section=one.section)
        hits.append(
            Hit(rank, float(score[i]) / top, passage, one.document, Metadata(one.title), float(dense[i]), lexical[i])
        )
    weight_of = weights.idf if isinstance(weights, Bm25) else weights.__getitem__
    return rank_units(question, hits, embedder, weight_of)


def _read(one: Given) -> str:
    return " › ".join((one.title, *one.section[-1:])) + " : " + one.text


def _stretched(values: NDArray[np.float32]) -> NDArray[np.float64]:
    low, high = float(values.min()), float(values.max())
    return np.asarray((values - low) / (high - low) if high > low else np.ones_like(values), dtype=np.float64)
