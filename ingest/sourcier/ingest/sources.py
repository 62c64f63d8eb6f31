"""What a corpus says of its documents: the ``sources.toml`` beside or above them."""

from __future__ import annotations

import os
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sourcier.core.errors import IngestError
from sourcier.core.types import Metadata
from sourcier.ingest.files import CATALOGUE_NAME, SourceFile
from sourcier.ingest.metadata import iso_date

_TEXTS = ("id", "file", "path", "sha256", "title", "publisher", "language", "kind", "url", "about")


@dataclass(slots=True)
class _Entries:
    """The blocks of one ``sources.toml``, by each of the three ways to name a document."""

    by_digest: dict[str, Metadata] = field(default_factory=dict)
    by_path: dict[str, Metadata] = field(default_factory=dict)
    by_name: dict[str, Metadata] = field(default_factory=dict)


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

    def metadata_for(self, source: SourceFile, digest: str) -> Metadata | None:
        """What is said of this file, or ``None``. ``digest`` is the sha256 of its content."""
        name = source.path.rpartition("/")[2]
        for folder in source.file.parents:
            entries = self._entries.get(folder)
            if entries is None:
                continue
            path = unicodedata.normalize("NFC", source.file.relative_to(folder).as_posix())
            known = entries.by_digest.get(digest) or entries.by_path.get(path) or entries.by_name.get(name)
            if known is not None:
                return known
        return None


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
    entries = _Entries()
    for number, block in enumerate(blocks, 1):
        _add(entries, block, file, number)
    return entries


def _add(entries: _Entries, block: Mapping[str, Any], file: Path, number: int) -> None:
    for key in _TEXTS:
        if not isinstance(block.get(key, ""), str):
            raise IngestError("ingest.sources_value", path=file, number=number, key=key)
    if not block.get("title") or not any(block.get(key) for key in ("file", "path", "sha256")):
        raise IngestError("ingest.sources_incomplete", path=file, number=number)
    metadata = Metadata(
        title=block["title"],
        publisher=block.get("publisher"),
        date=iso_date(block.get("date")),
        language=block.get("language"),
        kind=block.get("kind"),
        url=block.get("url"),
    )
    if digest := block.get("sha256"):
        entries.by_digest[digest.lower()] = metadata
    for key in ("path", "file"):
        if name := block.get(key):
            name = unicodedata.normalize("NFC", name).removeprefix("./")
            known = entries.by_path if key == "path" or "/" in name else entries.by_name
            known[name] = metadata
