"""Sentence and token vectors of texts: one protocol, and its implementation with sentence-transformers."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sourcier.core import offline
from sourcier.core.errors import ModelError, ModelMissingError
from sourcier.core.settings import EmbeddingSettings
from sourcier.index.conversion import CONVERTER_VERSION, converted_folder, read_origin
from sourcier.index.packaged_weights import E5_SMALL

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["EMBEDDED", "Embedder", "TokenVectors", "load_embedder", "model_identity"]

EMBEDDED = "embedded"
"""The value of ``embedding.model`` that stands for the weights of the installed package."""

logger = logging.getLogger(__name__)

# The published multilingual-e5 folders do not store the prompts their model card asks for. The instruct variant wants
# others, hence the end of the name.
_E5 = re.compile(r"multilingual-e5-(small|base|large)$")
_SAMPLE, _SAMPLES, _WHOLE = 1 << 16, 64, 1 << 24


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
        fingerprint: sha256 of all that its vectors depend on: weights, tokenizer, pooling, prompts.
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


_loaded: dict[EmbeddingSettings, Embedder] = {}
_loading = threading.Lock()


def load_embedder(settings: EmbeddingSettings, home: Path) -> Embedder:
    """The embedding model of the settings, loaded once in a process.

    Args:
        home: the data folder; the packaged weights are converted into ``home/models`` the first time.

    Raises:
        MissingExtraError: the package that carries the embedded weights is not installed.
        WeightsError: the embedded weights are absent, or not the pinned ones.
        ModelMissingError: no such folder, and no model of that name on this machine.
        ModelError: the folder is there, and cannot be loaded.
    """
    with _loading:
        if settings not in _loaded:
            _loaded[settings] = _load(settings, home)
        return _loaded[settings]


def model_identity(settings: EmbeddingSettings) -> tuple[str, str]:
    """Name and fingerprint of the embedding model of the settings, found without loading it.

    Raises:
        ModelMissingError: no such folder, and no model of that name on this machine.
    """
    if settings.model == EMBEDDED:
        name, content = E5_SMALL.name, f"{E5_SMALL.sha256}.{CONVERTER_VERSION}"
    else:
        folder = _folder(settings)
        origin = read_origin(folder)
        name = Path(settings.model).name
        content = f"{origin['sha256']}.{origin['converter']}" if origin else _digest_of_folder(folder)
    parts = [content, settings.query_prompt, settings.passage_prompt, bool(_E5.search(name))]
    return name, hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _load(settings: EmbeddingSettings, home: Path) -> Embedder:
    offline.apply()  # before the libraries that read these switches when imported
    folder = converted_folder(E5_SMALL, home) if settings.model == EMBEDDED else _folder(settings)
    return _TransformerEmbedder(folder, settings)


def _folder(settings: EmbeddingSettings) -> Path:
    folder = Path(settings.model).expanduser()
    return folder if folder.is_dir() else _folder_of_name(settings.model)


def _folder_of_name(name: str) -> Path:
    offline.apply()
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (OSError, ValueError) as error:  # not in the cache; not even a name
        raise ModelMissingError("embedding.model_absent", model=name) from error


def _digest_of_folder(folder: Path) -> str:
    """sha256 over a model folder: names, sizes and contents; large files are sampled, evenly, 4 MB of each.

    Weights differ from one model to the next in nearly every byte: samples tell them apart at any size, in no time.
    """
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.suffix in {".json", ".safetensors", ".txt", ".model"}):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        with path.open("rb") as stream:
            if size <= _WHOLE:
                digest.update(stream.read())
                continue
            for sample in range(_SAMPLES):
                stream.seek(sample * (size - _SAMPLE) // (_SAMPLES - 1))
                digest.update(stream.read(_SAMPLE))
    return digest.hexdigest()


class _TransformerEmbedder:
    """A sentence-transformers model on the processor. One text at a time gets in: its tokenizer is not re-entrant."""

    def __init__(self, folder: Path, settings: EmbeddingSettings) -> None:
        self.name, self.fingerprint = model_identity(settings)
        self._model = _load_model(folder, settings.threads)
        self._lock = threading.RLock()
        self._batch = settings.batch_size
        stored = {key: text for key, text in self._model.prompts.items() if text}
        family = {"query": "query: ", "passage": "passage: "} if _E5.search(self.name) else {}
        query = stored.get("query", family.get("query", ""))
        passage = stored.get("passage", stored.get("document", family.get("passage", "")))
        self._query_prompt = query if settings.query_prompt is None else settings.query_prompt
        self._passage_prompt = passage if settings.passage_prompt is None else settings.passage_prompt
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        limit = self._model.max_seq_length
        self._limit = int(limit) if limit else 512
        overhead = max(len(self._ids(prompt, special=True)) for prompt in (self._query_prompt, self._passage_prompt))
        self.max_tokens = self._limit - overhead

    def count_tokens(self, text: str) -> int:
        return len(self._ids(text, special=False))

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(self._model.encode_query, texts, self._query_prompt)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(self._model.encode_document, texts, self._passage_prompt)

    def embed_tokens(self, texts: Sequence[str], *, query: bool = False) -> list[TokenVectors]:
        prompt = self._query_prompt if query else self._passage_prompt
        found: dict[int, TokenVectors] = {}
        # Texts of like length share a batch, so that little of it is padding.
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        with self._lock:
            for start in range(0, len(order), self._batch):
                batch = order[start : start + self._batch]
                found.update(zip(batch, self._token_batch([texts[index] for index in batch], prompt), strict=True))
        return [found[index] for index in range(len(texts))]

    def _encode(self, encode: Any, texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        with self._lock:
            # It sorts by length by itself.
            vectors = encode(
                list(texts), prompt=prompt, batch_size=self._batch, normalize_embeddings=True, show_progress_bar=False
            )
        return np.ascontiguousarray(vectors, dtype=np.float32)

    def _token_batch(self, texts: list[str], prompt: str) -> Iterator[TokenVectors]:
        import torch

        encoded = self._model.tokenizer(
            [prompt + text for text in texts],
            truncation=True,
            max_length=self._limit,
            padding=True,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
            return_tensors="pt",
        )
        spans = encoded.pop("offset_mapping").numpy() - len(prompt)
        special = encoded.pop("special_tokens_mask").numpy().astype(bool)
        with torch.inference_mode():
            states = self._model[0](dict(encoded))["token_embeddings"]
            states = torch.nn.functional.normalize(states, dim=-1).float().numpy()
        for row_spans, row_special, row_states in zip(spans, special, states, strict=True):
            # Some tokenizers glue the space before a word to it, here the one that ends the prompt.
            kept = ~row_special & (row_spans[:, 1] > 0) & (row_spans[:, 1] > row_spans[:, 0])
            yield TokenVectors(np.maximum(row_spans[kept], 0).astype(np.int64), row_states[kept])

    def _ids(self, text: str, *, special: bool) -> list[int]:
        with self._lock:
            ids: list[int] = self._model.tokenizer(text, add_special_tokens=special, verbose=False)["input_ids"]
        return ids


def _load_model(folder: Path, threads: int) -> SentenceTransformer:
    # Threads that wait for each other by spinning eat the processor the language model needs: on two busy cores a
    # question took 1,000 ms of processor time, against 45 ms with this. Read when torch is first imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.set_num_threads(threads or os.cpu_count() or 1)
    try:
        # Safetensors alone: other weight files are pickles, which run what is in them. float32: the half precision
        # that some weights are stored in is slower on processors.
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
