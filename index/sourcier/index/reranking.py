"""An optional second stage: a cross-encoder reads the question with each of the first passages.

It sees more than two vectors can say, and takes tens of times longer than all the rest of a search: off unless the settings
name a model that is on this machine.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sourcier.core import offline
from sourcier.core.errors import ModelError
from sourcier.core.settings import Settings
from sourcier.index.embedding import folder_of_model
from sourcier.index.fusion import Fused

__all__ = ["Reranker", "load_reranker", "reranked"]

_BATCH = 8


class Reranker(Protocol):
    """Scores texts by how well each answers a question."""

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n,) a score for each text, the larger the better, comparable for one question only."""
        ...


def load_reranker(settings: Settings) -> Reranker | None:
    """The cross-encoder of the settings, ``None`` where they name none.

    Raises:
        ModelMissingError: no such folder, and no model of that name on this machine.
        ModelError: the folder is there, and cannot be loaded.
    """
    name = settings.search.rerank_model
    return _CrossEncoder(folder_of_model(name), settings.embedding.threads) if name else None


def reranked(
    fused: Fused,
    question: str,
    text_of: Callable[[int], str | None],
    reranker: Reranker,
    count: int,
) -> Fused:
    """The same candidates, the first ``count`` in the order of the reranker.

    Each takes the score of the place it comes to: scores fall from first to last, and keep their meaning.

    Args:
        text_of: what is read of a row, ``None`` where it is lost; it then stays behind those that were read.
    """
    read = [
        (place, text) for place, row in enumerate(fused.rows[:count].tolist()) if (text := text_of(row)) is not None
    ]
    if len(read) < 2:
        return fused
    scores = reranker.scores(question, [text for _, text in read])
    best_first = np.argsort(-scores, kind="stable").tolist()
    kept = [read[place][0] for place in best_first]
    lost = sorted(set(range(min(count, len(fused.rows)))) - set(kept))
    order = np.array([*kept, *lost, *range(min(count, len(fused.rows)), len(fused.rows))], np.int64)
    return Fused(fused.rows[order], fused.scores, fused.dense[order], fused.lexical[order])


class _CrossEncoder:
    """A sentence-transformers ``CrossEncoder`` on the processor; one question at a time gets in."""

    def __init__(self, folder: Path, threads: int) -> None:
        offline.apply()
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        import torch
        from sentence_transformers import CrossEncoder

        torch.set_num_threads(threads or os.cpu_count() or 1)
        try:
            # Safetensors alone: other weight files are pickles, which run what is in them. Logits order as well as
            # probabilities do, and never saturate.
            self._model = CrossEncoder(
                str(folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
                activation_fn=torch.nn.Identity(),
            )
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
            raise ModelError("embedding.model_unreadable", path=folder, detail=error) from error
        self._lock = threading.Lock()

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        with self._lock:
            found = self._model.predict(
                [(question, text) for text in texts], batch_size=_BATCH, show_progress_bar=False
            )
        scores = np.asarray(found, np.float32)
        # Several labels: the last is "relevant" in the models that have them.
        return scores[:, -1] if scores.ndim == 2 else scores
