"""Ingestion from end to end: files into the store, documents cut and embedded, a new generation where it differs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sourcier.core.settings import Settings
from sourcier.index.activity import Progress
from sourcier.index.building import build_generation
from sourcier.index.cutting import cut_name, embed_missing
from sourcier.index.embedding import Embedder, load_embedder, model_identity
from sourcier.index.generations import (
    CURRENT,
    Manifest,
    current_name,
    digest_of,
    folder_of,
    is_whole,
    keys_in_use,
    prune,
)
from sourcier.index.intake import Outcome, take_in
from sourcier.index.near import compare, near_duplicates
from sourcier.index.stopwatch import Stopwatch
from sourcier.index.store import Served
from sourcier.index.writing import StoreWriter, open_writer
from sourcier.ingest.files import Skipped
from sourcier.ingest.reading import READER_VERSION

__all__ = ["Outcome", "Progress", "SyncReport", "forget_previous", "sync"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What an ingestion did, in documents, and what the index holds after it.

    Attributes:
        passages: passages in the index.
        duplicates: ``(path, path of the copy that stands for it)``.
        near: ``(path, path of the document it resembles most among those before it, share in common)``.
        kept_back: documents that were removed or replaced, and that the previous index still holds.
        skipped: files and rows that could not be read; what was read of them before stays.
        documents: what became of each document, in the order of the corpus, those removed last.
        timings: seconds by stage: ``read``, ``model`` (loading it), ``cut``, ``embed``, ``compare``, ``index``.
    """

    added: int
    updated: int
    removed: int
    unchanged: int
    passages: int
    duplicates: tuple[tuple[str, str], ...]
    near: tuple[tuple[str, str, float], ...]
    kept_back: int
    skipped: tuple[Skipped, ...]
    documents: tuple[Outcome, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)


def sync(
    paths: Sequence[Path],
    settings: Settings,
    *,
    embedder: Embedder | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> SyncReport:
    """Bring the index in line with the files of ``paths``, and with the settings. Readers go on undisturbed.

    It may be stopped at any time, and run again: it takes up where it was. Where nothing changed, nothing is written
    and no model is loaded.

    Raises:
        IngestError: a path does not exist, holds nothing to read, or its ``sources.toml`` is broken. Nothing changed.
        StoreBusyError: another process is ingesting into the same data folder.
        StoreError: the data folder cannot be written.
        ModelError, MissingExtraError: see :func:`~sourcier.index.embedding.load_embedder`.
    """

    def model() -> Embedder:
        with watch.stage("model"):
            return embedder or load_embedder(settings.embedding, settings.home)

    home = settings.home
    watch = Stopwatch()
    name, fingerprint = (embedder.name, embedder.fingerprint) if embedder else model_identity(settings.embedding)
    cut = cut_name(settings.ingest.passage_tokens, READER_VERSION, fingerprint)
    with open_writer(home) as store:
        tell = store.reporter.tell
        store.reporter.listen(progress)
        with watch.stage("read"):
            intake = take_in(store, paths, settings.ingest, partial(tell, "read"))
            served = store.served()
        with watch.stage("cut"):
            embed_missing(store, served, cut, settings.ingest.passage_tokens, model, watch)
        graph_from = str(settings.search.graph_from)
        if (store.value("cut"), store.value("model"), store.value("graph_from")) != (cut, fingerprint, graph_from):
            with store.transaction():
                store.put_value("graph_from", graph_from)
                store.put_value("cut", cut)
                store.put_value("model", fingerprint)
                store.put_value("model_name", name)
        with watch.stage("compare"):
            compare(store, served, settings.ingest.near_duplicate)
            alike = near_duplicates(store, served)
        with watch.stage("index"):
            passages = sum(row.n_passages for row in store.rows_of(served, cut))
            if not passages:
                (folder_of(home) / CURRENT).unlink(missing_ok=True)
            elif not _is_current(home, digest_of(served, cut), settings.search.graph_from):
                build_generation(
                    store,
                    served,
                    home=home,
                    cut=cut,
                    fingerprint=fingerprint,
                    model=name,
                    graph_from=settings.search.graph_from,
                    progress=partial(tell, "index"),
                    previous=folder_of(home) / (current_name(home) or ""),
                )
            _tidy(store, home, keep_previous=True)
        kept_back = store.count_unplaced()
    return SyncReport(
        added=intake.count("added"),
        updated=intake.count("updated"),
        removed=intake.count("removed"),
        unchanged=intake.count("unchanged"),
        passages=passages,
        duplicates=_duplicates(served),
        near=_pairs(served, alike),
        kept_back=kept_back,
        skipped=tuple(intake.skipped),
        documents=tuple(intake.documents),
        timings=watch.seconds,
    )


def forget_previous(home: Path) -> int:
    """Erase the generation kept for going back, and every document that only it still held.

    Returns:
        The number of documents erased.

    Raises:
        StoreBusyError, StoreError: see :func:`sync`.
    """
    with open_writer(home, "erase") as store:
        return _tidy(store, home, keep_previous=False)


def _is_current(home: Path, digest: str, graph_from: int) -> bool:
    name = current_name(home)
    folder = folder_of(home) / (name or "")
    if name is None or not is_whole(folder):
        return False
    manifest = Manifest.load(folder)
    same_graph = (manifest.passages >= graph_from) == (manifest.passages >= manifest.graph_from)
    return manifest.digest == digest and same_graph


def _tidy(store: StoreWriter, home: Path, *, keep_previous: bool) -> int:
    if folder_of(home).is_dir():
        prune(home, keep_previous=keep_previous)
    return store.sweep(keys_in_use(home))


def _duplicates(served: Sequence[Served]) -> tuple[tuple[str, str], ...]:
    return tuple((path, one.path) for one in served for path in one.other_paths)


def _pairs(
    served: Sequence[Served], alike: Mapping[str, Sequence[tuple[str, float]]]
) -> tuple[tuple[str, str, float], ...]:
    """Each document that resembles one before it, with the one it resembles most: a group of n gives n - 1 lines."""
    found = []
    for one in served:
        before = [(path, share) for path, share in alike.get(one.document_id, ()) if path < one.path]
        found += [(one.path, *before[0])] if before else []
    return tuple(found)
