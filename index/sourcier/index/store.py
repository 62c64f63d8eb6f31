"""The store: documents, where they are, their passages and vectors. It is the only truth; all else is built from it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcier.core.errors import StoreDamagedError, StoreError
from sourcier.core.types import Document, Passage
from sourcier.index.records import DocumentRow, DocumentValues, document_from, metadata_from, passage_from
from sourcier.index.schema import connect_to_read

__all__ = ["DocumentRow", "Served", "Store", "open_store"]

_DOCUMENT = "SELECT key, document_id, text, blocks, metadata, findings, page_labels FROM documents"
_PASSAGE = 'passage_id, start, "end", page, section, notes, clause, page_label'


@dataclass(frozen=True, slots=True)
class Served:
    """A document as the index serves it: once, whatever the number of places where exact copies of it are."""

    key: str
    document_id: str
    path: str
    other_paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage, and the sha256 of the text that was embedded for it."""

    passage: Passage
    digest: str


class Store:
    """What can be asked of the store. One connection, usable from any thread.

    Raises, from every method:
        StoreDamagedError: the file does not hold together.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path
        self._lock = threading.RLock()

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()

    def served(self) -> list[Served]:
        """Every document to index, ordered by path. Of exact copies, the first by root and path stands for all."""
        rows = self._rows("""
            SELECT d.document_id, p.key, f.path || p.row FROM places p
            JOIN files f USING (location) JOIN documents d USING (key) ORDER BY f.root, f.path || p.row
        """)
        places: dict[str, list[tuple[str, str]]] = {}
        for document_id, key, path in rows:
            places.setdefault(document_id, []).append((key, path))
        found = (
            Served(first[0], document_id, first[1], tuple(path for _, path in rest))
            for document_id, (first, *rest) in places.items()
        )
        return sorted(found, key=lambda served: (served.path, served.document_id))

    def ready(self, cut: str) -> list[Served]:
        """Those documents that have passages under one way to cut: what an index of it can serve."""
        served = self.served()
        sizes = {row.document_id: row.n_passages for row in self.rows_of(served, cut)}
        return [one for one in served if sizes.get(one.document_id)]

    def documents(self) -> list[DocumentRow]:
        """What is stored, ordered by path; passages are those of the last ingestion's settings."""
        return self.rows_of(self.served(), self.value("cut"))

    def rows_of(self, served: Iterable[Served], cut: str) -> list[DocumentRow]:
        """The rows of documents, with their numbers of passages under one way to cut."""
        sizes = self.passage_counts(cut)
        known = {key: rest for key, *rest in self._rows("SELECT key, metadata, chars FROM documents")}
        return [
            DocumentRow(
                document_id=one.document_id,
                path=one.path,
                metadata=metadata_from(known[one.key][0]),
                n_passages=sizes.get(one.key, 0),
                n_chars=known[one.key][1],
                other_paths=one.other_paths,
            )
            for one in served
            if one.key in known
        ]

    def passage_counts(self, cut: str) -> dict[str, int]:
        """How many passages each document has under one way to cut, by its key."""
        return dict(self._rows("SELECT key, count(*) FROM passages WHERE cut = ? GROUP BY key", (cut,)))

    def sizes_of(self, served: Iterable[Served]) -> list[tuple[str, int]]:
        """``(key, characters)`` of documents."""
        known = dict(self._rows("SELECT key, chars FROM documents"))
        return [(one.key, known[one.key]) for one in served if one.key in known]

    def document(self, document_id_or_path: str) -> Document:
        """A document by its id, or by the path of any of its places.

        Raises:
            StoreError: there is none.
        """
        return self.document_among(self.served(), document_id_or_path)

    def origins(self, document_id: str) -> list[tuple[Path, str]]:
        """Where a document was read: files, and ``#id`` for a row or a member of one (empty for the file itself)."""
        rows = self._rows(
            """
            SELECT f.location, p.row FROM places p JOIN files f USING (location) JOIN documents d USING (key)
            WHERE d.document_id = ? ORDER BY f.root, f.path || p.row
            """,
            (document_id,),
        )
        return [(Path(location), row) for location, row in rows]

    def document_among(self, served: Iterable[Served], document_id_or_path: str) -> Document:
        """The same, among the documents given."""
        wanted = document_id_or_path
        for one in served:
            if wanted in {one.document_id, one.path, *one.other_paths}:
                row = self._row(f"{_DOCUMENT} WHERE key = ?", (one.key,))
                if row is not None:
                    return document_from(DocumentValues(*row), one.path)
        raise StoreError("store.document_unknown", document=wanted)

    def passages(self, key: str, cut: str) -> list[StoredPassage]:
        """The passages of a document under one way to cut, in reading order."""
        row = self._row("SELECT document_id, text FROM documents WHERE key = ?", (key,))
        if row is None:
            return []
        document_id, text = row
        query = f"SELECT {_PASSAGE}, digest FROM passages WHERE key = ? AND cut = ? ORDER BY position"
        return [
            StoredPassage(passage_from(stored, document_id, text[stored[1] : stored[2]]), digest)
            for *stored, digest in self._rows(query, (key, cut))
        ]

    def passage(self, key: str, cut: str, position: int) -> StoredPassage | None:
        """One passage, or ``None`` where the store no longer has it."""
        # SQLite counts in code points as Python does, but from 1.
        query = f"""
            SELECT {_PASSAGE}, digest, document_id, substr(text, start + 1, "end" - start)
            FROM passages JOIN documents USING (key) WHERE key = ? AND cut = ? AND position = ?
        """
        row = self._row(query, (key, cut, position))
        if row is None:
            return None
        *stored, digest, document_id, text = row
        return StoredPassage(passage_from(stored, document_id, text), digest)

    def vectors(self, model: str, digests: Sequence[str]) -> Mapping[str, NDArray[np.float32]]:
        """The vectors that are known among those of the texts given by their digests."""
        found: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(digests), 500):  # SQLite's default limit of variables was long 999
            part = digests[start : start + 500]
            marks = ",".join("?" * len(part))
            rows = self._rows(
                f"SELECT digest, vector FROM vectors WHERE model = ? AND digest IN ({marks})", (model, *part)
            )
            found.update((digest, np.frombuffer(blob, "<f4")) for digest, blob in rows)
        return found

    def text(self, key: str) -> str:
        """The canonical text of a document, empty where the store does not have it."""
        row = self._row("SELECT text FROM documents WHERE key = ?", (key,))
        return str(row[0]) if row else ""

    def span(self, key: str, start: int, end: int) -> str:
        """A stretch of a document's canonical text, empty where the store does not have it."""
        row = self._row("SELECT substr(text, ? + 1, ? - ?) FROM documents WHERE key = ?", (start, end, start, key))
        return str(row[0]) if row else ""

    def keys_of(self, document_id: str) -> list[str]:
        """The keys of all the readings of a document that are stored."""
        return [
            key for (key,) in self._rows("SELECT key FROM documents WHERE document_id = ? ORDER BY key", (document_id,))
        ]

    def is_said_elsewhere(self, piece: str, keys: Sequence[str]) -> bool:
        """Whether a stretch of text is in another document than those of ``keys``, or in what is known of it."""
        marks = ",".join("?" * len(keys))
        query = f"""
            SELECT 1 FROM documents WHERE key NOT IN ({marks})
            AND (instr(text, ?) OR instr(blocks, ?) OR instr(metadata, ?) OR instr(findings, ?)) LIMIT 1
        """
        return self._row(query, (*keys, piece, piece, piece, piece)) is not None

    def own_vectors(self, keys: Sequence[str]) -> list[NDArray[np.float32]]:
        """The vectors of passages that no other document has."""
        marks = ",".join("?" * len(keys))
        rows = self._rows(
            f"""
            SELECT vector FROM vectors WHERE digest IN (SELECT digest FROM passages WHERE key IN ({marks}))
            AND digest NOT IN (SELECT digest FROM passages WHERE key NOT IN ({marks})) ORDER BY model, digest
            """,
            (*keys, *keys),
        )
        return [np.frombuffer(blob, "<f4") for (blob,) in rows]

    def near(self) -> list[tuple[str, str, float]]:
        """``(key, key, share)`` of the documents that say nearly the same."""
        return [(key, other, share) for key, other, share in self._rows("SELECT key, other, share FROM near")]

    def count_unplaced(self) -> int:
        """How many documents are stored and in no file any more: what the previous index still holds."""
        row = self._row("SELECT count(*) FROM documents WHERE key NOT IN (SELECT key FROM places)")
        return int(row[0]) if row else 0

    def forgotten(self) -> dict[str, str]:
        """The documents that were erased on request, by ``document_id``, and the day of it."""
        return dict(self._rows("SELECT document_id, since FROM forgotten ORDER BY since, document_id"))

    def manifest(self) -> Mapping[str, Any]:
        """What is stored, down to the digest of each vector: files, their documents, their passages.

        The same files, settings and model give the same one, byte for byte, whatever happened on the way.
        """
        cut, model = self.value("cut"), self.value("model")
        passages: dict[str, list[Any]] = {}
        rows = self._rows(
            """
            SELECT key, passage_id, start, "end", digest, vector FROM passages
            LEFT JOIN vectors USING (digest) WHERE cut = ? AND model = ? ORDER BY key, position
            """,
            (cut, model),
        )
        for key, passage_id, start, end, digest, vector in rows:
            passages.setdefault(key, []).append([passage_id, start, end, digest, sha256(vector or b"").hexdigest()])
        files = self._rows(
            "SELECT path, fingerprint, row, key FROM files LEFT JOIN places USING (location) ORDER BY 1, 3"
        )
        served = self.served()
        keys = {one.key for one in served}
        return {
            "cut": cut,
            "model": model,
            "files": [list(row) for row in files],
            "documents": [
                {"document_id": one.document_id, "key": one.key, "passages": passages.get(one.key, [])}
                for one in served
            ],
            "near": sorted(pair for pair in self.near() if {*pair[:2]} <= keys),
            "forgotten": list(self.forgotten()),
        }

    def value(self, name: str) -> str:
        """A value noted in the store, empty when there is none."""
        row = self._row("SELECT value FROM meta WHERE name = ?", (name,))
        return str(row[0]) if row else ""

    def _row(self, query: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        return next(iter(self._rows(query, values)), None)

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._connection.execute(query, tuple(values)).fetchall()
            except sqlite3.DatabaseError as error:
                raise StoreDamagedError("store.damaged", path=self.path, detail=error) from error


@contextmanager
def open_store(home: Path) -> Iterator[Store]:
    """The store of a data folder, to read.

    Raises:
        EmptyIndexError: nothing was ever ingested here.
        StoreError: it was written by a later version.
        StoreDamagedError: the file is not a store.
    """
    store = Store(connect_to_read(home), home)
    try:
        yield store
    finally:
        store.close()
