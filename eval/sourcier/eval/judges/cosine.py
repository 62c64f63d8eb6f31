"""Nearness of meaning as a judge: a floor, blind to negation, to figures and to who does what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sourcier.eval.judges.base import Verdict, says_nothing, sentences_of

if TYPE_CHECKING:
    from sourcier.index.embedding import Embedder

__all__ = ["CosineJudge"]

#: Cosine from which a sentence is taken for support. Set by hand for multilingual-e5, whose cosines of unrelated
#: sentences are near 0.8; trials also print the best threshold of each set, found on that set itself.
NEAR = 0.92


class CosineJudge:
    """Cosine of the claim with the nearest sentence of its sources."""

    name = "cosine"
    independent = True

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, NDArray[np.float32]] = {}

    def judge(self, claim: str, sources: Sequence[str], question: str) -> Verdict:
        """See :class:`~sourcier.eval.judges.Judge`."""
        sentences = list(dict.fromkeys(sentences_of(sources)))
        if not sentences or says_nothing(claim):
            return Verdict(False, 0.0)
        rows = self._vectors([claim, *sentences])
        nearest = float(np.clip((rows[1:] @ rows[0]).max(), 0.0, 1.0))
        return Verdict(nearest >= NEAR, nearest)

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        missing = list(dict.fromkeys(text for text in texts if text not in self._known))
        if missing:
            made = np.asarray(self._embedder.embed_passages(missing), np.float32)
            made /= np.linalg.norm(made, axis=1, keepdims=True)
            self._known.update(zip(missing, made, strict=True))
        return np.stack([self._known[text] for text in texts])
