"""What the faults share: a small corpus, servers that misbehave, and the mutations that turn tests red."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.faults import kills
from tests.faults.engines import REPLY, Serve
from tests.faults.stored import SHEETS
from tests.models.ollama_server import Installed, OllamaServer, Script


@pytest.fixture(autouse=True)
def mutated(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``test_mutations.py`` takes out, to see a test turn red."""
    kills.mutate(monkeypatch.setattr)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in SHEETS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server; stopped at the end. ``serve(*models, **script)``."""
    with ExitStack() as stack:

        def start(*models: Installed | str, **script: Any) -> OllamaServer:
            installed = [model if isinstance(model, Installed) else Installed(model) for model in models]
            return stack.enter_context(OllamaServer(None, installed, Script(**{"says": REPLY, **script})))

        yield start
