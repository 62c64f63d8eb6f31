"""Which files a corpus holds, in an order that never varies, and which ones are left out before they are opened."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path

from sourcier.core.errors import IngestError, UnreadableFileError

CATALOGUE_NAME = "sources.toml"
# What systems leave in folders; names that start with a full stop need no list.
_LITTER = frozenset({"thumbs.db", "desktop.ini", "icon\r"})
# Neither followed through a link that was put in its place meanwhile, nor waited for when it is a pipe.
_OPENING = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | os.O_CLOEXEC
    if os.name == "posix"
    else os.O_RDONLY | getattr(os, "O_BINARY", 0)
)


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


@dataclass(slots=True)
class Found:
    """What a search found: the files to read, and what was left out of it that a person may have meant to be read."""

    sources: list[SourceFile] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def search(paths: Sequence[Path], *, outside: Path | None = None) -> Found:
    """Every file of ``paths``, folders searched to the bottom, each file once.

    Hidden files and folders, ``*.toml``, the lock files of word processors and what systems leave in folders are not
    documents; nor is the README that sits beside a ``sources.toml``. Symbolic links inside a folder, pipes, sockets and
    devices, and folders that cannot be opened, are left out with their reason.

    Args:
        outside: a folder that is not searched, where it is inside one that is.

    Raises:
        IngestError: a path does not exist, or a folder holds nothing to read.
    """
    found: dict[Path, SourceFile] = {}
    result = Found()
    for path in paths:
        if not path.exists():
            raise IngestError("ingest.path_missing", path=path)
        real = path.resolve()
        if not real.is_dir():
            found.setdefault(real, _source(real.parent, real))
            continue
        walk = _Walk(real, outside.resolve() if outside else None)
        files = sorted((_source(real, file) for file in walk), key=lambda source: source.path)
        if not files:
            raise IngestError("ingest.empty_folder", path=path)
        result.skipped += sorted(walk.skipped, key=lambda skipped: skipped.path)
        for source in files:
            found.setdefault(source.file, source)
    result.sources = list(found.values())
    return result


def find_files(paths: Sequence[Path]) -> list[SourceFile]:
    """The files of :func:`search` alone."""
    return search(paths).sources


def content_digest(file: Path) -> str:
    """sha256 of the file's bytes, in hexadecimal.

    Raises:
        UnreadableFileError: the file cannot be opened.
    """
    try:
        with open_regular(file) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFileError("ingest.not_readable", path=file, detail=error.strerror or error) from error


def open_regular(file: Path) -> BufferedReader:
    """Open a file that is one: not a link, nor something that could be waited for without end.

    Raises:
        UnreadableFileError: ``ingest.link`` or ``ingest.not_a_file``.
        OSError: it cannot be opened.
    """
    try:
        descriptor = os.open(file, _OPENING)
    except OSError as error:
        if (reason := _reason(file)) is not None:
            raise reason from error
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableFileError("ingest.not_a_file", path=file)
    return os.fdopen(descriptor, "rb")


def is_litter(name: str) -> bool:
    """Whether a name is that of a hidden file, of a lock, or of what a system leaves in folders."""
    return name.startswith((".", "~$")) or name.lower() in _LITTER


def _source(root: Path, file: Path) -> SourceFile:
    return SourceFile(root=str(root), path=_shown(root, file), file=file)


def _shown(root: Path, file: Path) -> str:
    # A name that is not UTF-8 could be neither stored nor shown: what cannot be read of it is replaced.
    name = os.fsencode(file.relative_to(root).as_posix()).decode("utf-8", errors="replace")
    return unicodedata.normalize("NFC", name)


class _Walk:
    """The regular files below a folder; what else was met is in ``skipped`` afterwards."""

    def __init__(self, root: Path, outside: Path | None) -> None:
        self._root = root
        self._outside = outside
        self.skipped: list[Skipped] = []

    def __iter__(self) -> Iterator[Path]:
        for folder, folders, names in os.walk(self._root, onerror=self._closed):
            here = Path(folder)
            seen = sorted(name for name in folders if not is_litter(name))
            folders[:] = [name for name in seen if here / name != self._outside and self._kept(here / name)]
            described = CATALOGUE_NAME in names
            for name in names:
                if is_litter(name) or name.lower().endswith(".toml") or (described and name == "README.md"):
                    continue
                if self._kept(here / name):
                    yield here / name

    def _kept(self, file: Path) -> bool:
        error = _reason(file)
        if error is not None:
            path = _shown(self._root, file)
            self.skipped.append(Skipped(path, UnreadableFileError(error.key, path=path, **error.values)))
        return error is None

    def _closed(self, error: OSError) -> None:
        path = _shown(self._root, Path(os.fsdecode(error.filename)))
        detail = error.strerror or error
        self.skipped.append(Skipped(path, UnreadableFileError("ingest.folder_closed", path=path, detail=detail)))


def _reason(file: Path) -> UnreadableFileError | None:
    """Why something in a folder is not to be opened."""
    try:
        mode = file.lstat().st_mode
    except OSError as error:
        return UnreadableFileError("ingest.not_readable", detail=error.strerror or error)
    if stat.S_ISLNK(mode):
        return UnreadableFileError("ingest.link")
    return None if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else UnreadableFileError("ingest.not_a_file")
