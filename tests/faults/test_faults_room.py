"""What the machine may refuse, F-06 to F-08: the index stays as it was, what is missing is said, and work is resumed."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.faults import kills
from tests.faults.stored import find, ingest
from tests.index import hash_embedder as standin

from sourcier.core.errors import SourcierError, StoreError
from sourcier.index.generations import current_folder, current_name
from sourcier.index.sync import sync
from sourcier.index.verifying import verify

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:chromadb.*")


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
