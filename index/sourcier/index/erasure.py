"""A document erased on request: its text, passages and vectors, in the store, in every index and in every copy."""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sourcier.core.errors import StoreDamagedError, StoreError
from sourcier.index.building import build_generation
from sourcier.index.generations import (
    CURRENT,
    Manifest,
    current_name,
    folder_of,
    keys_in_use,
    load_served,
    prune,
    sync_to_disk,
)
from sourcier.index.traces import Trace, find_traces, traces_of
from sourcier.index.writing import StoreWriter, open_writer

__all__ = ["Erasure", "allow", "forget"]

logger = logging.getLogger(__name__)

_STEPS = 5


@dataclass(frozen=True, slots=True)
class Erasure:
    """What erasing a document did.

    Attributes:
        document_id: hash of its content, the one thing that is kept: it is not taken in again by itself.
        paths: where it was in the corpus.
        before: files of the data folder that held some of it. Never empty, or the search would prove nothing.
        after: files that still do.
        rebuilt: whether the index was rebuilt without it; if not, the next ingestion builds one.
    """

    document_id: str
    paths: tuple[str, ...]
    before: tuple[Trace, ...]
    after: tuple[Trace, ...]
    rebuilt: bool


def forget(home: Path, document_id_or_path: str) -> Erasure:
    """Erase a document, copies and previous readings included, and search the data folder for what would be left of it.

    The index is rebuilt without it and the previous one is deleted. No model is loaded.

    Raises:
        StoreError: there is no such document, or the data folder cannot be written.
        StoreBusyError: another process is writing.
    """
    with open_writer(home, "erase") as store:
        tell = store.reporter.tell
        document_id, paths = _find(store, home, document_id_or_path)
        tell("erase", 0, _STEPS)
        traces = traces_of(store, document_id)
        before = find_traces(home, traces)
        tell("erase", 1, _STEPS)
        with store.transaction():
            store.forget(document_id, datetime.now(UTC).astimezone().date().isoformat())
        tell("erase", 2, _STEPS)
        rebuilt = _rebuild_without(store, home, document_id)
        tell("erase", 3, _STEPS)
        if folder_of(home).is_dir():
            prune(home, keep_previous=False)
        store.sweep(keys_in_use(home))
        store.shred()
        tell("erase", 4, _STEPS)
        after = find_traces(home, traces)
        tell("erase", 5, _STEPS)
    return Erasure(document_id, paths, tuple(before), tuple(after), rebuilt)


def allow(home: Path, document_id: str) -> bool:
    """Let a document that was erased on request be taken in again.

    Returns:
        Whether it was one.

    Raises:
        StoreBusyError, StoreError: see :func:`forget`.
    """
    with open_writer(home, "erase") as store, store.transaction():
        return store.allow(document_id)


def _find(store: StoreWriter, home: Path, wanted: str) -> tuple[str, tuple[str, ...]]:
    """A document of the store, or one that only a generation still serves."""
    served = store.served()
    for folder in folder_of(home).glob("*-*"):
        try:
            served += load_served(folder)
        except StoreDamagedError:
            continue
    for one in served:
        if wanted in {one.document_id, one.path, *one.other_paths}:
            return one.document_id, (one.path, *one.other_paths)
    if store.keys_of(wanted):
        return wanted, ()
    raise StoreError("store.document_unknown", document=wanted)


def _rebuild_without(store: StoreWriter, home: Path, document_id: str) -> bool:
    """Build and publish the current index without a document; without an index at all where that cannot be."""
    name = current_name(home)
    if name is None:
        return False
    folder = folder_of(home) / name
    try:
        manifest = Manifest.load(folder)
        served = [one for one in load_served(folder) if one.document_id != document_id]
        if len(served) == manifest.documents:
            return True
        sizes = {row.document_id: row.n_passages for row in store.rows_of(served, manifest.cut)}
        if sum(sizes.values()):
            build_generation(
                store,
                served,
                home=home,
                cut=manifest.cut,
                fingerprint=manifest.embedder,
                model=manifest.model,
                graph_from=manifest.graph_from,
                progress=lambda done, total: None,
            )
            return True
    except StoreDamagedError as error:
        logger.warning("%s", error.in_language("en"))
    # Erased is erased: rather no index, until the next ingestion, than one that still quotes it.
    (folder_of(home) / CURRENT).unlink(missing_ok=True)
    sync_to_disk(folder_of(home))
    shutil.rmtree(folder, ignore_errors=True)
    return False
