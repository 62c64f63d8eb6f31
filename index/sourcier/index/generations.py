"""Generations: the folders that are searched, each whole, each named after what it holds, one of them current.

``HOME/generations/<number>-<digest>/`` holds ``manifest.json``, ``documents.json`` (what it serves, in order),
``passages.txt`` (one id a line: the row of each passage in all the rest), ``vectors.npy``, ``embedded.npy`` (the digests of
the texts embedded), ``bm25/``, where there are enough passages ``chroma/`` (with ``rows.npy``, the row of each of its
vectors), and ``sums.json`` (the sha256 of each of these files, but of Chroma's database, which Chroma itself changes).
``HOME/generations/CURRENT`` names the one to read. Generations are never changed: a new one is built aside and takes
the name by an atomic rename, so that a reader sees one or the other, whole, whatever happens to the writer.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sourcier.core.errors import EmptyIndexError, StoreDamagedError
from sourcier.index.analyser import ANALYSER_VERSION
from sourcier.index.store import Served

FORMAT = 3
CURRENT = "CURRENT"
DAMAGED = "damaged"
SUMS = "sums.json"
GRAPH = "chroma/rows.npy"
_CHROMA = "chroma"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from. The same store gives the same manifest, byte for byte.

    Attributes:
        digest: of all that it serves; two generations with the same one answer alike.
        cut: how documents were cut and embedded (see :mod:`sourcier.index.cutting`).
        embedder: fingerprint of the embedding model.
        model: its name.
        files: sizes of its files in bytes, but Chroma's, which Chroma itself changes.
        chroma: whether Chroma found what was put there; if not, it is left alone.
        graph_from: passages from which a graph is built: fewer are compared one by one in less time.
    """

    digest: str
    cut: str
    embedder: str
    model: str
    dimension: int
    documents: int
    passages: int
    files: dict[str, int]
    chroma: bool = True
    graph_from: int = 2
    analyser: int = ANALYSER_VERSION
    format: int = FORMAT

    def save(self, folder: Path) -> None:
        """Write ``folder/manifest.json``."""
        (folder / "manifest.json").write_text(json.dumps(asdict(self), indent=2), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Read ``folder/manifest.json``.

        Raises:
            StoreDamagedError: it is missing, or is not one of this version.
        """
        try:
            return cls(**json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise StoreDamagedError("store.generation_damaged", path=folder, detail=error) from error


def digest_of(served: Sequence[Served], cut: str) -> str:
    """The digest of a generation that would serve these documents, cut and embedded in this way."""
    content = [FORMAT, ANALYSER_VERSION, cut, [asdict(one) for one in served]]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def folder_of(home: Path) -> Path:
    """Where generations are."""
    return home / "generations"


def current_name(home: Path) -> str | None:
    """The name of the generation to read, ``None`` when there is none yet."""
    try:
        return (folder_of(home) / CURRENT).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def current_folder(home: Path) -> Path:
    """The folder of the generation to read.

    Raises:
        EmptyIndexError: there is none yet.
    """
    name = current_name(home)
    if name is None:
        raise EmptyIndexError("store.empty", home=home)
    return folder_of(home) / name


def is_whole(folder: Path) -> bool:
    """Whether every file of a generation is as it was written, and no reader found it damaged."""
    try:
        manifest = Manifest.load(folder)
    except StoreDamagedError:
        return False
    lost = manifest.chroma and not (folder / _CHROMA / "chroma.sqlite3").is_file()
    return not lost and not (folder / DAMAGED).exists() and not changed_files(folder)


def write_sums(folder: Path) -> None:
    """Write ``folder/sums.json``, once all the rest is there."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    sums = {name: _sum(folder / name) for name in names if not name.endswith("chroma.sqlite3")}
    (folder / SUMS).write_text(json.dumps(sums, indent=0), encoding="utf-8")


def changed_files(folder: Path) -> list[str]:
    """The files of a generation that are not as they were written, or are gone; ``sums.json`` itself if it cannot be read.

    Checking takes some 50 ms for 20,000 passages.
    """
    try:
        sums = json.loads((folder / SUMS).read_text(encoding="utf-8"))
        return [name for name, known in sums.items() if _sum(folder / name) != known] if sums else [SUMS]
    except (OSError, ValueError, AttributeError, TypeError):
        return [SUMS]


def held_by(folder: Path) -> tuple[list[Served], str] | None:
    """The documents of a generation and how they were cut, whatever became of its other files; ``None`` if it is lost."""
    if {SUMS, "documents.json", "manifest.json"} & set(changed_files(folder)):
        return None
    try:
        return load_served(folder), Manifest.load(folder).cut
    except StoreDamagedError:
        return None


def is_chroma(name: str) -> bool:
    """Whether a file of a generation is Chroma's, or of use with Chroma alone."""
    return name.startswith(f"{_CHROMA}/")


def _sum(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def sizes_of(folder: Path, names: Iterable[str]) -> dict[str, int]:
    """The sizes of those files of a folder that are there."""
    return {name: (folder / name).stat().st_size for name in names if (folder / name).is_file()}


def mark_damaged(folder: Path) -> None:
    """Have the next ingestion rebuild this generation."""
    try:
        (folder / DAMAGED).touch(mode=0o600)
    except OSError:
        return  # a reader that cannot write still reads


def next_name(home: Path, digest: str) -> str:
    """A name that no generation has had: numbers only grow."""
    numbers = [int(path.name.partition("-")[0]) for path in _generations(home)]
    return f"{max(numbers, default=0) + 1:06d}-{digest[:12]}"


def publish(aside: Path, home: Path, name: str) -> None:
    """Make a generation that was built ``aside`` the current one, on the disk before it is read."""
    for folder, _, names in os.walk(aside):
        for path in (Path(folder) / one for one in names):
            path.chmod(0o600)
            sync_to_disk(path)
        Path(folder).chmod(0o700)
        sync_to_disk(Path(folder))
    aside.rename(folder_of(home) / name)
    sync_to_disk(folder_of(home))
    set_current(home, name)


def set_current(home: Path, name: str) -> None:
    """Point readers at a generation, in one step."""
    pointer = folder_of(home) / f".{CURRENT}.part"
    pointer.write_text(f"{name}\n", encoding="utf-8")
    pointer.chmod(0o600)
    sync_to_disk(pointer)
    pointer.replace(folder_of(home) / CURRENT)
    sync_to_disk(folder_of(home))


def prune(home: Path, *, keep_previous: bool = True) -> None:
    """Delete generations older than the previous one, newer ones that never became current, and leftovers."""
    current = current_name(home)
    older = sorted(path.name for path in _generations(home) if current is not None and path.name < current)
    kept = {current, *(older[-1:] if keep_previous else ())}
    for path in folder_of(home).iterdir():
        if path.is_dir() and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def keys_in_use(home: Path) -> set[str]:
    """The keys of the documents that some generation serves."""
    keys: set[str] = set()
    for folder in _generations(home):
        try:
            keys.update(one.key for one in load_served(folder))
        except StoreDamagedError:
            continue
    return keys


def save_served(served: Sequence[Served], folder: Path) -> None:
    """Write ``folder/documents.json``."""
    text = json.dumps([asdict(one) for one in served], ensure_ascii=False, indent=0)
    (folder / "documents.json").write_text(text, encoding="utf-8")


def load_served(folder: Path) -> list[Served]:
    """Read ``folder/documents.json``.

    Raises:
        StoreDamagedError: it is missing or cannot be read.
    """
    try:
        rows = json.loads((folder / "documents.json").read_text(encoding="utf-8"))
        return [Served(row["key"], row["document_id"], row["path"], tuple(row["other_paths"])) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreDamagedError("store.generation_damaged", path=folder, detail=error) from error


def sync_to_disk(path: Path) -> None:
    """Have the disk hold what was written to a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _generations(home: Path) -> Iterator[Path]:
    folder = folder_of(home)
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if path.is_dir() and path.name.partition("-")[0].isdigit())
