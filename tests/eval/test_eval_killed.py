"""A run that is killed, for real, and taken up again: nothing is lost, nothing is done twice, and figures are the same."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sourcier.eval.scoring import steady

pytestmark = pytest.mark.slow  # loads the embedding model five times: half a minute

SHEET = """---
title: Guide du télétravail
---
# Guide du télétravail

L'employeur verse une allocation de 42,50 $ par mois pour les frais de connexion.

La demande se fait par écrit au moins quinze jours ouvrables avant le début du télétravail.

Le personnel de soutien a droit à cinq jours de congé payés pour un décès.
"""
ASKED = (
    "Combien l'employeur verse-t-il par mois ?", "Comment se fait la demande ?", "Qui préside le comité ?",
    "Combien de jours de congé pour un décès ?", "Quel est le salaire de la présidente ?", "Quelle est l'allocation ?",
)  # fmt: skip


def rows() -> list[dict[str, Any]]:
    return [
        {"id": f"q{i}-{turn}", "question": question, "answerable": i not in (2, 4), "facts": [["42", "quinze", "cinq"]]}
        for turn in range(5)
        for i, question in enumerate(ASKED)
    ]


def test_a_killed_run_goes_on_and_two_runs_agree(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "guide.md").write_text(SHEET, encoding="utf-8")
    dataset = tmp_path / "jeu.jsonl"
    dataset.write_text("".join(json.dumps(row) + "\n" for row in rows()), encoding="utf-8")
    environment = {**os.environ, "SOURCIER_HOME": str(tmp_path / "home"), "SOURCIER_MODEL__PROVIDER": "none"}
    command = [sys.executable, "-c", "from sourcier.app.cli import main; main()"]

    def sourcier(*arguments: str | Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*command, *map(str, arguments)],
            env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def asking(out: Path) -> subprocess.Popen[bytes]:
        return sourcier("eval", "run", "--dataset", dataset, "--judges", "rules", "--out", out)

    assert sourcier("ingest", tmp_path / "corpus").wait(300) == 0
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    assert asking(whole).wait(300) == 0

    kept = killed / "predictions.jsonl"
    for least in (4, 11):  # twice, at whatever instant it is
        child = asking(killed)
        until = time.monotonic() + 300
        while not kept.exists() or kept.read_bytes().count(b"\n") < least:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(0.05)
            assert child.returncode is None and time.monotonic() < until, "it ended, or never began"
        child.send_signal(signal.SIGKILL)
        child.wait(30)
    assert least <= kept.read_bytes().count(b"\n") < len(rows())
    assert not (killed / "metrics.json").exists()
    assert asking(killed).wait(300) == 0

    asked = [json.loads(line)["id"] for line in kept.read_text(encoding="utf-8").splitlines()]
    assert asked == [row["id"] for row in rows()]
    figures = [json.loads((folder / "metrics.json").read_text(encoding="utf-8")) for folder in (killed, whole)]
    assert steady(figures[0]) == steady(figures[1])
    for name in ("scores.jsonl", "judgements.jsonl", "questions.jsonl"):
        assert (killed / name).read_bytes() == (whole / name).read_bytes()
