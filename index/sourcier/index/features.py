"""What speaks for a candidate: some twenty numbers, each cheap, that the ranking weighs.

The words and the vector of a passage say how well it fits by itself. Its surroundings say what it is about: a word of the
question that the passage lacks and that the passages around it hold is not missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sourcier.index.analyser import analyse_words
from sourcier.index.dense import cosines
from sourcier.index.fusion import scaled
from sourcier.index.lexical import LexicalIndex
from sourcier.index.postings import FIELDS, Bm25f, idf_of
from sourcier.index.query import Understood
from sourcier.index.selection import best
from sourcier.index.surroundings import KINDS, SIBLINGS, Surroundings

__all__ = ["NAMES", "Spread", "measure"]

_CONTEXT = (*(f"words_{kind}" for kind in KINDS), *(f"sense_{kind}" for kind in KINDS))
_OWN = (
    "bm25",
    "bm25_share",
    "cosine",
    "cosine_spread",
    "covered",
    "covered_heading",
    "covered_text",
    "bm25_text",
    "exact_form",
    "together",
    "numbers",
    "length",
    "feedback",
)
_PLAIN = (*_OWN, *_CONTEXT)
# What is weighed anew where a passage has no title or heading to say what it is about. Passages under headings are not
# weighed anew: of the learning sets one alone has section paths, with an article a document, and in a document of fifty
# pages such weights met what they had never seen (docs/retrieval.md).
_BARE = tuple(name for name in _PLAIN if name not in {"covered_heading", "bm25_text", "numbers"})
NAMES = (
    *_PLAIN,
    "bm25_by_references",
    *(f"{name}_bare" for name in _BARE),
)
"""Names of the columns of :func:`measure`.

