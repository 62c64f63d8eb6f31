"""Files read: in processes that can be lost, several at once; their text assembled and their metadata found."""

from __future__ import annotations

import hashlib
import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from types import TracebackType
from typing import IO, Any, Self

from sourcier.core.errors import UnreadableFileError
from sourcier.core.settings import IngestSettings
from sourcier.core.types import BlockKind, Document, Metadata
from sourcier.ingest.assembly import assemble
from sourcier.ingest.drafts import Reading
from sourcier.ingest.files import Skipped, SourceFile, open_regular
from sourcier.ingest.kinds import Kind
from sourcier.ingest.limits import MEGABYTE, Limits
from sourcier.ingest.metadata import metadata_of, settled
from sourcier.ingest.pool import Pool
from sourcier.ingest.readers import collection
from sourcier.ingest.sandbox import Answer, Worker, file_request, reading_of, refusal_of, rows_request
from sourcier.ingest.sources import SourceCatalogue

READER_VERSION = 4
"""Raised whenever the same file would give another canonical text, other blocks or other metadata."""

_BLANK = b"\0\t\n\r \xef\xbb\xbf\xff\xfe"
_BATCH_ROWS = 100
_BATCH_BYTES = 1 << 18
_LOST = frozenset({"ingest.crashed", "ingest.too_slow", "ingest.too_much_memory", "ingest.too_much_text"})
"""Refusals that are those of a batch of rows, not of each of its rows."""

