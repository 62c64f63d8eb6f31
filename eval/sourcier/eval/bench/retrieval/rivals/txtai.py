"""txtai's hybrid index, as its documentation shows it: ``python -m sourcier.eval.bench.retrieval.rivals.txtai FOLDER``.

``Embeddings(hybrid=True)``: its own BM25 and fusion, at its default weights. Its vectors come from a function, ours: those
of passages were made before, a question is embedded by the same model. Texts are our passages with their title and
headings, as we embed them.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from txtai import Embeddings

from sourcier.eval.bench.retrieval.rivals.ours import model
from sourcier.eval.bench.retrieval.rivals.worker import answer, load_passages

__all__: list[str] = []


def main() -> None:
    """Index the passages, then answer until there are no more questions."""
    _, passages = load_passages()
    _, embedding = model()
    texts = [row["embedded"] for row in passages.rows]
    known: dict[str, Any] = dict(zip(texts, np.load(passages.vectors_file), strict=True))

    def transform(data: Sequence[str]) -> Any:
        return np.stack([known[text] if text in known else embedding(text) for text in data])

    index = Embeddings(method="external", transform=transform, hybrid=True)
    index.index((row, text, None) for row, text in enumerate(texts))
    known.clear()

    def search(question: str, depth: int) -> list[str]:
        return [passages.rows[int(row)]["document"] for row, _ in index.search(question, depth)]

    answer({"txtai": search}, embedding, {"txtai": version("txtai")})


if __name__ == "__main__":
    main()
