from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sourcier.core.errors import StoreBusyError
from sourcier.index.activity import ACTIVITY_FILE, Progress, Reporter, hold, read_activity
from sourcier.index.lock import is_held

ASK = """
import sys
from pathlib import Path
from sourcier.core.errors import StoreBusyError
from sourcier.index.activity import hold
try:
    with hold(Path(sys.argv[1]), "read"):
        print("held")
except StoreBusyError as error:
    print(error)
"""


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def ask(home: Path) -> str:
    return subprocess.run([sys.executable, "-c", ASK, str(home)], capture_output=True, text=True, check=True).stdout


def test_the_second_writer_is_told_who_holds_the_lock_and_how_far_it_is(tmp_path: Path) -> None:
    with hold(tmp_path, "read") as reporter:
        assert f"processus {os.getpid()}, depuis" in ask(tmp_path)
        reporter.tell("embed", 12, 40, passages=300)
        assert "12/40 documents, 300 passages" in ask(tmp_path)
        with pytest.raises(StoreBusyError, match=f"processus {os.getpid()}"), hold(tmp_path, "erase"):
            pass
    assert ask(tmp_path) == "held\n"


def test_what_is_being_done_is_known_while_it_is(tmp_path: Path) -> None:
    assert read_activity(tmp_path) is None
    with hold(tmp_path, "erase"):
        activity = read_activity(tmp_path)
        assert activity is not None and activity.pid == os.getpid() and activity.progress == Progress("erase")
        assert is_held(tmp_path)
    assert read_activity(tmp_path) is None
    assert not (tmp_path / ACTIVITY_FILE).exists()


def test_what_a_dead_process_left_is_not_believed(tmp_path: Path) -> None:
    with hold(tmp_path, "read"):
        left = (tmp_path / ACTIVITY_FILE).read_bytes()
    (tmp_path / ACTIVITY_FILE).write_bytes(left)
    (tmp_path / "write.lock").touch()
    assert read_activity(tmp_path) is None
    assert ask(tmp_path) == "held\n"
    with hold(tmp_path, "read"):
        (tmp_path / ACTIVITY_FILE).write_text("{", encoding="utf-8")
        assert read_activity(tmp_path) is None
        assert ask(tmp_path).startswith("Une importation est déjà en cours")


def test_rate_and_time_left(tmp_path: Path) -> None:
    clock = Clock()
    told: list[Progress] = []
    reporter = Reporter(tmp_path, "read", told.append, clock)
    clock.now = 2.0
    reporter.tell("read", 10, 40)
    assert told[-1] == Progress("read", 10, 40, files=10, rate=5.0, left_s=6.0)
    reporter.tell("embed", 0, 8)
    assert told[-1] == Progress("embed", 0, 8, files=10)
    clock.now = 12.0
    reporter.tell("embed", 2, 8, passages=50, share=0.5)
    assert told[-1] == Progress("embed", 2, 8, files=10, passages=50, rate=5.0, left_s=10.0)


def test_a_few_times_a_second_reach_the_disk(tmp_path: Path) -> None:
    clock = Clock()
    reporter = Reporter(tmp_path, "read", clock=clock)
    written = set()
    for step in range(1000):
        clock.now = step / 1000
        reporter.tell("read", step, 1000)
        written.add(json.loads((tmp_path / ACTIVITY_FILE).read_text(encoding="utf-8"))["progress"]["done"])
    assert len(written) <= 5
    reporter.tell("index", 0, 4)
    assert json.loads((tmp_path / ACTIVITY_FILE).read_text(encoding="utf-8"))["progress"]["stage"] == "index"


def test_a_full_disk_is_for_the_work_itself_to_report(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("not a folder", encoding="utf-8")
    Reporter(tmp_path / "folder").tell("index", 1, 4)
