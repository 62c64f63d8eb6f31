"""The commands shown in the README and in docs/api.md, run as they are written but for the address."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document as WordDocument
from tests.ui.conftest import Service

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = [
    (name, line)
    for name in ("README.md", "README.en.md", "docs/api.md")
    for block in re.findall(r"```\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    for line in block.splitlines()
    if "curl " in line
]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is absent, so its examples are NOT tested here")
@pytest.mark.parametrize(("page", "line"), EXAMPLES)
def test_a_command_shown_does_what_it_says(interface: Service, tmp_path: Path, page: str, line: str) -> None:
    command = line.replace("http://127.0.0.1:7860", interface.address)
    assert command != line
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    files = list(tmp_path.iterdir())
    if files:
        [file] = files
        assert WordDocument(BytesIO(file.read_bytes())).paragraphs[0].text in {"Réponse sourcée", "Sourced answer"}
        return
    shapes = [json.loads(part) for part in done.stdout.splitlines()]
    assert shapes and not any("error" in shape for shape in shapes)


def test_every_page_shows_some() -> None:
    assert {page for page, _ in EXAMPLES} == {"README.md", "README.en.md", "docs/api.md"}
    assert len(EXAMPLES) >= 12
