"""The shelf: kits kept in the data folder, one file each, written whole or not at all, read by the owner alone."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
import unicodedata
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from sourcier.app.workshop.kit import SCHEMA, Kit
from sourcier.core.errors import StoreDamagedError, StoreError, UsageError

__all__ = ["FOLDER", "OnShelf", "Shelf"]

FOLDER = "workshops"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")
_SLUG_CHARS = 40
#: Bytes: more than a kit of a whole day takes.
_ROOM = 2_000_000


@dataclass(frozen=True, slots=True)
class OnShelf:
    """A kit as it is listed. ``problem`` is why it cannot be opened, where it cannot."""

    id: str
    title: str = ""
    theme: str = ""
    minutes: int = 0
    language: str = ""
    when: datetime | None = None
    problem: StoreError | None = None


class Shelf:
    """The kits of a data folder (``SOURCIER_HOME/workshops/ID.json``).

    Args:
        home: the data folder; the shelf's own is made by the first :meth:`save`.
    """

    def __init__(self, home: Path) -> None:
        self.folder = home / FOLDER

    def new_id(self, title: str, day: datetime) -> str:
        """An id that no kit has: the title's words, the day, and four characters."""
        plain = unicodedata.normalize("NFKD", re.sub("[’']", " ", title)).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_SLUG_CHARS].strip("-") or "atelier"
        while True:
            kit_id = f"{slug}-{day:%Y%m%d}-{secrets.token_hex(2)}"
            if not self._path(kit_id).exists():
                return kit_id

    def save(self, kit: Kit) -> Path:
        """Write a kit; the one that had its id is replaced at once, or stays as it was.

        Raises:
            StoreError: it cannot be written (disk full, folder read-only); what was on the shelf is untouched.
        """
        path = self._path(kit.id)
        self._write(path, _written(kit))
        return path

    def keep(self, kit: Kit, *elsewhere: Path) -> Path:
        """Save a kit; what could not be put on the shelf is written whole in the first of other folders that holds it.

        Raises:
            StoreError: it is not on the shelf; the sentence says where it is, if it is anywhere.
        """
        try:
            return self.save(kit)
        except StoreError as error:
            for folder in elsewhere:
                kept = folder.absolute() / f"{kit.id}.json"
                try:
                    self._write(kept, _written(kit))
                except StoreError:
                    continue
                detail = error.values["detail"]
                raise StoreError("workshop.saved_elsewhere", path=self.folder, kept=kept, detail=detail) from error
            raise

    def make_room(self) -> IO[bytes]:
        """Room on the disk for a kit, taken before minutes are spent on one and held until the file is closed.

        Nothing is seen of it in the folder, and a process that is killed gives it back.

        Raises:
            StoreError: there is none (disk full, folder read-only).
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with ExitStack() as opened:
                room = opened.enter_context(tempfile.TemporaryFile(dir=self.folder, prefix=".place-"))
                room.write(os.urandom(_ROOM))  # a file system may make nothing of zeros
                room.flush()
                os.fsync(room.fileno())
                opened.pop_all()
            return room
        except OSError as error:
            raise StoreError("workshop.not_saved", path=self.folder, detail=error.strerror or error) from error

    def _write(self, path: Path, content: bytes) -> None:
        partial = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except OSError as error:
            with suppress(OSError):
                partial.unlink()
            raise StoreError("workshop.not_saved", path=path, detail=error.strerror or error) from error

    def open(self, kit_id: str) -> Kit:
        """A kit by its id, or by the first characters of one where no other begins so.

        Raises:
            UsageError: there is none, or several.
            StoreDamagedError: its file does not hold a kit; it is left as it is.
            StoreError: its file cannot be read, or was written by a later version.
        """
        return _read(self._path(self.find(kit_id)))

    def find(self, kit_id: str) -> str:
        """The whole id.

        Raises:
            UsageError: no kit is called so, or several begin so.
        """
        ids = self._ids()
        if kit_id in ids:
            return kit_id
        found = [one for one in ids if kit_id and one.startswith(kit_id)]
        if len(found) == 1:
            return found[0]
        key = "workshop.several_kits" if found else "workshop.unknown_kit"
        raise UsageError(key, id=kit_id, known=", ".join(found or ids) or "—")

    def all(self) -> list[OnShelf]:
        """Every kit, the newest first; those that cannot be opened last, with the reason."""
        rows = []
        for kit_id in self._ids():
            try:
                kit = _read(self._path(kit_id))
            except StoreError as error:
                rows.append(OnShelf(kit_id, problem=error))
                continue
            brief = kit.brief
            rows.append(OnShelf(kit_id, kit.outline.title, brief.theme, brief.minutes, brief.language, kit.made.when))
        dated = sorted((row for row in rows if row.when is not None), key=lambda row: str(row.when), reverse=True)
        return [*dated, *(row for row in rows if row.when is None)]

    def duplicate(self, kit_id: str, day: datetime) -> Kit:
        """A copy under an id of its own.

        Raises:
            UsageError, StoreError: see :meth:`open` and :meth:`save`.
        """
        kit = self.open(kit_id)
        copy = kit.model_copy(update={"id": self.new_id(kit.outline.title, day)})
        self.save(copy)
        return copy

    def delete(self, kit_id: str) -> str:
        """Take a kit off the shelf for good, damaged or not; its whole id.

        Raises:
            UsageError: there is none.
            StoreError: its file cannot be deleted.
        """
        whole = self.find(kit_id)
        try:
            self._path(whole).unlink()
        except OSError as error:
            raise StoreError("workshop.not_deleted", path=self._path(whole), detail=error.strerror or error) from error
        return whole

    def _ids(self) -> list[str]:
        return sorted(path.stem for path in self.folder.glob("*.json") if _ID.fullmatch(path.stem))

    def _path(self, kit_id: str) -> Path:
        # An id may come from a web page: it names a file of this folder, and no other.
        if not _ID.fullmatch(kit_id):
            raise UsageError("workshop.unknown_kit", id=kit_id, known=", ".join(self._ids()) or "—")
        return self.folder / f"{kit_id}.json"


def _written(kit: Kit) -> bytes:
    return kit.model_dump_json(by_alias=True, indent=1).encode()


def _read(path: Path) -> Kit:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise StoreError("workshop.kit_unreadable", path=path, detail=error.strerror or error) from error
    try:
        kit = Kit.model_validate_json(raw)
    except ValidationError as error:
        if (number := re.search(rb'"schema"\s*:\s*(\d+)', raw[:200])) and int(number[1]) > SCHEMA:
            raise StoreError("workshop.kit_newer", path=path) from error
        raise StoreDamagedError("workshop.kit_damaged", path=path) from error
    if kit.schema_number > SCHEMA:
        raise StoreError("workshop.kit_newer", path=path)
    return kit
