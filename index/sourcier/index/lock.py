"""The lock that lets one process write to a data folder, and whether somebody holds it."""

from __future__ import annotations

import os
from pathlib import Path

from filelock import FileLock, Timeout

from sourcier.core.errors import StoreBusyError, StoreError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

LOCK_FILE = "write.lock"

_PATIENCE_S = 0.2
"""Longer than it takes to see whether the lock is held, which takes it for a moment; too short to be noticed."""


def acquire(home: Path) -> FileLock:
    """The lock of a data folder, which is made if need be. The system frees it when its holder dies, whatever the way.

    Raises:
        StoreBusyError: another process holds it.
        StoreError: the folder cannot be written.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(home / LOCK_FILE, timeout=_PATIENCE_S, mode=0o600, thread_local=False)
        lock.acquire(poll_interval=_PATIENCE_S / 10)
    except Timeout as error:
        raise StoreBusyError("store.busy", home=home) from error
    except OSError as error:
        raise StoreError("store.not_writable", path=home, detail=error.strerror or error) from error
    return lock


def is_held(home: Path) -> bool:
    """Whether a process is writing. Only the system knows: what a file says may be left from a process that died."""
    path = home / LOCK_FILE
    if not path.is_file():
        return False
    if fcntl is None:
        return _refuses(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        # Shared: those who ask at the same time do not take each other for a writer.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _refuses(path: Path) -> bool:
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except (Timeout, OSError):
        return True
    lock.release()
    return False
