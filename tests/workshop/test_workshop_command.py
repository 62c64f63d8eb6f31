"""`sourcier workshop` as it is typed: a kit from one command, an edited outline, and one sentence for each mistake."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.workshop.material import kit

from sourcier.app.cli import main
from sourcier.app.workshop.kit import Kit
from sourcier.app.workshop.shelf import Shelf
from sourcier.core.settings import Settings


@dataclass(frozen=True)
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs `sourcier workshop …` in a home."""

    def ran(*arguments: str, home: Path) -> Ran:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("SOURCIER_HOME", str(home))
        monkeypatch.setenv("SOURCIER_MODEL__PROVIDER", "none")
        monkeypatch.setattr(sys, "argv", ["sourcier", "workshop", *arguments])
        code = 0
        try:
            main()
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return ran


def test_one_command_makes_keeps_and_writes_a_kit(run: Run, papers_index: Settings, tmp_path: Path) -> None:
    home, folder = papers_index.home, tmp_path / "trousse"
    made = run(
        "new", "la surveillance en télétravail", "--minutes", "45", "--group", "60", "--format", "md", "--format", "csv",
        "--out", str(folder), "--json", home=home,
    )  # fmt: skip
    assert made.code == 0, made.err
    shape = json.loads(made.out)
    assert {path.name for path in folder.iterdir()} >= {"quiz.csv"}
    assert len(list(folder.glob("*.md"))) >= 5
    files = shape.pop("files")
    assert [Path(file).parent for file in files] == [folder] * len(files)
    assert Shelf(home).open(shape["id"]) == Kit.model_validate(shape)
    assert shape["id"] in run("list", home=home).out
    shown = run("show", shape["id"], home=home)
    assert "45 min" in shown.out
    copy = json.loads(run("duplicate", shape["id"], "--json", home=home).out)["id"]
    redone = run("redo", copy, "timeline", home=home)
    assert redone.code == 0, redone.err
    same = json.loads(run("check", copy, "--json", home=home).out)
    assert (same["findings"], same["parts"]) == ([], [])
    assert run("delete", copy, home=home).code == 0
    assert copy not in run("list", home=home).out


def test_an_outline_is_printed_edited_and_followed(run: Run, papers_index: Settings, tmp_path: Path) -> None:
    printed = run("outline", "le télétravail", "--minutes", "30", home=papers_index.home)
    assert printed.code == 0, printed.err
    plan = tmp_path / "plan.toml"
    plan.write_text(printed.out.replace("title = ", 'title = "Mon atelier" # ', 1), encoding="utf-8")
    made = run("new", "--outline", str(plan), "--json", home=papers_index.home)
    assert made.code == 0, made.err
    shape = json.loads(made.out)
    assert shape["outline"]["title"] == "Mon atelier"
    assert sum(one["minutes"] for one in shape["outline"]["activities"]) == 30
    Shelf(papers_index.home).delete(shape["id"])


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("new", "la pêche à la mouche"), 1, "Les documents ne disent rien sur « la pêche à la mouche »"),
        (("new", "le télétravail", "--minutes", "0"), 2, "0 minutes"),
        (("new", "le télétravail", "--minutes", "2400"), 2, "2400 minutes"),
        (("new",), 2, "thème"),
        (("new", "--document", "absent.pdf"), 2, "absent.pdf"),
        (("new", "le télétravail", "--level", "expert"), 2, "expert"),
        (("new", "le télétravail", "--language", "de"), 2, "« de »"),
        (("new", "le télétravail", "--format", "docx"), 2, "--out"),
        (("new", "le télétravail", "--format", "wav", "--out", "x"), 2, "wav"),
        (("new", "le télétravail", "--out", "x", "--template", "faux.docx"), 2, "faux.docx"),
        (("new", "--outline", "plan.toml"), 2, "plan.toml"),
        (("new", "le télétravail", "--outline", "plan.toml"), 2, "pas les deux"),
        (("show", "rien"), 2, "rien"),
        (("redo", "rien", "quiz"), 2, "rien"),
    ],
)
def test_a_mistake_is_one_clear_sentence(
    run: Run, papers_index: Settings, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    (tmp_path / "faux.docx").write_bytes(b"not a document")
    before = [row.id for row in Shelf(papers_index.home).all()]
    ran = run(*arguments, home=papers_index.home)
    assert ran.code == code
    assert said in ran.err
    told = [line for line in ran.err.splitlines() if " s  " not in line]  # the stages gone through are told too
    assert len(told) == 1
    assert ran.out == ""
    assert [row.id for row in Shelf(papers_index.home).all()] == before
    assert not (tmp_path / "x").exists()


def test_a_kit_is_exported_without_an_index(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    Shelf(home).save(kit())
    ran = run("export", "teletravail-1", "--out", str(tmp_path / "files"), "--format", "md,gift", home=home)
    assert ran.code == 0, ran.err
    assert (tmp_path / "files" / "quiz.gift").read_text(encoding="utf-8")
    (tmp_path / "file").write_text("", encoding="utf-8")
    refused = run("export", "teletravail-1", "--out", str(tmp_path / "file"), home=home)
    assert (refused.code, refused.out) == (2, "")
    assert "file" in refused.err


def test_an_empty_index_is_said_and_a_damaged_kit_is_listed(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run("new", "le télétravail", home=home).code == 1
    Shelf(home).save(kit())
    (home / "workshops" / "abimee.json").write_text("{", encoding="utf-8")
    listed = run("list", home=home)
    assert "teletravail-1" in listed.out
    assert "abîmé" in listed.out
