"""`sourcier ingest`: what it says was done, to people and to programs, and how it ends."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import COMMAND, Command, Running

from sourcier.app.cli.ingested import finding_in_words, nothing_was_read, report_in_words, report_to_json
from sourcier.app.cli.progress import Lines
from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import Finding
from sourcier.index.activity import Progress
from sourcier.index.sync import Outcome, SyncReport
from sourcier.ingest.files import Skipped

HIDDEN = Finding("finding.comments", 3, "à revoir", 2)


def report(**given: object) -> SyncReport:
    counts = {"added": 0, "updated": 0, "removed": 0, "unchanged": 0, "passages": 0}
    return SyncReport(**{**counts, "duplicates": (), "near": (), "kept_back": 0, "skipped": (), **given})  # type: ignore[arg-type]


def test_the_table_names_documents_by_what_became_of_them(command: Command, documents: Path) -> None:
    (documents / "copie.md").write_bytes((documents / "conges.md").read_bytes())
    (documents / "vieux.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    (documents / "notes.txt").write_bytes("Une réunion « spéciale » a lieu à Québec en été.\n".encode("cp1252"))
    first = command.run("ingest", documents)
    assert first.returncode == 0, first.stderr
    table = first.stdout.splitlines()
    assert table[0].startswith("Ajoutés : 4 ; mis à jour : 0 ; retirés : 0 ; inchangés : 0 ; laissés de côté : 1.")
    assert table[table.index("Ajoutés (4)") + 1 :][:4] == ["  conges.md", "  copie.md", "  griefs.md", "  notes.txt"]
    [left_out] = [line for line in table if "vieux.doc" in line]
    assert table[table.index(left_out) - 1] == "Laissés de côté (1)"
    assert table[table.index("À vérifier (1)") + 1].startswith("  notes.txt : ")
    assert "même contenu que" in first.stdout
    assert "Durée : lecture" in first.stdout
    assert "Lecture : fichier" in first.stderr
    (documents / "griefs.md").write_text("# Griefs\n\nLe délai est de quarante jours.\n", encoding="utf-8")
    (documents / "notes.txt").unlink()
    second = command.run("ingest", documents).stdout.splitlines()
    assert second[second.index("Mis à jour (1)") + 1] == "  griefs.md"
    assert second[second.index("Retirés (1)") + 1] == "  notes.txt"
    assert "Ajoutés (0)" not in second
    assert "  conges.md" not in second
    assert "  conges.md" in command.run("ingest", documents, "--all").stdout.splitlines()


def test_json_is_one_value_with_every_document(command: Command, documents: Path) -> None:
    (documents / "vieux.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    done = command.run("ingest", documents, "--json")
    shape = json.loads(done.stdout)
    assert done.returncode == 0
    assert {name: shape[name] for name in ("added", "updated", "removed", "unchanged")} == {
        "added": 2,
        "updated": 0,
        "removed": 0,
        "unchanged": 0,
    }
    assert shape["documents"]["added"] == ["conges.md", "griefs.md"]
    [skip] = shape["skipped"]
    assert (skip["path"], skip["key"]) == ("vieux.doc", "ingest.unsupported")
    assert "vieux.doc" in skip["reason"]
    assert {"read", "model", "cut", "embed", "compare", "index"} == set(shape["timings"])
    again = json.loads(command.run("ingest", documents, "--json").stdout)
    assert (again["documents"]["unchanged"], again["passages"]) == (["conges.md", "griefs.md"], shape["passages"])


def test_the_exit_code_is_1_only_where_nothing_could_be_read(command: Command, tmp_path: Path, documents: Path) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    failed = command.run("ingest", bad)
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1].startswith("Rien n'a pu être lu")
    assert "a.doc" in failed.stdout
    assert "Traceback" not in failed.stderr
    (bad / "b.md").write_text("Un document lisible.\n", encoding="utf-8")
    assert command.run("ingest", bad).returncode == 0
    assert json.loads(command.run("ingest", bad, "--json").stdout)["documents"]["unchanged"] == ["b.md"]


def test_interrupted_it_says_in_one_line_that_it_can_go_on(
    command: Command, start: Callable[..., Running], documents: Path
) -> None:
    running = start("ingest", documents, SOURCIER_TEST_HOLD="1")
    running.until("EMBEDDING")
    assert running.stop(signal.SIGINT) == 130
    assert running.said[-1].startswith("Interrompu : rien n'est perdu")
    assert "Traceback" not in "\n".join(running.said)
    shape = json.loads(command.run("ingest", documents, "--json").stdout)
    assert (shape["documents"]["unchanged"], shape["passages"] > 0) == (["conges.md", "griefs.md"], True)


def test_on_a_terminal_progress_is_one_line_rewritten(command: Command, documents: Path) -> None:
    leader, follower = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, str(COMMAND), "ingest", str(documents)],
        cwd=command.folder,
        env=command.environment(TERM="xterm", COLUMNS="120"),
        stdout=subprocess.DEVNULL,
        stderr=follower,
    )
    os.close(follower)
    shown = b""
    try:
        while part := os.read(leader, 65536):
            shown += part
    except OSError:
        pass  # how Linux says that the other side is closed
    os.close(leader)
    assert done.wait(60) == 0
    text = shown.decode()
    assert "Lecture : fichier" in text
    assert "\x1b[2K" in text  # erase the line
    assert "\x1b[?25h" in text  # the cursor is given back


def test_long_lists_are_bounded_unless_all_is_asked_for() -> None:
    many = tuple(Outcome(f"{number:03}.md", "added") for number in range(264))
    done = report(added=264, documents=many)
    lines = list(report_in_words(done, "fr"))
    assert "Ajoutés (264)" in lines
    assert lines[lines.index("  049.md") + 1] == "  … et 214 autres (--all les nomme tous)"
    assert "  263.md" not in lines
    assert "  263.md" in list(report_in_words(done, "fr", every=True))
    assert len(report_to_json(done, "fr")["documents"]["added"]) == 264


def test_findings_are_said_with_their_page_and_kept_whole_in_json() -> None:
    done = report(added=1, documents=(Outcome("a.docx", "added", (HIDDEN, Finding("finding.of_tomorrow"))),))
    lines = list(report_in_words(done, "fr"))
    at = lines.index("À vérifier (2)")
    assert lines[at + 1] == f"  a.docx : {finding_in_words(HIDDEN, 'fr')}"
    assert "3" in lines[at + 1]
    assert "« à revoir »" in lines[at + 1]
    assert lines[at + 1].endswith("(p. 2)")
    assert lines[at + 2] == "  a.docx : finding.of_tomorrow"
    first, _ = report_to_json(done, "en")["findings"]
    assert (first["key"], first["count"], first["sample"], first["page"]) == ("finding.comments", 3, "à revoir", 2)
    assert first["path"] == "a.docx"


def test_near_duplicates_and_what_the_previous_index_keeps_are_said() -> None:
    done = report(updated=1, near=(("b.md", "a.md", 0.968),), kept_back=2, timings={"read": 0.01, "embed": 12.34})
    lines = list(report_in_words(done, "fr"))
    assert lines[lines.index("Textes presque identiques (1)") + 1] == "  b.md : 96 % du texte est aussi dans a.md."
    assert "Documents retirés ou remplacés que l'index précédent garde encore : 2." in lines
    assert lines[-1] == "Durée : plongement 12 s."
    shape = report_to_json(done, "fr")
    assert (shape["near_duplicates"], shape["kept_back"]) == ([["b.md", "a.md", 0.968]], 2)
    assert "Durée" not in "".join(report_in_words(report(timings={"read": 9.0}), "fr"))


def test_nothing_was_read_means_nothing_at_all() -> None:
    skip = Skipped("a.doc", UnreadableFileError("ingest.unsupported", path="a.doc", suffix="doc"))
    assert nothing_was_read(report(skipped=(skip,)))
    assert nothing_was_read(report(skipped=(skip,), documents=(Outcome("b.md", "removed"),)))
    assert not nothing_was_read(report(skipped=(skip,), documents=(Outcome("b.md", "unchanged"),)))
    assert not nothing_was_read(report())


def test_plain_progress_lines_are_few(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    lines = Lines("fr", lambda: now[0])
    for done in range(1001):
        now[0] += 0.01
        lines(Progress("read", done, 1000))
    quick = capsys.readouterr().err.splitlines()
    assert quick[0] == "Lecture : fichier 0 sur 1\N{NARROW NO-BREAK SPACE}000"
    assert quick[-1] == "Lecture : fichier 1\N{NARROW NO-BREAK SPACE}000 sur 1\N{NARROW NO-BREAK SPACE}000"
    assert len(quick) <= 12
    for _ in range(4):
        now[0] += 31
        lines(Progress("embed", 1, 1000, passages=50, rate=0.4, left_s=7300))
    slow = capsys.readouterr().err.splitlines()
    assert len(slow) == 4
    assert slow[0] == (
        "Plongement : document 1 sur 1\N{NARROW NO-BREAK SPACE}000 (50 passages), 0,4 par seconde, encore environ 2 h 02"
    )
