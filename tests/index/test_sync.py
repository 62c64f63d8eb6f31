from __future__ import annotations

import json
import os
import sqlite3
from itertools import groupby
from pathlib import Path
from types import ModuleType

import pytest

from sourcier.core.errors import EmptyIndexError, IngestError, StoreBusyError, StoreDamagedError, StoreError
from sourcier.index.activity import Progress
from sourcier.index.generations import current_folder, current_name
from sourcier.index.schema import STORE_FILE
from sourcier.index.search import Searcher
from sourcier.index.store import open_store
from sourcier.index.sync import SyncReport, forget_previous, sync
from sourcier.index.writing import open_writer

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:chromadb.*")


class Library:
    """A corpus, a data folder and an embedder that notes what it is asked to embed."""

    def __init__(self, corpus: Path, home: Path, standin: ModuleType) -> None:
        self.corpus, self.home = corpus, home
        self.settings = standin.settings_of(home)
        self.embedder = standin.HashEmbedder()

    def sync(self, *paths: Path) -> SyncReport:
        self.embedder.embedded.clear()
        return sync(list(paths) or [self.corpus], self.settings, embedder=self.embedder)

    def write(self, name: str, text: str) -> None:
        (self.corpus / name).parent.mkdir(parents=True, exist_ok=True)
        (self.corpus / name).write_text(text, encoding="utf-8")

    def paths(self) -> list[str]:
        with open_store(self.home) as store:
            return [row.path for row in store.documents()]

    def texts(self, query: str) -> list[str]:
        searcher = Searcher.open(self.settings, embedder=self.embedder)
        try:
            return [hit.passage.text for hit in searcher.search(query).hits]
        finally:
            searcher.close()


@pytest.fixture
def library(corpus: Path, tmp_path: Path, standin: ModuleType) -> Library:
    return Library(corpus, tmp_path / "data", standin)


