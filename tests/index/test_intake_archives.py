"""Archives and e-mails followed from one ingestion to the next, as the rows of a collection are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.ingest.hostile import making as m

from sourcier.core.settings import IngestSettings
from sourcier.index.intake import Intake, take_in
from sourcier.index.writing import open_writer
from sourcier.ingest.sandbox import Answer, Worker

TakeIn = Callable[[], Intake]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    return tmp_path / "corpus"


@pytest.fixture
def take(corpus: Path, tmp_path: Path) -> TakeIn:
    def run() -> Intake:
        with open_writer(tmp_path / "data") as store:
            return take_in(store, [corpus], IngestSettings(workers=1), lambda done, total: None)

    return run


def outcomes(report: Intake) -> dict[str, str]:
    return {one.path: one.what for one in report.documents}


def test_members_are_added_changed_and_removed_one_by_one(corpus: Path, take: TakeIn) -> None:
    (corpus / "z.zip").write_bytes(m.archive([("a.txt", "Un."), ("b.txt", "Deux.")]))
    assert outcomes(take()) == {"z.zip#a.txt": "added", "z.zip#b.txt": "added"}
    assert outcomes(take()) == {"z.zip#a.txt": "unchanged", "z.zip#b.txt": "unchanged"}
    (corpus / "z.zip").write_bytes(m.archive([("a.txt", "Un."), ("b.txt", "Autre."), ("c.txt", "Trois.")]))
    assert outcomes(take()) == {"z.zip#a.txt": "unchanged", "z.zip#b.txt": "updated", "z.zip#c.txt": "added"}
    (corpus / "z.zip").write_bytes(m.archive([("c.txt", "Trois.")]))
    changed = outcomes(take())
    assert changed == {"z.zip#c.txt": "unchanged", "z.zip#a.txt": "removed", "z.zip#b.txt": "removed"}


def test_a_new_description_of_a_member_is_taken_in(corpus: Path, take: TakeIn, tmp_path: Path) -> None:
    (corpus / "z.zip").write_bytes(m.archive([("a.txt", "Un."), ("b.txt", "Deux.")]))
    take()
    (corpus / "sources.toml").write_text('[[document]]\npath = "z.zip#a.txt"\ntitle = "Le premier"\n', encoding="utf-8")
    assert outcomes(take()) == {"z.zip#a.txt": "updated", "z.zip#b.txt": "unchanged"}
    with open_writer(tmp_path / "data") as store:
        assert {row.path: row.metadata.title for row in store.documents()} == {
            "z.zip#a.txt": "Le premier",
            "z.zip#b.txt": "b",
        }


def test_what_a_search_leaves_out_is_in_the_report(corpus: Path, take: TakeIn) -> None:
    (corpus / "a.txt").write_text("Un.", encoding="utf-8")
    (corpus / "lien.txt").symlink_to(corpus / "a.txt")
    report = take()
    assert [(one.path, one.error.key) for one in report.skipped] == [("lien.txt", "ingest.link")]
    assert outcomes(report) == {"a.txt": "added"}


def test_an_archive_that_is_refused_keeps_what_it_gave_before(corpus: Path, take: TakeIn) -> None:
    (corpus / "z.zip").write_bytes(m.archive([("a.txt", "Un.")]))
    take()
    (corpus / "z.zip").write_bytes(m.archive([(f"{number}.txt", m.zeros(20)) for number in range(12)]))
    report = take()
    assert [(one.path, one.error.key) for one in report.skipped] == [("z.zip", "ingest.archive_unsafe")]
    assert outcomes(report) == {"z.zip#a.txt": "unchanged"}


def test_what_will_be_refused_again_is_reported_without_being_read(
    corpus: Path, take: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    (corpus / "rangs.jsonl").write_text('{"id": "a", "text": "Un."}\n{"id": "b", "text": " "}\npas du JSON\n', "utf-8")
    (corpus / "vide.txt").write_bytes(b"")
    (corpus / "bon.txt").write_text("Deux.", "utf-8")
    first = take()
    refused = {(one.path, one.error.key, str(one.error)) for one in first.skipped}
    assert {key for _, key, _ in refused} == {"ingest.no_text", "ingest.row_broken", "ingest.empty_file"}
    asked: list[str] = []
    ask = Worker.ask

    def noting(worker: Worker, request: Mapping[str, Any], data: bytes) -> Answer:
        asked.append(str(request))
        return ask(worker, request, data)

    monkeypatch.setattr(Worker, "ask", noting)
    again = take()
    assert asked == []
    assert {(one.path, one.error.key, str(one.error)) for one in again.skipped} == refused
    assert set(outcomes(again).values()) == {"unchanged"}
    (corpus / "vide.txt").write_text("Trois.", "utf-8")
    mended = take()
    assert asked and outcomes(mended)["vide.txt"] == "added"
    assert {one.path for one in mended.skipped} == {path for path, _, _ in refused} - {"vide.txt"}


def test_a_refusal_that_settings_may_lift_is_read_again(corpus: Path, tmp_path: Path) -> None:
    (corpus / "long.txt").write_text("Un mot. " * 150_000, "utf-8")
    (corpus / "bon.txt").write_text("Deux.", "utf-8")

    def run(limit: int) -> Intake:
        with open_writer(tmp_path / "data") as store:
            return take_in(store, [corpus], IngestSettings(workers=1, max_file_mb=limit), lambda done, total: None)

    assert [one.error.key for one in run(1).skipped] == ["ingest.too_large"]
    assert outcomes(run(2)) == {"bon.txt": "unchanged", "long.txt": "added"}


def test_the_data_folder_is_no_document(tmp_path: Path) -> None:
    (tmp_path / "bon.txt").write_text("Deux.", "utf-8")
    for _ in range(2):
        with open_writer(tmp_path / "data") as store:
            report = take_in(store, [tmp_path], IngestSettings(workers=1), lambda done, total: None)
        assert (outcomes(report), report.skipped) == ({"bon.txt": report.documents[0].what}, [])
