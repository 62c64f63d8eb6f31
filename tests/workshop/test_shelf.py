"""Kits on their shelf: whole or not at all, for the owner alone, and one that is damaged hides no other."""

from __future__ import annotations

import resource
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.workshop.material import kit

from sourcier.app.workshop.shelf import Shelf
from sourcier.core.errors import StoreDamagedError, StoreError, UsageError

DAY = datetime(2026, 11, 29, 15, 4, tzinfo=UTC)


def test_a_kit_is_reopened_as_it_was_saved(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    path = shelf.save(kit())
    assert Shelf(tmp_path).open("teletravail-1") == kit()
    assert Shelf(tmp_path).open("telet") == kit()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["teletravail-1.json"]


def test_an_id_says_what_the_kit_is_and_is_new_each_time(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    ids = {shelf.new_id("Souveraineté numérique : l’État", DAY) for _ in range(20)}
    assert len(ids) == 20
    assert all(one.startswith("souverainete-numerique-l-etat-20261129-") for one in ids)
    assert shelf.new_id("東京", DAY).startswith("atelier-20261129-")


def test_a_copy_is_another_kit_and_a_deleted_one_is_gone(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.save(kit())
    copy = shelf.duplicate("teletravail-1", DAY)
    assert copy.id != "teletravail-1"
    assert shelf.open(copy.id).activities == kit().activities
    shelf.delete("teletravail-1")
    assert [row.id for row in shelf.all()] == [copy.id]
    with pytest.raises(UsageError, match=copy.id):
        shelf.open("teletravail-1")


def test_a_damaged_file_is_told_and_left_and_the_others_are_listed(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.save(kit())
    whole = (shelf.folder / "teletravail-1.json").read_bytes()
    (shelf.folder / "coupee.json").write_bytes(whole[: len(whole) // 2])
    (shelf.folder / "etrangere.json").write_text('{"a": 1}', encoding="utf-8")
    (shelf.folder / "neuve.json").write_bytes(whole.replace(b'"schema": 1', b'"schema": 99', 1))
    rows = shelf.all()
    assert [row.id for row in rows if row.problem is None] == ["teletravail-1"]
    assert {row.id for row in rows if row.problem is not None} == {"coupee", "etrangere", "neuve"}
    with pytest.raises(StoreDamagedError, match="abîmé"):
        shelf.open("coupee")
    with pytest.raises(StoreError, match="plus récente"):
        shelf.open("neuve")
    assert len((shelf.folder / "coupee.json").read_bytes()) == len(whole) // 2
    shelf.delete("coupee")
    assert not (shelf.folder / "coupee.json").exists()


@pytest.mark.parametrize("name", ["../secret", "a/b", "", ".", "A", "x" * 200, "a\x00b"])
def test_no_id_leads_out_of_the_shelf(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.json").write_text("{}", encoding="utf-8")
    shelf = Shelf(tmp_path)
    for asked in (shelf.open, shelf.delete):
        with pytest.raises(UsageError):
            asked(name)
    with pytest.raises(UsageError):
        shelf.save(kit(id=name))
    assert (tmp_path / "secret.json").exists()


def test_a_full_disk_leaves_the_kit_of_before(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.save(kit())
    larger = kit(limits=kit().limits * 2000)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, hard))
    try:
        with pytest.raises(StoreError, match="n’a pas pu être enregistrée") as caught:
            shelf.save(larger)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "intact" in str(caught.value)
    assert shelf.open("teletravail-1") == kit()
    assert [file.name for file in shelf.folder.iterdir()] == ["teletravail-1.json"]


def test_room_for_a_kit_is_seen_to_before_it_is_made(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    with shelf.make_room():
        assert shelf.all() == []
    assert list(shelf.folder.iterdir()) == []
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, hard))
    try:
        with pytest.raises(StoreError, match="libérez de la place"):
            shelf.make_room()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(shelf.folder.iterdir()) == []


def test_a_shelf_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "workshops").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match="workshops"):
        Shelf(tmp_path).save(kit())
    assert Shelf(tmp_path / "nowhere").all() == []


def test_what_the_shelf_cannot_hold_is_kept_whole_elsewhere_and_said_to_be(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "workshops").write_text("", encoding="utf-8")  # a file, where the shelf should be
    with pytest.raises(StoreError, match="entière") as caught:
        Shelf(home).keep(kit(), tmp_path / "home" / "workshops" / "no", tmp_path / "files")
    kept = tmp_path / "files" / "teletravail-1.json"
    assert str(kept) in str(caught.value)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    (home / "workshops").unlink()
    (home / "workshops").mkdir()
    kept.rename(home / "workshops" / kept.name)
    assert Shelf(home).open("teletravail-1") == kit()
    (home / "workshops" / kept.name).unlink()
    (home / "workshops").rmdir()
    (home / "workshops").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match="pas pu être enregistrée"):
        Shelf(home).keep(kit(), home / "workshops")


#: Run where nothing else is, on a file system of its own; each line printed is one thing that held.
_ON_A_SMALL_DISK = """
import contextlib, pathlib, sys
from tests.workshop.material import kit
from sourcier.app.workshop.shelf import Shelf
from sourcier.core.errors import StoreError
disk, elsewhere = map(pathlib.Path, sys.argv[1:])
shelf = Shelf(disk)
def fill():
    with contextlib.suppress(OSError), (disk / "filling").open("ab", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
with shelf.make_room():
    fill()
assert shelf.keep(kit()).is_file()
print("kept where the disk filled meanwhile")
fill()
try:
    shelf.keep(kit(id="autre"), elsewhere)
except StoreError as error:
    assert str(elsewhere / "autre.json") in str(error), error
    print("kept elsewhere")
assert [path.name for path in shelf.folder.iterdir()] == ["teletravail-1.json"], list(shelf.folder.iterdir())
(disk / "filling").unlink()
(shelf.folder / "autre.json").write_bytes((elsewhere / "autre.json").read_bytes())
assert shelf.open("autre").id == "autre" and shelf.open("teletravail-1") == kit()
print("moved back")
"""


def test_a_disk_that_fills_while_a_kit_is_made_loses_nothing(tmp_path: Path) -> None:
    disk, elsewhere = tmp_path / "disk", tmp_path / "elsewhere"
    disk.mkdir()
    mounted = [
        "unshare",
        "-m",
        "sh",
        "-c",
        'mount -t tmpfs -o size=6m tmpfs "$1" && shift && exec "$@"',
        "sh",
        str(disk),
    ]
    if subprocess.run([*mounted, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    command = [*mounted, sys.executable, "-c", _ON_A_SMALL_DISK, str(disk), str(elsewhere)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["kept where the disk filled meanwhile", "kept elsewhere", "moved back"]
