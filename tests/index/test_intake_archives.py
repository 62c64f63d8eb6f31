"""Archives and e-mails followed from one ingestion to the next, as the rows of a collection are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.ingest.hostile import making as m

from sourcier.core.settings import IngestSettings
from sourcier.index.intake import Intake, take_in
from sourcier.index.writing import open_writer

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
