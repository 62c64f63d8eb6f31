"""From examples to rows of features, by the verifier's own steps; vectors of the texts are computed once and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcier.app.answering.verifier.attribution import bare
from sourcier.app.answering.verifier.closeness import Vectors, vectors
from sourcier.app.answering.verifier.features import NAMES, Side, row
from sourcier.app.answering.verifier.text import read
from sourcier.app.answering.verifier.verifier import nearest, sets_of
from sourcier.eval.training.examples import Example
from sourcier.index.embedding import Embedder, TokenVectors


class VectorCache:
    """Token vectors of texts, in half precision, kept in one file a text under ``folder``."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        self._folder = folder / embedder.fingerprint[:12]
        self._folder.mkdir(parents=True, exist_ok=True)

    def _path(self, text: str) -> Path:
        return self._folder / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.npz"

    def fill(self, texts: Sequence[str]) -> int:
        """Compute what is missing; the number computed."""
        missing = [t for t in dict.fromkeys(texts) if not self._path(t).exists()]
        for start in range(0, len(missing), 256):
            batch = missing[start : start + 256]
            for text, found in zip(batch, self._embedder.embed_tokens(batch), strict=True):
                np.savez(self._path(text), spans=found.spans.astype(np.int32), vectors=found.vectors.astype(np.float16))
        return len(missing)

    def get(self, text: str) -> TokenVectors:
        """The vectors of a text that was filled in."""
        with np.load(self._path(text), allow_pickle=False) as stored:
            return TokenVectors(stored["spans"].astype(np.int64), stored["vectors"].astype(np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Features of every candidate set of every example.

    Attributes:
        rows: (n_rows, n_features) in the order of ``features.NAMES``.
        owner: (n_rows,) index of the example each row stands for.
        largest: (n_rows,) whether it is the example's last set, the one that covers most.
    """

    rows: NDArray[np.float64]
    owner: NDArray[np.int64]
    largest: NDArray[np.bool_]


def texts_of(examples: Sequence[Example]) -> list[str]:
    """Every text whose vectors are needed."""
    found: dict[str, None] = {}
    for example in examples:
        claim = bare(example.claim)
        found[claim] = None
        if example.question:
            found[example.question] = None
        found.update((s.text, None) for _, s in nearest(read(claim), example.evidence, example.question))
    return list(found)


def centre_of(cache: VectorCache, texts: Sequence[str]) -> NDArray[np.float32]:
    """(d,) mean token vector of a sample of texts."""
    return np.asarray(np.mean([cache.get(t).vectors.mean(axis=0) for t in texts], axis=0), np.float32)


def table(examples: Sequence[Example], cache: VectorCache | None, centre: NDArray[np.float32]) -> Table:
    """Rows of features, as :class:`Verifier` computes them; without ``cache``, those of words alone."""
    known: dict[str, Vectors] = {}

    def look_up(text: str) -> Vectors | None:
        if cache is None:
            return None
        if text not in known:
            if len(known) > 4000:
                known.clear()
            known[text] = vectors(read(text), cache.get(text), centre)
        return known[text]

    rows: list[list[float]] = []
    owner, largest = [], []
    for i, example in enumerate(examples):
        text = bare(example.claim)
        claim = Side(read(text), vectors=look_up(text))
        kept = nearest(claim.reading, example.evidence, example.question)
        sides = [Side(read(s.text), s.context, look_up(s.text)) for _, s in kept]
        asked = Side(read(example.question), vectors=look_up(example.question)) if example.question else None
        sets = sets_of(claim, sides, asked)
        for k, chosen in enumerate(sets):
            values = row(claim, sides, chosen, asked=asked)
            rows.append([values[name] for name in NAMES])
            owner.append(i)
            largest.append(k == len(sets) - 1)
    return Table(np.array(rows), np.array(owner), np.array(largest))
