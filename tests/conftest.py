"""What is run side by side: a file's tests stay together, and so do those that share one costly thing."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer

#: Folders whose tests share a browser and its server, the language model, or a workshop kit: one process runs each.
TOGETHER = frozenset({"ui", "models", "e2e", "faults", "workshop"})


class ByCost(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Hands out whole files, and whole groups of :data:`TOGETHER`."""

    def _split_scope(self, nodeid: str) -> str:
        file = PurePosixPath(nodeid.partition("::")[0])
        return file.parts[1] if file.parts[1] in TOGETHER else file.as_posix()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByCost:
    """How ``pytest -n 2`` shares the tests between its processes."""
    return ByCost(config, log)


@pytest.fixture
def put_on_path(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Makes a folder's packages importable for one test.

    pytest's own ``syspath_prepend`` fails once anything has left an empty ``pkg_resources`` among the modules, as a
    setuptools that no longer has it does.
    """

    def put(folder: Path) -> None:
        monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
        importlib.invalidate_caches()

    return put
