"""Sentences are asked about again and again: what was embedded once in this process is not embedded twice.

Only texts of documents are remembered, never questions.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sourcier.index.embedding import Embedder, TokenVectors

Value = TypeVar("Value")

#: Sentence vectors kept: 384 floats each, some 60 MB at most.
MAX_SENTENCES = 40_000
#: Sentences whose token vectors are kept: thirty tokens each, some 180 MB at most.
MAX_TOKENISED = 4_000


class _Memory(Generic[Value]):
    """The values last used, up to a number of them; safe to share between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[str, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, texts: Sequence[str], make: Callable[[list[str]], Sequence[Value]]) -> list[Value]:
        with self._lock:
            known = {text: self._values[text] for text in texts if text in self._values}
        absent = [text for text in dict.fromkeys(texts) if text not in known]
        if absent:
            known.update(zip(absent, make(absent), strict=True))
        with self._lock:
            for text in texts:
                self._values[text] = known[text]
                self._values.move_to_end(text)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return [known[text] for text in texts]


class RememberingEmbedder:
    """An ``Embedder`` that remembers what it embedded as passages."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._sentences: _Memory[NDArray[np.float32]] = _Memory(MAX_SENTENCES)
        self._tokens: _Memory[TokenVectors] = _Memory(MAX_TOKENISED)
        self.name = embedder.name
        self.fingerprint = embedder.fingerprint
        self.dimension = embedder.dimension
        self.max_tokens = embedder.max_tokens

    def count_tokens(self, text: str) -> int:
        """Tokens of ``text``, as the model counts them."""
        return self._embedder.count_tokens(text)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of questions, shape (n, dimension); nothing is kept."""
        return self._embedder.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of passages, shape (n, dimension)."""
        vectors = self._sentences.get(texts, lambda absent: list(self._embedder.embed_passages(absent)))
        return np.array(vectors, dtype=np.float32).reshape(len(texts), self.dimension)

    def embed_tokens(self, texts: Sequence[str], *, query: bool = False) -> list[TokenVectors]:
        """Vectors of each token; those of questions are not kept."""
        if query:
            return self._embedder.embed_tokens(texts, query=True)
        return self._tokens.get(texts, self._embedder.embed_tokens)
