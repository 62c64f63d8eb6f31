"""BM25F, from term numbers to impacts: what each term adds to the score of each passage that holds it.

``idf · tf' / (k1 + tf')`` with ``tf' = Σ_f w_f · tf_f / (1 − b_f + b_f · len_f / avglen_f)``: frequencies are weighted and
summed over the fields before they saturate, so that a word of the title and of the text is not counted as two (Robertson,
Zaragoza, Taylor 2004, "Simple BM25 extension to multiple weighted fields", CIKM; Zaragoza et al. 2004, TREC-13; Robertson
& Zaragoza 2009, §3.6). With one field of weight 1 it is BM25. ``idf`` is Lucene's, over the passages that hold the term in
any field.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["FIELDS", "Bm25f", "Postings", "idf_of", "make_postings"]

FIELDS = 3
"""Title, section path, text."""

_BLOCK = 1 << 14
"""Passages whose terms are sorted together: some two million, what a sort still does in cache-sized steps."""


@dataclass(frozen=True, slots=True)
class Bm25f:
    """Parameters; ``weights`` and ``b`` by field. A field of weight 0 is not searched.

    ``k1`` and ``b`` are Anserini's, which suit passages better than the textbook's 1.2 and 0.75 (Kamphuis et al. 2020, ECIR).
    The weights were chosen on development questions (``docs/retrieval.md``): titles at 0.5 to 4 times the text, section paths
    at 0.5 to 3 times.
    """

    k1: float = 0.9
    weights: tuple[float, float, float] = (2.0, 1.5, 1.0)
    b: tuple[float, float, float] = (0.4, 0.4, 0.4)


@dataclass(frozen=True, slots=True)
class Postings:
    """By term, the passages that hold it and what it adds to their scores.

    Attributes:
        starts: (terms + 1,) where each term's part of the others begins.
        rows: (n,) passages, growing within a term.
        impacts: (n,) of the term in the passage.
    """

    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    impacts: NDArray[np.float32]


def idf_of(holding: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """Lucene's ``ln(1 + (N - n + 0.5) / (n + 0.5))`` of terms that ``holding`` of ``size`` passages hold."""
    rare: NDArray[np.float64] = np.log1p((size - holding + 0.5) / (holding + 0.5))
    return rare


def make_postings(
    tokens: NDArray[np.uint32],
    starts: NDArray[np.int64],
    term_of: NDArray[np.uint32],
    terms: int,
    parameters: Bm25f,
) -> Postings:
    """The postings of passages given as sequences, by blocks: what is held besides the result is a block's.

    Args:
        tokens: words of every field of every passage, in order.
        starts: (FIELDS · passages + 1,) where each field's part of ``tokens`` begins.
        term_of: (words,) the term of each word.
        terms: how many terms there are.
    """
    size = (len(starts) - 1) // FIELDS
    worth = _worth(starts, parameters)
    blocks = list(_blocks(tokens, starts, term_of, worth))
    holding = np.zeros(terms, np.int64)
    for block_terms, _, _ in blocks:
        holding += np.bincount(block_terms, minlength=terms)
    ends = np.concatenate([[0], np.cumsum(holding)]).astype(np.int64)
    rows = np.empty(ends[-1], np.int32)
    impacts = np.empty(ends[-1], np.float32)
    rare = idf_of(holding, size)
    free = ends[:-1].copy()
    for block_terms, block_rows, frequency in blocks:
        counts = np.bincount(block_terms, minlength=terms)
        # The place of an entry among those of its term in this block: they are sorted by term.
        before = np.cumsum(counts) - counts
        places = free[block_terms] + np.arange(len(block_terms)) - before[block_terms]
        rows[places] = block_rows
        impacts[places] = rare[block_terms] * frequency / (parameters.k1 + frequency)
        free += counts
    return Postings(ends, rows, impacts)


def _worth(starts: NDArray[np.int64], parameters: Bm25f) -> NDArray[np.float64]:
    """(passages, FIELDS) what one occurrence adds to ``tf'``."""
    lengths = np.diff(starts).reshape(-1, FIELDS).astype(np.float64)
    mean = lengths.mean(axis=0)
    b = np.array(parameters.b)
    relative = np.divide(lengths, mean, out=np.ones_like(lengths), where=mean > 0)
    worth: NDArray[np.float64] = np.array(parameters.weights) / (1 - b + b * relative)
    return worth


def _blocks(
    tokens: NDArray[np.uint32],
    starts: NDArray[np.int64],
    term_of: NDArray[np.uint32],
    worth: NDArray[np.float64],
) -> Iterator[tuple[NDArray[np.uint32], NDArray[np.int32], NDArray[np.float64]]]:
    """Terms, passages and ``tf'`` of each pair of them, sorted by term, then passage, for some passages at a time."""
    for first in range(0, len(worth), _BLOCK):
        last = min(first + _BLOCK, len(worth))
        bounds = starts[FIELDS * first : FIELDS * last + 1]
        lengths = np.diff(bounds)
        rows = np.repeat(np.arange(first, last, dtype=np.int32), lengths.reshape(-1, FIELDS).sum(axis=1))
        adds = np.repeat(worth[first:last].ravel(), lengths)
        terms = term_of[tokens[bounds[0] : bounds[-1]]]
        if not all(worth[0]):
            searched = adds > 0
            rows, adds, terms = rows[searched], adds[searched], terms[searched]
        order = _stable_order(terms)
        terms, rows, adds = terms[order], rows[order], adds[order]
        new = np.ones(len(terms), bool)
        new[1:] = (terms[1:] != terms[:-1]) | (rows[1:] != rows[:-1])
        heads = np.flatnonzero(new)
        sums = np.add.reduceat(adds, heads) if len(heads) else adds
        yield terms[heads], rows[heads], sums


def _stable_order(numbers: NDArray[np.uint32]) -> NDArray[np.int64]:
    """The order that sorts, equal ones as they were: numpy sorts 16 bits at a time by counting, in linear time."""
    order: NDArray[np.int64] = np.argsort(numbers.astype(np.uint16), kind="stable")
    if len(numbers) and int(numbers.max()) >= 1 << 16:
        order = order[np.argsort((numbers[order] >> 16).astype(np.uint16), kind="stable")]
    return order
