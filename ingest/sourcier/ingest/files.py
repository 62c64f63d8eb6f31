"""Which files a corpus holds, in an order that never varies."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sourcier.core.errors import IngestError, UnreadableFileError

CATALOGUE_NAME = "sources.toml"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read.

    Attributes:
        root: absolute folder it was found from (its own folder when it was named itself).
        path: where it is below ``root``, with ``/``, in NFC: the path that citations show.
        file: where it is on this machine.
    """

    root: str
    path: str
    file: Path


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or a row of a collection, that was left out, and why."""

    path: str
    error: UnreadableFileError


def find_files(paths: Sequence[Path]) -> list[SourceFile]:
    """Every readable file of ``paths``, folders searched to the bottom, each file once.

    Hidden files and folders, symbolic links inside a folder, ``*.toml`` and the lock files of word processors are
    not documents; nor is the README that sits beside a ``sources.toml``.

    Raises:
        IngestError: a path does not exist, or a folder holds nothing to read.
    """
    found: dict[Path, SourceFile] = {}
    for path in paths:
        if not path.exists():
            raise IngestError("ingest.path_missing", path=path)
        real = path.resolve()
        if real.is_file():
            found.setdefault(real, _source(real.parent, real))
            continue
        files = [_source(real, file) for file in _walk(real)]
        if not files:
            raise IngestError("ingest.empty_folder", path=path)
        for source in sorted(files, key=lambda source: source.path):
            found.setdefault(source.file, source)
    return list(found.values())


def content_digest(file: Path) -> str:
    """sha256 of the file's bytes, in hexadecimal.

    Raises:
        UnreadableFileError: the file cannot be opened.
    """
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFileError("ingest.not_readable", path=file, detail=error.strerror or error) from error


def _source(root: Path, file: Path) -> SourceFile:
    # A name that is not UTF-8 could be neither stored nor shown: what cannot be read of it is replaced.
    name = os.fsencode(file.relative_to(root).as_posix()).decode("utf-8", errors="replace")
    return SourceFile(root=str(root), path=unicodedata.normalize("NFC", name), file=file)


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not (here / name).is_symlink())
        described = CATALOGUE_NAME in names
        for name in names:
            file = here / name
            if name.startswith((".", "~$")) or name.lower().endswith(".toml") or (described and name == "README.md"):
                continue
            if file.is_file() and not file.is_symlink():
                yield file