``bm25`` and ``cosine`` are scaled to 0–1 over the candidates; ``bm25_share`` is BM25 over the rarity (idf) of the whole
question; ``cosine_spread`` is in standard deviations of the index. ``covered`` is the share of the question's rarity that
the passage holds, ``covered_heading`` its title and headings, ``covered_text`` its text; ``bm25_text`` is BM25 of the text
alone, ``exact_form`` is without stemming, ``together`` of words close to each other; ``numbers`` is the share of its numbers
and references. ``feedback`` is the cosine with the mean of the three candidates that both searches put first (Rocchio 1971,
"Relevance feedback in information retrieval"). ``words_…`` is the share that the passage lacks and its surroundings hold,
``sense_…`` how near these are; those of other documents count as much as neighbours in that file are alike. ``bm25_by_references`` is ``bm25`` times the share of numbers and references in the question; ``…_bare`` is the same
feature for passages without title or heading, and 0 for others.
"""

_LEADING = 3
"""Candidates that ``feedback`` takes for right."""
_APART = 8
"""Words at a greater distance are not together."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and standard deviation of a question's cosines over the index."""

    mean: float
    deviation: float

    def of(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosines in standard deviations above the mean."""
        return (cosines - np.float32(self.mean)) / np.float32(max(self.deviation, 1e-6))


def measure(
    asked: Understood,
    rows: NDArray[np.int64],
    scores: NDArray[np.float32],
    near: NDArray[np.float32],
    vectors: NDArray[np.float32],
    around: Callable[[NDArray[np.int64]], NDArray[np.float32]],
    spread: Spread,
    lexical: LexicalIndex,
    surroundings: Surroundings,
) -> NDArray[np.float32]:
    """(n, len(NAMES)) the features of candidates.

    Args:
        rows: (n,) candidates, growing, each once.
        scores: (passages,) BM25 of every passage.
        near: (n,) cosines of the candidates with the question; ``vectors`` (n, dimension) theirs.
        around: the cosines of other rows.
    """
    terms = list(asked.terms)
    known = [lexical.holding(one.term) for one in terms]
    idf = idf_of(np.array([len(holding) for holding in known], np.int64), lexical.size)
    rarity = (idf * np.array([one.weight for one in terms])).astype(np.float32)
    corrected = any(one.origin == "corrected" for one in terms)
    counted = [
        one.origin == "typed" and not (corrected and not len(holding))
        for one, holding in zip(terms, known, strict=True)
    ]
    whole = float(rarity[counted].sum()) or 1.0
    held = _held(asked, rows, lexical)
    covered = np.minimum(held.terms @ rarity / whole, 1.0)
    digits = np.array([any(map(str.isdigit, one.term)) for one in terms], np.float32)
    referring = float((digits * rarity).sum()) / whole
    numbers = held.terms @ digits / max(float(digits.sum()), 1.0)
    bounds = surroundings.bounds(rows)
    context = np.concatenate(
        [_words_around(held.terms, rarity / whole, known, bounds), spread.of(_sense_around(rows, near, bounds, around))]
    )
    # Of documents that have nothing to do with each other, what stands beside is chance.
    context[[KINDS.index(kind) + half for kind in SIBLINGS for half in (0, len(KINDS))]] *= surroundings.kinship[rows]
    bm25, cosine = scaled(scores[rows]), scaled(near)
    plain = [
        bm25,
        scores[rows] / whole,
        cosine,
        spread.of(near),
        covered,
        np.minimum(held.headings @ rarity / whole, 1.0),
        np.minimum((held.counts > 0) @ rarity / whole, 1.0),
        _text_alone(held) @ rarity / whole,
        held.exact,
        _together(held, rarity / whole, len(terms)),
        numbers,
        np.log1p(held.lengths) / 5,
        _feedback(bm25 + cosine, vectors),
        *context,
    ]
    by_name = dict(zip(_PLAIN, plain, strict=True))
    columns = [
        *plain,
        bm25 * min(referring, 1.0),
        *(by_name[name] * surroundings.bare[rows] for name in _BARE),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Held:
    """The question's words in candidates.

    Attributes:
        terms: (n, terms) whether each candidate holds each term; ``headings`` in its title or headings.
        exact: (n,) share of the rarity of the question's words, as written, that each holds.
        counts: (n, terms) how often in its text.
        lengths: (n,) words of the text.
        found: candidate, place and term of every occurrence, in reading order.
    """

    terms: NDArray[np.float32]
    headings: NDArray[np.float32]
    counts: NDArray[np.float32]
    exact: NDArray[np.float32]
    lengths: NDArray[np.int64]
    found: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int16]]


def _held(asked: Understood, rows: NDArray[np.int64], lexical: LexicalIndex) -> _Held:
    forward = lexical.forward
    fields = forward.starts[FIELDS * rows[:, None] + np.arange(FIELDS + 1)]
    sizes = fields[:, -1] - fields[:, 0]
    ends = np.cumsum(sizes)
    owner = np.repeat(np.arange(len(rows)), sizes)
    place = np.arange(int(sizes.sum())) - np.repeat(ends - sizes, sizes)
    words = forward.tokens[np.repeat(fields[:, 0], sizes) + place]
    term_index = np.full(len(forward.terms) + 1, -1, np.int16)
    for index, one in enumerate(asked.terms):
        if (number := lexical.number(one.term)) is not None:
            term_index[number] = index
    which = term_index[forward.term_of[words]]
    hit = which >= 0
    owner_hit, place_hit, which_hit = owner[hit], place[hit], which[hit]
    terms = np.zeros((len(rows), len(asked.terms)), np.float32)
    terms[owner_hit, which_hit] = 1
    headings = np.zeros_like(terms)
    above = place_hit < (fields[:, 2] - fields[:, 0])[owner_hit]
    headings[owner_hit[above], which_hit[above]] = 1
    counts = np.zeros_like(terms)
    np.add.at(counts, (owner_hit[~above], which_hit[~above]), np.float32(1))
    exact = _exact(asked.text, owner_hit, words[hit], len(rows), lexical)
    return _Held(terms, headings, counts, exact, fields[:, 3] - fields[:, 2], (owner_hit, place_hit, which_hit))


def _exact(
    text: str, owner: NDArray[np.int64], words: NDArray[np.uint32], count: int, lexical: LexicalIndex
) -> NDArray[np.float32]:
    """(count,) share of the rarity of the words of ``text``, unstemmed, among the occurrences given."""
    forms = list(dict.fromkeys(f"{word}\t{term}" for word, term in analyse_words(text)))
    numbers = [lexical.forward.words.number(form) for form in forms]
    used = np.array([lexical.occurrences[number] if number is not None else 0 for number in numbers], np.int64)
    rarity = idf_of(np.minimum(used, lexical.size), lexical.size)
    present = np.zeros((count, len(forms)), np.float32)
    for index, number in enumerate(numbers):
        if number is not None:
            present[owner[words == number], index] = 1
    found: NDArray[np.float32] = (present @ rarity / (float(rarity.sum()) or 1.0)).astype(np.float32)
    return found


def _text_alone(held: _Held) -> NDArray[np.float32]:
    """(n, terms) BM25 of each term in the text alone, without its rarity."""
    parameters = Bm25f()
    b = parameters.b[-1]
    norm = parameters.k1 * (1 - b + b * held.lengths / max(float(held.lengths.mean()), 1.0))
    return (held.counts / (held.counts + norm[:, None])).astype(np.float32)


def _together(held: _Held, rarity: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """(n,) for each two terms of the question, the rarity of the less rare over their least distance, summed."""
    owner, place, which = held.found
    nearness = np.zeros((len(held.terms), count * count), np.float32)
    for step in range(1, min(_APART, len(owner) - 1) + 1):
        distance = place[step:] - place[:-step]
        one, other = which[:-step].astype(np.int64), which[step:].astype(np.int64)
        kept = (owner[step:] == owner[:-step]) & (one != other) & (distance <= _APART)
        pair = np.minimum(one, other)[kept] * count + np.maximum(one, other)[kept]
        value = np.minimum(rarity[one[kept]], rarity[other[kept]]) / distance[kept].astype(np.float32)
        np.maximum.at(nearness, (owner[step:][kept], pair), value)
    summed: NDArray[np.float32] = nearness.sum(axis=1)
    return summed


def _feedback(first: NDArray[np.float32], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n,) cosine of each candidate with the mean of those that are first, scaled."""
    leading = vectors[best(first, _LEADING)].mean(axis=0)
    return scaled(cosines(vectors, leading / np.float32(max(float(np.linalg.norm(leading)), 1e-6))))


def _words_around(
    own: NDArray[np.float32],
    rarity: NDArray[np.float32],
    known: list[NDArray[np.int32]],
    bounds: NDArray[np.int64],
) -> NDArray[np.float32]:
    """(kinds, n) rarity of the terms that a passage lacks and that one passage around it holds (half), or more."""
    around = np.zeros((len(KINDS), bounds.shape[2]), np.float32)
    for index, holding in enumerate(known):
        if len(holding):
            places = np.searchsorted(holding, bounds.ravel()).reshape(bounds.shape)
            counts = places[:, 1] - places[:, 0]
            counts[[KINDS.index(kind) for kind in SIBLINGS]] -= counts[-1]
            around += rarity[index] * np.minimum(counts[:-1], 2) * np.float32(0.5) * (1 - own[:, index])
    return around


def _sense_around(
    rows: NDArray[np.int64],
    near: NDArray[np.float32],
    bounds: NDArray[np.int64],
    around: Callable[[NDArray[np.int64]], NDArray[np.float32]],
) -> NDArray[np.float32]:
    """(kinds, n) mean cosine of what surrounds a passage, its own where nothing does."""
    whole = bounds[-1]
    inner = np.minimum(bounds[:2, 0].min(axis=0), rows), bounds[:2, 1].max(axis=0)
    outer = bounds[-2]
    # Whatever is in any stretch, once: passages of one document, or of neighbours, share most of it.
    spans = np.concatenate([np.stack(inner), np.stack([outer[0], whole[0]]), np.stack([whole[1], outer[1]])], axis=1)
    wanted = _union(spans)
    sums = np.concatenate([[0.0], np.cumsum(around(wanted), dtype=np.float64)])

    def total(first: NDArray[np.int64], last: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        one, other = np.searchsorted(wanted, first), np.searchsorted(wanted, last)
        return sums[other] - sums[one], other - one

    means = np.empty((len(KINDS), len(rows)), np.float32)
    for kind, name in enumerate(KINDS):
        if name in SIBLINGS:
            before, after = total(bounds[kind, 0], whole[0]), total(whole[1], bounds[kind, 1])
            summed, count = before[0] + after[0], before[1] + after[1]
        else:
            summed, count = total(*bounds[kind])
            summed, count = summed - near, count - 1
        means[kind] = np.where(count > 0, summed / np.maximum(count, 1), near)
    return means


def _union(spans: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers in some spans ``[first, last)``, growing, each once."""
    first, last = spans[0], spans[1]
    kept = last > first
    sizes = (last - first)[kept]
    ends = np.cumsum(sizes)
    numbers = np.arange(int(ends[-1]) if len(ends) else 0)
    return np.unique(np.repeat(first[kept] - (ends - sizes), sizes) + numbers)
