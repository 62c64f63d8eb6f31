"""The tables of the store, and the connections to it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sourcier.core.errors import EmptyIndexError, StoreDamagedError, StoreError

STORE_FILE = "corpus.sqlite"
SCHEMA_VERSION = 1

# documents   what reading gave: immutable, keyed by its content, so that a file read twice is stored once
# files       each file of the corpus, as last read; ``fingerprint`` is empty while its rows are being written
# places      where each document is found: one for a file, one a row for a collection
# cuts        which documents are cut and embedded under which (passage settings, embedding model)
# passages    offsets into documents.text; ``digest`` is the sha256 of the text that was embedded
# vectors     float32, little-endian, by model and embedded text: nothing is ever embedded twice
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    key TEXT PRIMARY KEY, document_id TEXT NOT NULL, text TEXT NOT NULL,
    blocks TEXT NOT NULL, metadata TEXT NOT NULL, warnings TEXT NOT NULL, chars INTEGER NOT NULL
);
CREATE TABLE files (
    location TEXT PRIMARY KEY, root TEXT NOT NULL, path TEXT NOT NULL, fingerprint TEXT NOT NULL
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
    section TEXT NOT NULL, notes TEXT NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (key, cut, position), FOREIGN KEY (key, cut) REFERENCES cuts ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX passages_by_digest ON passages (digest);
CREATE TABLE vectors (
    model TEXT NOT NULL, digest TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (model, digest)
) WITHOUT ROWID;
"""


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
        if _version(connection, path) == 0:
            connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.DatabaseError):
            raise StoreDamagedError("store.damaged", path=path, detail=error) from error
        raise
    return connection


def connect_to_read(home: Path) -> sqlite3.Connection:
    """A connection that can write nothing; it may be used from any thread, one at a time.

    Raises:
        EmptyIndexError: nothing was ever ingested here.
        StoreError: the store was written by a later version.
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
        if _version(connection, path) == 0:
            connection.close()
            raise EmptyIndexError("store.empty", home=home)
    except sqlite3.DatabaseError as error:
        raise StoreDamagedError("store.damaged", path=path, detail=error) from error
    return connection


def _version(connection: sqlite3.Connection, path: Path) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        connection.close()
        raise StoreError("store.newer", path=path, found=version, known=SCHEMA_VERSION)
    return int(version)
