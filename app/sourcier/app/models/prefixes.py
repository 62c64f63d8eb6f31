"""What the engine has read of prompts that never change, kept on disk, so that a new process need not read it again.

Reading a prefix of 800 tokens takes a small model some 20 seconds on two cores; its state, 28 KB a token for the
default model, is read back in 20 ms. Only what says so itself is kept (``Turn.lasting``): rules and examples of ours,
never a question or a document.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sourcier.app.models.types import Turn

#: States that are kept, the latest written: two languages, of the present prompts and of those before an update.
MOST = 4

WRITING_S = 600.0
"""Seconds after which a file that is still not whole is taken for one whose writer was killed."""

_log = logging.getLogger(__name__)


def lasting_part(turns: Sequence[Turn]) -> Sequence[Turn]:
    """The turns up to the last that is lasting; none where none is."""
    ends = [number for number, turn in enumerate(turns, 1) if turn.lasting]
    return turns[: ends[-1]] if ends else ()


@dataclass(frozen=True, slots=True)
class Prefixes:
    """A folder of states, each named by what was read and by its own digest.

    llama.cpp ends the whole process over a state that is cut short, so that none is handed to it whose digest is not
    the one that it was written with.

    Attributes:
        folder: where llama.cpp reads and writes them; made where it is not there.
        engine: what a state is good for: the weights' digest and the size of the window.
    """

    folder: Path
    engine: tuple[str, int]

    def key(self, turns: Sequence[Turn]) -> str:
        """What tells these turns from others, read by this engine: 32 hexadecimal digits."""
        try:
            release = version("xllamacpp")
        except PackageNotFoundError:
            release = ""
        read = [[turn.role, turn.text] for turn in turns]
        return hashlib.sha256(json.dumps([self.engine, release, read]).encode()).hexdigest()[:32]

    def find(self, key: str) -> str | None:
        """The name of the file that holds the state, once its content has been checked; a damaged one is deleted."""
        for path in sorted(self.folder.glob(f"{key}-*.state")):
            try:
                if _digest(path) == path.stem.partition("-")[2]:
                    return path.name
                _log.warning("a prompt's state was damaged, and will be made again: %s", path)
                path.unlink()
            except OSError as error:
                _log.warning("a prompt's state cannot be used: %s", error)
        return None

    def new(self) -> str:
        """The name of a file to write a state to, before it is kept."""
        return f"{secrets.token_hex(8)}.part"

    def keep(self, key: str, name: str, size: int) -> None:
        """Keep what was written to the file ``name``, ``size`` bytes by the writer's own count, in place of any other.

        Raises:
            OSError: the file is not whole, or the folder cannot be written to.
        """
        path = self.folder / name
        if path.stat().st_size != size:
            raise OSError(f"{path} was not written whole")
        path.chmod(0o600)
        digest = _digest(path)
        self.forget(key)
        path.replace(self.folder / f"{key}-{digest}.state")
        latest_first = sorted(self.folder.glob("*.state"), key=lambda state: state.stat().st_mtime, reverse=True)
        left_by_the_dead = [
            part for part in self.folder.glob("*.part") if part.stat().st_mtime < time.time() - WRITING_S
        ]
        for unwanted in [*latest_first[MOST:], *left_by_the_dead]:
            unwanted.unlink(missing_ok=True)

    def forget(self, key: str) -> None:
        """Delete the state of these turns, if there is one."""
        for path in self.folder.glob(f"{key}-*.state"):
            path.unlink(missing_ok=True)

    def drop(self, name: str) -> None:
        """Delete a file that is not to be kept."""
        (self.folder / name).unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