Job = tuple[SourceFile, SourceCatalogue]
Given = Document | Skipped


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as its process answered. ``size`` is that of the file; ``digest`` its sha256."""

    digest: str
    answer: Answer


class Readers:
    """Reads files in processes that can be lost, a few files ahead, and gives documents in the order of the files.

    What waits to be given is small: a process's answer beyond 2 MB waits on disk, and no more than four files a process
    are read ahead. Use it as a context: leaving it kills whatever is still under way.
    """

    def __init__(self, settings: IngestSettings) -> None:
        self._settings = settings
        self._limits = Limits.of(settings)
        self._pool = Pool(settings.workers, self._limits)
        self._ahead = 4 * self._pool.size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Kill the processes; what was not given is lost."""
        self._pool.close()

    def read_all(self, jobs: Iterable[Job]) -> Iterator[tuple[SourceFile, Iterator[Given]]]:
        """Each file with its documents, in order; ``jobs`` is asked for more files than were given.

        The documents of a file are an iterator that raises :class:`~sourcier.core.errors.UnreadableFileError` where the
        whole file cannot be read; the file after it is then asked for all the same.
        """
        started = (((source, catalogue), self._start(source)) for source, catalogue in jobs)
        for (source, catalogue), first in _ahead(started, self._ahead):
            yield source, self._documents(source, catalogue, first)

    def read(self, source: SourceFile, catalogue: SourceCatalogue) -> Iterator[Given]:
        """The documents of one file: one, or those of the rows of a collection or of the members of an archive.

        Raises:
            UnreadableFileError: the whole file cannot be read. A row or a member that cannot is a
                :class:`~sourcier.ingest.files.Skipped`, and the others go on.
        """
        return self._documents(source, catalogue, self._start(source))

    def _start(self, source: SourceFile) -> Future[_Read] | None:
        if collection.is_collection(source.path):
            return None  # Read as it is given: it may be longer than what can be kept.
        return self._pool.submit(partial(self._file, source))

    def _documents(
        self, source: SourceFile, catalogue: SourceCatalogue, first: Future[_Read] | None
    ) -> Iterator[Given]:
        try:
            if first is None:
                with _opened(source) as stream:
                    yield from self._collection(source, catalogue, stream, source.path)
                return
            read = first.result()
            try:
                yield from self._answered(source, catalogue, read)
            finally:
                read.answer.close()
        except UnreadableFileError as error:
            # Readers know bytes only: the sentence a person reads names the file.
            raise _named(error, source.path) from error

    def _file(self, source: SourceFile, worker: Worker) -> _Read:
        """What a process answers of a file. Runs in a thread of the pool, as does all that holds a whole file."""
        limit = self._settings.max_file_mb
        with _opened(source) as stream:
            size = stream.seek(0, 2)
            if size > limit * MEGABYTE:
                raise UnreadableFileError("ingest.too_large", size=-(-size // MEGABYTE), limit=limit)
            stream.seek(0)
            try:
                data = stream.read(limit * MEGABYTE)
            except OSError as error:
                raise UnreadableFileError("ingest.not_readable", detail=error.strerror or error) from error
        return _asked(worker, source.path, data, unpack=True)

    def _answered(self, source: SourceFile, catalogue: SourceCatalogue, read: _Read) -> Iterator[Given]:
        frames = list(read.answer.frames())
        for frame, _ in frames:
            if "member" not in frame and (refusal := refusal_of(frame)) is not None:
                raise refusal
        if all("member" in frame for frame, _ in frames):
            yield from self._members(source, catalogue, read, frames)
            return
        for frame, place in frames:
            described = catalogue.metadata_for(source, read.digest)
            reading = reading_of(read.answer.load(place), self._limits)
            yield _document(reading, frame, read.digest, source.path, source.path, described)

    def _members(
        self,
        source: SourceFile,
        catalogue: SourceCatalogue,
        read: _Read,
        frames: Sequence[tuple[dict[str, Any], tuple[int, int]]],
    ) -> Iterator[Given]:
        """The documents of what an archive or a mail holds, and of the mail itself."""
        outer = catalogue.metadata_for(source, read.digest)
        for frame, member in _ahead(self._opened_members(source, read.answer, frames), self._ahead):
            name = str(frame["member"])
            path = f"{source.path}#{name}" if name else source.path
            try:
                if isinstance(member, UnreadableFileError):
                    raise member
                if not isinstance(member, Future):
                    with member as stream:
                        yield from self._collection(source, catalogue, stream, path)
                    continue
                inner = member.result()
                try:
                    described = catalogue.metadata_for(source, inner.digest, name) if name else outer
                    for told, place in inner.answer.frames():
                        if (refusal := refusal_of(told)) is not None:
                            raise refusal
                        reading = reading_of(inner.answer.load(place), self._limits)
                        yield _document(reading, told, inner.digest, path, name or source.path, described, outer)
                finally:
                    inner.answer.close()
            except UnreadableFileError as refused:
                yield Skipped(path, _named(refused, path))

    def _opened_members(
        self, source: SourceFile, answer: Answer, frames: Sequence[tuple[dict[str, Any], tuple[int, int]]]
    ) -> Iterator[tuple[dict[str, Any], Any]]:
        for frame, place in frames:
            refusal = refusal_of(frame)
            name = str(frame["member"])
            if refusal is not None:
                yield frame, refusal
            elif collection.is_collection(name):
                yield frame, io.BytesIO(answer.load(place))
            else:
                yield frame, self._pool.submit(partial(_member, answer, place, name or source.path))

    def _collection(
        self, source: SourceFile, catalogue: SourceCatalogue, stream: IO[bytes], path: str
    ) -> Iterator[Given]:
        # The digest of a collection is not known before its end: only its name can be described.
        member = path.removeprefix(source.path).removeprefix("#") or None
        described = catalogue.metadata_for(source, "", member)
        seen: set[str] = set()
        batches = _batches(collection.lines_of(stream, path, self._limits))
        started = ((batch, self._pool.submit(partial(self._rows, batch))) for batch in batches)
        for batch, rows in _ahead(started, self._ahead):
            raw = {line.number: line.raw for line in batch}
            for row in rows.result():
                place = f"{path}#{row.id}"
                error = row.error
                if error is None and row.id in seen:
                    error = UnreadableFileError("ingest.row_repeated", number=row.number, id=row.id)
                seen.add(row.id)
                if error is not None or row.reading is None:
                    yield Skipped(place, _named(error or UnreadableFileError("ingest.no_text"), path))
                    continue
                reading = settled(row.reading)
                document = assemble(
                    reading,
                    document_id=hashlib.sha256(raw[row.number] or b"").hexdigest()[:16],
                    path=place,
                    metadata=metadata_of(described, reading, row.id, row=True),
                )
                if any(block.kind is not BlockKind.HEADING for block in document.blocks):
                    yield document
                else:
                    yield Skipped(place, UnreadableFileError("ingest.no_text", path=place))

    def _rows(self, lines: Sequence[collection.Line], worker: Worker) -> list[collection.Row]:
        """The rows of some lines. Where a process is lost on them, each half is tried: one row takes no other with it."""
        if len(lines) == 1 and lines[0].raw is None:
            number = lines[0].number
            error = UnreadableFileError("ingest.row_too_large", number=number)
            return [collection.Row(f"ligne-{number}", number, error=error)]
        numbers = [line.number for line in lines]
        try:
            return self._asked_rows(worker, numbers, b"\n".join(line.raw or b"" for line in lines))
        except UnreadableFileError as error:
            if error.key not in _LOST or len(lines) == 1:
                return [collection.Row(f"ligne-{number}", number, error=error) for number in numbers]
        half = len(lines) // 2
        return [*self._rows(lines[:half], worker), *self._rows(lines[half:], worker)]

    def _asked_rows(self, worker: Worker, numbers: list[int], data: bytes) -> list[collection.Row]:
        answer = worker.ask(rows_request(numbers), data)
        rows: list[collection.Row] = []
        try:
            for frame, place in answer.frames():
                refusal = refusal_of(frame)
                if "id" not in frame and refusal is not None:
                    raise refusal
                number, told = frame.get("number"), frame.get("id")
                if number not in numbers or not isinstance(told, str):
                    raise UnreadableFileError("ingest.crashed", memory=self._limits.memory_mb, code="JSON")
                reading = None if refusal else reading_of(answer.load(place), self._limits)
                rows.append(collection.Row(told, number, reading, refusal))
        finally:
            answer.close()
        return rows


def read(source: SourceFile, settings: IngestSettings, catalogue: SourceCatalogue) -> Iterator[Given]:
    """The documents of one file, read by itself: see :meth:`Readers.read`.

    Raises:
        UnreadableFileError: the whole file cannot be read.
    """
    with Readers(settings.model_copy(update={"workers": 1})) as readers:
        yield from readers.read(source, catalogue)


def _ahead(started: Iterable[tuple[Any, Any]], most: int) -> Iterator[tuple[Any, Any]]:
    """The same pairs, ``most`` of them asked for before the first one is given."""
    waiting: deque[tuple[Any, Any]] = deque()
    for pair in started:
        waiting.append(pair)
        if len(waiting) > most:
            yield waiting.popleft()
    while waiting:
        yield waiting.popleft()


def _batches(lines: Iterable[collection.Line]) -> Iterator[list[collection.Line]]:
    """Lines of a collection, as many as are worth a question."""
    batch: list[collection.Line] = []
    size = 0
    for line in lines:
        length = len(line.raw or b"")
        if batch and (len(batch) == _BATCH_ROWS or size + length > _BATCH_BYTES or line.raw is None):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += length
    if batch:
        yield batch


def _opened(source: SourceFile) -> IO[bytes]:
    try:
        return open_regular(source.file)
    except OSError as error:
        raise UnreadableFileError("ingest.not_readable", detail=error.strerror or error) from error


def _asked(worker: Worker, name: str, data: bytes, *, unpack: bool) -> _Read:
    if not data.strip(_BLANK):
        raise UnreadableFileError("ingest.empty_file")
    return _Read(hashlib.sha256(data).hexdigest(), worker.ask(file_request(name, unpack=unpack), data))


def _member(answer: Answer, place: tuple[int, int], name: str, worker: Worker) -> _Read:
    return _asked(worker, name, answer.load(place), unpack=False)


def _document(
    reading: Reading,
    frame: dict[str, Any],
    digest: str,
    path: str,
    name: str,
    described: Metadata | None,
    outer: Metadata | None = None,
) -> Document:
    """The document of a reading.

    Args:
        name: what its title is taken from when nothing says it.
        described: what ``sources.toml`` says of it; ``outer`` what it says of the archive that it comes from.
    """
    reading = settled(reading)
    stem = PurePosixPath(name.rpartition("#")[2]).stem
    metadata = metadata_of(described, reading, stem)
    if described is None and outer is not None:
        metadata = metadata_of(outer, reading, stem, row=True)
    document = assemble(reading, document_id=digest[:16], path=path, metadata=metadata)
    if not document.blocks:
        raise UnreadableFileError("ingest.no_text_pdf" if frame.get("kind") == Kind.PDF else "ingest.no_text")
    return document


def _named(error: UnreadableFileError, path: str) -> UnreadableFileError:
    return UnreadableFileError(error.key, **{"path": path, **error.values})
