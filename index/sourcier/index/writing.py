"""The one writer of the store: a lock held for as long as it is open, every change in a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcier.core.errors import StoreError
from sourcier.index.activity import Reporter, Stage, hold
from sourcier.index.lock import LOCK_FILE
from sourcier.index.records import DocumentValues
from sourcier.index.schema import STORE_FILE, connect_to_write, remove_backups
from sourcier.index.store import Store, StoredPassage


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file of the corpus as it was last read. ``location`` is its absolute path, ``path`` the one that is shown.

    Attributes:
        left_out: JSON of what was refused and will be again: rows of ``[row, key, values]``, the row of a whole file empty.
    """

    location: str
    root: str
    path: str
    fingerprint: str
    left_out: str = "[]"


class StoreWriter(Store):
    """What only the one writer may do. Changes belong between ``with writer.transaction():``.

    Attributes:
        reporter: where it says how far it is.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, reporter: Reporter) -> None:
        super().__init__(connection, path)
        self.reporter = reporter

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, on the disk when it ends.

        Raises:
            StoreError: it cannot be written (disk full, rights lost); nothing of it is kept.
        """
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError):
                raise StoreError("store.not_writable", path=self.path, detail=error) from error
            raise

    def files(self) -> dict[str, KnownFile]:
        """Every file known, by location."""
        rows = self._rows("SELECT location, root, path, fingerprint, left_out FROM files")
        return {row[0]: KnownFile(*row) for row in rows}

    def put_file(self, file: KnownFile) -> None:
        """Note a file, or what changed of it."""
        self._connection.execute(
            """
            INSERT INTO files (location, root, path, fingerprint, left_out) VALUES (?, ?, ?, ?, ?) ON CONFLICT (location)
            DO UPDATE SET root = excluded.root, path = excluded.path, fingerprint = excluded.fingerprint,
                left_out = excluded.left_out
            """,
            astuple(file),
        )

    def remove_file(self, location: str) -> None:
        """Forget a file and its places."""
        self._connection.execute("DELETE FROM files WHERE location = ?", (location,))

    def places(self, location: str) -> dict[str, str]:
        """The key of the document of each row of a file; the row of a plain file is empty."""
        return dict(self._rows("SELECT row, key FROM places WHERE location = ?", (location,)))

    def put_place(self, location: str, row: str, values: DocumentValues) -> None:
        """Note what was read somewhere."""
        self._connection.execute(
            """
            INSERT OR IGNORE INTO documents
            (key, document_id, text, blocks, metadata, findings, page_labels, chars)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            (*astuple(values), len(values.text)),
        )
        self._connection.execute(
            "INSERT OR REPLACE INTO places (location, row, key) VALUES (?, ?, ?)", (location, row, values.key)
        )

    def remove_place(self, location: str, row: str) -> None:
        """Forget one row of a collection."""
        self._connection.execute("DELETE FROM places WHERE location = ? AND row = ?", (location, row))

    def cut_keys(self, cut: str) -> set[str]:
        """The documents that are already cut and embedded in one way."""
        return {key for (key,) in self._rows("SELECT key FROM cuts WHERE cut = ?", (cut,))}

    def put_passages(self, key: str, cut: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Note a document's passages: the ``passage_values`` of each, in reading order."""
        self._connection.execute("INSERT INTO cuts (key, cut) VALUES (?, ?)", (key, cut))
        self._connection.executemany(
            """
            INSERT INTO passages (key, cut, position, passage_id, start, "end", page, section, notes, digest,
             clause, page_label)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            ((key, cut, position, *row) for position, row in enumerate(rows)),
        )

    def put_vectors(self, model: str, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        """Note the vectors of embedded texts, by digest."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO vectors (model, digest, vector) VALUES (?, ?, ?)",
            ((model, digest, vector.astype("<f4").tobytes()) for digest, vector in vectors.items()),
        )

    def forget(self, document_id: str, since: str) -> None:
        """Remove a document from all its places, and note the hash of its content so that it is not taken in again."""
        self._connection.execute("INSERT OR REPLACE INTO forgotten VALUES (?, ?)", (document_id, since))
        keys = [(key,) for key in self.keys_of(document_id)]
        self._connection.executemany("DELETE FROM places WHERE key = ?", keys)
        # Files that hold nothing any more; one that was never read to its end has an empty fingerprint and stays.
        self._connection.execute(
            "DELETE FROM files WHERE fingerprint != '' AND location NOT IN (SELECT location FROM places)"
        )

    def allow(self, document_id: str) -> bool:
        """Let a forgotten document be taken in again; ``False`` if it was not one."""
        # Read again whatever may hold it.
        self._connection.execute("UPDATE files SET fingerprint = ''")
        return bool(self._connection.execute("DELETE FROM forgotten WHERE document_id = ?", (document_id,)).rowcount)

    def shred(self) -> None:
        """Have nothing of what was deleted left in the file's free pages, nor in the journal.

        Raises:
            StoreError: a reader keeps the journal from being emptied, or there is no room.
        """
        try:
            self._connection.execute("PRAGMA busy_timeout = 5000")
            self._connection.execute("VACUUM")
            (busy, *_) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            raise StoreError("store.not_writable", path=self.path, detail=error) from error
        if busy:
            raise StoreError("store.not_shredded", path=self.path)
        remove_backups(self.path.parent)

    def signatures(self) -> dict[str, bytes]:
        """The signature of each document that was compared with the others."""
        return dict(self._rows("SELECT key, signature FROM signatures"))

    def put_signatures(self, signatures: Mapping[str, bytes], near: Mapping[tuple[str, str], float]) -> None:
        """Note documents that were compared, and the pairs that are alike."""
        self._connection.executemany("INSERT OR REPLACE INTO signatures VALUES (?, ?)", signatures.items())
        pairs = ((key, other, share) for (key, other), share in near.items())
        self._connection.executemany("INSERT OR REPLACE INTO near VALUES (?, ?, ?)", pairs)

    def forget_signatures(self) -> None:
        """Have every document compared again."""
        self._connection.execute("DELETE FROM signatures")
        self._connection.execute("DELETE FROM near")

    def put_value(self, name: str, value: str) -> None:
        """Note a value."""
        self._connection.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))

    def sweep(self, keep: Iterable[str]) -> int:
        """Erase documents that are nowhere any more and that no generation of ``keep`` serves, with all they left.

        Returns:
            The number of documents erased.
        """
        kept = set(keep)
        gone = [
            (key,)
            for (key,) in self._rows("SELECT key FROM documents WHERE key NOT IN (SELECT key FROM places)")
            if key not in kept
        ]
        orphans = self._row("SELECT 1 FROM vectors WHERE digest NOT IN (SELECT digest FROM passages) LIMIT 1")
        if gone or orphans:
            with self.transaction():
                self._connection.executemany("DELETE FROM documents WHERE key = ?", gone)
                self._connection.execute("DELETE FROM vectors WHERE digest NOT IN (SELECT digest FROM passages)")
            # What was erased must leave the journal too, and the copy that a migration made.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            remove_backups(self.path.parent)
        return len(gone)


__all__ = ["LOCK_FILE", "KnownFile", "StoreWriter", "StoredPassage", "open_writer"]


@contextmanager
def open_writer(home: Path, stage: Stage = "read") -> Iterator[StoreWriter]:
    """The writer of a data folder, which is made if need be.

    Args:
        stage: what others are told that it is doing, until its ``reporter`` says more.

    Raises:
        StoreBusyError: another process is writing; nothing is waited for.
        StoreError: the folder cannot be written, or the store is a later version's.
        StoreDamagedError: the file is not a store.
    """
    with hold(home, stage) as reporter:
        writer = StoreWriter(connect_to_write(home), home / STORE_FILE, reporter)
        try:
            yield writer
        finally:
            writer.close()
