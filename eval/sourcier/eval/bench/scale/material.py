"""Passages by the hundred thousand, made up: as long as French ones, their words as unevenly spread, their vectors grouped.

What is made up has no meaning: it serves to measure time and memory, never quality.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcier.core.types import Document, Metadata, Passage
from sourcier.index.embedding import TokenVectors
from sourcier.index.records import document_values, passage_values
from sourcier.index.writing import KnownFile, StoreWriter, open_writer

__all__ = ["CUT", "DIMENSION", "GivenVectors", "Material", "Question", "fill", "replace_document"]

CUT = "scale"
DIMENSION = 384
_PER_DOCUMENT = 20
_DOCUMENTS = 500
"""Documents made and committed together, from a seed of their own."""

# Zipf–Mandelbrot over what stop words leave, set by eye on three French collections of 2,000 to 15,000 passages: their
# terms of rank 1, 100 and 1,000 make 0.5–2.7 %, 0.10–0.18 % and 0.015–0.02 % of all.
_VOCABULARY, _EXPONENT, _OFFSET = 200_000, 0.9, 2.0
_SYLLABLES = [consonant + vowel for consonant in "bcdfgjlmnprstv" for vowel in "aeiou"]
_STOP = ["de", "la", "le", "les", "et", "des", "en", "du", "une", "un", "dans", "est", "pour", "que", "qui", "par"]

# Points of a space of 40 dimensions, around 3,000 centres, laid into 384: embeddings too fill a small part of their space.
_CENTRES, _INNER, _SPREAD = 3000, 40, 0.6


_Made = tuple[Document, list[Passage], NDArray[np.float32]]
"""A document, its passages, and (n, DIMENSION) unit vectors of these."""


@dataclass(frozen=True, slots=True)
class Question:
    """Words of a passage, and a vector near its own."""

    text: str
    vector: NDArray[np.float32]


class GivenVectors:
    """An embedder that answers with the vector it was told: what is measured is all the rest.

    Attributes:
        vector: (DIMENSION,) of the question to come.
    """

    name = "given"
    fingerprint = "given"
    dimension = DIMENSION
    max_tokens = 512

    def __init__(self) -> None:
        self.vector = np.zeros(DIMENSION, np.float32)

    def count_tokens(self, text: str) -> int:
        """Words of ``text``."""
        return len(text.split())

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, DIMENSION) the vector given, whatever the texts."""
        return np.repeat(self.vector[None, :], len(texts), axis=0)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same."""
        return self.embed_queries(texts)

    def embed_tokens(self, texts: Sequence[str], *, query: bool = False) -> list[TokenVectors]:
        """One vector for the whole of each text."""
        return [TokenVectors(np.array([[0, len(text)]]), self.vector[None, :]) for text in texts]


class Material:
    """Makes documents, and questions about them. The same seed makes the same ones."""

    def __init__(self, seed: int = 4) -> None:
        self._seed = seed
        rng = np.random.default_rng(seed)
        weights = (np.arange(1, _VOCABULARY + 1) + _OFFSET) ** -_EXPONENT
        self._shares = np.cumsum(weights / weights.sum())
        self._centres = rng.standard_normal((_CENTRES, _INNER))
        self._into = rng.standard_normal((_INNER, DIMENSION))

    def documents(self, passages: int, version: int = 0) -> Iterator[_Made]:
        """Documents of twenty passages, ``passages`` in all; another ``version`` has others in their places."""
        documents = -(-passages // _PER_DOCUMENT)
        for first in range(0, documents, _DOCUMENTS):
            rng = np.random.default_rng([self._seed, version, first])
            for number in range(first, min(first + _DOCUMENTS, documents)):
                count = min(_PER_DOCUMENT, passages - number * _PER_DOCUMENT)
                yield self._document(rng, number, count)

    def questions(self, count: int, texts: Sequence[str], vectors: NDArray[np.float32]) -> list[Question]:
        """Six words of a passage, the least common ones no likelier than the others, and its vector moved a little."""
        rng = np.random.default_rng([self._seed, 1, 1])
        found = []
        for row in rng.integers(0, len(texts), count).tolist():
            words = [word for word in texts[row].rstrip(".").split() if word not in _STOP]
            text = " ".join(words[place] for place in rng.choice(len(words), min(6, len(words)), replace=False))
            moved = vectors[row] + 0.02 * rng.standard_normal(DIMENSION)
            found.append(Question(f"{text} ?", (moved / np.linalg.norm(moved)).astype(np.float32)))
        return found

    def _document(self, rng: np.random.Generator, number: int, count: int) -> _Made:
        # Most passages are cut at the longest that is allowed, the last one of a section anywhere below.
        sizes = np.where(rng.random(count) < 0.8, rng.integers(55, 70, count), rng.integers(8, 55, count))
        words = iter(self._words(rng, int(sizes.sum())))
        texts = []
        for size in sizes.tolist():
            parts = [part for place in range(size) for part in (_STOP[(place + number) % len(_STOP)], next(words))]
            texts.append(" ".join(parts) + ".")
        text = "\n".join(texts)
        document_id = sha256(text.encode()).hexdigest()[:16]
        title = f"Document {' '.join(self._words(rng, 3))} {number}"
        passages, start = [], 0
        for place, each in enumerate(texts):
            section = (f"{1 + place // 5} {' '.join(self._words(rng, 2))}",)
            end = start + len(each)
            passages.append(Passage(f"{document_id}#{start}-{end}", document_id, start, end, each, None, section))
            start = end + 1
        inner = self._centres[rng.integers(0, _CENTRES, count)] + _SPREAD * rng.standard_normal((count, _INNER))
        vectors = inner @ self._into
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        document = Document(document_id, f"{number:06}.txt", text, (), Metadata(title))
        return document, passages, vectors.astype(np.float32)

    def _words(self, rng: np.random.Generator, count: int) -> list[str]:
        return [_word(rank) for rank in np.searchsorted(self._shares, rng.random(count)).tolist()]


def _word(rank: int) -> str:
    """A word for each rank: three syllables and a consonant that no ending of French has."""
    size = len(_SYLLABLES)
    return f"{_SYLLABLES[rank % size]}{_SYLLABLES[rank // size % size]}{_SYLLABLES[rank // size**2 % size]}k"


def fill(home: Path, material: Material, passages: int) -> None:
    """Write a store of so many passages, as an ingestion would have left it, without an index."""
    with open_writer(home) as store:
        store.put_value("cut", CUT)
        store.put_value("model", GivenVectors.fingerprint)
        store.put_value("model_name", GivenVectors.name)
        made = material.documents(passages)
        while batch := list(islice(made, _DOCUMENTS)):
            _write(store, batch)


def replace_document(store: StoreWriter, material: Material) -> None:
    """Have the first document say something else, and something else again the next time."""
    first = store.served()[0]
    version = int(store.value("version") or 0) + 1
    with store.transaction():
        store.put_value("version", str(version))
        store.remove_file(first.path)
    _write(store, material.documents(_PER_DOCUMENT, version=version))


def _write(store: StoreWriter, made: Iterable[_Made]) -> None:
    with store.transaction():
        for document, passages, vectors in made:
            values = document_values(document)
            store.put_file(KnownFile(document.path, "", document.path, "made up"))
            store.put_place(document.path, "", values)
            rows = {}
            for passage, vector in zip(passages, vectors, strict=True):
                embedded = "\n".join((document.metadata.title, " > ".join(passage.section), passage.text))
                rows[sha256(embedded.encode()).hexdigest()] = (passage, vector)
            store.put_vectors(GivenVectors.fingerprint, {digest: vector for digest, (_, vector) in rows.items()})
            store.put_passages(values.key, CUT, (passage_values(one, digest) for digest, (one, _) in rows.items()))
