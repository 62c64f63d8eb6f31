"""The store: documents, where they are, their passages and vectors. It is the only truth; all else is built from it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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

    def documents(self) -> list[DocumentRow]:
        """What is stored, ordered by path; passages are those of the last ingestion's settings."""
        return self.rows_of(self.served(), self.value("cut"))

    def rows_of(self, served: Iterable[Served], cut: str) -> list[DocumentRow]:
        """The rows of documents, with their numbers of passages under one way to cut."""
        sizes = dict(self._rows("SELECT key, count(*) FROM passages WHERE cut = ? GROUP BY key", (cut,)))
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

    def passage(self, key: str, cut: str, position: int) -> Passage | None:
        """One passage, or ``None`` where the store no longer has it."""
        # SQLite counts in code points as Python does, but from 1.
        query = f"""
            SELECT {_PASSAGE}, document_id, substr(text, start + 1, "end" - start)
            FROM passages JOIN documents USING (key) WHERE key = ? AND cut = ? AND position = ?
        """
        row = self._row(query, (key, cut, position))
        return passage_from(row[:-2], row[-2], row[-1]) if row else None

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
