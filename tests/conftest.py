"""What is run side by side: a file's tests stay together, and what fills the machine is never run twice at once."""

from __future__ import annotations

from pathlib import Path

import pytest

#: Folders whose tests share one costly thing (a browser and its server, the language model): one process runs them all.
TOGETHER = {"ui": "browser", "models": "model", "e2e": "model", "faults": "model"}


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Group the tests for ``pytest -n 2 --dist loadgroup``; without those options it changes nothing."""
    for item in items:
        path = item.path.relative_to(Path(__file__).parent)
        item.add_marker(pytest.mark.xdist_group(TOGETHER.get(path.parts[0], path.as_posix())))
