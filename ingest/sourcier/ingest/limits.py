"""What one file may cost, and archives opened within it."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sourcier.core.errors import UnreadableFileError

if TYPE_CHECKING:
    # Not in the processes that read files: it takes as long to import as all the rest.
    from sourcier.core.settings import IngestSettings

MEGABYTE = 1024 * 1024
MAX_OUTPUT = 64 * MEGABYTE
"""Bytes of JSON that may come back from a reader: about 20 million characters of text."""

_STEP = 1 << 18


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. Memory is the whole address space; time is on the wall and on the processor.

    Attributes:
        max_file_mb: size of a file, or of a member of an archive.
        max_unpacked_mb: what all the members of one archive may come to once decompressed, in megabytes.
        max_ratio: how many times its own size an archive may unfold to.
        max_members: how many files an archive may hold; ``max_nesting`` how deep archives may be in each other.
        ocr: languages of Tesseract (``fra+eng``) for pages without text, empty to leave such pages unread.
    """

    memory_mb: int = 2048
    timeout_s: int = 120
    max_pages: int = 2000
    max_file_mb: int = 50
    max_unpacked_mb: int = 200
    max_ratio: int = 100
    max_members: int = 5000
    max_nesting: int = 2
    ocr: str = ""
    output: int = MAX_OUTPUT

    @classmethod
    def of(cls, settings: IngestSettings) -> Limits:
        """Those of the settings."""
        return cls(
            memory_mb=settings.memory_mb,
            timeout_s=settings.timeout_s,
            max_pages=settings.max_pages,
            max_file_mb=settings.max_file_mb,
            max_unpacked_mb=settings.max_unpacked_mb,
            max_ratio=settings.max_ratio,
            max_members=settings.max_members,
            max_nesting=settings.max_nesting,
            ocr=settings.ocr,
        )


def open_archive(data: bytes, limits: Limits, kind: str) -> zipfile.ZipFile:
    """A ZIP archive (a Word, OpenDocument or EPUB file is one), every member of which was unfolded once and counted.

    Declared sizes may lie: only what comes out counts. Nothing is kept of it, so that memory stays that of one step.

    Args:
        kind: what the file should be (``DOCX``), for the sentence of the error.

    Raises:
        UnreadableFileError: ``ingest.damaged``, ``ingest.archive_unsafe`` (out of proportion) or ``ingest.archive_locked``.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
        if len(members) > limits.max_members:
            raise UnreadableFileError("ingest.archive_unsafe", detail=len(members))
        most = min(limits.max_unpacked_mb * MEGABYTE, max(MEGABYTE, limits.max_ratio * len(data)))
        total = 0
        for member in members:
            if member.flag_bits & 1:
                raise UnreadableFileError("ingest.archive_locked")
            with archive.open(member) as stream:
                while step := stream.read(_STEP):
                    total += len(step)
                    if total > most:
                        raise UnreadableFileError("ingest.archive_unsafe", detail=f"> {total // MEGABYTE} Mo")
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFileError("ingest.damaged", detail=kind) from error
    return archive
