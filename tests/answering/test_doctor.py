"""`sourcier doctor` as a person sees it, in a data folder where nothing was ingested."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def doctor(home: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SOURCIER_")}
    environ |= {"SOURCIER_HOME": str(home), "SOURCIER_MODEL__PROVIDER": "none", **variables}
    code = "from sourcier.app.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "doctor", *options],
        env=environ,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_setting_is_shown_with_its_origin_and_every_part_with_its_state(tmp_path: Path) -> None:
    (tmp_path / "sourcier.toml").write_text("[search]\nk = 5\n", encoding="utf-8")
    done = doctor(tmp_path, "--json", SOURCIER_SERVE__PORT="8123")
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    origins = {row["key"]: (row["value"], row["origin"]) for row in shown["settings"]}
    assert origins["search.k"] == ("5", "sourcier.toml")
    assert origins["serve.port"] == ("8123", "SOURCIER_SERVE__PORT")
    assert origins["answer.max_question_chars"] == ("2000", "default")
    states = {check["name"]: check["state"] for check in shown["checks"]}
    assert states["index"] == "absent"
    assert states["dossier de données"] == "ok"


def test_what_is_missing_comes_with_what_to_do(tmp_path: Path) -> None:
    done = doctor(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "sourcier ingest" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
