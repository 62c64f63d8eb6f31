"""Collections: one document a row, ``{"id", "title", "text", …}``, in ``.jsonl`` or ``.jsonl.gz``.

The lines are told apart by who asks, a few at a time, so that a collection of any length can be read; what is in them
is parsed where every other format is.
"""

from __future__ import annotations

import gzip
import io
import json
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, cast

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import BlockKind
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.limits import MEGABYTE, Limits
from sourcier.ingest.metadata import given_from
from sourcier.ingest.readers.plain import read_text


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, and its number from 1. Beyond the size allowed ``raw`` is ``None``, and it is the last."""

    number: int
    raw: bytes | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row as read, and the number of its line. ``error`` is set instead of ``reading``."""

    id: str
    number: int
    reading: Reading | None = None
    error: UnreadableFileError | None = None


def is_collection(path: str) -> bool:
    """Whether a name is that of a collection."""
    return path.lower().endswith((".jsonl", ".jsonl.gz"))


def lines_of(stream: IO[bytes], path: str, limits: Limits) -> Iterator[Line]:
    """The lines of a collection, one at a time, decompressed as they come when its name ends in ``.gz``.

    Raises:
        UnreadableFileError: it cannot be read to its end, or unfolds to far more than it should.
    """
    size = stream.seek(0, 2)
    stream.seek(0)
    packed = PurePath(path).suffix.lower() == ".gz"
    # Decompressing as it reads: what a small archive unfolds to never has to fit in memory.
    opened = io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=stream, mode="rb"))) if packed else stream
    most = min(limits.max_unpacked_mb * MEGABYTE, max(MEGABYTE, limits.max_ratio * size))
    longest = limits.max_file_mb * MEGABYTE
    total = number = 0
    try:
        while line := opened.readline(longest + 1):
            number += 1
            total += len(line)
            if packed and total > most:
                raise UnreadableFileError("ingest.archive_unsafe", detail=f"> {most // MEGABYTE} Mo")
            if len(line) > longest:
                # The rest of an endless line cannot be told from the next row.
                yield Line(number, None)
                return
            if line := line.strip():
                yield Line(number, line)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFileError("ingest.collection_broken", detail=error) from error


def rows_of(data: bytes, numbers: list[int]) -> Iterator[Row]:
    """The rows of some lines, each told by its number; a bad one says why and the others go on."""
    for number, line in zip(numbers, data.split(b"\n"), strict=True):
        yield _row(line, number)


def _row(line: bytes, number: int) -> Row:
    name = f"ligne-{number}"
    try:
        raw = json.loads(line.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        return Row(name, number, error=UnreadableFileError("ingest.row_broken", number=number))
    row_id = raw.get("id") if isinstance(raw, dict) else None
    if isinstance(row_id, int) and not isinstance(row_id, bool):
        row_id = str(row_id)
    if not isinstance(row_id, str) or not row_id.strip() or not isinstance(raw.get("text"), str):
        return Row(name, number, error=UnreadableFileError("ingest.row_incomplete", number=number))
    read = read_text(raw["text"], guess_headings=False)
    drafts = read.drafts
    section = raw.get("section")
    if isinstance(section, str) and section.strip():
        drafts = (Draft(BlockKind.HEADING, " ".join(section.split()), 1), *drafts)
    row_id = unicodedata.normalize("NFC", row_id.strip()).encode("utf-8", errors="replace").decode()
    given = given_from(raw)
    article = raw.get("num")
    if "title" not in given and isinstance(article, str) and article.strip():
        given["title"] = f"Article {' '.join(article.split())}"
    return Row(row_id, number, Reading(drafts, given, read.findings, read.dropped))
