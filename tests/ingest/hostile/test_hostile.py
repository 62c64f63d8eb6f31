"""Files made to do harm, taken in together with good ones: each has its reason, the good ones are read, nothing grows."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.ingest.hostile.corpus import GOOD, KNOWN
from tests.ingest.hostile.listing import READ, Hostile

from sourcier.ingest.containers import shown

ROOT = Path(__file__).resolve().parents[3]
MEMORY_MB = 1024
TIMEOUT_S = 30
# Pages are not recognised: what is measured is the readers, wherever the test runs.
SETTINGS = {"memory_mb": MEMORY_MB, "timeout_s": TIMEOUT_S, "workers": 2, "ocr": ""}


@dataclass(frozen=True)
class Taken:
    """What became of the folder."""

    findings: dict[str, list[str]]
    reasons: dict[str, str]
    skipped: set[tuple[str, str]]
    sentences: dict[str, tuple[str, str]]
    texts: dict[str, str]
    parent_mb: float
    worker_mb: float

    def outcome(self, path: str) -> str | None:
        return READ if path in self.texts else self.reasons.get(path)


def take(folder: Path, home: Path, settings: dict[str, object]) -> Taken:
    done = subprocess.run(
        [sys.executable, "-m", "tests.ingest.hostile.run", str(folder), str(home), json.dumps(settings)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    told = json.loads(done.stdout)
    return Taken(
        told["documents"],
        {path: key for path, key, _, _ in told["skipped"]},
        {(path, key) for path, key, _, _ in told["skipped"]},
        {path: (french, english) for path, _, french, english in told["skipped"]},
        told["texts"],
        told["parent_mb"],
        told["worker_mb"],
    )


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    folder = tmp_path_factory.mktemp("hostile")
    for name in (*GOOD, *(one.name for one in KNOWN)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    for name, data in GOOD.items():
        (folder / name).write_bytes(data)
    for one in KNOWN:
        (folder / one.name).write_bytes(one.make())
    _system_files(folder / "systeme")
    yield take(folder, tmp_path_factory.mktemp("home"), SETTINGS)
    (folder / "txt/trop-gros.txt").unlink(missing_ok=True)


def _system_files(folder: Path) -> None:
    """What only a file system can hold."""
    folder.mkdir()
    (folder / "vrai.txt").write_text("Un vrai fichier.\n", encoding="utf-8")
    (folder / "lien.txt").symlink_to(folder / "vrai.txt")
    (folder / "secret.txt").symlink_to("/etc/passwd")
    (folder / "boucle").symlink_to(folder)
    (folder / "casse.txt").symlink_to(folder / "absent")
    os.mkfifo(folder / "tube.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(folder)  # The path of a socket is short.
        listening.bind("prise.txt")
        os.chdir(here)
    (folder / ("n" * 251 + ".txt")).write_text("Un nom aussi long que possible.\n", encoding="utf-8")
    (folder / os.fsdecode(b"\xe9t\xe9.txt")).write_text("Un nom en latin-1.\n", encoding="utf-8")
    (folder / "saut\nde ligne.txt").write_text("Un nom sur deux lignes.\n", encoding="utf-8")
    (folder / "~$brouillon.docx").write_bytes(b"x")
    (folder / "Thumbs.db").write_bytes(b"x")
    with (folder / "creux.txt").open("wb") as sparse:
        sparse.truncate(20 << 30)


def test_there_are_enough_of_them() -> None:
    assert len({one.name for one in KNOWN}) >= 90
    assert len({one.name for one in KNOWN}) == len(KNOWN)


@pytest.mark.parametrize("one", KNOWN, ids=lambda one: one.name)
def test_each_has_its_reason(taken: Taken, one: Hostile) -> None:
    outcome = taken.outcome(one.name)
    inside = [path for path in (*taken.texts, *taken.reasons) if path.startswith(f"{one.name}#")]
    if outcome is None and READ in one.expected:
        # An archive or a collection: what it holds was read, or has its own reasons.
        assert inside
    elif outcome is None:
        # Its only member is what could not be read.
        assert {taken.outcome(path) for path in inside} <= {*one.expected} and inside
    else:
        assert outcome in one.expected, taken.sentences.get(one.name)
    if one.says:
        assert one.says in taken.findings[one.name]
    if one.never:
        texts = [text for path, text in taken.texts.items() if path == one.name or path in inside]
        assert all(one.never not in text for text in texts)


@pytest.mark.parametrize("one", [one for one in KNOWN if one.members], ids=lambda one: one.name)
def test_each_member_has_its_own(taken: Taken, one: Hostile) -> None:
    for name, outcome in one.members.items():
        path = f"{one.name}#{shown(name.replace(chr(92), '/'))}" if name else one.name
        if name.endswith("+"):
            assert (path[:-1], outcome) in taken.skipped
        else:
            assert taken.outcome(path) == outcome, path


def test_the_good_ones_are_read(taken: Taken) -> None:
    read = {path.partition("#")[0] for path in taken.texts}
    assert set(GOOD) <= read
    assert {path for path in taken.reasons if path.startswith("bons/")} == set()


def test_what_is_no_file_is_reported(taken: Taken) -> None:
    told = {path.removeprefix("systeme/"): key for path, key in taken.reasons.items() if path.startswith("systeme/")}
    assert told == {
        "lien.txt": "ingest.link",
        "secret.txt": "ingest.link",
        "boucle": "ingest.link",
        "casse.txt": "ingest.link",
        "tube.txt": "ingest.not_a_file",
        "prise.txt": "ingest.not_a_file",
        "creux.txt": "ingest.too_large",
    }
    read = {path.removeprefix("systeme/") for path in taken.texts if path.startswith("systeme/")}
    assert read == {"vrai.txt", "n" * 251 + ".txt", "\ufffdt\ufffd.txt", "saut\nde ligne.txt"}


def test_every_reason_is_a_sentence_in_both_languages(taken: Taken) -> None:
    for path, sentences in taken.sentences.items():
        for sentence in sentences:
            assert not re.search(r"\{[a-z_]+\}|Traceback", sentence) and sentence.endswith("."), path


def test_memory_stays_within_its_bounds(taken: Taken) -> None:
    # The address space of a process that reads is bounded: what it holds of it cannot be more. Whoever asks holds a file
    # and an answer for each of them, and nothing of what they unfold.
    assert taken.worker_mb <= MEMORY_MB
    assert taken.parent_mb <= 500


@pytest.mark.slow
def test_larger_than_life_within_larger_bounds(tmp_path: Path) -> None:
    """300 MB of text and 10,000 pages, where the settings let them in."""
    from tests.ingest.hostile import making as m

    folder = tmp_path / "grand"
    folder.mkdir()
    (folder / "texte.txt").write_bytes(b"Une phrase de plus, parmi bien d'autres.\n" * (300 * m.MEGABYTE // 41))
    words = ("grief", "congé", "horaire", "salaire", "entente", "avis", "délai")
    pages = [
        "Page sur " + ", ".join(words[number // 7**place % 7] for place in range(5)) + "." for number in range(10_000)
    ]
    (folder / "pages.pdf").write_bytes(m.book_of(pages))
    (folder / "bon.txt").write_text("Bonjour à tous.\n", encoding="utf-8")
    settings = {**SETTINGS, "max_file_mb": 400, "max_pages": 20_000, "memory_mb": 2048, "timeout_s": 600}
    found = take(folder, tmp_path / "home", settings)
    assert found.outcome("bon.txt") == READ
    assert found.outcome("texte.txt") in {"ingest.too_much_memory", "ingest.too_much_text", "ingest.crashed"}
    assert found.outcome("pages.pdf") == READ
    assert found.texts["pages.pdf"].count("Page sur ") == 10_000
    assert found.worker_mb <= 2048
    assert found.parent_mb <= 1000
