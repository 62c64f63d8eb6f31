"""What a document leaves in the data folder, searched for in every byte of every file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcier.index.store import Store

__all__ = ["Trace", "Traces", "find_traces", "text_needles", "traces_of", "traces_of_text"]

_NEEDLE = 32
"""Characters of a piece of text: long enough to be nobody else's."""

_TEXTS, _VECTORS = 64, 64
_WINDOW = 48
"""Bytes of a piece of vector: twelve numbers."""

_CHUNK = 1 << 23


@dataclass(frozen=True, slots=True)
class Traces:
    """What to search for: pieces of a text, in each way they may be written, and pieces of its vectors."""

    texts: tuple[bytes, ...]
    vectors: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """A file that holds something of a document. ``path`` is below the folder that was searched."""

    path: str
    texts: int
    vectors: int


def traces_of(store: Store, document_id: str) -> Traces:
    """What only this document can have left: pieces of its texts that are in no other one, and its vectors."""
    own = store.keys_of(document_id)
    texts = [store.text(key) for key in own]
    needles = [piece for text in texts for piece in _pieces(text, _TEXTS) if not store.is_said_elsewhere(piece, own)]
    vectors = store.own_vectors(own)
    return Traces(tuple(_written(needles)), tuple(_windows(vectors)))


def traces_of_text(store: Store, document_id: str, text: str) -> Traces:
    """What a text would have left: pieces of it that are in no other document than its own."""
    own = store.keys_of(document_id)
    return Traces(tuple(_written(piece for piece in _pieces(text, _TEXTS) if not store.is_said_elsewhere(piece, own))))


def text_needles(text: str) -> Traces:
    """What a text would leave."""
    return Traces(tuple(_written(_pieces(text, _TEXTS))))


def find_traces(folder: Path, traces: Traces) -> list[Trace]:
    """The files below ``folder`` that hold any of the traces, however they came there."""
    texts, vectors = set(traces.texts), set(traces.vectors)
    wanted = texts | vectors
    found: list[Trace] = []
    if not wanted:
        return found
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        held = _held(path, wanted)
        if held:
            name = path.relative_to(folder).as_posix()
            found.append(Trace(name, len(held & texts), len(held & vectors)))
    return found


def _pieces(text: str, count: int) -> Iterator[str]:
    """Stretches taken evenly from a text, none of which crosses a line: what is on two lines may be written on one."""
    lines = [line for line in text.splitlines() if len(line.strip()) >= _NEEDLE // 2]
    places = [(line, at) for line in lines for at in range(0, max(len(line) - _NEEDLE, 0) + 1, _NEEDLE)]
    for place in np.unique(np.linspace(0, len(places) - 1, min(count, len(places)), dtype=np.int64)) if places else ():
        line, at = places[place]
        yield line[at : at + _NEEDLE]


def _written(pieces: Iterable[str]) -> Iterator[bytes]:
    for piece in dict.fromkeys(pieces):
        forms = (
            piece.encode("utf-8", "replace"),
            piece.encode("utf-16-le", "replace"),
            piece.encode("utf-16-be", "replace"),
            json.dumps(piece)[1:-1].encode(),
            json.dumps(piece, ensure_ascii=False)[1:-1].encode("utf-8", "replace"),
        )
        yield from dict.fromkeys(forms)


def _windows(vectors: Sequence[NDArray[np.float32]]) -> Iterator[bytes]:
    """Three pieces of each of some vectors: a store may keep one in two places far apart."""
    chosen = np.unique(np.linspace(0, len(vectors) - 1, min(_VECTORS, len(vectors)), dtype=np.int64)) if vectors else ()
    for row in chosen:
        stored = vectors[row].astype("<f4").tobytes()
        for at in (0, len(stored) // 2, len(stored) - _WINDOW):
            yield stored[max(at, 0) : max(at, 0) + _WINDOW]


def _held(path: Path, wanted: set[bytes]) -> set[bytes]:
    """Those of ``wanted`` that a file holds."""
    longest = max(map(len, wanted))
    by_start: dict[int, list[bytes]] = {}
    for needle in wanted:
        by_start.setdefault(int.from_bytes(needle[:4], "little"), []).append(needle)
    firsts = np.zeros(1 << 16, np.bool_)
    firsts[[start & 0xFFFF for start in by_start]] = True
    starts = np.array(sorted(by_start), np.uint32)
    held: set[bytes] = set()
    with path.open("rb") as stream:
        kept = b""
        while chunk := stream.read(_CHUNK):
            data = kept + chunk
            for at in _candidates(data, firsts, starts):
                start = int.from_bytes(data[at : at + 4], "little")
                held.update(needle for needle in by_start[start] if data.startswith(needle, at))
            kept = data[-(longest - 1) :]
    return held


def _candidates(data: bytes, firsts: NDArray[np.bool_], starts: NDArray[np.uint32]) -> Iterator[int]:
    """Where the first four bytes are those of a needle."""
    octets = np.frombuffer(data, np.uint8)
    for parity in (0, 1):
        pairs = octets[parity : parity + (len(octets) - parity) // 2 * 2].view("<u2")
        here = np.flatnonzero(firsts[pairs]) * 2 + parity
        here = here[here + 4 <= len(octets)]
        four = octets[here[:, None] + np.arange(4)].astype(np.uint32) @ np.array(
            [1, 1 << 8, 1 << 16, 1 << 24], np.uint32
        )
        yield from map(int, here[np.isin(four, starts)])
