"""Processes that read files: lost one by one, never two files for one, gone with whoever asked for them."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ingest.hostile import making as m

from sourcier.core.errors import UnreadableFileError
from sourcier.core.settings import IngestSettings
from sourcier.core.types import Document
from sourcier.ingest.files import Skipped, find_files
from sourcier.ingest.limits import Limits
from sourcier.ingest.reading import Readers
from sourcier.ingest.sandbox import Worker, file_request, reading_of, refusal_of
from sourcier.ingest.sources import SourceCatalogue

ROOT = Path(__file__).resolve().parents[3]
LIMITS = Limits(memory_mb=512, timeout_s=30)
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture
def worker() -> Iterator[Worker]:
    one = Worker(LIMITS)
    yield one
    one.close()


def process_of(worker: Worker) -> int:
    assert worker._process is not None
    return worker._process.pid


def ask(worker: Worker, name: str, data: bytes) -> str:
    answer = worker.ask(file_request(name), data)
    try:
        [(frame, place)] = answer.frames()
        if (refusal := refusal_of(frame)) is not None:
            raise refusal
        return "\n".join(draft.text for draft in reading_of(answer.load(place), LIMITS).drafts)
    finally:
        answer.close()


def test_one_process_reads_many_files_and_is_replaced_when_it_has_read_enough(worker: Worker) -> None:
    pids = set()
    for number in range(210):
        assert ask(worker, "a.txt", f"Texte {number}.".encode()) == f"Texte {number}."
        pids.add(worker._process and process_of(worker))
    assert len(pids - {None}) == 2


def test_a_process_that_dies_is_replaced_and_says_how(worker: Worker) -> None:
    assert ask(worker, "a.txt", b"Un.") == "Un."
    os.kill(process_of(worker), signal.SIGKILL)
    with pytest.raises(UnreadableFileError) as lost:
        ask(worker, "b.txt", b"Deux.")
    assert (lost.value.key, lost.value.values["code"]) == ("ingest.crashed", -signal.SIGKILL)
    assert ask(worker, "c.txt", b"Trois.") == "Trois."


def test_a_file_that_outgrows_its_memory_takes_no_other_with_it(tmp_path: Path) -> None:
    (tmp_path / "b.docx").write_bytes(m.docx(m.OPENING + m.PARAGRAPH * 1_000_000 + m.CLOSING))
    for number in range(6):
        (tmp_path / f"{'abc'[number % 3]}{number}.txt").write_text(f"Texte {number}.", encoding="utf-8")
    settings = IngestSettings(workers=2, memory_mb=300, max_ratio=10_000)
    outcomes: list[str] = []
    with Readers(settings) as readers:
        for source, documents in readers.read_all((one, SourceCatalogue({})) for one in find_files([tmp_path])):
            try:
                [document] = documents
                assert isinstance(document, Document)
                outcomes.append(document.path)
            except UnreadableFileError as error:
                assert error.key in {"ingest.too_much_memory", "ingest.crashed", "ingest.damaged"}
                outcomes.append(f"not {source.path}")
    # In the order of the files, whichever process was done first.
    assert outcomes == ["a0.txt", "a3.txt", "not b.docx", "b1.txt", "b4.txt", "c2.txt", "c5.txt"]


def test_files_are_read_a_few_ahead_and_no_more(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"{number:03}.txt").write_text(f"Texte {number}.", encoding="utf-8")
    asked: list[str] = []

    def jobs() -> Iterator[tuple[object, SourceCatalogue]]:
        for source in find_files([tmp_path]):
            asked.append(source.path)
            yield source, SourceCatalogue({})

    with Readers(IngestSettings(workers=2)) as readers:
        for given, (_, documents) in enumerate(readers.read_all(jobs()), 1):  # type: ignore[arg-type]
            list(documents)
            assert len(asked) - given <= 8
    assert len(asked) == 100


def test_a_lost_batch_of_rows_loses_one_row(tmp_path: Path) -> None:
    rows = [b'{"id": "%d", "text": "Texte %d."}' % (number, number) for number in range(20)]
    rows[7] = b'{"id": "7", "text": "' + b"mot " * 3_000_000 + b'"}'
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(rows))
    [source] = find_files([tmp_path])
    with Readers(IngestSettings(workers=2, memory_mb=256)) as readers:
        found = list(readers.read(source, SourceCatalogue({})))
    assert [one.path.partition("#")[2] for one in found if isinstance(one, Document)] == [
        str(n) for n in range(20) if n != 7
    ]
    [lost] = [one for one in found if isinstance(one, Skipped)]
    assert lost.error.key in {"ingest.too_much_memory", "ingest.crashed", "ingest.too_much_text"}
    assert lost.path == "a.jsonl#ligne-8"


@linux_only
def test_a_process_has_nothing_of_ours(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_API_KEY", "secret")
    with Path(__file__).open("rb"):
        assert ask(worker, "a.txt", b"Un.") == "Un."
        there = Path("/proc") / str(process_of(worker))
        opened = {one.readlink().as_posix() for one in (there / "fd").iterdir()}
    environment = (there / "environ").read_bytes()
    assert b"secret" not in environment and str(Path.home()).encode() + b"\0" not in environment
    assert (there / "cwd").readlink() == Path("/")
    assert {name for name in opened if not name.startswith(("pipe:", "/dev/null"))} == set()
    bounds = (there / "limits").read_text(encoding="ascii")
    assert f"Max address space         {512 << 20}" in bounds and "Max core file size        0 " in bounds


_ASKS = """
import sys
from sourcier.ingest.limits import Limits
from sourcier.ingest.sandbox import Worker, file_request
worker = Worker(Limits(timeout_s=60))
worker.ask(file_request("a.txt"), b"Un.")
sys.stdout.write(f"{worker._process.pid}\\n"); sys.stdout.flush()
slow = b"<html><body><p " + b" ".join(b"a%d=1" % number for number in range(150_000)) + b">B.</p></body></html>"
worker.ask(file_request("a.html"), slow)
"""


@linux_only
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_whoever_asked(how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _ASKS], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        watched = os.pidfd_open(pid)
        parent.send_signal(how)
        parent.wait()
        # Readable once the process has ended; the file itself would take many times longer.
        ended, _, _ = select.select([watched], [], [], 20)
        os.close(watched)
    assert ended


@linux_only
def test_a_program_that_a_reader_runs_ends_with_the_time_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = {"tesseract": "echo fra", "ocrmypdf": 'echo $$ > "$(dirname "$0")/pid"; exec sleep 600'}
    for name, script in tools.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /XObject << /I 3 0 R >> >> >>"
    image = b"/Type /XObject /Subtype /Image /Width 60 /Height 70 /ColorSpace /DeviceGray /BitsPerComponent 8"
    scan = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [5 0 R] >>",
        m.stream(b"\x80" * 4200, image),
        m.stream(b"q 612 0 0 792 0 0 cm /I Do Q"),
        page,
    ]
    worker = Worker(Limits(timeout_s=3, ocr="fra"))
    with pytest.raises(UnreadableFileError) as late:
        ask(worker, "a.pdf", m.pdf(scan))
    assert late.value.key == "ingest.too_slow"
    try:
        watched = os.pidfd_open(int((tmp_path / "pid").read_text(encoding="ascii")))
    except ProcessLookupError:
        return
    ended, _, _ = select.select([watched], [], [], 20)
    os.close(watched)
    assert ended
