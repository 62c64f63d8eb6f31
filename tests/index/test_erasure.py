"""A document erased on request leaves nothing, and the search that says so finds it while it is there."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sourcier.core.errors import EmptyIndexError, StoreError
from sourcier.core.settings import Settings
from sourcier.index.erasure import allow, forget
from sourcier.index.generations import current_folder
from sourcier.index.schema import STORE_FILE
from sourcier.index.search import Searcher
from sourcier.index.sync import SyncReport, sync
from sourcier.index.traces import Traces, find_traces, text_needles

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:chromadb.*")

SECRET = (
    "# Caisse de grève\n\nLa caisse de grève de Tremblay-Beauséjour contient exactement mille-deux-cent-trois dollars.\n\n"
    "## Suite\n\nElle est « gardée » au coffre numéro huit-cent-douze, sous l'escalier du local.\n"
)


class Office:
    def __init__(self, corpus: Path, home: Path, standin: ModuleType) -> None:
        self.corpus, self.home, self.standin = corpus, home, standin
        self.settings: Settings = standin.settings_of(home)

    def sync(self) -> SyncReport:
        return sync([self.corpus], self.settings, embedder=self.standin.HashEmbedder())

    def paths(self) -> list[str]:
        with closing(Searcher.open(self.settings, embedder=self.standin.HashEmbedder())) as searcher:
            return [row.path for row in searcher.documents()]

    def files_with(self, text: str) -> list[str]:
        return [path.name for path in self.home.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


@pytest.fixture
def office(corpus: Path, tmp_path: Path, standin: ModuleType) -> Office:
    (corpus / "secret.md").write_text(SECRET, encoding="utf-8")
    office = Office(corpus, tmp_path / "data", standin)
    office.sync()
    return office


def test_a_forgotten_document_leaves_nothing(office: Office) -> None:
    # Also in the previous index, in a second reading of it, and in the journal.
    (office.corpus / "autre.txt").write_text("Un texte de plus.\n", encoding="utf-8")
    office.sync()
    erasure = forget(office.home, "secret.md")
    held = {trace.path for trace in erasure.before}
    assert STORE_FILE in held or f"{STORE_FILE}-wal" in held
    assert any(path.endswith("vectors.npy") for path in held) and any("chroma" in path for path in held)
    assert max(trace.texts for trace in erasure.before) >= 4 and max(trace.vectors for trace in erasure.before) >= 3
    assert erasure.after == () and erasure.rebuilt and erasure.paths == ("secret.md",)
    for word in ("mille-deux-cent-trois", "Beauséjour", "beausejour", "secret.md"):
        assert office.files_with(word) == [], word
    assert office.paths() == ["autre.txt", "conges.md", "griefs.md", "sante/deplacements.txt", "sante/ia.md"]
    with closing(sqlite3.connect(office.home / STORE_FILE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)


def test_it_is_not_taken_in_again_until_allowed(office: Office) -> None:
    erasure = forget(office.home, "secret.md")
    report = office.sync()
    assert [skip.path for skip in report.skipped] == ["secret.md"]
    assert "oublié à la demande" in str(report.skipped[0].error)
    (office.corpus / "secret.md").rename(office.corpus / "autre-nom.md")
    assert [skip.path for skip in office.sync().skipped] == ["autre-nom.md"]
    assert office.files_with("mille-deux-cent-trois") == []
    assert allow(office.home, erasure.document_id) and not allow(office.home, erasure.document_id)
    assert office.sync().added == 1
    assert "autre-nom.md" in office.paths()


def test_a_file_that_becomes_a_forgotten_one_loses_what_it_was(office: Office) -> None:
    forget(office.home, "secret.md")
    (office.corpus / "griefs.md").write_text(SECRET, encoding="utf-8")
    report = office.sync()
    assert (report.removed, report.added) == (1, 0)
    assert "griefs.md" not in office.paths() and office.files_with("mille-deux-cent-trois") == []


def test_a_row_of_a_collection_is_forgotten_alone(office: Office) -> None:
    rows = [{"id": f"r{i}", "title": f"Fiche {i}", "text": f"La fiche {i} parle du sujet {i}."} for i in range(4)]
    file = office.corpus / "fiches.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    office.sync()
    forget(office.home, "fiches.jsonl#r2")
    assert [path for path in office.paths() if "#" in path] == ["fiches.jsonl#r0", "fiches.jsonl#r1", "fiches.jsonl#r3"]
    assert office.sync().skipped == ()  # nothing changed, nothing is read
    rows[0]["text"] = "La fiche 0 a changé."
    file.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    report = office.sync()
    assert (report.updated, report.added) == (1, 0)
    assert [skip.path for skip in report.skipped] == ["fiches.jsonl#r2"]
    assert "fiches.jsonl#r2" not in office.paths()
    assert office.sync().skipped == ()


def test_a_file_removed_from_the_folder_stays_in_the_previous_index_which_says_so(office: Office) -> None:
    (office.corpus / "secret.md").unlink()
    report = office.sync()
    assert (report.removed, report.kept_back) == (1, 1)
    assert office.files_with("mille-deux-cent-trois") != []
    (office.corpus / "autre.txt").write_text("Un texte de plus.\n", encoding="utf-8")
    assert office.sync().kept_back == 0
    assert office.files_with("mille-deux-cent-trois") == []


def test_a_document_that_only_the_previous_index_holds_can_be_forgotten(office: Office) -> None:
    (office.corpus / "secret.md").unlink()
    office.sync()
    assert forget(office.home, "secret.md").after == ()
    assert office.files_with("mille-deux-cent-trois") == []


def test_a_service_that_is_running_stops_quoting_it(office: Office) -> None:
    with closing(Searcher.open(office.settings, embedder=office.standin.HashEmbedder())) as searcher:
        assert any("Beauséjour" in hit.passage.text for hit in searcher.search("caisse de grève").hits)
        erasure = forget(office.home, "secret.md")
        assert not any("Beauséjour" in hit.passage.text for hit in searcher.search("caisse de grève").hits)
        with pytest.raises(StoreError):
            searcher.document(erasure.document_id)


def test_the_last_document_can_be_forgotten(office: Office) -> None:
    for path in office.paths():
        forget(office.home, path)
    with pytest.raises(EmptyIndexError):
        office.paths()


def test_an_unknown_document_is_said_to_be(office: Office) -> None:
    with pytest.raises(StoreError, match="absent"):
        forget(office.home, "absent.md")


def test_what_other_files_hold_is_found(office: Office) -> None:
    (office.home / "runs").mkdir()
    (office.home / "runs" / "answers.json").write_text(json.dumps({"quote": SECRET}), encoding="utf-8")
    (office.home / "runs" / "copie.txt").write_text(SECRET, encoding="utf-16")
    erasure = forget(office.home, "secret.md")
    assert [trace.path for trace in erasure.after] == ["runs/answers.json", "runs/copie.txt"]


def test_traces_are_found_wherever_they_lie(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    needle = b"une aiguille de trente-deux octets"
    noise = rng.integers(0, 256, 300_000, np.uint8).tobytes()
    for place in (0, 1, 2, 3, 100_001, len(noise)):
        (tmp_path / "file").write_bytes(noise[:place] + needle + noise[place:])
        assert [trace.texts for trace in find_traces(tmp_path, Traces((needle,)))] == [1], place
    (tmp_path / "file").write_bytes(noise)
    assert find_traces(tmp_path, Traces((needle,))) == []


def test_traces_are_found_across_the_pieces_a_file_is_read_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sourcier.index.traces._CHUNK", 64)
    for shift in range(64):
        (tmp_path / "file").write_bytes(b"." * (100 + shift) + SECRET.encode() + b"." * 100)
        (trace,) = find_traces(tmp_path, text_needles(SECRET))
        assert trace.texts == len(text_needles("\n".join(SECRET.splitlines())).texts) - _never_as_such(), shift


def _never_as_such() -> int:
    """Needles of UTF-16 and of JSON, which a plain file does not hold."""
    return sum(needle not in SECRET.encode() for needle in text_needles(SECRET).texts)


def test_the_vectors_searched_for_are_those_of_the_index(office: Office) -> None:
    vectors = np.load(current_folder(office.home) / "vectors.npy")
    traces = forget(office.home, "secret.md").before
    (found,) = [trace for trace in traces if trace.path.endswith("vectors.npy")]
    assert found.vectors == 2 * 3 and vectors.shape[0] == 8
