"""What can go wrong with the data folder, each fault by its number: the index comes out whole, and says so."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from tests.faults import kills
from tests.index import hash_embedder as standin

from sourcier.core.errors import IngestError, ModelMismatchError, SourcierError, StoreError
from sourcier.index import intake, writing
from sourcier.index.generations import current_folder, current_name, is_whole
from sourcier.index.schema import MIGRATIONS, SCHEMA_VERSION, STORE_FILE, backup_path
from sourcier.index.search import Searcher
from sourcier.index.store import open_store
from sourcier.index.sync import forget_previous, sync
from sourcier.index.verifying import verify

HERE = Path(__file__).parent
SCRIPT = HERE.parent / "index" / "hash_embedder.py"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:chromadb.*")

SHEETS = {
    "griefs.md": "# Guide des griefs\n\n## Délai de dépôt\n\nLe grief est déposé dans les trente jours ouvrables qui "
    "suivent l'événement.\n\n## Arbitrage\n\nL'arbitre unique rend sa sentence dans les soixante jours.\n",
    "conges.txt": "La salariée enceinte a droit à un congé de maternité de vingt et une semaines.\n",
}
QUESTION = "le délai du grief"

Hits = list[tuple[str, str, float]]


@pytest.fixture(autouse=True)
def mutated(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``test_mutations.py`` takes out, to see a test of this file turn red."""
    kills.mutate(monkeypatch.setattr)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in SHEETS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def ingest(corpus: Path, home: Path, model: str = "words") -> standin.HashEmbedder:
    embedder = standin.HashEmbedder(model)
    sync([corpus], standin.settings_of(home), embedder=embedder)
    return embedder


def find(home: Path, question: str = QUESTION, **search: object) -> tuple[Hits, list[str]]:
    with closing(Searcher.open(standin.settings_of(home, **search), embedder=standin.HashEmbedder())) as searcher:
        return hits_of(searcher, question), searcher.health()


def hits_of(searcher: Searcher, question: str = QUESTION) -> Hits:
    hits = searcher.search(question, 20).hits
    return [(hit.passage.passage_id, hit.passage.text, round(hit.score, 4)) for hit in hits]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=240)


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


# F-05: the index is damaged.


def _damages(generation: Path) -> Iterator[tuple[str, Callable[[Path], object]]]:
    for path in sorted(generation.rglob("*")):
        if path.is_file() and path.name != "chroma.lock":
            name = path.relative_to(generation).as_posix()
            yield name, lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
            yield name, lambda file: file.write_bytes(b"")
            yield name, Path.unlink


def test_f05_a_file_cut_short_emptied_or_deleted_changes_no_result(corpus: Path, tmp_path: Path) -> None:
    home, damaged = tmp_path / "data", tmp_path / "damaged"
    ingest(corpus, home)
    before, health = find(home)
    assert before and health == []
    tried = 0
    for name, damage in _damages(current_folder(home)):
        shutil.rmtree(damaged, ignore_errors=True)
        shutil.copytree(home, damaged)
        damage(current_folder(damaged) / name)
        if is_whole(current_folder(damaged)):
            continue  # the file was empty
        after, health = find(damaged)
        assert after == before, name
        assert health in (["store.index_given_up"], ["store.chroma_given_up"]), name
        tried += 1
    assert tried > 25
    ingest(corpus, damaged)
    assert find(damaged) == (before, [])
    assert verify(damaged).problems == ()


def test_f05_a_hundred_bytes_flipped_change_no_result(corpus: Path, tmp_path: Path) -> None:
    home = tmp_path / "data"
    ingest(corpus, home)
    before, _ = find(home)
    generator = random.Random(5)
    folder = current_folder(home)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    noticed = 0
    for _ in range(100):
        file = generator.choice(files)
        kept = file.read_bytes()
        place = generator.randrange(len(kept))
        file.write_bytes(kept[:place] + bytes([kept[place] ^ 1 << generator.randrange(8)]) + kept[place + 1 :])
        dense = generator.choice(("chroma", "exact", "exact", "exact"))
        after, health = find(home, dense=dense)
        assert after == before, (file, place)
        # Chroma's own files, and their sums, matter only where Chroma is asked.
        line = kept[:place].rpartition(b"\n")[2] + kept[place:].partition(b"\n")[0]
        of_chroma = "chroma" in file.parts or file.name == "chroma.lock" or b'"chroma/' in line
        assert bool(health) or of_chroma, (file, place)
        noticed += bool(health)
        file.write_bytes(kept)
        (folder / "damaged").unlink(missing_ok=True)
    assert noticed > 30


