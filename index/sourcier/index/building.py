"""A generation built from the store, checked, then made current."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcier.core.errors import StoreDamagedError, StoreError
from sourcier.core.types import Passage
from sourcier.index.chroma import CHROMA_SHARE, ChromaIndex, build_chroma, can_be_copied, copy_chroma
from sourcier.index.dense import ExactScan, finds_itself
from sourcier.index.forward import Fields
from sourcier.index.generations import (
    GRAPH,
    Manifest,
    digest_of,
    folder_of,
    next_name,
    publish,
    save_served,
    sizes_of,
    write_sums,
)
from sourcier.index.lexical import LexicalIndex, build_lexical
from sourcier.index.reuse import Content, Previous, save_content
from sourcier.index.store import Served, Store

logger = logging.getLogger(__name__)

_CANARIES = 50
_MEGABYTE = 1 << 20


def build_generation(
    store: Store,
    served: Sequence[Served],
    *,
    home: Path,
    cut: str,
    fingerprint: str,
    model: str,
    graph_from: int,
    progress: Callable[[int, int], None],
    previous: Path | None = None,
) -> str:
    """Build, check and publish the generation that serves these documents, which hold at least one passage.

    Args:
        graph_from: passages from which Chroma's graph is built.
        previous: a generation to take over from what did not change. Where documents are erased there must be none: all
            is then made from what the store still holds.

    Returns:
        Its name.

    Raises:
        StoreError: there is no room, or no right to write.
        StoreDamagedError: what was built does not find its own passages: the generation before it stays current.
    """
    digest = digest_of(served, cut)
    name = next_name(home, digest)
    aside = folder_of(home) / f".{name}.part"
    try:
        folder_of(home).mkdir(mode=0o700, exist_ok=True)
        shutil.rmtree(aside, ignore_errors=True)  # of an ingestion that was killed
        aside.mkdir(mode=0o700)
        old = Previous.of(previous, store, cut, fingerprint)
        content = gather(store, served, cut, fingerprint, old)
        with_graph = len(content.ids) >= max(graph_from, 2)
        chars = sum(size for _, size in store.sizes_of(served))
        check_room(home, needed_bytes(chars, content.vectors, with_graph=with_graph))
        save_served(served, aside)
        save_content(content, aside)
        progress(1, 4)
        build_lexical(content.passages, aside / "bm25", previous=old.lexical if old else None)
        progress(2, 4)
        names = sorted(path.relative_to(aside).as_posix() for path in aside.rglob("*") if path.is_file())
        chroma = with_graph and _build_graph(aside, content, old)
        progress(3, 4)
        _check_exact(aside, len(content.ids))
        manifest = Manifest(
            digest=digest,
            cut=cut,
            embedder=fingerprint,
            model=model,
            dimension=content.vectors.shape[1],
            documents=len(served),
            passages=len(content.ids),
            files=sizes_of(aside, names),
            chroma=chroma,
            graph_from=graph_from,
        )
        manifest.save(aside)
        write_sums(aside)
        publish(aside, home, name)
        progress(4, 4)
    except OSError as error:
        raise StoreError("store.not_writable", path=aside, detail=error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    logger.info("generation %s: %d documents, %d passages", name, len(served), len(content.ids))
    return name


def needed_bytes(chars: int, vectors: NDArray[np.float32], *, with_graph: bool) -> int:
    """What a generation may take on the disk at the most, while it is built.

    Measured: with a graph the vectors, twice their size in it and three times in Chroma's database, which is emptied in
    the end; the words in order and the postings take less than three times the texts.

    Args:
        chars: of the documents' texts.
    """
    return (6 if with_graph else 1) * vectors.nbytes + 3 * chars + 1024 * len(vectors) + 2 * _MEGABYTE


def check_room(home: Path, needed: int) -> None:
    """Refuse to begin what the disk has no room for: a full disk stops others too.

    Raises:
        StoreError: there is not enough; it says how much is missing.
    """
    free = shutil.disk_usage(home).free
    if free < needed:
        raise StoreError("store.no_room", path=home, missing=-(-(needed - free) // _MEGABYTE))


def fields_of(title: str, passage: Passage) -> Fields:
    """What BM25F searches of a passage."""
    return Fields(title, "\n".join(passage.section), passage.text)


def gather(
    store: Store, served: Sequence[Served], cut: str, fingerprint: str, previous: Previous | None = None
) -> Content:
    """What a generation is made of, documents that ``previous`` serves too taken from there.

    Raises:
        StoreDamagedError: the store does not hold all of it.
    """
    ids: list[str] = []
    passages: list[Fields | int] = []
    vectors: list[NDArray[np.float32]] = []
    embedded: list[NDArray[np.uint8]] = []
    known: list[NDArray[np.int64]] = []
    rows = previous.rows if previous else {}
    new = [one for one in served if one.key not in rows]
    titles = {row.document_id: row.metadata.title for row in store.rows_of(new, cut)}
    for one in served:
        if previous and one.key in rows:
            first, last = rows[one.key]
            ids += previous.ids[first:last]
            passages += range(first, last)
            vectors.append(previous.vectors[first:last])
            embedded.append(previous.embedded[first:last])
            known.append(np.arange(first, last))
            continue
        stored = store.passages(one.key, cut)
        found = store.vectors(fingerprint, [each.digest for each in stored])
        ids += [each.passage.passage_id for each in stored]
        passages += [fields_of(titles[one.document_id], each.passage) for each in stored]
        try:
            if stored:
                vectors.append(np.stack([found[each.digest] for each in stored]))
        except (KeyError, ValueError) as error:
            raise StoreDamagedError("store.vectors_missing", path=one.path) from error
        digests = b"".join(bytes.fromhex(each.digest) for each in stored)
        embedded.append(np.frombuffer(digests, np.uint8).reshape(len(stored), 32))
        known.append(np.full(len(stored), -1))
    if len(set(ids)) != len(ids):
        raise StoreDamagedError("store.damaged", path=store.path, detail="passage_id")
    digests_of_all = np.concatenate(embedded)
    from_previous = np.concatenate(known).astype(np.int64)
    if previous:
        from_previous = previous.same_vectors(digests_of_all, from_previous)
    return Content(ids, passages, np.concatenate(vectors).astype(np.float32, copy=False), digests_of_all, from_previous)


def _check_exact(folder: Path, count: int) -> None:
    """Read back what was written, as a reader would."""
    vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    sound = LexicalIndex(folder / "bm25").size == len(vectors) == count
    if not sound or not finds_itself(ExactScan(vectors), vectors, _CANARIES):
        raise StoreDamagedError("store.generation_damaged", path=folder, detail="canary")


def _build_graph(folder: Path, content: Content, previous: Previous | None) -> bool:
    """Write Chroma's folder: the one before where it still serves, or a new one.

    Returns:
        Whether Chroma, opened afresh, finds what is there. Where it does not, readers scan: nothing is lost.
    """
    rows = previous.graph_rows(content.from_previous) if previous else None
    if previous and rows is not None and can_be_copied(rows, len(content.ids)):
        try:
            copy_chroma(previous.folder / "chroma", folder / "chroma", rows, content.vectors)
            if _is_sound(folder, rows, content.vectors):
                return True
        except (StoreDamagedError, OSError) as error:
            logger.warning("the graph of %s is built anew: %s", previous.folder.name, error)
        shutil.rmtree(folder / "chroma", ignore_errors=True)
    try:
        build_chroma(folder / "chroma", content.vectors)
        if _is_sound(folder, np.arange(len(content.ids)), content.vectors):
            return True
    except StoreDamagedError as error:
        logger.warning("%s", error.in_language("en"))
    logger.warning("Chroma does not find the vectors of %s: exact scan", folder.name)
    shutil.rmtree(folder / "chroma", ignore_errors=True)
    return False


def _is_sound(folder: Path, rows: NDArray[np.int64], vectors: NDArray[np.float32]) -> bool:
    np.save(folder / GRAPH, rows.astype(np.int64), allow_pickle=False)
    chroma = ChromaIndex(folder / "chroma", rows, vectors)
    try:
        return finds_itself(chroma, vectors, _CANARIES, share=CHROMA_SHARE)
    finally:
        chroma.close()
