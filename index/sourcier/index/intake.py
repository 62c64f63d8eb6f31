"""Files into the store: what is new, what changed, what is gone. A file changes as a whole or not at all."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from sourcier.core.errors import UnreadableFileError
from sourcier.core.settings import IngestSettings
from sourcier.core.types import Document, Finding, Metadata
from sourcier.index.records import document_values, metadata_values
from sourcier.index.writing import KnownFile, StoreWriter
from sourcier.ingest.containers import is_container
from sourcier.ingest.files import Skipped, SourceFile, content_digest, search
from sourcier.ingest.kinds import announced
from sourcier.ingest.reading import READER_VERSION, Job, Readers
from sourcier.ingest.sources import SourceCatalogue
from sourcier.ingest.vocabulary import word_set

logger = logging.getLogger(__name__)

_LASTING = frozenset(
    f"ingest.{name}"
    for name in word_set(
        """
        binary damaged empty_archive empty_file entry_link entry_repeated entry_unsafe archive_locked no_text pdf_locked
        row_broken row_incomplete row_repeated too_deep unsupported web_page
        """
    )
)
"""Refusals that the content alone decides: the same file would be refused again. Limits, rights and tools may change."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document.

    Attributes:
        path: where it is in the corpus; ``FILE#id`` for a row of a collection.
        findings: what reading it changed, left out or could not keep; only for a document that was read.
    """

    path: str
    what: Literal["added", "updated", "removed", "unchanged"]
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Intake:
    """What one ingestion changed, document by document."""

    documents: list[Outcome] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def count(self, what: str) -> int:
        """How many documents had this outcome."""
        return sum(one.what == what for one in self.documents)

    def keep(self, path: str, rows: Iterable[str]) -> None:
        """Note that the documents of these rows of a file stay as they were."""
        self.documents.extend(Outcome(f"{path}{row}", "unchanged") for row in rows)


@dataclass(frozen=True, slots=True)
class _Change:
    """A file to read: what is known of it, the digest of its content, and the documents it gave before."""

    source: SourceFile
    file: KnownFile
    digest: str
    places: dict[str, str]


class _Intake:
    """One ingestion of some paths."""

    def __init__(self, store: StoreWriter) -> None:
        self._store = store
        self._known = store.files()
        self._forgotten = store.forgotten()
        self._waiting: dict[SourceFile, _Change] = {}
        self.report = Intake()
        self.settled = 0

    def changed(self, sources: Iterable[SourceFile], catalogues: Mapping[str, SourceCatalogue]) -> Iterator[Job]:
        """The files to read; the others are reported. Readers ask for a few more than were taken in so far."""
        for source in sources:
            catalogue = catalogues[source.root]
            location = location_of(source.file)
            known = self._known.get(location)
            places = self._store.places(location) if known else {}
            root, path = _widest(source, known)
            try:
                digest = content_digest(source.file)
            except UnreadableFileError as error:
                self._refuse(_Change(source, KnownFile(location, root, path, ""), "", places), error)
                continue
            if (since := self._forgotten.get(digest[:16])) is not None:
                self._leave_out(source, known, places, _erased(source.path, digest[:16], since))
                continue
            inside = catalogue.said_inside(source) if is_container(announced(source.path)) else {}
            fingerprint = _fingerprint(digest, catalogue.metadata_for(source, digest), inside)
            file = KnownFile(location, root, path, fingerprint)
            if known is None or known.fingerprint != fingerprint:
                self._waiting[source] = _Change(source, file, digest, places)
                yield source, catalogue
                continue
            self.report.keep(path, places)
            self.report.skipped.extend(_refused_before(source.path, known.left_out))
            self.settled += 1
            file = replace(file, left_out=known.left_out)
            if known != file:
                with self._store.transaction():
                    self._store.put_file(file)

    def take(self, source: SourceFile, documents: Iterable[Document | Skipped]) -> None:
        """Bring the store in line with one file that :meth:`changed` gave."""
        waiting = self._waiting.pop(source)
        try:
            with self._store.transaction():
                change = self._read(source, documents, waiting.file, waiting.places)
                if (changing := _changing(waiting)) is not None:
                    raise changing
        except UnreadableFileError as error:
            self._refuse(waiting, _changing(waiting) or error)
            return
        self.settled += 1
        self.report.documents.extend(change.documents)
        self.report.skipped.extend(change.skipped)

    def _leave_out(
        self, source: SourceFile, known: KnownFile | None, places: dict[str, str], why: UnreadableFileError
    ) -> None:
        """Report a file that was erased on request and is still, or again, in the folder."""
        self.settled += 1
        self.report.skipped.append(Skipped(source.path, why))
        if known is not None:
            with self._store.transaction():
                self._store.remove_file(known.location)
            self.report.documents.extend(Outcome(f"{known.path}{row}", "removed") for row in places)

    def _refuse(self, change: _Change, error: UnreadableFileError) -> None:
        # What was read of it before stays.
        self.settled += 1
        if change.digest and error.key in _LASTING:
            with self._store.transaction():
                self._store.put_file(
                    replace(change.file, left_out=_left_out([Skipped(change.source.path, error)], change.source))
                )
        self.report.keep(change.file.path, change.places)
        self.report.skipped.append(Skipped(change.source.path, error))

    def _read(
        self, source: SourceFile, documents: Iterable[Document | Skipped], file: KnownFile, places: dict[str, str]
    ) -> Intake:
        change = Intake()
        self._store.put_file(file)
        left = dict(places)
        erased: list[Skipped] = []
        for found in documents:
            row = found.path.removeprefix(source.path)
            if isinstance(found, Document) and (since := self._forgotten.get(found.document_id)) is not None:
                erased.append(Skipped(found.path, _erased(found.path, found.document_id, since)))
                continue
            before = left.pop(row, None)
            if isinstance(found, Skipped):
                change.skipped.append(found)
                if before is not None:
                    change.keep(file.path, [row])
                continue
            values = document_values(found)
            if before == values.key:
                change.keep(file.path, [row])
                continue
            self._store.put_place(file.location, row, values)
            what: Literal["added", "updated"] = "added" if before is None else "updated"
            change.documents.append(Outcome(f"{file.path}{row}", what, found.findings))
        if change.skipped and not (change.documents or left):
            raise change.skipped[0].error
        if any(skipped.path == source.path for skipped in change.skipped):
            # The file itself was left out, in mid-reading perhaps: nothing says that the other rows are gone.
            change.keep(file.path, left)
        else:
            for row in left:
                self._store.remove_place(file.location, row)
                change.documents.append(Outcome(f"{file.path}{row}", "removed"))
        if change.skipped:
            if all(skipped.error.key in _LASTING for skipped in change.skipped):
                self._store.put_file(replace(file, left_out=_left_out(change.skipped, source)))
            else:
                # Read again next time: what refused it may have been mended.
                self._store.put_file(replace(file, fingerprint=""))
        change.skipped.extend(erased)
        return change

    def remove(self, scopes: Sequence[Path], found: set[str]) -> None:
        """Forget the files of folders that were searched and are no longer there."""
        folders = tuple(f"{location_of(scope.resolve())}{os.sep}" for scope in scopes if scope.is_dir())
        for location, known in self._known.items():
            if location in found or not location.startswith(folders):
                continue
            places = self._store.places(location)
            if (error := _out_of_reach(known)) is not None:
                self.report.keep(known.path, places)
                self.report.skipped.append(Skipped(known.path, error))
                continue
            with self._store.transaction():
                self._store.remove_file(location)
            self.report.documents.extend(Outcome(f"{known.path}{row}", "removed") for row in places)


def take_in(
    store: StoreWriter, paths: Sequence[Path], settings: IngestSettings, progress: Callable[[int, int], None]
) -> Intake:
    """Bring the store in line with the files of ``paths``; other folders are left alone.

    Raises:
        IngestError: a path does not exist, holds nothing to read, or its ``sources.toml`` is broken. Nothing changed.
    """
    # Our own files are no documents, wherever the data folder is.
    found = search(paths, outside=store.path.parent)
    sources = found.sources
    files: dict[str, list[Path]] = {}
    for source in sources:
        files.setdefault(source.root, []).append(source.file)
    catalogues = {root: SourceCatalogue.load(Path(root), below) for root, below in files.items()}
    intake = _Intake(store)
    intake.report.skipped.extend(found.skipped)
    with Readers(settings) as readers:
        for source, documents in readers.read_all(intake.changed(sources, catalogues)):
            progress(intake.settled, len(sources))
            intake.take(source, documents)
    intake.remove(paths, {location_of(source.file) for source in sources})
    progress(len(sources), len(sources))
    return intake.report


def location_of(path: Path) -> str:
    """An absolute path as text that can be stored; what is not UTF-8 in it is spelt out."""
    return os.fsencode(path.absolute()).decode("utf-8", errors="backslashreplace")


def _fingerprint(digest: str, metadata: Metadata | None, inside: Mapping[str, Metadata]) -> str:
    described = json.dumps(metadata_values(metadata) if metadata else None)
    if inside:
        described += json.dumps({name: metadata_values(one) for name, one in sorted(inside.items())})
    return hashlib.sha256(f"{digest}|{described}|{READER_VERSION}".encode()).hexdigest()


def _left_out(skipped: Sequence[Skipped], source: SourceFile) -> str:
    rows = [
        [
            one.path.removeprefix(source.path),
            one.error.key,
            {name: str(value) for name, value in one.error.values.items()},
        ]
        for one in skipped
    ]
    return json.dumps(rows)


def _refused_before(path: str, left_out: str) -> Iterator[Skipped]:
    """What :func:`_left_out` noted, to be reported again."""
    for row, key, values in json.loads(left_out):
        yield Skipped(f"{path}{row}", UnreadableFileError(key, **values))


def _widest(source: SourceFile, known: KnownFile | None) -> tuple[str, str]:
    # A folder of a corpus that is ingested by itself keeps the paths it has in the corpus.
    if known is not None and Path(source.root).is_relative_to(known.root):
        return known.root, known.path
    return source.root, source.path


def _changing(change: _Change) -> UnreadableFileError | None:
    """Why what was read of a file cannot be relied on, good or bad: it is not the file that it was before."""
    try:
        same = content_digest(change.source.file) == change.digest
    except UnreadableFileError as error:
        return error
    return None if same else UnreadableFileError("store.file_changing", path=change.source.path)


def _erased(path: str, document_id: str, since: str) -> UnreadableFileError:
    return UnreadableFileError("store.file_forgotten", path=path, document=document_id, since=since)


def _out_of_reach(known: KnownFile) -> UnreadableFileError | None:
    """Why a file that was not found may still be there; ``None`` when it is gone, or no longer counts as a document."""
    try:
        os.lstat(known.location)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return UnreadableFileError("store.file_out_of_reach", path=known.path, detail=error.strerror)
    return None
