"""`sourcier ingest --watch`: what is put in the folder is in the index, whatever else happens to the folder."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Command, Running

from sourcier.app.cli.watch import Pace, Schedule, concerns
from sourcier.index.store import open_store
from sourcier.index.writing import open_writer

LISTENING = "À l'écoute"


def paths_of(home: Path) -> list[str]:
    with open_store(home) as store:
        return [row.path for row in store.documents()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_files_that_come_change_and_go_are_followed(
    command: Command, start: Callable[..., Running], documents: Path, number: signal.Signals
) -> None:
    running = start("ingest", "--watch", documents)
    assert "  griefs.md" in running.until(LISTENING)
    (documents / ".brouillon.md").write_text("Caché.\n", encoding="utf-8")
    (documents / "sante").mkdir()
    (documents / "sante" / "ia.md").write_text("L'employeur consulte le syndicat.\n", encoding="utf-8")
    running.until("Ajoutés (1)")
    running.until("  sante/ia.md")
    # Between two ingestions, anybody may write.
    with open_writer(command.home):
        pass
    (documents / "griefs.md").write_text("Le délai est de quarante jours.\n", encoding="utf-8")
    running.until("Mis à jour (1)")
    running.until("  griefs.md")
    (documents / "conges.md").unlink()
    running.until("Retirés (1)")
    running.until("  conges.md")
    assert running.stop(number) == 0
    assert running.said[-1] == "Écoute terminée."
    assert "Traceback" not in "\n".join(running.said)
    assert running.said.count("MODEL LOADED") == 1
    assert paths_of(command.home) == ["griefs.md", "sante/ia.md"]


def test_what_cannot_be_read_is_said_once_and_the_watch_goes_on(
    command: Command, start: Callable[..., Running], documents: Path
) -> None:
    running = start("ingest", "--watch", documents)
    running.until(LISTENING)
    (documents / "vieux.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    running.until("Laissés de côté (1)")
    running.until("vieux.doc")
    described = documents / "sources.toml"
    described.write_text('[[document]\nfile = "griefs.md"\n', encoding="utf-8")
    running.until("sources.toml")
    running.until("nouvel essai")
    described.write_text('[[document]]\nfile = "griefs.md"\ntitle = "Les griefs"\n', encoding="utf-8")
    heard = [*running.until("Mis à jour (1)"), *running.until("  griefs.md")]
    assert not any("vieux.doc" in line for line in heard)
    running.stop(signal.SIGTERM)
    with open_store(command.home) as store:
        assert store.document("griefs.md").metadata.title == "Les griefs"


def test_a_store_that_another_process_writes_is_waited_for(
    command: Command, start: Callable[..., Running], documents: Path
) -> None:
    running = start("ingest", "--watch", documents)
    running.until(LISTENING)
    with open_writer(command.home):
        (documents / "a.md").write_text("Un texte nouveau.\n", encoding="utf-8")
        running.until("déjà en cours")
        running.until("nouvel essai")
    running.until("  a.md")
    assert running.stop(signal.SIGTERM) == 0


def test_a_folder_that_is_replaced_is_followed_again(
    command: Command, start: Callable[..., Running], documents: Path
) -> None:
    running = start("ingest", "--watch", documents)
    running.until(LISTENING)
    documents.rename(documents.with_name("before"))
    running.until("nouvel essai")
    documents.mkdir()
    (documents / "seul.md").write_text("Le seul document.\n", encoding="utf-8")
    running.until("  seul.md")
    (documents / "autre.md").write_text("Un autre document.\n", encoding="utf-8")
    running.until("  autre.md")
    running.stop(signal.SIGTERM)
    assert paths_of(command.home) == ["autre.md", "seul.md"]


def test_one_file_can_be_followed_and_json_is_one_value_a_line(
    command: Command, start: Callable[..., Running], documents: Path
) -> None:
    file = documents / "griefs.md"
    running = start("ingest", "--watch", "--json", file)
    first = next(line for line in running.until(LISTENING) if line.startswith("{"))
    assert json.loads(first)["documents"]["added"] == ["griefs.md"]
    (documents / "conges.md").write_text("Personne ne suit ce fichier.\n", encoding="utf-8")
    # As editors do: a new file takes the name of the old one.
    other = documents / "griefs.part"
    other.write_text("Le délai est de quarante jours.\n", encoding="utf-8")
    other.replace(file)
    [second] = [line for line in running.until('"updated": 1') if line.startswith("{")]
    assert json.loads(second)["documents"]["updated"] == ["griefs.md"]
    running.stop(signal.SIGTERM)
    assert paths_of(command.home) == ["griefs.md"]


def test_a_folder_that_was_mistyped_ends_the_command(command: Command) -> None:
    done = command.run("ingest", "--watch", "nulle-part")
    assert done.returncode == 1
    assert "nulle-part" in done.stderr.splitlines()[-1]


def test_a_file_that_is_still_being_written_is_left_alone() -> None:
    schedule = Schedule(Pace(quiet=1, longest=30, again=5, most=60))
    assert schedule.is_due(False, 100.0), "at the start"
    schedule.done(True, 101.0)
    assert not schedule.is_due(False, 150.0)
    moments = [200 + tick / 5 for tick in range(50)]
    assert not any(schedule.is_due(True, moment) for moment in moments), "ten seconds of copying"
    assert not schedule.is_due(False, moments[-1] + 0.9)
    assert schedule.is_due(False, moments[-1] + 1.1)
    schedule.done(True, moments[-1] + 2)
    assert not schedule.is_due(False, moments[-1] + 3)


def test_a_file_that_is_always_written_does_not_hold_the_others_up() -> None:
    schedule = Schedule(Pace(quiet=1, longest=30, again=5, most=60))
    schedule.done(True, 0.0)
    due = [tick for tick in range(100) if schedule.is_due(True, tick / 2)]
    assert due[0] == 60


def test_what_failed_is_tried_again_later_and_later() -> None:
    schedule = Schedule(Pace(quiet=1, longest=30, again=5, most=20))
    now, waited = 0.0, []
    for _ in range(4):
        schedule.done(False, now)
        waited.append(next(s for s in range(100) if schedule.is_due(False, now + s)))
        now += 100
    assert waited == [5, 10, 20, 20]
    schedule.done(True, now)
    assert not schedule.is_due(False, now + 1000)
    schedule.done(False, now)
    assert schedule.is_due(False, now + 5)


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("corpus/a.md", True),
        ("corpus/sante/a.pdf", True),
        ("corpus/sources.toml", True),
        ("corpus/sourcier.toml", False),
        ("corpus/.a.md.swp", False),
        ("corpus/.git/index", False),
        ("corpus/~$lettre.docx", False),
        ("corpus/donnees/corpus.sqlite", False),
        ("ailleurs/a.md", False),
    ],
)
def test_only_what_may_be_a_document_counts(path: str, counts: bool) -> None:
    root = Path("/srv")
    assert concerns(root / path, [root / "corpus"], root / "corpus" / "donnees") == counts


def test_a_hidden_folder_above_the_corpus_hides_nothing() -> None:
    root = Path("/srv/.partage/corpus")
    assert concerns(root / "a.md", [root], Path("/srv/home"))
