"""The folder of a kit's files: all or nothing, and what a person has changed in it is never lost."""

from __future__ import annotations

import json
import resource
from pathlib import Path

import pytest
from tests.workshop.material import ORGANISATION, kit

from sourcier.app.workshop.files.folder import REMEMBERED, put
from sourcier.app.workshop.files.write import write_files
from sourcier.core.errors import UsageError


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != REMEMBERED}


def test_files_are_put_and_nothing_else_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "séances" / "une trousse"
    paths = put(folder, {"01-a.md": b"a", "02-b.pdf": b"b"})
    assert paths == [folder / "01-a.md", folder / "02-b.pdf"]
    assert held(folder) == {"01-a.md": b"a", "02-b.pdf": b"b"}
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_file_as_it_was_written_is_replaced(tmp_path: Path) -> None:
    put(tmp_path, {"01-a.md": b"a"})
    put(tmp_path, {"01-a.md": b"aa"})
    assert held(tmp_path) == {"01-a.md": b"aa"}


def test_a_file_that_was_edited_is_set_aside(tmp_path: Path) -> None:
    put(tmp_path, {"01-a.md": b"a"})
    for edited in (b"mine", b"mine again"):
        (tmp_path / "01-a.md").write_bytes(edited)
        put(tmp_path, {"01-a.md": b"new"})
    assert held(tmp_path) == {"01-a.md": b"new", "01-a-modifie-1.md": b"mine", "01-a-modifie-2.md": b"mine again"}


def test_what_is_not_of_the_kit_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"mine")
    (tmp_path / "01-a.md").write_bytes(b"mine too")
    put(tmp_path, {"01-a.md": b"a"})
    assert held(tmp_path) == {"notes.txt": b"mine", "01-a.md": b"a", "01-a-modifie-1.md": b"mine too"}


def test_what_the_kit_no_longer_has_goes_but_not_what_was_edited_nor_another_format(tmp_path: Path) -> None:
    put(tmp_path, {"01-a.md": b"a", "02-b.md": b"b", "03-c.md": b"c", "01-a.pdf": b"p"})
    (tmp_path / "02-b.md").write_bytes(b"mine")
    put(tmp_path, {"01-a.md": b"a2"})
    assert held(tmp_path) == {"01-a.md": b"a2", "02-b.md": b"mine", "01-a.pdf": b"p"}
    put(tmp_path, {"01-a.pdf": b"p2"})
    assert held(tmp_path)["01-a.pdf"] == b"p2", "its hash was kept while other formats were written"


@pytest.mark.parametrize("odd", [b"", b"[]", b"\xff", b'{"../../etc/passwd": "x", "..": "y", "a/b": 1}'])
def test_a_memory_that_cannot_be_read_makes_every_file_somebodys(tmp_path: Path, odd: bytes) -> None:
    folder = tmp_path / "k"
    put(folder, {"01-a.md": b"a"})
    (folder / REMEMBERED).write_bytes(odd)
    (tmp_path / "passwd.md").write_bytes(b"safe")
    put(folder, {"01-a.md": b"b"})
    assert held(folder) == {"01-a.md": b"b", "01-a-modifie-1.md": b"a"}
    assert set(json.loads((folder / REMEMBERED).read_text(encoding="utf-8"))) == {"01-a.md"}
    assert (tmp_path / "passwd.md").read_bytes() == b"safe"


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    """The system refuses files larger than a limit, as it refuses them on a full disk."""
    folder = tmp_path / "k"
    put(folder, {"01-a.md": b"a", "02-b.md": b"b"})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(UsageError) as raised:
            put(folder, {"01-a.md": b"new", "02-b.md": b"x" * 5000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "n'a pas changé" in str(raised.value) and str(folder) in str(raised.value)
    assert held(folder) == {"01-a.md": b"a", "02-b.md": b"b"}
    assert [path.name for path in tmp_path.iterdir()] == ["k"]
    put(folder, {"01-a.md": b"new", "02-b.md": b"x" * 5000})
    assert held(folder) == {"01-a.md": b"new", "02-b.md": b"x" * 5000}


def test_a_move_that_fails_half_way_is_undone(tmp_path: Path) -> None:
    """A folder stands where the last file must go: the others have already been moved by then."""
    put(tmp_path / "k", {"01-a.md": b"a"})
    (tmp_path / "k" / "02-b.md").mkdir()
    with pytest.raises(UsageError):
        put(tmp_path / "k", {"01-a.md": b"new", "02-b.md": b"b"})
    assert (tmp_path / "k" / "01-a.md").read_bytes() == b"a"
    assert sorted(path.name for path in (tmp_path / "k").iterdir()) == [REMEMBERED, "01-a.md", "02-b.md"]
    assert [path.name for path in tmp_path.iterdir()] == ["k"]


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "k").write_bytes(b"")
    with pytest.raises(UsageError):
        put(tmp_path / "k", {"01-a.md": b"a"})
    assert (tmp_path / "k").read_bytes() == b""


def test_a_format_that_is_none_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        write_files(kit(), tmp_path / "k", ["md", "exe"], ORGANISATION)
    assert "« exe »" in str(raised.value).replace("\u00a0", " ")
    assert not (tmp_path / "k").exists()


def test_a_kit_is_written_twice_the_same(tmp_path: Path) -> None:
    write_files(kit(), tmp_path / "k", ["md", "odp"], ORGANISATION)
    before = {name: content for name, content in held(tmp_path / "k").items() if name.endswith(".md")}
    paths = write_files(kit(), tmp_path / "k", [".MD", "md"], ORGANISATION)
    assert {path.name: path.read_bytes() for path in paths} == before
    assert "13-diapositives.odp" in held(tmp_path / "k")
