"""Files that hold other files: ZIP archives and e-mails, opened to the bottom within one set of counters.

Nothing is ever written under the name that an entry gives itself: a name is only shown. It runs in the process that
parses one file, and hands the members over as bytes; each of them is then read by itself.
"""

from __future__ import annotations

import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.files import CATALOGUE_NAME, is_litter
from sourcier.ingest.kinds import Kind, kind_of
from sourcier.ingest.limits import MEGABYTE, Limits

_STEP = 1 << 18
_UTF8_NAME = 0x800
_DRIVE = re.compile(r"[A-Za-z]:")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+")
_LONGEST_NAME = 400


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside another one: its bytes, or why it was left out.

    Attributes:
        path: ``inner/name.pdf``; ``inner.zip#name.pdf`` where it was deeper. A mail's own text has an empty path.
    """

    path: str
    data: bytes = b""
    error: UnreadableFileError | None = None


@dataclass(slots=True)
class Counters:
    """What may still be unfolded, over a whole nest of archives."""

    limits: Limits
    bytes_left: int
    members_left: int
    allowed: int = field(init=False)

    def __post_init__(self) -> None:
        self.allowed = self.bytes_left

    @classmethod
    def of(cls, limits: Limits, size: int) -> Counters:
        """Those of an archive of ``size`` bytes: a small one may come to a megabyte all the same."""
        most = min(limits.max_unpacked_mb * MEGABYTE, max(MEGABYTE, limits.max_ratio * size))
        return cls(limits, most, limits.max_members)

    def unfold(self, size: int) -> None:
        """Count ``size`` bytes more.

        Raises:
            UnreadableFileError: ``ingest.archive_unsafe``.
        """
        self.bytes_left -= size
        if self.bytes_left < 0:
            raise UnreadableFileError("ingest.archive_unsafe", detail=f"> {-(-self.allowed // MEGABYTE)} Mo")

    def meet(self, members: int) -> None:
        """Count ``members`` more.

        Raises:
            UnreadableFileError: ``ingest.archive_unsafe``.
        """
        self.members_left -= members
        if self.members_left < 0:
            raise UnreadableFileError("ingest.archive_unsafe", detail=f"> {self.limits.max_members}")


def is_container(kind: Kind | None) -> bool:
    """Whether files of this kind are opened for what they hold."""
    return kind in {Kind.ZIP, Kind.MAIL}


def unpack(data: bytes, kind: Kind, limits: Limits) -> Iterator[Member]:
    """The files that a container holds, those of the containers in it included, in its own order.

    Raises:
        UnreadableFileError: the whole is damaged, locked, empty, or out of proportion. What came before is then worth nothing.
    """
    found = False
    for member in _opened(data, kind, Counters.of(limits, len(data)), depth=0):
        found = True
        yield member
    if not found:
        raise UnreadableFileError("ingest.empty_archive")


def _opened(data: bytes, kind: Kind, counters: Counters, depth: int) -> Iterator[Member]:
    if kind is Kind.MAIL:
        from sourcier.ingest.readers.mail import attachments

        yield Member("", data)
        entries = attachments(data, counters)
    else:
        entries = _entries(data, counters)
    for entry in entries:
        yield from _deeper(entry, counters, depth + 1)


def _deeper(entry: Member, counters: Counters, depth: int) -> Iterator[Member]:
    """An entry, or what it holds when it is itself a container."""
    kind = _kind(entry)
    if kind is None or not is_container(kind):
        yield entry
        return
    if depth > counters.limits.max_nesting:
        refusal = UnreadableFileError("ingest.nested_too_deep", limit=counters.limits.max_nesting)
        yield Member(entry.path, error=refusal)
        return
    try:
        for inner in _opened(entry.data, kind, counters, depth):
            path = f"{entry.path}#{inner.path}" if inner.path else entry.path
            yield Member(path, inner.data, inner.error)
    except UnreadableFileError as error:
        # A limit that is passed is that of the whole; any other failing of an inner archive is its own.
        if error.key == "ingest.archive_unsafe":
            raise
        yield Member(entry.path, error=error)


def _kind(entry: Member) -> Kind | None:
    if entry.error is not None:
        return None
    try:
        return kind_of(entry.path, entry.data)
    except UnreadableFileError:
        return None  # It is refused where it is read, with its own reason.


def _entries(data: bytes, counters: Counters) -> Iterator[Member]:
    """The files of one ZIP archive."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise UnreadableFileError("ingest.damaged", detail="ZIP") from error
    counters.meet(len(entries))
    seen: set[str] = set()
    for entry in entries:
        name = _name(entry)
        parts = name.split("/")
        if (
            not name
            or name.endswith("/")
            or "__MACOSX" in parts
            or any(is_litter(part) for part in parts if part != "..")
            or parts[-1] == CATALOGUE_NAME
        ):
            continue
        path = shown(name)
        refusal = _refusal(entry, name, path in seen)
        if refusal is None:
            seen.add(path)
        yield Member(path, error=refusal) if refusal else _read(archive, entry, path, counters)


def _refusal(entry: zipfile.ZipInfo, name: str, repeated: bool) -> UnreadableFileError | None:
    if not is_safe(name) or "\0" in entry.orig_filename:
        return UnreadableFileError("ingest.entry_unsafe")
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        return UnreadableFileError("ingest.entry_link")
    if repeated:
        return UnreadableFileError("ingest.entry_repeated")
    return UnreadableFileError("ingest.archive_locked") if entry.flag_bits & 1 else None


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str, counters: Counters) -> Member:
    """One entry, unfolded step by step: its declared size may lie."""
    limit = counters.limits.max_file_mb
    parts: list[bytes] = []
    size = 0
    try:
        with archive.open(entry) as stream:
            while step := stream.read(_STEP):
                counters.unfold(len(step))
                size += len(step)
                if size <= limit * MEGABYTE:
                    parts.append(step)
                else:
                    parts.clear()
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        return Member(path, error=UnreadableFileError("ingest.damaged", detail=f"ZIP, {type(error).__name__}"))
    if size > limit * MEGABYTE:
        return Member(path, error=UnreadableFileError("ingest.too_large", size=-(-size // MEGABYTE), limit=limit))
    return Member(path, b"".join(parts))


def _name(entry: zipfile.ZipInfo) -> str:
    """The name of an entry, with ``/``: UTF-8 where it is, else the characters of MS-DOS, whatever the archive declares."""
    name = entry.filename
    if not entry.flag_bits & _UTF8_NAME:
        try:
            raw = name.encode("cp437")
            try:
                name = raw.decode("utf-8")
            except UnicodeDecodeError:
                # Windows in French writes cp850; its letters are those of cp437, with a few capitals more.
                name = raw.decode("cp850")
        except UnicodeEncodeError:
            pass
    return name.replace("\\", "/")


def is_safe(name: str) -> bool:
    """Whether a name stays where its archive is unpacked, on any system."""
    return not (name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/") or "\0" in name)


def shown(name: str) -> str:
    """A name as it is shown and stored: in NFC, without empty steps or characters that cannot be seen, not endless."""
    clean = _UNSEEN.sub("", unicodedata.normalize("NFC", name))
    path = "/".join(step for step in clean.split("/") if step.strip() not in {"", ".", ".."})
    if len(path) > _LONGEST_NAME:
        head, _, suffix = path.rpartition(".")
        path = f"{head[: _LONGEST_NAME - 20]}….{suffix[:16]}" if head else path[:_LONGEST_NAME]
    return path or "sans-nom"
