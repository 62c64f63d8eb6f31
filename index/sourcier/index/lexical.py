"""BM25 over analysed terms: the words that a question and a passage share, weighted by how rare they are."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcier.core.errors import StoreDamagedError
from sourcier.index.analyser import analyse

# Anserini's values, which suit passages better than the textbook's 1.2 and 0.75 (Kamphuis et al. 2020, ECIR).
_K1, _B = 0.9, 0.4


def build_lexical(texts: Iterable[str], folder: Path) -> None:
    """Write the BM25 index of ``texts``, at least one, into ``folder``."""
    _index_of(texts).save(folder, show_progress=False)


def _index_of(texts: Iterable[str]) -> Any:
    import bm25s

    # Terms are numbered in the order they come: the same texts give the same files.
    numbers: dict[str, int] = {}
    rows = [[numbers.setdefault(term, len(numbers)) for term in analyse(text)] for text in texts]
    numbers.setdefault("", len(numbers))  # no text holds it; it keeps the index of wordless texts from being empty
    index = bm25s.BM25(k1=_K1, b=_B, method="lucene")
    index.index((rows, numbers), create_empty_token=False, show_progress=False)
    return index


class LexicalIndex:
    """A BM25 index that was written by :func:`build_lexical`."""

    def __init__(self, folder: Path) -> None:
        """Open ``folder``.

        Raises:
            StoreDamagedError: files are missing or cannot be read.
        """
        import bm25s

        try:
            self._use(bm25s.BM25.load(folder, mmap=True, auto_compile=False, show_progress=False))
        except (OSError, ValueError, KeyError, TypeError, json.JSONDecodeError) as error:
            raise StoreDamagedError("store.generation_damaged", path=folder, detail=error) from error

    @classmethod
    def of(cls, texts: Iterable[str]) -> LexicalIndex:
        """An index of ``texts``, at least one, that is nowhere on the disk."""
        made = cls.__new__(cls)
        made._use(_index_of(texts))
        return made

    def _use(self, index: Any) -> None:
        self._index = index
        self.size: int = index.scores["num_docs"]

    def scores(self, query: str) -> NDArray[np.float32]:
        """(size,) BM25 score of every passage, 0 for those that share no term with ``query``."""
        known = self._index.get_tokens_ids(analyse(query))
        if not known:
            return np.zeros(self.size, np.float32)
        scores: NDArray[np.float32] = self._index.get_scores_from_ids(known)
        return scores

    def idf(self, term: str) -> float:
        """How rare an analysed term is: Lucene's ``ln(1 + (N - n + 0.5) / (n + 0.5))``, largest for an unknown term."""
        number = self._index.vocab_dict.get(term)
        starts = self._index.scores["indptr"]
        holding = 0 if number is None else int(starts[number + 1] - starts[number])
        return math.log(1 + (self.size - holding + 0.5) / (holding + 0.5))
