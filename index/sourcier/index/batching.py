"""Texts turned into the numbers a transformer reads: tokens, and batches of like length, padded to a bounded size."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Batch", "Tokenizer", "plan"]

# What the values of a tokenizer are padded with, beside its own token; 0 for any other.
_PADDING = {"input_ids": "pad_token_id", "token_type_ids": "pad_token_type_id"}


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts read together.

    Attributes:
        features: (n_texts, length) arrays that the model takes: ``input_ids``, ``attention_mask``…
        spans: (n_texts, length, 2) character offsets of each token into the text, without the prompt.
        kept: (n_texts, length) whether a token is of the text: not of the prompt, not special, not padding.
    """

    features: Mapping[str, NDArray[np.int64]]
    spans: NDArray[np.int64]
    kept: NDArray[np.bool_]

    @property
    def size(self) -> int:
        """Tokens the model computes, padding included."""
        return int(self.kept.size)


def plan(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Indices of texts, by ascending length, in batches of at most ``budget`` tokens once padded, or of one text."""
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        # The last one in is the longest: the others are padded to it.
        if batches and lengths[index] * (len(batches[-1]) + 1) <= budget:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches


class Tokenizer:
    """A model's own tokenizer, shared between threads: it is not re-entrant, and takes little of the time."""

    def __init__(self, tokenizer: Any, limit: int) -> None:
        self._tokenizer = tokenizer
        self._limit = limit
        self._lock = threading.Lock()

    def ids(self, text: str, *, special: bool) -> list[int]:
        """The tokens of a text, whatever its length."""
        with self._lock:
            ids: list[int] = self._tokenizer(text, add_special_tokens=special, verbose=False)["input_ids"]
        return ids

    def batches(self, texts: Sequence[str], prompt: str, budget: int) -> Iterator[tuple[list[int], Batch]]:
        """Texts with a prompt before each, cut at the model's limit, in batches as by :func:`plan`.

        Yields:
            The indices of a batch's texts, and the batch.
        """
        with self._lock:
            encoded = self._tokenizer(
                [prompt + text for text in texts],
                truncation=True,
                max_length=self._limit,
                return_offsets_mapping=True,
                return_special_tokens_mask=True,
                verbose=False,
            )
        for indices in plan([len(ids) for ids in encoded["input_ids"]], budget):
            yield indices, self._batch(encoded, indices, len(prompt))

    def _batch(self, encoded: Mapping[str, Sequence[Any]], indices: Sequence[int], prompt: int) -> Batch:
        length = max(len(encoded["input_ids"][index]) for index in indices)
        left = self._tokenizer.padding_side == "left"
        # At least one, so that a model sees something of an empty text that takes no special token.
        shape = (len(indices), max(length, 1))
        arrays: dict[str, NDArray[np.int64]] = {}
        for name, rows in encoded.items():
            fill = getattr(self._tokenizer, _PADDING.get(name, ""), 0) or 0
            array = np.full((*shape, 2) if name == "offset_mapping" else shape, fill, np.int64)
            for row, index in enumerate(indices):
                size = len(rows[index])
                if size:
                    array[row, slice(shape[1] - size, None) if left else slice(size)] = rows[index]
            arrays[name] = array
        special = arrays.pop("special_tokens_mask").astype(bool)
        spans = arrays.pop("offset_mapping") - prompt
        # Some tokenizers glue the space before a word to it, here the one that ends the prompt.
        kept = ~special & (spans[..., 1] > 0) & (spans[..., 1] > spans[..., 0])
        return Batch(arrays, np.maximum(spans, 0), kept)
