"""What another version leaves, F-30 and F-31: another embedding model, a store of another format."""

from __future__ import annotations

import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.faults.stored import QUESTION, find, hits_of, ingest, run
from tests.index import hash_embedder as standin

from sourcier.core.errors import ModelMismatchError, StoreError
from sourcier.index.generations import current_name
from sourcier.index.schema import MIGRATIONS, SCHEMA_VERSION, STORE_FILE, backup_path
from sourcier.index.search import Searcher
from sourcier.index.store import open_store
from sourcier.index.sync import forget_previous, sync

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:chromadb.*")

HERE = Path(__file__).parent


# F-30: another embedding model.


def test_f30_another_model_of_the_same_dimension_is_refused_then_embedded_beside_and_swapped(
    corpus: Path, tmp_path: Path
) -> None:
    home = tmp_path / "data"
    settings = standin.settings_of(home)
    first = ingest(corpus, home).embedded
    before, old = find(home)[0], current_name(home)
    other = standin.HashEmbedder("other")
    assert other.dimension == standin.HashEmbedder().dimension
    with pytest.raises(ModelMismatchError, match=r"sourcier ingest"):
        Searcher.open(settings, embedder=other)
    assert current_name(home) == old and find(home) == (before, [])
    service = Searcher.open(settings, embedder=standin.HashEmbedder())
    # Every text is embedded anew (a search returns fewer: neighbours are joined).
    assert sorted(ingest(corpus, home, "other").embedded) == sorted(first)
    # A service that has the old model goes on with the old index, and says so.
    assert hits_of(service) == before
    assert service.health() == ["store.generation_refused"]
    assert service.document("griefs.md").text
    service.close()
    with closing(Searcher.open(settings, embedder=standin.HashEmbedder("other"))) as searcher:
        assert searcher.search(QUESTION).hits and searcher.health() == []
    assert ingest(corpus, home).embedded == []  # and back, with what is still known
    assert find(home)[0] == before


def test_f30_other_weights_under_the_same_name_are_another_model(tmp_path: Path) -> None:
    from sourcier.core.settings import EmbeddingSettings
    from sourcier.index.embedding import model_identity

    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"hidden_size": 384}), encoding="utf-8")
    (folder / "model.safetensors").write_bytes(bytes(1000))
    first = model_identity(EmbeddingSettings(model=str(folder)))
    (folder / "model.safetensors").write_bytes(bytes(999) + b"1")
    second = model_identity(EmbeddingSettings(model=str(folder)))
    assert first[0] == second[0] and first[1] != second[1]


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


def test_f31_a_store_of_the_first_version_is_brought_to_this_one(corpus: Path, tmp_path: Path) -> None:
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


def test_f31_the_copy_made_before_goes_with_the_texts_that_are_erased(corpus: Path, tmp_path: Path) -> None:
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
    corpus: Path, tmp_path: Path, step: int
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


def test_f31_an_older_program_refuses_a_later_store_and_leaves_it_as_it_is(corpus: Path, tmp_path: Path) -> None:
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
