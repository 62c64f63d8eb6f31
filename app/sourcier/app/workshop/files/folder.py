"""Files put in a folder all together or not at all, without losing what a person has changed in it.

What was written is remembered by its hash: a file that is still as it was is replaced, one that was edited since is set aside
under another name, and files that are not of the kit are left alone.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from sourcier.core.errors import UsageError

__all__ = ["REMEMBERED", "put"]

#: The hashes of the files as they were written, in the folder itself.
REMEMBERED = ".trousse.json"


def put(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Put files in a folder, which is made if need be; their paths, in the order given.

    Everything is first written beside the folder, so that a full disk is met before anything in it has changed. Files of the
    time before, in the same formats, that are no longer among ``files`` and that nobody has edited, are taken away.

    Raises:
        UsageError: the folder cannot be written; it is then as it was.
    """
    folder = folder.absolute()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside:
            _put(folder, files, Path(beside))
    except OSError as error:
        raise UsageError("workshop_files.unwritable", path=folder, detail=error.strerror or str(error)) from error
    return [folder / name for name in files]


def _put(folder: Path, files: Mapping[str, bytes], beside: Path) -> None:
    folder.mkdir(exist_ok=True)
    known = _remembered(folder)
    suffixes = {Path(name).suffix for name in files}
    before = {name: value for name, value in known.items() if Path(name).suffix in suffixes}
    hashes = {name: value for name, value in known.items() if name not in before}
    hashes |= {name: sha256(content).hexdigest() for name, content in files.items()}
    new, old = beside / "new", beside / "old"
    new.mkdir()
    old.mkdir()
    for name, content in {**files, REMEMBERED: json.dumps(hashes, indent=1).encode()}.items():
        with (new / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    moved: list[tuple[Path, Path]] = []
    try:
        for name in dict.fromkeys((*before, *files, REMEMBERED)):
            target = folder / name
            if target.is_file():
                edited = name != REMEMBERED and before.get(name) != sha256(target.read_bytes()).hexdigest()
                if edited and name not in files:
                    continue
                _move(target, _aside(target) if edited else old / name, moved)
            if (new / name).exists():
                _move(new / name, target, moved)
    except OSError:
        for source, target in reversed(moved):
            shutil.move(target, source)
        raise


def _move(source: Path, target: Path, moved: list[tuple[Path, Path]]) -> None:
    source.replace(target)
    moved.append((source, target))


def _remembered(folder: Path) -> dict[str, str]:
    """Names and hashes of what was written before; a file of ours that cannot be read makes every other one somebody's."""
    try:
        known = json.loads((folder / REMEMBERED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(known, dict):
        return {}
    # Names only: what stands in the folder may have been written by anybody.
    return {name: str(value) for name, value in known.items() if Path(name).name == name and name not in {".", ".."}}


def _aside(target: Path) -> Path:
    """« 02-guide.docx » that was edited becomes « 02-guide-modifie-1.docx »."""
    number = 1
    while (aside := target.with_name(f"{target.stem}-modifie-{number}{target.suffix}")).exists():
        number += 1
    return aside
