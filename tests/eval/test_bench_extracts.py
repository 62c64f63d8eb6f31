"""What extracts hold of a question's facts, counted by hand on a sheet of a few lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sourcier.core.settings import load
from sourcier.eval.bench.extracts import main
from sourcier.index.sync import sync

SHEET = """# Chorale

La chorale répète le mardi à dix-neuf heures. La salle ferme à vingt-deux heures.

La chef de chœur se nomme Aline Tremblay. Elle enseigne la musique depuis 2004.
"""
ROWS = [
    {"id": "a", "question": "Quand la chorale répète-t-elle ?", "answerable": True, "facts": [["mardi"], ["dix-neuf heures"]]},
    {"id": "b", "question": "Qui est la chef de chœur ?", "answerable": True, "facts": [["Aline Tremblay"], ["jamais dit"]]},
    {"id": "c", "question": "Combien coûte la salle ?", "answerable": False},
]  # fmt: skip


def test_the_share_of_the_facts_is_told_for_each_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "chorale.md").write_text(SHEET, encoding="utf-8")
    monkeypatch.setenv("SOURCIER_HOME", str(tmp_path / "home"))
    sync([tmp_path / "corpus"], load().settings)
    dataset = tmp_path / "rows.jsonl"
    dataset.write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")
    main(dataset, [1, 160])
    # A limit that no sentence fits in, then one that all fit in: both facts of one question, one of two of the other.
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in capsys.readouterr().out.splitlines()[2:]]
    assert [cell[0] for cell in cells] == ["1", "160 (as shipped)", "the passages found"]
    assert [cell[1].split(" ")[0] for cell in cells] == ["0.0", "75.0", "75.0"]
    assert cells[0][1].endswith("n = 2") and cells[0][2] == "0" and 0 < int(cells[1][2]) <= 160
