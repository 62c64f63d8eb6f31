from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

from sourcier.index.generations import current_folder, current_name
from sourcier.index.schema import STORE_FILE
from sourcier.index.search import Searcher

SCRIPT = Path(__file__).parent / "hash_embedder.py"

# Moments of an ingestion of four documents: their commits, the embedding's, the fsyncs of the generation, its publication.
STEPS = (1, 5, 9, 14, 31, 46)


def run(*arguments: object) -> int:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, timeout=120).returncode


def test_killed_at_any_step_then_run_again_gives_the_same_index(
    corpus: Path, tmp_path: Path, standin: ModuleType
) -> None:
    assert run("sync", tmp_path / "whole", corpus) == 0
    whole = current_folder(tmp_path / "whole")
    killed = 0
    for step in STEPS:
        home = tmp_path / f"killed-{step}"
        code = run("sync", home, corpus, step)
        killed += code == -signal.SIGKILL
        if (home / STORE_FILE).exists():
            with closing(sqlite3.connect(home / STORE_FILE)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        if current_name(home) is not None:
            with closing(Searcher.open(standin.settings_of(home), embedder=standin.HashEmbedder())) as searcher:
                assert searcher.search("délai du grief").hits
                assert searcher.health() == []
        assert run("sync", home, corpus) == 0
        again = current_folder(home)
        assert again.name.partition("-")[2] == whole.name.partition("-")[2]
        for name in ("manifest.json", "documents.json", "passages.txt", "vectors.npy"):
            assert (again / name).read_bytes() == (whole / name).read_bytes()
        assert not [path for path in again.parent.iterdir() if path.name.startswith(".")]
    assert killed == len(STEPS)


@pytest.mark.parametrize("step", [2, 12, 45])
def test_killed_in_mid_update_readers_keep_a_whole_index(
    corpus: Path, tmp_path: Path, standin: ModuleType, step: int
) -> None:
    home = tmp_path / "data"
    assert run("sync", home, corpus) == 0
    (corpus / "griefs.md").write_text("# Griefs\n\nLe grief est déposé dans les dix jours.\n", encoding="utf-8")
    (corpus / "conges.md").unlink()
    with closing(Searcher.open(standin.settings_of(home), embedder=standin.HashEmbedder())) as searcher:
        assert run("sync", home, corpus, step) == -signal.SIGKILL
        for hit in searcher.search("dépôt du grief et vacances").hits:
            text = searcher.document(hit.passage.document_id).text
            assert text[hit.passage.start : hit.passage.end] == hit.passage.text
        assert run("sync", home, corpus) == 0
        texts = [hit.passage.text for hit in searcher.search("dépôt du grief et vacances").hits]
    assert any("dix jours" in text for text in texts)
    assert not any("trente" in text or "vacances" in text for text in texts)
