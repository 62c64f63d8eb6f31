"""What can go wrong while documents are taken in, each fault by its number: the index comes out whole, and says so."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.faults import kills
from tests.faults.stored import find, hits_of, ingest
from tests.index import hash_embedder as standin

from sourcier.index import intake, writing
from sourcier.index.generations import current_folder, current_name, is_whole
from sourcier.index.search import Searcher
from sourcier.index.store import open_store
from sourcier.index.sync import sync
from sourcier.index.verifying import verify

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:chromadb.*")


# F-01: killed.


def test_f01_killed_at_random_instants_then_resumed_gives_the_undisturbed_index(tmp_path: Path) -> None:
    tally = kills.run(tmp_path, int(os.environ.get("SOURCIER_KILLS", "8")), seed=1)
    assert tally.wrong == []
    assert tally.before_the_end >= tally.kills // 2


# F-02: two ingestions at once.


def test_f02_of_two_ingestions_at_once_one_works_and_the_other_says_so(corpus: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    kills.ingest(whole, corpus)
    codes: list[int | None] = []
    for number in range(6):
        home = tmp_path / f"data-{number}"
        children = [kills.apart(kills.ingest, home, corpus) for _ in range(2)]
        codes += (both := [kills.ended(child) for child in children])
        assert set(both) <= {0, kills.BUSY} and 0 in both, both
        assert kills.manifest_of(home) == kills.manifest_of(whole)
        assert verify(home).problems == ()
    assert kills.BUSY in codes
    home = tmp_path / "held"
    with writing.open_writer(home):
        assert kills.ended(kills.apart(kills.ingest, home, corpus)) == kills.BUSY


# F-03: searching while documents are ingested.


def test_f03_each_answer_comes_from_one_index_while_others_are_built(tmp_path: Path) -> None:
    corpus, home = tmp_path / "corpus", tmp_path / "data"
    corpus.mkdir()

    def write(version: int) -> None:
        for number in range(12):
            text = f"# Fiche {number}\n\nLe délai du grief {number} est celui de la version v{version}.\n"
            (corpus / f"{number}.md").write_text(text, encoding="utf-8")

    write(0)
    ingest(corpus, home)
    stop = threading.Event()
    searcher = Searcher.open(standin.settings_of(home), embedder=standin.HashEmbedder())

    def ask() -> list[set[str]]:
        seen = []
        while not stop.is_set():
            seen.append({text.rpartition(" v")[2] for _, text, _ in hits_of(searcher)})
        return seen

    with ThreadPoolExecutor(3) as pool:
        members = [pool.submit(ask) for _ in range(3)]
        try:
            for version in range(1, 4):
                write(version)
                ingest(corpus, home)
                assert {text.rpartition(" v")[2] for _, text, _ in hits_of(searcher)} == {f"{version}."}
        finally:
            stop.set()
        seen = [versions for member in members for versions in member.result()]
    assert len(seen) > 20 and all(len(versions) == 1 for versions in seen)
    assert searcher.health() == []
    searcher.close()


# F-04: the power fails.


class Disk:
    """What a disk surely holds of a folder: contents as they were last synced, names as their folder was last synced.

    ``eager`` is the other extreme: each name is there at once, with what was synced of its content.
    """

    def __init__(self, root: Path, *, eager: bool) -> None:
        self.root = root
        self.eager = eager
        self.contents: dict[int, bytes] = {}
        self.names: dict[int, dict[str, int]] = {}
        self.folders: set[int] = set()

    def synced(self, descriptor: int) -> None:
        status = os.fstat(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").resolve()
        if path.is_dir():
            self._note(path)
        else:
            self.contents[status.st_ino] = path.read_bytes()

    def _note(self, folder: Path) -> None:
        self.folders.add(folder.stat().st_ino)
        self.names[folder.stat().st_ino] = {path.name: path.stat().st_ino for path in folder.iterdir()}

    def write_to(self, target: Path) -> None:
        self._write(self.root, self.root.stat().st_ino, target)

    def _write(self, folder: Path | None, inode: int, target: Path) -> None:
        target.mkdir(parents=True)
        if self.eager and folder is not None and folder.is_dir():
            for path in folder.iterdir():
                if path.is_dir():
                    self._write(path, path.stat().st_ino, target / path.name)
                else:
                    (target / path.name).write_bytes(self.contents.get(path.stat().st_ino, b""))
            return
        for name, child in self.names.get(inode, {}).items():
            if child in self.folders:
                self._write(None, child, target / name)
            else:
                (target / name).write_bytes(self.contents.get(child, b""))


@pytest.mark.parametrize("eager", [False, True])
def test_f04_after_a_power_loss_the_index_is_the_old_or_the_new_one_whole(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, eager: bool
) -> None:
    home = tmp_path / "data"
    ingest(corpus, home)
    old = current_name(home)
    (corpus / "griefs.md").write_text("# Griefs\n\nLe délai du grief est de dix jours.\n", encoding="utf-8")
    disk = Disk(home / "generations", eager=eager)
    for folder, _, names in os.walk(disk.root):  # all that was published before is on the disk
        disk._note(Path(folder))
        disk.contents.update({(Path(folder) / one).stat().st_ino: (Path(folder) / one).read_bytes() for one in names})
    published: list[str | None] = []

    def power_fails() -> None:
        copy = tmp_path / f"copy-{len(published)}"
        disk.write_to(copy / "generations")
        name = current_name(copy)
        assert name is not None and is_whole(current_folder(copy)), name
        published.append(name)
        shutil.rmtree(copy)

    fsync, replace, rename = os.fsync, os.replace, os.rename

    def counted(descriptor: int) -> None:
        power_fails()
        fsync(descriptor)
        disk.synced(descriptor)
        power_fails()

    def moved(move: Callable[..., None]) -> Callable[..., None]:
        def then_fail(*names: object, **options: object) -> None:
            move(*names, **options)
            power_fails()

        return then_fail

    monkeypatch.setattr(os, "fsync", counted)
    monkeypatch.setattr(os, "replace", moved(replace))
    monkeypatch.setattr(os, "rename", moved(rename))
    ingest(corpus, home)
    power_fails()
    monkeypatch.undo()
    new = current_name(home)
    assert new != old and set(published) == {old, new}
    assert published == sorted(published, key=lambda name: name == new)  # once new, never old again
    assert published[-1] == new
    assert len(published) > 40


# F-17: what happens to files.


def test_f17_whatever_happens_to_files_each_text_is_there_once(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "data"
    settings = standin.settings_of(home)

    def again() -> tuple[int, int, int]:
        report = sync([corpus], settings, embedder=standin.HashEmbedder())
        with open_store(home) as store:
            assert len(store.served()) == len({one.document_id for one in store.served()})
        assert verify(home).problems == ()
        return report.added, report.updated, report.removed

    assert again() == (2, 0, 0)
    (corpus / "copie.md").write_bytes((corpus / "griefs.md").read_bytes())
    assert again() == (1, 0, 0)
    with open_store(home) as store:
        assert store.document("copie.md").path == "copie.md" or store.document("copie.md").path == "griefs.md"
        assert len(store.documents()) == 2
    (corpus / "griefs.md").write_text("# Griefs\n\nLe délai du grief est de dix jours.\n", encoding="utf-8")
    assert again() == (0, 1, 0)
    (corpus / "conges.txt").rename(corpus / "absences.txt")
    assert again() == (1, 0, 1)
    (corpus / "lien.txt").symlink_to(corpus / "absences.txt")
    assert again() == (0, 0, 0)
    (corpus / "copie.md").unlink()
    assert again() == (0, 0, 1)
    assert not any("trente" in text for _, text, _ in find(home)[0])

    # A file that changes while it is read is not taken in, half old and half new.
    (corpus / "griefs.md").write_text("# Griefs\n\nLe délai du grief est de vingt jours.\n", encoding="utf-8")
    monkeypatch.setattr(intake._Intake, "_read", _changing(intake._Intake._read, corpus / "griefs.md"))
    report = sync([corpus], settings, embedder=standin.HashEmbedder())
    assert [skip.error.key for skip in report.skipped if skip.path == "griefs.md"] == ["store.file_changing"]
    assert any("dix jours" in text for _, text, _ in find(home)[0])
    monkeypatch.undo()
    assert again() == (0, 1, 0)
    assert any("cent jours" in text for _, text, _ in find(home)[0])


def _changing(read: Callable[..., object], file: Path) -> Callable[..., object]:
    def change_then_read(*given: object, **named: object) -> object:
        file.write_text("# Griefs\n\nLe délai du grief est de cent jours.\n", encoding="utf-8")
        return read(*given, **named)

    return change_then_read
