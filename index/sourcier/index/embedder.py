"""What embedding a text means here, whatever does it: the protocols, and the vectors of a text's tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Embedder", "SentenceEmbedder", "Span", "TokenVectors"]

Span = tuple[int, int]
"""Character offsets into a text: first, and one past the last."""


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """Contextual vectors of a text's tokens; prompt and special tokens are left out.

    Attributes:
        spans: (n_tokens, 2) character offsets into the text that was given.
        vectors: (n_tokens, dimension), each of length 1.
    """

    spans: NDArray[np.int64]
    vectors: NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors whose dot product is their cosine similarity.

    Attributes:
        name: what people call the model.
        fingerprint: sha256 of all that its vectors depend on: weights, tokenizer, pooling, prompts. Not the precision
            it computes in: see :mod:`sourcier.index.packing`.
        dimension: length of a vector.
        max_tokens: longest text it reads whole, in tokens of its own, prompt and special tokens deducted.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def fingerprint(self) -> str: ...  # noqa: D102
    @property
    def dimension(self) -> int: ...  # noqa: D102
    @property
    def max_tokens(self) -> int: ...  # noqa: D102

    def count_tokens(self, text: str) -> int:
        """Number of tokens of ``text`` alone, without prompt and special tokens."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) vectors of questions, each of length 1."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) vectors of passages, each of length 1."""
        ...

    def embed_tokens(self, texts: Sequence[str], *, query: bool = False) -> list[TokenVectors]:
        """The vectors of each text's tokens; what goes beyond ``max_tokens`` has none."""
        ...


class SentenceEmbedder(Embedder, Protocol):
    """An embedder that reads a passage once and gives vectors of parts of it besides its own."""

    def embed_passages_with_sentences(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]]
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """The vectors of passages, and of sentences read in the midst of their passage ("late chunking", Günther 2024).

        Args:
            spans: for each text, the character offsets of its sentences.

        Returns:
            (n, dimension) vectors of the passages, as by :meth:`embed_passages`; and for each passage the
            (n_sentences, dimension) vectors of its sentences. A sentence's vector is the mean of the states of the
            tokens that touch it, brought to length 1; zeros where there is none (a blank, or beyond ``max_tokens``).
        """
        ...
