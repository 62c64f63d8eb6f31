"""One small sheet and its index, for tests of what a model is asked about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sourcier.core.settings import Settings, load
from sourcier.index.search import Searcher
from sourcier.index.sync import sync

SHEET = """# Comité de la culture

Le comité de la culture se réunit le premier lundi du mois à la bibliothèque. Il est présidé par Aline Tremblay.

Le comité de la culture demande une salle de répétition pour la chorale.
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("culture")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "comite.md").write_text(SHEET, encoding="utf-8")
    settings = load(environ={"SOURCIER_HOME": str(folder / "home")}).settings
    sync([Path(folder / "corpus")], settings)
    return settings


@pytest.fixture(scope="module")
def searcher(settings: Settings) -> Iterator[Searcher]:
    searcher = Searcher.open(settings)
    yield searcher
    searcher.close()
