"""Strings numbered in their own order, on the disk: found by bisection, without loading them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["Vocabulary"]


class Vocabulary:
    """Distinct strings in the order of their code points: the number of each is its place."""

    def __init__(self, text: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        """The strings that ``text`` holds one after the other, in UTF-8, each up to one of ``ends``."""
        self._text = text
        self._ends = ends

    @classmethod
    def of(cls, strings: Iterable[str]) -> Vocabulary:
        """The vocabulary of some strings; UTF-8 keeps the order of code points."""
        encoded = [one.encode("utf-8", "surrogatepass") for one in sorted(set(strings))]
        ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), dtype=np.int64)
        return cls(np.frombuffer(b"".join(encoded), np.uint8), ends)

    @classmethod
    def load(cls, folder: Path, name: str) -> Vocabulary:
        """Map what :meth:`save` wrote.

        Raises:
            OSError, ValueError: files are missing, or do not go together.
        """
        text = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)
        ends = np.load(folder / f"{name}_ends.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)
        if text.dtype != np.uint8 or ends.dtype != np.int64 or (int(ends[-1]) if len(ends) else 0) != len(text):
            raise ValueError(name)
        return cls(text, ends)

    def save(self, folder: Path, name: str) -> None:
        """Write it as two arrays."""
        np.save(folder / f"{name}.npy", self._text, allow_pickle=False)
        np.save(folder / f"{name}_ends.npy", self._ends, allow_pickle=False)

    def number(self, string: str) -> int | None:
        """The number of a string, ``None`` where it is not there."""
        wanted = string.encode("utf-8", "surrogatepass")
        place = bisect_left(range(len(self)), wanted, key=self._bytes)
        return place if place < len(self) and self._bytes(place) == wanted else None

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> str:
        return self._bytes(number).decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        text = self._text.tobytes()
        start = 0
        for end in self._ends.tolist():
            yield text[start:end].decode("utf-8", "surrogatepass")
            start = end

    def _bytes(self, place: int) -> bytes:
        start = int(self._ends[place - 1]) if place else 0
        return self._text[start : int(self._ends[place])].tobytes()
