from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from sourcier.index.generations import current_folder
from sourcier.index.sync import sync

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:chromadb.*")


def sourcier(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from sourcier.app.cli import main; main()", *arguments]
    environment = {**os.environ, "SOURCIER_HOME": str(home)}
    return subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, check=False, timeout=300)


def test_forget_and_verify(corpus: Path, tmp_path: Path, standin: ModuleType) -> None:
    home = tmp_path / "data"
    sync([corpus], standin.settings_of(home), embedder=standin.HashEmbedder())
    verified = sourcier(home, "verify", "--json")
    assert verified.returncode == 0
    assert json.loads(verified.stdout) == {"documents": 4, "passages": 6, "problems": []}
    assert sourcier(home, "verify", "--erased", str(corpus / "griefs.md")).returncode == 1
    forgotten = sourcier(home, "forget", "griefs.md", "--json")
    assert forgotten.returncode == 0, forgotten.stderr
    value = json.loads(forgotten.stdout)
    assert value["paths"] == ["griefs.md"] and value["before"] and value["after"] == [] and value["rebuilt"]
    assert sourcier(home, "verify", "--erased", str(corpus / "griefs.md")).returncode == 0
    manifest = json.loads(sourcier(home, "verify", "--manifest").stdout)
    assert manifest["forgotten"] == [value["document_id"]] and len(manifest["documents"]) == 3
    assert sourcier(home, "forget").returncode == 2
    (current_folder(home) / "passages.txt").write_text("rien", encoding="utf-8")
    damaged = sourcier(home, "verify")
    assert damaged.returncode == 1 and "passages.txt" in damaged.stdout and len(damaged.stderr.splitlines()) == 1