def test_f05_a_byte_flipped_in_the_store_shows_no_wrong_text(corpus: Path, tmp_path: Path) -> None:
    home = tmp_path / "data"
    ingest(corpus, home)
    texts = {identifier: text for identifier, text, _ in find(home)[0]}
    store = home / STORE_FILE
    kept = store.read_bytes()
    place = kept.index(b"trente jours")
    generator = random.Random(3)
    for at in (place, place + 5, *(generator.randrange(len(kept)) for _ in range(30))):
        store.write_bytes(kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :])
        try:
            after, health = find(home)
        except (StoreError, IngestError):
            continue
        assert all(texts[identifier] == text for identifier, text, _ in after)
        assert len(after) == len(texts) or "store.passage_damaged" in health or "store.index_given_up" in health
    store.write_bytes(kept)
    assert {identifier: text for identifier, text, _ in find(home)[0]} == texts


def test_f05_a_running_service_notices_within_the_hour_and_mends_itself(corpus: Path, tmp_path: Path) -> None:
    home = tmp_path / "data"
    ingest(corpus, home)
    now = [0.0]
    searcher = Searcher.open(standin.settings_of(home), embedder=standin.HashEmbedder(), clock=lambda: now[0])
    before, name = hits_of(searcher), current_name(home)
    vectors = np.load(current_folder(home) / "vectors.npy")
    np.save(current_folder(home) / "vectors.npy", np.roll(vectors, 1, axis=0))
    now[0] = 3599.0
    hits_of(searcher)
    assert searcher.health() == []  # not yet due
    now[0] = 3601.0
    assert hits_of(searcher) == before
    assert searcher.health() == ["store.index_given_up"]
    searcher.mends = True
    assert hits_of(searcher) == before
    searcher.mender.wait()
    assert hits_of(searcher) == before
    assert searcher.health() == [] and searcher.version == current_name(home) != name
    searcher.close()
    assert verify(home).problems == ()


def test_f05_a_service_that_cannot_mend_goes_on(corpus: Path, tmp_path: Path) -> None:
    home = tmp_path / "data"
    ingest(corpus, home)
    searcher = Searcher.open(standin.settings_of(home), embedder=standin.HashEmbedder())
    before = hits_of(searcher)
    shutil.rmtree(current_folder(home) / "bm25")
    assert searcher.check() == ["store.index_given_up"]
    searcher.mends = True
    with writing.open_writer(home):  # an ingestion is under way
        assert hits_of(searcher) == before
        searcher.mender.wait()
    assert not is_whole(current_folder(home))
    assert hits_of(searcher) == before
    searcher.mender.wait()
    assert is_whole(current_folder(home))
    searcher.close()


# F-06, F-07, F-08: no room, no right, no descriptors.


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a disk in memory with the options given, or changes them; root only."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(options: str) -> Path:
        again = "remount," if os.path.ismount(place) else ""
        command = ["mount", "-t", "tmpfs", "-o", f"{again}{options}", "tmpfs", str(place)]
        try:
            done = subprocess.run(command, capture_output=True, check=False)
        except OSError:
            pytest.skip("no mount command")
        if done.returncode:
            pytest.skip(f"mounting a disk in memory is not allowed here: {done.stderr.decode().strip()}")
        return place

    yield mount
    if os.path.ismount(place):
        subprocess.run(["umount", "-l", str(place)], check=True)


