"""`sourcier documents ID --diff`, as a steward runs it."""

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from sourcier.app.cli import app
from sourcier.core.settings import IngestSettings
from sourcier.index.intake import take_in
from sourcier.index.store import open_store
from sourcier.index.writing import open_writer

TEXT = (
    "Le syndicat négocie depuis longtemps les conditions technolo-\ngiques du travail, et le règlement1 en parle\n"
    "à chaque page, sans détour ni hésitation.\n\n• Un point\u200b\n• Un autre\n\n"
    "1.\t UNION (2024). Règlement, [En ligne], 12 p.\n\n2601-18      D14551\n"
)
Diff = Callable[..., Result]


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCIER_HOME", str(tmp_path / "home"))
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "b.md").write_text("# Fiche\n\nUn mot **gras**.[^1]\n\n[^1]: Une source.\n", encoding="utf-8")
    rows = [{"id": "r1", "title": "Un", "section": "Congés", "text": "Trente jours • ou plus.\n\n• un point"}]
    with gzip.open(folder / "c.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    with zipfile.ZipFile(folder / "d.zip", "w") as archive:
        archive.writestr("dedans/e.txt", "Une phrase entière.\n\n– un tiret\n– un autre")
    return folder


@pytest.fixture
def diff(corpus: Path, tmp_path: Path) -> Diff:
    with open_writer(tmp_path / "home") as store:
        report = take_in(store, [corpus], IngestSettings(), lambda done, total: None)
    assert report.skipped == []

    def run(name: str, *options: str) -> Result:
        return CliRunner().invoke(app, ["documents", name, "--diff", *options])

    return run


def groups(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_report_names_each_difference(diff: Diff) -> None:
    shown = diff("a.txt").stdout
    for line in (
        "a.txt : en quoi le texte canonique diffère de sa source",
        "  l. 1  technolo- giques → technologiques",
        "  l. 2  règlement1 → règlement   [1. UNION (2024). Règlement, [En ligne], 12 p.]",
        "  2601-18 D14551",
        "  • ×2",
        "  Des caractères invisibles ont été retirés (1 : U+200B ×1).",
        "Aucune autre différence.",
    ):
        assert line in shown.split("\n")


def test_the_groups_as_json(diff: Diff) -> None:
    found = groups(diff("a.txt", "--json"))
    assert found["same"] and found["other"] == []
    assert [(change["before"], change["after"]) for change in found["rejoined"]] == [
        ("technolo- giques", "technologiques")
    ]
    assert [one["why"] for one in found["left_out"]] == ["print_mark", "markup", "markup"]


@pytest.mark.parametrize("name", ["b.md", "c.jsonl.gz#r1", "d.zip#dedans/e.txt"])
def test_markdown_rows_and_members_are_found_again(diff: Diff, name: str) -> None:
    found = groups(diff(name, "--json"))
    assert found["path"] == name and found["same"]
    assert found["left_out"]


def test_a_source_that_changed_or_went_is_said(diff: Diff, corpus: Path) -> None:
    (corpus / "a.txt").write_text(TEXT + "Et plus.", encoding="utf-8")
    (corpus / "b.md").unlink()
    for name in ("a.txt", "b.md"):
        refused = diff(name)
        assert refused.exit_code == 1
        assert "sourcier ingest" in str(refused.exception) and name in str(refused.exception)


def test_a_copy_stands_for_a_source_that_went(diff: Diff, corpus: Path, tmp_path: Path) -> None:
    (corpus / "z.txt").write_text(TEXT, encoding="utf-8")
    with open_writer(tmp_path / "home") as store:
        take_in(store, [corpus], IngestSettings(), lambda done, total: None)
    (corpus / "a.txt").write_text("Autre chose.", encoding="utf-8")
    assert groups(diff("a.txt", "--json"))["same"]


def test_origins_are_where_documents_were_read(diff: Diff, corpus: Path, tmp_path: Path) -> None:
    with open_store(tmp_path / "home") as store:
        found = {row.path: store.origins(row.document_id) for row in store.documents()}
    assert found["a.txt"] == [(corpus / "a.txt", "")]
    assert found["c.jsonl.gz#r1"] == [(corpus / "c.jsonl.gz", "#r1")]


def test_wrong_usage(diff: Diff) -> None:
    run = CliRunner()
    for arguments in (["documents", "--diff"], ["documents", "a.txt", "--diff", "--text"]):
        assert getattr(run.invoke(app, arguments).exception, "exit_code", None) == 2
    assert getattr(run.invoke(app, ["documents", "inconnu", "--diff"]).exception, "exit_code", None) == 1
