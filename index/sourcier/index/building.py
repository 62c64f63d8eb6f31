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
from sourcier.index.dense import CHROMA_SHARE, ChromaIndex, ExactScan, build_chroma, finds_itself
from sourcier.index.forward import Fields
from sourcier.index.generations import (
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
    progress: Callable[[int, int], None],
) -> str:
    """Build, check and publish the generation that serves these documents, which hold at least one passage.

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
        ids, fields, vectors = gather(store, served, cut, fingerprint)
        check_room(home, needed_bytes(fields, vectors))
        save_served(served, aside)
        (aside / "passages.txt").write_text("\n".join(ids), encoding="utf-8")
        np.save(aside / "vectors.npy", vectors, allow_pickle=False)
        progress(1, 4)
        build_lexical(fields, aside / "bm25")
        progress(2, 4)
        names = sorted(path.relative_to(aside).as_posix() for path in aside.rglob("*") if path.is_file())
        chroma = _build_chroma(aside, ids, vectors)
        progress(3, 4)
        _check_exact(aside, len(ids))
        manifest = Manifest(
            digest=digest,
            cut=cut,
            embedder=fingerprint,
            model=model,
            dimension=vectors.shape[1],
            documents=len(served),
            passages=len(ids),
            files=sizes_of(aside, names),
            chroma=chroma,
        )
        manifest.save(aside)
        write_sums(aside)
        publish(aside, home, name)
        progress(4, 4)
    except OSError as error:
        raise StoreError("store.not_writable", path=aside, detail=error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    logger.info("generation %s: %d documents, %d passages", name, len(served), len(ids))
    return name


def needed_bytes(fields: Sequence[Fields], vectors: NDArray[np.float32]) -> int:
    """What a generation may take on the disk at the most, while it is built.

    Measured: the vectors, twice their size in Chroma's graph and three times in its database, which empties itself in
    part; the words in order and the postings take less than twice the texts do.
    """
    texts = sum(len(field) for passage in fields for field in passage)
    return 6 * vectors.nbytes + 2 * texts + 1024 * len(fields) + 2 * _MEGABYTE


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
    store: Store, served: Sequence[Served], cut: str, fingerprint: str
) -> tuple[list[str], list[Fields], NDArray[np.float32]]:
    """What a generation is made of, row by row: passage ids, what BM25F searches, (n, dimension) vectors.

    Raises:
        StoreDamagedError: the store does not hold all of it.
    """
    ids: list[str] = []
    fields: list[Fields] = []
    parts: list[NDArray[np.float32]] = []
    titles = {row.document_id: row.metadata.title for row in store.rows_of(served, cut)}
    for one in served:
        passages = store.passages(one.key, cut)
        found = store.vectors(fingerprint, [stored.digest for stored in passages])
        for stored in passages:
            passage = stored.passage
            ids.append(passage.passage_id)
            fields.append(fields_of(titles[one.document_id], passage))
        try:
            if passages:
                parts.append(np.stack([found[stored.digest] for stored in passages]))
        except (KeyError, ValueError) as error:
            raise StoreDamagedError("store.vectors_missing", path=one.path) from error
    if len(set(ids)) != len(ids):
        raise StoreDamagedError("store.damaged", path=store.path, detail="passage_id")
    return ids, fields, np.concatenate(parts).astype(np.float32)


def _check_exact(folder: Path, count: int) -> None:
    """Read back what was written, as a reader would."""
    vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    sound = LexicalIndex(folder / "bm25").size == len(vectors) == count
    if not sound or not finds_itself(ExactScan(vectors), vectors, _CANARIES):
        raise StoreDamagedError("store.generation_damaged", path=folder, detail="canary")


def _build_chroma(folder: Path, ids: Sequence[str], vectors: NDArray[np.float32]) -> bool:
    """Whether Chroma, opened afresh, finds what was put there. Where it does not, readers scan: nothing is lost."""
    sound = False
    if len(ids) < 2:
        return False
    try:
        build_chroma(folder / "chroma", ids, vectors)
        chroma = ChromaIndex(folder / "chroma", {one: row for row, one in enumerate(ids)})
        try:
            sound = finds_itself(chroma, vectors, _CANARIES, share=CHROMA_SHARE)
        finally:
            chroma.close()
    except StoreDamagedError as error:
        logger.warning("%s", error.in_language("en"))
    if not sound:
        logger.warning("Chroma does not find the vectors of %s: exact scan", folder.name)
        shutil.rmtree(folder / "chroma", ignore_errors=True)
    return sound
