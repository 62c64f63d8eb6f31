"""One file read: the right reader for its kind, within the limits, its text assembled and its metadata found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from sourcier.core.errors import UnreadableFileError
from sourcier.core.settings import IngestSettings
from sourcier.core.types import BlockKind, Document
from sourcier.ingest.assembly import assemble
from sourcier.ingest.files import Skipped, SourceFile
from sourcier.ingest.kinds import Kind, kind_of, reader_for
from sourcier.ingest.limits import Limits
from sourcier.ingest.metadata import metadata_of
from sourcier.ingest.readers import collection
from sourcier.ingest.sandbox import read_apart
from sourcier.ingest.sources import SourceCatalogue

READER_VERSION = 3
"""Raised whenever the same file would give another canonical text or other blocks."""

_MEGABYTE = 1024 * 1024
_LARGE_TEXT = 2 * _MEGABYTE
"""Beyond it, even a text is read in a process that can be stopped."""


def read(source: SourceFile, settings: IngestSettings, catalogue: SourceCatalogue) -> Iterator[Document | Skipped]:
    """The document of a file, or those of the rows of a collection.

    Raises:
        UnreadableFileError: the whole file cannot be read. A row that cannot is a :class:`Skipped`, and the others go on.
    """
    try:
        if source.path.lower().endswith((".jsonl", ".jsonl.gz")):
            yield from _read_collection(source, settings, catalogue)
        else:
            yield _read_file(source, settings, catalogue)
    except UnreadableFileError as error:
        # Readers know bytes only: the sentence a person reads names the file.
        raise UnreadableFileError(error.key, **{"path": source.path, **error.values}) from error


def _read_file(source: SourceFile, settings: IngestSettings, catalogue: SourceCatalogue) -> Document:
    data = _content(source, settings)
    kind = kind_of(source.path, data)
    limits = Limits.of(settings)
    if kind.apart or len(data) > _LARGE_TEXT:
        reading = read_apart(kind, data, limits)
    else:
        reading = reader_for(kind)(data, limits=limits)
    digest = hashlib.sha256(data).hexdigest()
    metadata = metadata_of(catalogue.metadata_for(source, digest), reading, PurePosixPath(source.path).stem)
    document = assemble(reading, document_id=digest[:16], path=source.path, metadata=metadata)
    if not document.blocks:
        raise UnreadableFileError("ingest.no_text_pdf" if kind is Kind.PDF else "ingest.no_text")
    return document


def _read_collection(
    source: SourceFile, settings: IngestSettings, catalogue: SourceCatalogue
) -> Iterator[Document | Skipped]:
    # The digest of a collection is not known before its end: only its name can be described.
    described = catalogue.metadata_for(source, "")
    for row in collection.rows(source.file, max_bytes=settings.max_file_mb * _MEGABYTE):
        path = f"{source.path}#{row.id}"
        if row.reading is None:
            error = row.error or UnreadableFileError("ingest.no_text")
            yield Skipped(path, UnreadableFileError(error.key, **{"path": source.path, **error.values}))
            continue
        metadata = metadata_of(None, row.reading, row.id)
        if described is not None:
            metadata = replace(
                metadata,
                publisher=metadata.publisher or described.publisher,
                date=metadata.date or described.date,
                language=metadata.language or described.language,
                kind=metadata.kind or described.kind,
                url=metadata.url or described.url,
            )
        identity = hashlib.sha256(row.raw).hexdigest()[:16]
        document = assemble(row.reading, document_id=identity, path=path, metadata=metadata)
        if any(block.kind is not BlockKind.HEADING for block in document.blocks):
            yield document
        else:
            yield Skipped(path, UnreadableFileError("ingest.no_text", path=path))


def _content(source: SourceFile, settings: IngestSettings) -> bytes:
    try:
        size = source.file.stat().st_size
        if size > settings.max_file_mb * _MEGABYTE:
            raise UnreadableFileError("ingest.too_large", size=-(-size // _MEGABYTE), limit=settings.max_file_mb)
        data = source.file.read_bytes()
    except OSError as error:
        raise UnreadableFileError("ingest.not_readable", detail=error.strerror or error) from error
    if not data.strip(b"\0\t\n\r \xef\xbb\xbf\xff\xfe"):
        raise UnreadableFileError("ingest.empty_file")
    return data