def counts(report: SyncReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.removed, report.unchanged


def test_first_ingestion(library: Library) -> None:
    report = library.sync()
    assert counts(report) == (4, 0, 0, 0)
    assert report.passages == len(library.embedder.embedded) == 6
    assert library.paths() == ["conges.md", "griefs.md", "sante/deplacements.txt", "sante/ia.md"]
    assert not report.skipped and not report.duplicates
    with open_store(library.home) as store:
        for row in store.documents():
            document = store.document(row.document_id)
            assert document == store.document(row.path)
            assert all(document.text[b.start : b.end].strip() for b in document.blocks)


def test_what_is_embedded_carries_title_and_headings(library: Library) -> None:
    library.sync()
    assert any(text.startswith("Guide des griefs\nDélai de dépôt\nLe grief") for text in library.embedder.embedded)


def test_only_the_owner_can_read_the_data_folder(library: Library) -> None:
    library.sync()
    for path in (library.home, *library.home.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_unchanged_corpus_does_nothing(library: Library) -> None:
    library.sync()
    name = current_name(library.home)
    before = {path: path.stat().st_mtime_ns for path in current_folder(library.home).rglob("*")}
    report = library.sync()
    assert counts(report) == (0, 0, 0, 4)
    assert report.passages == 6
    assert library.embedder.embedded == []
    assert current_name(library.home) == name
    assert {path: path.stat().st_mtime_ns for path in current_folder(library.home).rglob("*")} == before


def test_unchanged_corpus_needs_no_model(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.sync()
    monkeypatch.setattr("sourcier.index.sync.model_identity", lambda _: (library.embedder.name, "words"))
    monkeypatch.setattr("sourcier.index.sync.load_embedder", lambda *_: pytest.fail("loaded"))
    assert counts(sync([library.corpus], library.settings)) == (0, 0, 0, 4)


def test_update_embeds_what_changed(library: Library) -> None:
    library.sync()
    library.write(
        "griefs.md", (library.corpus / "griefs.md").read_text(encoding="utf-8").replace("soixante", "quarante")
    )
    assert counts(library.sync()) == (0, 1, 0, 3)
    assert len(library.embedder.embedded) == 1
    assert any("quarante" in text for text in library.texts("sentence de l'arbitre"))
    assert not any("soixante" in text for text in library.texts("sentence de l'arbitre"))


def test_removed_and_renamed(library: Library) -> None:
    library.sync()
    (library.corpus / "conges.md").unlink()
    (library.corpus / "griefs.md").rename(library.corpus / "litiges.md")
    assert counts(library.sync()) == (1, 0, 2, 2)
    assert library.embedder.embedded == []
    assert library.paths() == ["litiges.md", "sante/deplacements.txt", "sante/ia.md"]
    assert not any("maternité" in text for text in library.texts("congé de maternité"))


def test_removed_text_is_erased_from_the_disk(library: Library) -> None:
    library.write("secret.txt", "La caisse de grève contient exactement mille-deux-cent-trois dollars.\n")
    library.sync()
    (library.corpus / "secret.txt").unlink()
    library.sync()
    # The generation before stays until it is asked to go; another one pushes it out as well.
    assert forget_previous(library.home) == 1
    for path in library.home.rglob("*"):
        if path.is_file():
            assert b"mille-deux-cent-trois" not in path.read_bytes(), path


def test_other_folders_are_left_alone(library: Library, tmp_path: Path) -> None:
    library.sync()
    other = tmp_path / "other"
    other.mkdir()
    (other / "note.txt").write_text("Une note sur la retraite.\n", encoding="utf-8")
    assert counts(library.sync(other)) == (1, 0, 0, 0)
    assert len(library.paths()) == 5
    (other / "note.txt").rename(other / "retraite.txt")
    library.sync(other)
    assert "retraite.txt" in library.paths() and "griefs.md" in library.paths()


def test_a_folder_of_the_corpus_keeps_its_paths(library: Library) -> None:
    library.sync()
    assert counts(library.sync(library.corpus / "sante")) == (0, 0, 0, 2)
    (library.corpus / "sante" / "ia.md").unlink()
    assert counts(library.sync(library.corpus / "sante")) == (0, 0, 1, 1)
    assert "sante/deplacements.txt" in library.paths()


def test_duplicates_are_kept_once(library: Library) -> None:
    copy = library.corpus / "zz-copie.md"
    copy.write_bytes((library.corpus / "griefs.md").read_bytes())
    report = library.sync()
    assert report.duplicates == (("zz-copie.md", "griefs.md"),)
    assert report.passages == 6
    with open_store(library.home) as store:
        (row,) = [row for row in store.documents() if row.path == "griefs.md"]
        assert row.other_paths == ("zz-copie.md",)
        assert store.document("zz-copie.md").path == "griefs.md"
    (library.corpus / "griefs.md").unlink()
    assert library.sync().passages == 6
    assert "zz-copie.md" in library.paths()


def test_unreadable_file_keeps_its_old_text(library: Library) -> None:
    library.sync()
    name = current_name(library.home)
    (library.corpus / "griefs.md").write_bytes(b"")
    report = library.sync()
    assert counts(report) == (0, 0, 0, 4)
    assert [skip.path for skip in report.skipped] == ["griefs.md"]
    assert current_name(library.home) == name
    assert [skip.path for skip in library.sync().skipped] == ["griefs.md"]
    assert any("trente jours" in text for text in library.texts("délai du grief"))


def test_a_new_file_that_cannot_be_read_is_reported(library: Library) -> None:
    library.write("vide.txt", "")
    report = library.sync()
    assert counts(report) == (4, 0, 0, 0)
    assert [skip.path for skip in report.skipped] == ["vide.txt"]


def test_missing_path_changes_nothing(library: Library) -> None:
    library.sync()
    library.write("nouveau.txt", "Un texte nouveau.\n")
    with pytest.raises(IngestError):
        library.sync(library.corpus, library.corpus / "absent")
    assert "nouveau.txt" not in library.paths()


def test_one_changed_row_of_a_collection_embeds_one_row(library: Library) -> None:
    rows = [
        {"id": f"r{i}", "title": f"Fiche {i}", "text": f"La fiche numéro {i} parle du sujet {i}."} for i in range(5)
    ]

    def write() -> None:
        library.write("fiches.jsonl", "\n".join(json.dumps(row) for row in rows) + "\n")

    write()
    library.sync()
    assert "fiches.jsonl#r3" in library.paths()
    rows[3]["text"] = "La fiche numéro 3 parle maintenant du télétravail."
    write()
    assert counts(library.sync()) == (0, 1, 0, 8)
    assert len(library.embedder.embedded) == 1
    del rows[0]
    rows[0]["text"] = ""
    write()
    report = library.sync()
    assert counts(report) == (0, 0, 1, 8)
    assert len(report.skipped) == 1
    assert "fiches.jsonl#r1" in library.paths()


def test_changing_the_model_and_back_embeds_once(library: Library, standin: ModuleType) -> None:
    library.sync()
    words = library.embedder
    library.embedder = standin.HashEmbedder("other")
    assert counts(library.sync()) == (0, 0, 0, 4)
    assert len(library.embedder.embedded) == 6
    library.embedder = words
    assert counts(library.sync()) == (0, 0, 0, 4)
    assert library.embedder.embedded == []


def test_a_second_writer_is_refused_at_once(library: Library) -> None:
    with open_writer(library.home), pytest.raises(StoreBusyError, match="déjà en cours"):
        library.sync()
    library.sync()


def test_generations_before_the_previous_one_are_deleted(library: Library) -> None:
    for number in range(4):
        library.write("suite.txt", f"Version {number} du texte.\n")
        library.sync()
    names = sorted(path.name for path in (library.home / "generations").iterdir() if path.is_dir())
    assert [name.partition("-")[0] for name in names] == ["000003", "000004"]
    assert current_name(library.home) == names[-1]


def test_same_corpus_gives_the_same_generation_whatever_the_way_to_it(
    library: Library, tmp_path: Path, standin: ModuleType
) -> None:
    library.write("passager.txt", "Un texte qui ne restera pas.\n")
    library.sync()
    (library.corpus / "passager.txt").unlink()
    library.sync()
    other = Library(library.corpus, tmp_path / "fresh", standin)
    other.sync()
    ours, theirs = current_folder(library.home), current_folder(other.home)
    assert ours.name.partition("-")[2] == theirs.name.partition("-")[2]
    for name in ("manifest.json", "documents.json", "passages.txt", "vectors.npy"):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes()
    for file in (ours / "bm25").iterdir():
        assert file.read_bytes() == (theirs / "bm25" / file.name).read_bytes()


def test_progress_is_told_stage_by_stage(library: Library) -> None:
    told: list[Progress] = []
    sync([library.corpus], library.settings, embedder=library.embedder, progress=told.append)
    assert [stage for stage, _ in groupby(one.stage for one in told)] == ["read", "embed", "index"]
    assert all(0 <= one.done <= one.total for one in told)
    assert (told[-1].files, told[-1].passages) == (4, 6)
    assert all(one.left_s is None or one.left_s >= 0 for one in told)


def test_an_empty_home_says_what_to_do(library: Library) -> None:
    with pytest.raises(EmptyIndexError, match="sourcier ingest"):
        Searcher.open(library.settings, embedder=library.embedder)
    with pytest.raises(EmptyIndexError), open_store(library.home):
        pass


def test_a_store_of_a_later_version_is_refused(library: Library) -> None:
    library.sync()
    with sqlite3.connect(library.home / STORE_FILE) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="plus récente"):
        library.sync()
    with pytest.raises(StoreError, match="plus récente"), open_store(library.home):
        pass


def test_a_file_that_is_no_store_is_refused(library: Library) -> None:
    library.home.mkdir()
    (library.home / STORE_FILE).write_bytes(b"no database at all " * 100)
    with pytest.raises(StoreDamagedError):
        library.sync()
    with pytest.raises(StoreDamagedError), open_store(library.home):
        pass


def test_a_folder_out_of_reach_loses_nothing(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.sync()
    (library.corpus / "sante" / "ia.md").unlink()

    def refused(path: str) -> os.stat_result:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("sourcier.index.intake.os.lstat", refused)
    report = library.sync()
    monkeypatch.undo()
    assert counts(report) == (0, 0, 0, 4)
    assert [skip.path for skip in report.skipped] == ["sante/ia.md"]
    assert counts(library.sync()) == (0, 0, 1, 3)
