"""Collections: one document a row, ``{"id", "title", "text", …}``, in ``.jsonl`` or ``.jsonl.gz``."""

from __future__ import annotations

import gzip
import json
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import BlockKind
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.readers.plain import blocks_of

_GIVEN = ("title", "publisher", "date", "url", "language", "kind")


@dataclass(frozen=True, slots=True)
class Row:
    """A row as read: ``raw`` is what its identity is made from. ``error`` is set instead of ``reading``."""

    id: str
    raw: bytes = b""
    reading: Reading | None = None
    error: UnreadableFileError | None = None


def rows(file: Path, *, max_bytes: int) -> Iterator[Row]:
    """The rows of a collection, one at a time; a bad one says why and the others go on.

    Raises:
        UnreadableFileError: the file cannot be opened or decompressed.
    """
    seen: set[str] = set()
    try:
        with _opened(file) as stream:
            number = 0
            while line := stream.readline(max_bytes + 1):
                number += 1
                if len(line) > max_bytes:
                    # The rest of an endless line cannot be told from the next row.
                    yield Row(f"ligne-{number}", error=UnreadableFileError("ingest.row_too_large", number=number))
                    return
                if not line.strip():
                    continue
                row = _row(line.strip(), number)
                if row.error is None and row.id in seen:
                    row = Row(row.id, error=UnreadableFileError("ingest.row_repeated", number=number, id=row.id))
                seen.add(row.id)
                yield row
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFileError("ingest.collection_broken", path=file, detail=error) from error


def _opened(file: Path) -> IO[bytes]:
    # Decompressing as it reads: what a small archive unfolds to never has to fit in memory.
    return cast("IO[bytes]", gzip.open(file, "rb")) if file.suffix == ".gz" else file.open("rb")


def _row(line: bytes, number: int) -> Row:
    name = f"ligne-{number}"
    try:
        raw = json.loads(line.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        return Row(name, error=UnreadableFileError("ingest.row_broken", number=number))
    row_id = raw.get("id") if isinstance(raw, dict) else None
    if isinstance(row_id, int) and not isinstance(row_id, bool):
        row_id = str(row_id)
    if not isinstance(row_id, str) or not row_id.strip() or not isinstance(raw.get("text"), str):
        return Row(name, error=UnreadableFileError("ingest.row_incomplete", number=number))
    given = {
        key: str(raw[key]).strip() for key in _GIVEN if isinstance(raw.get(key), str | int) and str(raw[key]).strip()
    }
    drafts = blocks_of(raw["text"], guess_headings=False)
    section = raw.get("section")
    if isinstance(section, str) and section.strip():
        drafts = (Draft(BlockKind.HEADING, " ".join(section.split()), 1), *drafts)
    row_id = unicodedata.normalize("NFC", row_id.strip()).encode("utf-8", errors="replace").decode()
    return Row(row_id, line, Reading(drafts, given))
