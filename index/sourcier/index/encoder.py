"""A sentence-transformers model on the processor: batches by length, few threads, vectors of texts and of their parts."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from sourcier.core.errors import ModelError
from sourcier.core.settings import EmbeddingSettings
from sourcier.index.batching import Batch, Tokenizer
from sourcier.index.embedder import Span, TokenVectors
from sourcier.index.prompts import prompts_of

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

__all__ = ["TransformerEmbedder"]

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

_TEXT_TOKENS = 128
"""Tokens that ``embedding.batch_size`` counts for a text: what a batch holds is bounded, not how many texts it is made
of. A processor is as fast with 500 tokens as with 10,000, and is freed sooner for a question."""

_SHORT = 64
"""Tokens of a question, and more. Its products last a tenth of a millisecond, less than threads take to share one."""

# Short, longer, with figures and a list: what packed weights must give the same vectors of.
_SAMPLE = (
    "Quel est le délai pour déposer un grief ?",
    "Article 5-3.00 : la priorité d'emploi s'applique dès le 1er septembre 2023, au prorata de la tâche.",
    "The employer shall consult the union before installing a monitoring system.\n- cameras;\n- software.",
)


class TransformerEmbedder:
    """A folder of sentence-transformers, on the processor; shared between threads.

    Short texts (questions) run on one thread each, as many at once as ``threads``; batches run one at a time on
    ``threads`` of them. Neither waits for the other: a question costs an ingestion in the same process a moment, and
    does not stand behind its batches.

    Attributes:
        precision: what its products are computed in; see :mod:`sourcier.index.packing`.
    """

    def __init__(self, folder: Path, settings: EmbeddingSettings, name: str, fingerprint: str) -> None:
        self.name, self.fingerprint = name, fingerprint
        self._model = _load_model(folder)
        self._threads = settings.threads or os.cpu_count() or 1
        self._budget = settings.batch_size * _TEXT_TOKENS
        self._long = threading.Lock()
        self._shorts = threading.BoundedSemaphore(self._threads)
        self._prompts = prompts_of(name, self._model.prompts, settings.query_prompt, settings.passage_prompt)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        limit = self._model.max_seq_length
        self._limit = int(limit) if limit else 512
        self._tokenizer = Tokenizer(self._model.tokenizer, self._limit)
        # What a pooling that leaves the prompt out needs to know: its tokens, and the special one before it.
        self._prompt_tokens = {prompt: self._prompt_length(prompt) for prompt in {self._query, self._passage}}
        overhead = max(len(self._tokenizer.ids(prompt, special=True)) for prompt in self._prompt_tokens)
        self.max_tokens = self._limit - overhead
        self.precision = self._pack(settings)

    def count_tokens(self, text: str) -> int:
        """Number of tokens of ``text`` alone."""
        return len(self._tokenizer.ids(text, special=False))

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) vectors of questions."""
        return self._embed(texts, self._query)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) vectors of passages."""
        return self._embed(texts, self._passage)

    def embed_tokens(self, texts: Sequence[str], *, query: bool = False) -> list[TokenVectors]:
        """The vectors of each text's tokens."""

        def read(batch: Batch, states: torch.Tensor, _: torch.Tensor) -> list[TokenVectors]:
            vectors = _unit(states)
            return [
                TokenVectors(spans[kept], row[kept])
                for spans, kept, row in zip(batch.spans, batch.kept, vectors, strict=True)
            ]

        return [tokens for _, tokens in self._read(texts, self._query if query else self._passage, read)]

    def embed_passages_with_sentences(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]]
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """The vectors of passages and of their sentences; see :class:`~sourcier.index.embedder.SentenceEmbedder`."""

        def read(
            batch: Batch, states: torch.Tensor, pooled: torch.Tensor
        ) -> list[tuple[NDArray[np.float32], Batch, int, NDArray[np.float32]]]:
            vectors, plain = _unit(pooled), states.float().numpy()
            return [(vectors[row], batch, row, plain[row]) for row in range(len(vectors))]

        passages = np.zeros((len(texts), self.dimension), np.float32)
        sentences: list[NDArray[np.float32]] = []
        for index, (vector, batch, row, states) in self._read(texts, self._passage, read):
            passages[index] = vector
            sentences.append(self._means(batch.spans[row], batch.kept[row], states, spans[index]))
        return passages, sentences

    @property
    def _query(self) -> str:
        return self._prompts.query

    @property
    def _passage(self) -> str:
        return self._prompts.passage

    def _embed(self, texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for index, vector in self._read(texts, prompt, lambda _, __, pooled: list(_unit(pooled))):
            vectors[index] = vector
        return vectors

    def _read(
        self,
        texts: Sequence[str],
        prompt: str,
        read: Callable[[Batch, torch.Tensor, torch.Tensor], Sequence[Result]],
    ) -> list[tuple[int, Result]]:
        """What ``read`` makes of each text, in the order of the texts.

        Args:
            read: given a batch, its (n, length, hidden) token states and its (n, dimension) vectors.
        """
        found: list[tuple[int, Result]] = []
        for indices, batch in self._tokenizer.batches(texts, prompt, self._budget) if texts else ():
            states, pooled = self._forward(batch, prompt)
            found += zip(indices, read(batch, states, pooled), strict=True)
        return sorted(found, key=lambda each: each[0])

    def _forward(self, batch: Batch, prompt: str) -> tuple[torch.Tensor, torch.Tensor]:
        import torch

        features = {name: torch.from_numpy(array) for name, array in batch.features.items()}
        short = batch.size <= _SHORT
        with self._shorts if short else self._long, self._using(1 if short else self._threads), torch.inference_mode():
            found = self._model({**features, "prompt_length": self._prompt_tokens[prompt]})
        return found["token_embeddings"], self._shortened(found["sentence_embedding"])

    @contextmanager
    def _using(self, count: int) -> Iterator[None]:
        """Have PyTorch share what this thread asks of it among ``count`` threads. Setting it takes no time."""
        import torch

        torch.set_num_threads(count)
        try:
            yield
        finally:
            torch.set_num_threads(self._threads)

    def _means(
        self,
        offsets: NDArray[np.int64],
        kept: NDArray[np.bool_],
        states: NDArray[np.float32],
        spans: Sequence[Span],
    ) -> NDArray[np.float32]:
        """The (n_spans, dimension) unit means of a text's token states over spans, put through what follows pooling."""
        import torch

        starts, ends = np.array(spans, np.int64).reshape(-1, 2).T
        within = (offsets[:, 1] > starts[:, None]) & (offsets[:, 0] < ends[:, None]) & kept
        counts = within.sum(axis=1, keepdims=True)
        features = {
            "sentence_embedding": torch.from_numpy((within @ states / np.maximum(counts, 1)).astype(np.float32))
        }
        with torch.inference_mode():
            for module in list(self._model)[2:]:
                features = module(features)
            vectors = _unit(self._shortened(features["sentence_embedding"]))
        vectors[counts[:, 0] == 0] = 0
        return vectors

    def _shortened(self, vectors: torch.Tensor) -> torch.Tensor:
        # Some models are meant to be cut shorter (Matryoshka): `truncate_dim` of their folder.
        return vectors[..., : self.dimension]

    def _prompt_length(self, prompt: str) -> int:
        ids = self._tokenizer.ids(prompt, special=True) if prompt else []
        return len(ids) - (bool(ids) and ids[-1] in self._model.tokenizer.all_special_ids)

    def _pack(self, settings: EmbeddingSettings) -> str:
        from sourcier.index.packing import pack

        precision = pack(self._model, settings.precision, lambda: self.embed_passages(_SAMPLE))
        logger.info("embedding in %s", precision)
        return precision


def _unit(vectors: torch.Tensor) -> NDArray[np.float32]:
    """Vectors brought to length 1 along their last axis."""
    import torch

    unit: NDArray[np.float32] = torch.nn.functional.normalize(vectors.float(), dim=-1).numpy()
    return unit


def _load_model(folder: Path) -> SentenceTransformer:
    # Threads that wait for each other by spinning eat the processor the language model needs: on two busy cores a
    # question took 1,000 ms of processor time, against 45 ms with this. Read when torch is first imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        # Safetensors alone: other weight files are pickles, which run what is in them. float32: a half precision that
        # weights are stored in is no faster on processors, until they are packed.
        model = SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"dtype": "float32", "use_safetensors": True},
        )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise ModelError("embedding.model_unreadable", path=folder, detail=error) from error
    logger.info("embedding model loaded from %s", folder)
    return model.eval()
