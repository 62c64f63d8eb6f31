"""Everything that an index promises, checked whole: not a sample, as when it is opened, but every passage."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcier.core.errors import SourcierError, StoreDamagedError
from sourcier.index.cutting import digests_of
from sourcier.index.generations import Manifest, changed_files, current_folder, digest_of, load_served
from sourcier.index.lexical import LexicalIndex
from sourcier.index.schema import STORE_FILE
from sourcier.index.store import Store, open_store

__all__ = ["Verified", "verify"]

_BLOCK = 256


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked, and the catalogue key and detail of each thing that is not as it should be."""

    documents: int
    passages: int
    problems: tuple[tuple[str, str], ...]


def verify(home: Path, progress: Callable[[int, int], None] = lambda done, total: None) -> Verified:
    """Check the store and the current index against each other; no model is loaded.

    The store's file holds together; each passage is the text that was embedded; ids, texts and vectors of the index are
    those of the store, in its order; every passage finds itself; no file of the index changed.

    Raises:
        EmptyIndexError: nothing was ingested.
        StoreError: the store is a later version's.
    """
    folder = current_folder(home)
    with open_store(home) as store:
        problems = [("store.verify_store", detail) for detail in _structure(home)]
        problems += [("store.verify_changed", name) for name in changed_files(folder)]
        try:
            manifest, served = Manifest.load(folder), load_served(folder)
            if manifest.digest != digest_of(served, manifest.cut):
                problems.append(("store.verify_changed", "manifest.json"))
            problems += [("store.verify_passage", one) for one in _passages(store, folder, manifest, progress)]
            return Verified(len(served), manifest.passages, tuple(problems))
        except (StoreDamagedError, OSError, ValueError) as error:
            detail = error.in_language("fr") if isinstance(error, SourcierError) else str(error)
            return Verified(0, 0, (*problems, ("store.verify_unreadable", detail)))


def _structure(home: Path) -> list[str]:
    with closing(sqlite3.connect(f"{(home / STORE_FILE).absolute().as_uri()}?mode=ro", uri=True)) as connection:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
        found += [str(row) for row in connection.execute("PRAGMA foreign_key_check")]
    return [line for line in found if line != "ok"]


def _passages(store: Store, folder: Path, manifest: Manifest, progress: Callable[[int, int], None]) -> Iterator[str]:
    """The ids of passages that are not as they should be."""
    ids = (folder / "passages.txt").read_text(encoding="utf-8").splitlines()
    vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    if not len(ids) == len(vectors) == LexicalIndex(folder / "bm25").size == manifest.passages:
        raise StoreDamagedError("store.generation_damaged", path=folder, detail="count")
    row = 0
    titles = {one.document_id: one.metadata.title for one in store.rows_of(load_served(folder), manifest.cut)}
    for one in load_served(folder):
        stored = store.passages(one.key, manifest.cut)
        known = store.vectors(manifest.embedder, [each.digest for each in stored])
        for each in stored:
            vector = known.get(each.digest)
            same = vector is not None and row < len(ids) and np.array_equal(vector, vectors[row])
            if (
                not same
                or ids[row] != each.passage.passage_id
                or each.digest not in digests_of(titles[one.document_id], each.passage)
            ):
                yield each.passage.passage_id
            row += 1
    if row != len(ids):
        raise StoreDamagedError("store.generation_damaged", path=folder, detail=f"{row} / {len(ids)}")
    for start in range(0, len(vectors), _BLOCK):
        progress(start, len(vectors))
        yield from (ids[lost] for lost in _lost(vectors, start))
    progress(len(vectors), len(vectors))


def _lost(vectors: NDArray[np.float32], start: int) -> list[int]:
    """The rows of a block that do not find themselves, nor a copy of themselves."""
    block = np.array(vectors[start : start + _BLOCK])
    # The nearest of each of the block among all: itself, at a cosine of 1.
    nearest = (block @ vectors.T).argmax(axis=1)
    cosines = np.einsum("ij,ij->i", block, vectors[nearest])
    own = np.einsum("ij,ij->i", block, block)
    found = (cosines >= 1 - 1e-4) & (np.abs(own - 1) <= 1e-4)
    return [start + int(offset) for offset in np.flatnonzero(~found)]
