"""The shape of the repository: one namespace over five folders, short modules, a note at each door."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("core", "ingest", "index", "app", "eval")
MODULES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
LONGEST = 400


def test_sourcier_is_a_namespace() -> None:
    import sourcier

    assert sourcier.__file__ is None, "remove sourcier/__init__.py: it would hide the other folders' portions"


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_is_a_source_root_with_one_portion(folder: str) -> None:
    portion = ROOT / folder / "sourcier"
    assert [path.name for path in portion.iterdir() if path.is_dir() and path.name != "__pycache__"] == [folder]
    assert not list(portion.glob("*.py"))
    assert (portion / folder / "py.typed").is_file()
    assert (portion / folder / "__init__.py").is_file()


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_opens_on_a_note(folder: str) -> None:
    note = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    if folder == "eval":
        return  # Its note says what is measured and how; the modules are few and named after it.
    portion = ROOT / folder / "sourcier" / folder
    parts = [path for path in portion.iterdir() if not path.name.startswith(("_", ".")) and path.name != "py.typed"]
    assert [path.name for path in parts if f"`{path.stem}" not in note] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_is_short_enough_to_be_read(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_test_files_have_names_of_their_own() -> None:
    # Tests are imported without packages, so two files of one name cannot be told apart in a report.
    names = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name, count in names.items() if count > 1] == []
    assert not list((ROOT / "tests").rglob("__init__.py"))
