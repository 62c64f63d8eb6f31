"""The one-file format of packaged e5 weights (magic ``E5S1``): header, unigram vocabulary, directory of tensors.

Little-endian throughout. After the header (sizes) and the tokenizer (special ids, pieces with their log-probabilities,
a table of character replacements that we leave to the ``tokenizers`` library), a directory gives each tensor's name,
type, number of values and place. Type 0 is float32; type 1 is llama.cpp's Q4_0: blocks of 32 values, one float16 scale
followed by 16 bytes, byte ``j`` holding value ``j`` in its low half and value ``j + 16`` in its high half, each value
being ``(half - 8) * scale``.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcier.core.errors import WeightsError

_MAGIC = b"E5S1"
_HEADER = struct.Struct("<4sI7ifi")
_TOKENIZER = struct.Struct("<5iQ")
_REPLACEMENTS = struct.Struct("<iI")
_TENSOR = struct.Struct("<BIQQ")
_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
_BLOCK_VALUES = 32


@dataclass(frozen=True, slots=True)
class Sizes:
    """Shape of the encoder."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces with their log-probabilities, and the ids of the special ones."""

    pieces: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unk: int


class E5SFile:
    """A parsed file; tensors are expanded to float32 when asked for."""

    def __init__(self, path: Path) -> None:
        """Read ``path``.

        Raises:
            WeightsError: the file is not in this format, or is cut short.
        """
        self._data = path.read_bytes()
        try:
            self._parse()
        except (struct.error, ValueError, UnicodeDecodeError) as error:
            raise WeightsError("embedding.weights_unreadable", path=path, detail=error) from error

    def tensor(self, name: str) -> NDArray[np.float32]:
        """All the values of a tensor, flat, as float32."""
        kind, count, offset = self._tensors[name]
        if kind == 0:
            return np.frombuffer(self._data, "<f4", count, offset)
        blocks = np.frombuffer(self._data, _BLOCK, count // _BLOCK_VALUES, offset)
        halves = np.concatenate([blocks["halves"] & 0x0F, blocks["halves"] >> 4], axis=1).astype(np.float32)
        return ((halves - 8.0) * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)

    def _parse(self) -> None:
        magic, _, hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon, block = (
            _HEADER.unpack_from(self._data)
        )
        if magic != _MAGIC or block != _BLOCK_VALUES:
            raise ValueError(f"{magic!r}, {block}")
        # The file rounds 1e-12 through float32; the architecture's own value is meant.
        epsilon = float(f"{epsilon:.0e}")
        self.sizes = Sizes(hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon)
        at = self._parse_vocabulary(_HEADER.size)
        _, length = _REPLACEMENTS.unpack_from(self._data, at)
        at += _REPLACEMENTS.size + length
        (count,) = struct.unpack_from("<i", self._data, at)
        at += 4
        self._tensors: dict[str, tuple[int, int, int]] = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._data, at)
            name = self._data[at + 2 : at + 2 + length].decode("ascii")
            kind, values, offset, _ = _TENSOR.unpack_from(self._data, at + 2 + length)
            self._tensors[name] = (kind, values, offset)
            at += 2 + length + _TENSOR.size

    def _parse_vocabulary(self, at: int) -> int:
        length: int
        count, bos, eos, pad, unk, length = _TOKENIZER.unpack_from(self._data, at)
        at += _TOKENIZER.size
        ends = np.frombuffer(self._data, "<u4", count + 1, at).tolist()
        at += 4 * (count + 1)
        scores = np.frombuffer(self._data, "<f4", count, at).tolist()
        at += 4 * count
        blob = self._data[at : at + length]
        texts = [blob[start:end].decode("utf-8") for start, end in pairwise(ends)]
        self.vocabulary = Vocabulary(list(zip(texts, scores, strict=True)), bos, eos, pad, unk)
        return at + length
