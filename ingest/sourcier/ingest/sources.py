"""What a corpus says of its documents: the ``sources.toml`` beside or above them."""

from __future__ import annotations

import os
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from sourcier.core.errors import IngestError
from sourcier.core.types import Metadata
from sourcier.core.validity import days_of
from sourcier.ingest.files import CATALOGUE_NAME, SourceFile
from sourcier.ingest.metadata import DATES, given_from, iso_date, kind_of_text, language_tag

_TEXTS = ("id", "file", "path", "sha256", "about")


@dataclass(slots=True)
class _Entries:
    """The blocks of one ``sources.toml``, by each of the three ways to name a document.

    Attributes:
        collection: the one that all the documents beside and below it are in, where none nearer says otherwise.
    """

    by_digest: dict[str, Metadata] = field(default_factory=dict)
    by_path: dict[str, Metadata] = field(default_factory=dict)
    by_name: dict[str, Metadata] = field(default_factory=dict)
    collection: str | None = None


class SourceCatalogue:
    """Metadata of the documents of one root, by sha256, by path, or by file name (in this order).

    A ``sources.toml`` speaks of the files of its folder and of those below; the nearest one that knows a file wins.
    """

    def __init__(self, entries: Mapping[Path, _Entries]) -> None:
        self._entries = dict(entries)

    @classmethod
    def load(cls, root: Path, files: Iterable[Path] | None = None) -> SourceCatalogue:
        """Read every ``sources.toml`` below ``root``, and the nearest one at or above it.

        Args:
            root: a folder, or one file.
            files: where only some files below ``root`` matter: what stands beside or above none of them is not read.

        Raises:
            IngestError: one of them cannot be read, or describes a document in a way that cannot be used.
        """
        root = root.resolve()
        if root.is_file():
            root = root.parent
        found = {file.parent: _read(file) for file in (_below(root) if files is None else _beside(root, files))}
        above = next((folder for folder in (root, *root.parents) if (folder / CATALOGUE_NAME).is_file()), None)
        if above is not None and above not in found:
            found[above] = _read(above / CATALOGUE_NAME)
        return cls(found)

    def metadata_for(self, source: SourceFile, digest: str, member: str | None = None) -> Metadata | None:
        """What is said of this file, or ``None``. The title is empty where nothing but the file's collection is said.

        Args:
            digest: sha256 of its content.
            member: its name inside the archive that ``source`` is; it is then described as ``ARCHIVE.zip#MEMBER``.
        """
        known = self._described(source, digest, member)
        if known is not None and known.collection:
            return known
        above = (self._entries[folder].collection for folder in source.file.parents if folder in self._entries)
        collection = next((one for one in above if one), None)
        return replace(known or Metadata(title=""), collection=collection) if collection else known

    def _described(self, source: SourceFile, digest: str, member: str | None) -> Metadata | None:
        inside = f"#{unicodedata.normalize('NFC', member)}" if member else ""
        name = source.path.rpartition("/")[2] + inside
        for folder in source.file.parents:
            entries = self._entries.get(folder)
            if entries is None:
                continue
            path = unicodedata.normalize("NFC", source.file.relative_to(folder).as_posix()) + inside
            known = entries.by_digest.get(digest) or entries.by_path.get(path) or entries.by_name.get(name)
            if known is not None:
                return known
        return None

    def said_inside(self, source: SourceFile) -> dict[str, Metadata]:
        """Whatever may be said of the members of an archive: that changes what it gives, though its content is the same."""
        said: dict[str, Metadata] = {}
        name = f"{source.path.rpartition('/')[2]}#"
        for folder in source.file.parents:
            if (entries := self._entries.get(folder)) is not None:
                path = unicodedata.normalize("NFC", source.file.relative_to(folder).as_posix()) + "#"
                said |= {key: one for key, one in entries.by_path.items() if key.startswith(path)}
                said |= {key: one for key, one in entries.by_name.items() if key.startswith(name)}
                said |= entries.by_digest
        return said


def _below(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not (here / name).is_symlink())
        if CATALOGUE_NAME in names:
            yield here / CATALOGUE_NAME


def _beside(root: Path, files: Iterable[Path]) -> Iterator[Path]:
    folders = {folder for file in files for folder in file.parents if folder.is_relative_to(root)}
    return (folder / CATALOGUE_NAME for folder in sorted(folders) if (folder / CATALOGUE_NAME).is_file())


def _read(file: Path) -> _Entries:
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise IngestError("ingest.sources_broken", path=file, detail=error) from error
    blocks = raw.get("document", [])
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise IngestError("ingest.sources_broken", path=file, detail="[[document]]")
    if not isinstance(raw.get("collection", ""), str):
        raise IngestError("ingest.sources_broken", path=file, detail="collection")
    entries = _Entries(collection=given_from(raw).get("collection"))
    for number, block in enumerate(blocks, 1):
        _add(entries, block, file, number)
    return entries


def _add(entries: _Entries, block: Mapping[str, Any], file: Path, number: int) -> None:
    for key in _TEXTS:
        if not isinstance(block.get(key, ""), str):
            raise IngestError("ingest.sources_value", path=file, number=number, key=key)
    metadata = _metadata(block, file, number)
    if not metadata.title or not any(block.get(key) for key in ("file", "path", "sha256")):
        raise IngestError("ingest.sources_incomplete", path=file, number=number)
    if digest := block.get("sha256"):
        entries.by_digest[digest.lower()] = metadata
    for key in ("path", "file"):
        if name := block.get(key):
            name = unicodedata.normalize("NFC", name).removeprefix("./")
            # What stands before « # » is the file; a folder may be named after it, inside an archive.
            known = entries.by_path if key == "path" or "/" in name.partition("#")[0] else entries.by_name
            known[name] = metadata


def _metadata(block: Mapping[str, Any], file: Path, number: int) -> Metadata:
    """What one block says, in the form that metadata have.

    Raises:
        IngestError: a value cannot be used; it names the file, the document and the value.
    """
    given = given_from(block)
    for key, value in block.items():
        names = given_from({key: "x"})
        dated = isinstance(value, date | int) and not isinstance(value, bool) and bool(names.keys() & {*DATES})
        several = isinstance(value, list) and "authors" in names and all(isinstance(one, str) for one in value)
        if names and not (isinstance(value, str) or dated or several):
            raise IngestError("ingest.sources_value", path=file, number=number, key=key)
    for name in DATES:
        if name in given and (iso := iso_date(given[name])) is None:
            raise IngestError("ingest.sources_date", path=file, number=number, key=name, value=given[name])
        elif name in given and iso:
            given[name] = iso
    begins, ends = (days_of(given.get(name, "")) for name in ("valid_from", "valid_until"))
    if begins and ends and ends[1] < begins[0]:
        raise IngestError(
            "ingest.sources_period", path=file, number=number, start=given["valid_from"], end=given["valid_until"]
        )
    language = language_tag(given["language"]) if "language" in given else None
    if "language" in given and language is None:
        raise IngestError("ingest.sources_language", path=file, number=number, value=given["language"])
    return Metadata(
        title=given.get("title", ""),
        publisher=given.get("publisher"),
        date=given.get("date"),
        language=language,
        kind=kind_of_text(given["kind"]) if "kind" in given else None,
        url=given.get("url"),
        authors=tuple(author.strip() for author in given.get("authors", "").split(";") if author.strip()),
        valid_from=given.get("valid_from"),
        valid_until=given.get("valid_until"),
        audience=given.get("audience"),
        collection=given.get("collection"),
    )
