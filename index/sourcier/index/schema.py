"""The tables of the store, and the connections to it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sourcier.core.errors import EmptyIndexError, StoreDamagedError, StoreError
from sourcier.index.lock import acquire

STORE_FILE = "corpus.sqlite"
SCHEMA_VERSION = 2

# documents   what reading gave: immutable, keyed by its content, so that a file read twice is stored once
# files       each file of the corpus, as last read; ``fingerprint`` is empty while its rows are being written
#             ``left_out`` is what of it will be refused again as long as it does not change, and why
# places      where each document is found: one for a file, one a row for a collection
# cuts        which documents are cut and embedded under which (passage settings, embedding model)
# passages    offsets into documents.text; ``digest`` is the sha256 of the text that was embedded
# vectors     float32, little-endian, by model and embedded text: nothing is ever embedded twice
# signatures  MinHash of each document that was compared with the others, and ``near`` those it resembles
# forgotten   documents that were erased on request, by the hash of their content alone: they are not taken in again
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    key TEXT PRIMARY KEY, document_id TEXT NOT NULL, text TEXT NOT NULL,
    blocks TEXT NOT NULL, metadata TEXT NOT NULL, findings TEXT NOT NULL, chars INTEGER NOT NULL,
    page_labels TEXT NOT NULL DEFAULT '[]'
);
CREATE TABLE files (
    location TEXT PRIMARY KEY, root TEXT NOT NULL, path TEXT NOT NULL, fingerprint TEXT NOT NULL,
    left_out TEXT NOT NULL DEFAULT '[]'
);
CREATE TABLE places (
    location TEXT NOT NULL REFERENCES files ON DELETE CASCADE ON UPDATE CASCADE,
    row TEXT NOT NULL, key TEXT NOT NULL REFERENCES documents, PRIMARY KEY (location, row)
) WITHOUT ROWID;
CREATE INDEX places_by_key ON places (key);
CREATE TABLE cuts (
    key TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, cut TEXT NOT NULL, PRIMARY KEY (key, cut)
) WITHOUT ROWID;
CREATE TABLE passages (
    key TEXT NOT NULL, cut TEXT NOT NULL, position INTEGER NOT NULL,
    passage_id TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER,
    section TEXT NOT NULL, notes TEXT NOT NULL, digest TEXT NOT NULL, clause TEXT, page_label TEXT,
    PRIMARY KEY (key, cut, position), FOREIGN KEY (key, cut) REFERENCES cuts ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX passages_by_digest ON passages (digest);
CREATE TABLE vectors (
    model TEXT NOT NULL, digest TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (model, digest)
) WITHOUT ROWID;
"""

_SINCE_2 = (
    """CREATE TABLE signatures (
        key TEXT PRIMARY KEY REFERENCES documents ON DELETE CASCADE, signature BLOB NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE near (
        key TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
        other TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
        share REAL NOT NULL, PRIMARY KEY (key, other)
    ) WITHOUT ROWID""",
    "CREATE INDEX near_by_other ON near (other)",
    "CREATE TABLE forgotten (document_id TEXT PRIMARY KEY, since TEXT NOT NULL) WITHOUT ROWID",
)

MIGRATIONS: dict[int, tuple[str, ...]] = {
    1: (
        "ALTER TABLE documents RENAME COLUMN warnings TO findings",
        "ALTER TABLE documents ADD COLUMN page_labels TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE files ADD COLUMN left_out TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE passages ADD COLUMN clause TEXT",
        "ALTER TABLE passages ADD COLUMN page_label TEXT",
        *_SINCE_2,
        # What was not kept before is found by reading each file again, once; vectors of the same texts serve again.
        "UPDATE files SET fingerprint = ''",
    ),
}
"""What brings a store of each earlier version to the next one, in one transaction."""


def connect_to_write(home: Path) -> sqlite3.Connection:
    """The connection of the one writer; the data folder and the tables are made where there are none.

    Raises:
        StoreError: the data folder cannot be written, or the store was written by a later version.
        StoreDamagedError: the file is not a store.
    """
    path = home / STORE_FILE
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
        connection = sqlite3.connect(path, isolation_level=None)
    except (OSError, sqlite3.OperationalError) as error:
        raise StoreError("store.not_writable", path=home, detail=error) from error
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: a commit is on the disk when it returns. secure_delete: what is removed is overwritten, not unlinked.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")
        version = _version(connection, path)
        if version == 0:
            rest = ";".join(_SINCE_2)
            connection.executescript(
                f"BEGIN IMMEDIATE; {_SCHEMA} {rest}; PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
            )
        elif version < SCHEMA_VERSION:
            _migrate(connection, home, version)
    except BaseException as error:
        connection.close()
        if isinstance(error, OSError | sqlite3.OperationalError):  # no room, no right
            raise StoreError("store.not_writable", path=home, detail=error) from error
        if isinstance(error, sqlite3.DatabaseError):
            raise StoreDamagedError("store.damaged", path=path, detail=error) from error
        raise
    return connection


def connect_to_read(home: Path) -> sqlite3.Connection:
    """A connection that can write nothing; it may be used from any thread, one at a time.

    Raises:
        EmptyIndexError: nothing was ever ingested here.
        StoreError: the store was written by a later version, or by an earlier one and cannot be converted here.
        StoreBusyError: it is an earlier version's, and another process is writing to it.
        StoreDamagedError: the file is not a store.
    """
    path = home / STORE_FILE
    if not path.is_file():
        raise EmptyIndexError("store.empty", home=home)
    # A journal needs files beside the store: where none can be made, nothing changes the store either.
    mode = "mode=ro" if os.access(home, os.W_OK) else "immutable=1"
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, check_same_thread=False
        )
        version = _version(connection, path)
        if version == 0:
            connection.close()
            raise EmptyIndexError("store.empty", home=home)
        if version < SCHEMA_VERSION:
            connection.close()
            _upgrade(home)
            return connect_to_read(home)
    except sqlite3.DatabaseError as error:
        raise StoreDamagedError("store.damaged", path=path, detail=error) from error
    return connection


def backup_path(home: Path, version: int) -> Path:
    """Where a store is copied before it is brought from ``version`` to the next one."""
    return home / f"corpus-v{version}.sqlite"


def remove_backups(home: Path) -> None:
    """Delete what was copied before a migration: it must not outlive the texts that are erased."""
    for path in home.glob("corpus-v*.sqlite*"):
        path.unlink(missing_ok=True)


def _upgrade(home: Path) -> None:
    """Bring an earlier version's store to this one, as its only writer."""
    if not os.access(home, os.W_OK):
        raise StoreError("store.older", path=home / STORE_FILE)
    lock = acquire(home)
    try:
        connect_to_write(home).close()
    finally:
        lock.release()


def _migrate(connection: sqlite3.Connection, home: Path, version: int) -> None:
    backup, part = backup_path(home, version), home / f"corpus-v{version}.sqlite.part"
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    connection.execute("VACUUM INTO ?", (str(part),))
    descriptor = os.open(part, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    part.replace(backup)
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in range(version, SCHEMA_VERSION):
            for statement in MIGRATIONS[step]:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection, path: Path) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        connection.close()
        raise StoreError("store.newer", path=path, found=version, known=SCHEMA_VERSION)
    return int(version)
