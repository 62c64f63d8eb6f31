"""Documents that say nearly the same: an older version, the same text in another format. Reported, never merged."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from sourcier.index.store import Served, Store
from sourcier.index.writing import StoreWriter

__all__ = ["compare", "near_duplicates"]

_SHINGLE = 5
"""Words together: long enough that chance repeats few, short enough that one changed word spoils only five."""

_LEAST = 30
"""Shingles under which texts are not compared: « Abrogé. » resembles every other « Abrogé. »."""

_PERMUTATIONS, _SEED, _SCHEME = 128, 1, "affine32"
_VERSION = f"1.{_SHINGLE}.{_LEAST}.{_PERMUTATIONS}.{_SEED}.{_SCHEME}"
_MARGIN = 0.15
"""Candidates are sought that much below the threshold, since signatures only estimate; each is then compared exactly."""

_FEW = 100
_WORD = re.compile(r"\w+")


def compare(store: StoreWriter, served: Sequence[Served], threshold: float) -> int:
    """Compare the documents that were not yet with all others. Pairs that share enough are noted in the store.

    Args:
        threshold: share of their five-word shingles that two texts have in common, out of those of both (Jaccard).

    Returns:
        The number of documents compared.
    """
    scheme = f"{_VERSION}|{threshold}"
    if store.value("near") != scheme:
        with store.transaction():
            store.forget_signatures()
            store.put_value("near", scheme)
    known = store.signatures()
    new = [one.key for one in served if one.key not in known]
    if not new:
        return 0
    made = {key: _signature(_shingles(store.text(key))) for key in dict.fromkeys(new)}
    pairs = dict(_pairs(store, known, made, threshold))
    # At once: a document that is signed was compared, whenever this is stopped.
    with store.transaction():
        store.put_signatures(made, pairs)
    return len(made)


def near_duplicates(store: Store, served: Sequence[Served]) -> dict[str, tuple[tuple[str, float], ...]]:
    """``(path, share)`` of the documents that each one resembles, most alike first, by ``document_id``."""
    by_key = {one.key: one for one in served}
    found: dict[str, list[tuple[float, str]]] = {}
    for key, other, share in store.near():
        if key in by_key and other in by_key:
            found.setdefault(by_key[key].document_id, []).append((-share, by_key[other].path))
            found.setdefault(by_key[other].document_id, []).append((-share, by_key[key].path))
    return {one: tuple((path, -share) for share, path in sorted(others)) for one, others in found.items()}


def _pairs(
    store: StoreWriter, known: Mapping[str, bytes], made: Mapping[str, bytes], threshold: float
) -> Iterator[tuple[tuple[str, str], float]]:
    # What is alike comes together: a text is seldom taken apart twice.
    @lru_cache(maxsize=256)
    def shingles(key: str) -> frozenset[int]:
        return _shingles(store.text(key))

    for key, others in _candidates(known, made, threshold):
        for other in others:
            if other == key or (other in made and other < key):
                continue  # the pair comes once
            ours, theirs = shingles(key), shingles(other)
            share = len(ours & theirs) / len(ours | theirs)
            if share >= threshold:
                yield (min(key, other), max(key, other)), round(share, 4)


def _candidates(
    known: Mapping[str, bytes], made: Mapping[str, bytes], threshold: float
) -> Iterator[tuple[str, list[str]]]:
    """For each text of ``made``, those that share a band of its signature: the candidates of an LSH."""
    from datasketch import MinHashLSH

    lsh = MinHashLSH(threshold=max(threshold - _MARGIN, 0.1), num_perm=_PERMUTATIONS)
    signed = {key: signature for key, signature in {**known, **made}.items() if signature}
    asked = {key: signature for key, signature in made.items() if signature}
    if len(asked) > _FEW:
        for key, signature in signed.items():
            lsh.insert(key, _minhash(signature), check_duplication=False)
        for key, signature in asked.items():
            yield key, sorted(lsh.query(_minhash(signature)))
        return
    # Comparing the bands of a few with all costs less than filling the tables, and finds the same.
    names = np.array(list(signed))
    shape = (lsh.b, lsh.r)
    bands = np.frombuffer(b"".join(signed.values()), "<u4").reshape(-1, _PERMUTATIONS)[:, : lsh.b * lsh.r]
    bands = bands.reshape(-1, *shape)
    for key, signature in asked.items():
        own = np.frombuffer(signature, "<u4")[: lsh.b * lsh.r].reshape(shape)
        yield key, sorted(map(str, names[(bands == own).all(axis=2).any(axis=1)]))


def _shingles(text: str) -> frozenset[int]:
    words = _WORD.findall(text.casefold())
    return frozenset(
        zlib.crc32(" ".join(words[start : start + _SHINGLE]).encode("utf-8", "surrogatepass"))
        for start in range(len(words) - _SHINGLE + 1)
    )


def _signature(shingles: frozenset[int]) -> bytes:
    """The MinHash of a text, empty for one that is too short to be compared."""
    if len(shingles) < _LEAST:
        return b""
    return bytes(_minhash(None, shingles).hashvalues.astype("<u4").tobytes())


def _minhash(signature: bytes | None, shingles: frozenset[int] = frozenset()) -> Any:
    from datasketch import MinHash

    values = None if signature is None else np.frombuffer(signature, "<u4")
    minhash = MinHash(
        num_perm=_PERMUTATIONS,
        seed=_SEED,
        scheme=_SCHEME,
        hashfunc=int,  # shingles are hashes already
        hashvalues=values,
        permutations=_permutations(),
    )
    minhash.update_batch(shingles)
    return minhash


@lru_cache(maxsize=1)
def _permutations() -> Any:
    from datasketch import MinHash

    return MinHash(num_perm=_PERMUTATIONS, seed=_SEED, scheme=_SCHEME).permutations