# What a reader had given and nobody takes any more is closed when it is collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("megabytes", [1, 6, 18])
def test_f06_a_full_disk_ends_cleanly_and_is_resumed(
    tmp_path: Path, corpus: Path, small_disk: Callable[[str], Path], megabytes: int
) -> None:
    home = small_disk("size=64m") / "data"
    ingest(corpus, home)
    before, _ = find(home)
    used = sum(path.stat().st_blocks * 512 for path in home.rglob("*") if path.is_file())
    more = kills.write_corpus(tmp_path / "more", 1, count=40 * megabytes)
    small_disk(f"size={used + megabytes * 900_000}")
    filler = home.parent / "filler"
    filler.write_bytes(bytes(max(shutil.disk_usage(home).free - 200_000 * megabytes, 0)))
    with pytest.raises(StoreError) as refused:
        sync([more], standin.settings_of(home), embedder=standin.HashEmbedder())
    assert "Mo" in str(refused.value) or "place libre" in str(refused.value)
    after, health = find(home)  # Chroma needs room even to read
    assert after == before and health in ([], ["store.chroma_given_up"])
    filler.unlink()
    small_disk("size=256m")
    sync([more], standin.settings_of(home), embedder=standin.HashEmbedder())
    assert verify(home).problems == ()
    assert len(find(home, "version")[0]) > len(before)


def test_f06_what_is_missing_is_said_before_anything_is_built(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "data"
    ingest(corpus, home)
    name = current_name(home)
    (corpus / "nouveau.txt").write_text("Un texte nouveau.\n", encoding="utf-8")
    usage = shutil.disk_usage(home)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    with pytest.raises(StoreError, match=r"Il manque \d+ Mo"):
        ingest(corpus, home)
    assert current_name(home) == name
    assert sorted(path.name for path in (home / "generations").iterdir()) == sorted(["CURRENT", str(name)])
    monkeypatch.undo()
    assert ingest(corpus, home).embedded == []  # what was embedded was kept
    assert current_name(home) != name


def _ingest_small_files(home: Path, corpus: Path, limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        kills.ingest(home, corpus)
    except SourcierError:
        sys.exit(9)


@pytest.mark.parametrize("kilobytes", [0, 8, 40, 100, 180, 230])
def test_f06_a_file_that_may_grow_no_more_ends_cleanly(corpus: Path, tmp_path: Path, kilobytes: int) -> None:
    home = tmp_path / "data"
    ingest(corpus, home)
    before, _ = find(home)
    more = kills.write_corpus(tmp_path / "more", 1)

    assert kills.ended(kills.apart(_ingest_small_files, home, more, kilobytes * 1024)) in {0, 9}
    assert set(before) <= set(find(home)[0])
    kills.ingest(home, more)
    assert verify(home).problems == ()
    assert find(home)[1] == []


def test_f07_a_folder_that_cannot_be_written_is_still_searched(
    corpus: Path, tmp_path: Path, small_disk: Callable[[str], Path]
) -> None:
    ingest(corpus, tmp_path / "data")
    before, _ = find(tmp_path / "data")
    home = small_disk("size=64m") / "data"
    # In another process: a disk with a file open to be written cannot be made read-only.
    assert kills.ended(kills.apart(kills.ingest, home, corpus)) == 0
    small_disk("ro")
    after, health = find(home)
    assert after == before and health == ["store.chroma_locked_out"]
    with pytest.raises(StoreError, match="ne peut pas être écrit"):
        ingest(corpus, home)
    # Damaged as well: nothing can be rebuilt, and the answers are the same.
    small_disk("rw")
    (current_folder(home) / "documents.json").write_bytes(b"")
    small_disk("ro")
    assert find(home) == (before, ["store.index_given_up"])
    small_disk("rw")
    ingest(corpus, home)
    assert find(home) == (before, [])


def _ingest_with_few_descriptors(home: Path, corpus: Path) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    for number in range(3):
        (corpus / f"{number}.txt").write_text(f"Le délai du grief numéro {number}.\n", encoding="utf-8")
        kills.ingest(home, corpus)
        kills.still_answers(home)


def test_f08_few_descriptors_stop_nothing_or_are_said(corpus: Path, tmp_path: Path) -> None:
    home = tmp_path / "data"
    assert kills.ended(kills.apart(_ingest_with_few_descriptors, home, corpus)) == 0
    assert verify(home).problems == ()


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
