"""What can go wrong with the data folder, each fault by its number: the index comes out whole, and says so."""

from __future__ import annotations

import importlib.util
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

from sourcier.core.errors import StoreError
from sourcier.index.schema import MIGRATIONS, SCHEMA_VERSION, STORE_FILE, backup_path
from sourcier.index.search import Searcher
from sourcier.index.store import open_store
from sourcier.index.sync import forget_previous, sync

HERE = Path(__file__).parent
SCRIPT = HERE.parent / "index" / "hash_embedder.py"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:chromadb.*")

SHEETS = {
    "griefs.md": "# Guide des griefs\n\n## Délai de dépôt\n\nLe grief est déposé dans les trente jours ouvrables qui "
    "suivent l'événement.\n\n## Arbitrage\n\nL'arbitre unique rend sa sentence dans les soixante jours.\n",
    "conges.txt": "La salariée enceinte a droit à un congé de maternité de vingt et une semaines.\n",
}


@pytest.fixture(scope="session")
def standin() -> ModuleType:
    """An embedder without a model, for what is not about meaning."""
    spec = importlib.util.spec_from_file_location("hash_embedder", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in SHEETS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=240)


# F-31: a store of another version.


def first_version(home: Path, corpus: Path) -> None:
    """A store of format 1."""
    home.mkdir()
    script = (HERE / "store-v1.sql").read_text(encoding="utf-8").replace("/corpus", str(corpus))
    with closing(sqlite3.connect(home / STORE_FILE)) as connection:
        connection.executescript(script)


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def test_f31_a_store_of_the_first_version_is_brought_to_this_one(
    corpus: Path, tmp_path: Path, standin: ModuleType
) -> None:
    home = tmp_path / "data"
    first_version(home, corpus)
    with open_store(home) as store:  # reading is enough, where one may write
        assert [row.path for row in store.documents()] == ["conges.txt", "griefs.md"]
        assert store.document("griefs.md").page_labels == ()
    assert version_of(home / STORE_FILE) == SCHEMA_VERSION
    assert version_of(backup_path(home, 1)) == 1
    embedder = standin.HashEmbedder()
    sync([corpus], standin.settings_of(home), embedder=embedder)
    assert embedder.embedded == []  # the same texts: their vectors serve again
    fresh = tmp_path / "fresh"
    sync([corpus], standin.settings_of(fresh), embedder=standin.HashEmbedder())
    with open_store(home) as ours, open_store(fresh) as theirs:
        assert ours.served() == theirs.served()


def test_f31_the_copy_made_before_goes_with_the_texts_that_are_erased(
    corpus: Path, tmp_path: Path, standin: ModuleType
) -> None:
    home = tmp_path / "data"
    first_version(home, corpus)
    sync([corpus], standin.settings_of(home), embedder=standin.HashEmbedder())
    (corpus / "conges.txt").unlink()
    sync([corpus], standin.settings_of(home), embedder=standin.HashEmbedder())
    forget_previous(home)
    assert not list(home.glob("corpus-v*"))
    assert not [path for path in home.rglob("*") if path.is_file() and "maternité".encode() in path.read_bytes()]


@pytest.mark.parametrize("step", range(1, len(MIGRATIONS[1]) + 2))
def test_f31_killed_while_a_store_is_converted_it_is_the_one_or_the_other(
    corpus: Path, tmp_path: Path, standin: ModuleType, step: int
) -> None:
    home = tmp_path / "data"
    first_version(home, corpus)
    with closing(sqlite3.connect(home / STORE_FILE)) as connection:
        before = "\n".join(connection.iterdump())
    assert run("migrate", home, step).returncode == -signal.SIGKILL
    with closing(sqlite3.connect(home / STORE_FILE)) as connection:
        assert "\n".join(connection.iterdump()) == before
    assert version_of(home / STORE_FILE) == 1
    with open_store(home) as store:
        assert len(store.documents()) == 2
    assert version_of(home / STORE_FILE) == SCHEMA_VERSION


def test_f31_an_older_program_refuses_a_later_store_and_leaves_it_as_it_is(
    corpus: Path, tmp_path: Path, standin: ModuleType
) -> None:
    settings = standin.settings_of(tmp_path / "data")
    sync([corpus], settings, embedder=standin.HashEmbedder())
    with closing(sqlite3.connect(settings.home / STORE_FILE)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = (settings.home / STORE_FILE).read_bytes()
    with pytest.raises(StoreError, match="plus récente"):
        sync([corpus], settings, embedder=standin.HashEmbedder())
    with pytest.raises(StoreError, match="plus récente"):
        Searcher.open(settings, embedder=standin.HashEmbedder())
    assert (settings.home / STORE_FILE).read_bytes() == before
