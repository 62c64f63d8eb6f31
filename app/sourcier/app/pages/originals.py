"""The files that documents were read from: found where the store says, and given only if they are still the same.

A document's id is the beginning of the sha256 of its file: what is read is hashed, and those very bytes are given.
"""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sourcier.core.errors import SourcierError
from sourcier.core.settings import Settings
from sourcier.index.store import open_store
from sourcier.ingest.limits import MEGABYTE

__all__ = ["Original", "Surroundings", "is_there", "original_of", "surroundings_of"]

_PDF = b"%PDF-"
#: Where a PDF may begin: readers take one after some bytes of something else.
_HEAD = 1024


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was ingested."""

    name: str
    data: bytes

    @property
    def is_pdf(self) -> bool:
        """Whether its content says so, whatever its name."""
        return _PDF in self.data[:_HEAD]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the store knows of a document beside its text.

    Attributes:
        cuts: where its passages begin, in characters.
        alike: ``(document_id, share)`` of those that say nearly the same: another version, often.
    """

    cuts: tuple[int, ...] = ()
    alike: tuple[tuple[str, float], ...] = ()


def original_of(settings: Settings, document_id: str) -> Original | None:
    """The file of a document, or None: it is gone, has changed, or the document is a part of a file.

    The caller has made sure that the document is one that may be found.
    """
    for path in _places(settings, document_id):
        data = _read(path, settings.ingest.max_file_mb * MEGABYTE)
        if data is not None and hashlib.sha256(data).hexdigest()[:16] == document_id:
            return Original(path.name, data)
    return None


def is_there(settings: Settings, document_id: str) -> bool:
    """Whether a file still is where the document was read from; whether it is the same is seen when it is opened."""
    return any(path.is_file() for path in _places(settings, document_id))


def surroundings_of(settings: Settings, document_id: str) -> Surroundings:
    """What the store knows; nothing where there is no store."""
    try:
        with open_store(settings.home) as store:
            cut, keys = store.value("cut"), store.keys_of(document_id)
            passages = next((found for key in keys if (found := store.passages(key, cut))), [])
            starts = tuple(stored.passage.start for stored in passages)
            pairs = [(one, other, share) for one, other, share in store.near() if one in keys or other in keys]
            if not pairs:
                return Surroundings(starts)
            named = {served.key: served.document_id for served in store.served()}
            alike: dict[str, float] = {}
            for one, other, share in pairs:
                twin = named.get(other if one in keys else one, document_id)
                if twin != document_id:
                    alike[twin] = max(share, alike.get(twin, 0.0))
            return Surroundings(starts, tuple(sorted(alike.items(), key=lambda pair: -pair[1])))
    except SourcierError:
        return Surroundings()


def _places(settings: Settings, document_id: str) -> list[Path]:
    try:
        with open_store(settings.home) as store:
            # A row of a collection or a member of an archive is a part of its file: it has an id of its own.
            return [path for path, row in store.origins(document_id) if not row]
    except SourcierError:
        return []


def _read(path: Path, most: int) -> bytes | None:
    """The content of a regular file, None for anything else: a link or a pipe may have taken its place."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with suppress(OSError):
        descriptor = os.open(path, flags)
        with os.fdopen(descriptor, "rb") as stream:
            told = os.fstat(descriptor)
            if stat.S_ISREG(told.st_mode) and told.st_size <= most:
                data = stream.read(most + 1)
                return data if len(data) <= most else None
    return None
