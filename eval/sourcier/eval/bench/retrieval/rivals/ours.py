"""Our own search, asked like the others: ``python -m sourcier.eval.bench.retrieval.rivals.ours FOLDER HOME``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcier.core import offline
from sourcier.core.settings import load
from sourcier.eval.bench.retrieval.rivals.worker import Embedding, answer
from sourcier.index.embedding import Embedder, load_embedder
from sourcier.index.search import Searcher

__all__ = ["Clocked", "model"]


class Clocked:
    """An embedding model whose questions go through :class:`~.worker.Embedding`."""

    def __init__(self, embedder: Embedder, embedding: Embedding) -> None:
        self._embedder = embedder
        self._embedding = embedding

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) vectors of questions."""
        return np.stack([self._embedding(text) for text in texts])


def model() -> tuple[Embedder, Embedding]:
    """The embedding model of the settings in force, and the clock that all questions go through."""
    offline.apply()
    settings = load().settings
    embedder = load_embedder(settings.embedding, settings.home)
    return embedder, Embedding(lambda question: embedder.embed_queries([question])[0])


def main() -> None:
    """Answer until there are no more questions."""
    embedder, embedding = model()
    settings = load(options={"home": Path(sys.argv[2]), "search.cache": 0}).settings
    searcher = Searcher.open(settings, embedder=Clocked(embedder, embedding))

    def search(question: str, depth: int) -> list[str]:
        return [hit.passage.document_id for hit in searcher.search(question, depth).hits]

    answer({"sourcier": search}, embedding, {"sourcier": version("sourcier")})
    searcher.close()


if __name__ == "__main__":
    main()
