"""A document's source, found again where it was read: all the text it holds, and what reading it leaves out."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.drafts import Reading
from sourcier.ingest.files import open_regular
from sourcier.ingest.limits import MEGABYTE, Limits
from sourcier.ingest.readers import collection
from sourcier.ingest.sandbox import Worker, file_request, reading_of, refusal_of, rows_request


@dataclass(frozen=True, slots=True)
class Original:
    """The text of a source as a naive extraction gives it, and what is read of it now."""

    text: str
    reading: Reading


def original_of(file: Path, row: str, document_id: str, limits: Limits) -> Original:
    """The source of a document, which must still be the one that was read.

    Args:
        file: where it was read.
        row: empty for a file; ``#id`` for a row of a collection, ``#name`` for a member of an archive or a mail.
        document_id: first 16 hexadecimal digits of the sha256 of what was read: the file, the row or the member.

    Raises:
        UnreadableFileError: it cannot be read, has changed or is gone, or is of a kind that cannot be compared.
    """
    try:
        return _original(file, row, document_id, limits)
    except UnreadableFileError as error:
        raise UnreadableFileError(error.key, **{"path": f"{file}{row}", **error.values}) from error


def _original(file: Path, row: str, document_id: str, limits: Limits) -> Original:
    if not os.path.lexists(file):
        raise UnreadableFileError("ingest.source_changed")
    worker = Worker(limits)
    try:
        with open_regular(file) as stream:
            if collection.is_collection(file.name):
                return _row(worker, stream, file.name, document_id, limits)
            data = stream.read(limits.max_file_mb * MEGABYTE + 1)
        if not row or _identity(data) == document_id:
            return _whole(worker, file.name, data, document_id, limits)
        for name, member in _members(worker, file.name, data):
            if f"#{name}" == row:
                return _whole(worker, name, member, document_id, limits)
    except OSError as error:
        raise UnreadableFileError("ingest.not_readable", detail=error.strerror or error) from error
    finally:
        worker.close()
    raise UnreadableFileError("ingest.source_changed")


def _whole(worker: Worker, name: str, data: bytes, document_id: str, limits: Limits) -> Original:
    if _identity(data) != document_id:
        raise UnreadableFileError("ingest.source_changed")
    text = next(_asked(worker, file_request(name, source=True), data))[1]
    told = next(_asked(worker, file_request(name), data))[1]
    return Original(text.decode("utf-8", "surrogatepass"), reading_of(told, limits))


def _row(worker: Worker, stream: IO[bytes], name: str, document_id: str, limits: Limits) -> Original:
    for line in collection.lines_of(stream, name, limits):
        if line.raw is None or _identity(line.raw) != document_id:
            continue
        told = next(_asked(worker, rows_request([line.number]), line.raw))[1]
        try:
            raw: dict[str, Any] = json.loads(line.raw.decode("utf-8-sig"))
            pieces = [raw.get("section"), raw["text"]]
        except (ValueError, KeyError, RecursionError) as error:
            raise UnreadableFileError("ingest.source_changed") from error
        return Original("\n\n".join(piece for piece in pieces if isinstance(piece, str)), reading_of(told, limits))
    raise UnreadableFileError("ingest.source_changed")


def _members(worker: Worker, name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    for frame, member in _asked(worker, file_request(name, unpack=True), data):
        yield str(frame.get("member", "")), member


def _asked(worker: Worker, request: dict[str, Any], data: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The frames of an answer; a member that is refused is left out.

    Raises:
        UnreadableFileError: the whole is refused.
    """
    answer = worker.ask(request, data)
    try:
        for frame, place in answer.frames():
            refusal = refusal_of(frame)
            if refusal is None:
                yield frame, answer.load(place)
            elif "member" not in frame:
                raise refusal
    finally:
        answer.close()


def _identity(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
