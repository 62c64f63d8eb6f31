"""Nothing leaves the machine: the whole product in a network that leads nowhere, where every attempt is seen."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
SINKHOLE = HERE / "sinkhole.py"
SCENARIO = HERE / "scenario.py"


def test_namespaces() -> None:
    """Says loudly, once, that nothing was proven where the system forbids the proof."""
    if (reason := why_not()) is not None:
        pytest.skip(f"NOTHING WAS PROVEN about the network: {reason}")


def why_not() -> str | None:
    if sys.platform != "linux":
        return "network namespaces exist on Linux only"
    if shutil.which("unshare") is None:
        return "the command `unshare` is not installed"
    tried = subprocess.run(["unshare", "-rn", "true"], capture_output=True, text=True, check=False)
    return None if tried.returncode == 0 else f"this system forbids them ({tried.stderr.strip()})"


needs_namespaces = pytest.mark.skipif(why_not() is not None, reason=f"no network namespace: {why_not()}")


def attempts(log: Path, command: list[str | Path], environment: dict[str, str] | None = None) -> list[str]:
    """Every look-up and connection that ``command`` tried beyond loopback."""
    whole = ["unshare", "-rn", sys.executable, str(SINKHOLE), str(log), *map(str, command)]
    done = subprocess.run(
        whole, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=1800, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    seen: list[str] = json.loads(log.read_text(encoding="utf-8"))
    return seen


@needs_namespaces
def test_control_a_look_up_and_a_connection_are_caught(tmp_path: Path) -> None:
    program = """
import contextlib, socket
for target in (("example.invalid", 443), ("192.0.2.7", 80), ("2001:db8::7", 80), ("127.0.0.1", 9)):
    with contextlib.suppress(OSError):
        socket.create_connection(target, timeout=1)
"""
    seen = attempts(tmp_path / "log", [sys.executable, "-c", program])
    assert "lookup example.invalid" in seen
    assert {"connect 10.255.255.54:443", "connect 192.0.2.7:80"} <= set(seen)
    assert not [line for line in seen if "127.0.0.1" in line]


@needs_namespaces
def test_control_the_page_framework_is_caught_when_its_analytics_are_left_on(tmp_path: Path) -> None:
    program = """
import os
os.environ["GRADIO_ANALYTICS_ENABLED"] = "True"
import threading
import gradio
with gradio.Blocks():
    gradio.Textbox()
for thread in threading.enumerate():
    if thread is not threading.current_thread():
        thread.join(5)
"""
    seen = attempts(tmp_path / "log", [sys.executable, "-c", program])
    assert [line for line in seen if line.startswith("lookup ")], seen


@needs_namespaces
def test_ingest_ask_and_serve_reach_for_nothing(
    tmp_path: Path, make_sourcier: Callable[..., Any], documents: Path
) -> None:
    # The provider of a fresh installation: Ollama is looked for too.
    sourcier = make_sourcier(SOURCIER_MODEL__PROVIDER="auto")
    report = tmp_path / "report.json"
    # What a person's own environment may hold: variables that ask our dependencies to phone home.
    hostile = {"GRADIO_ANALYTICS_ENABLED": "True", "ANONYMIZED_TELEMETRY": "True", "HF_HUB_OFFLINE": "0"}
    environment = {**sourcier.environment(), **hostile}
    seen = attempts(tmp_path / "log", [sys.executable, SCENARIO, documents, report], environment)
    done = json.loads(report.read_text(encoding="utf-8"))
    assert done["ingested"] == 4
    assert "42,50" in done["asked"]["answer"]
    assert "6 h 30" in done["served"]["answer"].replace("\u00a0", " ").replace("\u202f", " ")
    assert done["files_of_the_page"] > 3
    assert done["proxy"] == 404
    assert done["doctor"] == 0
    assert seen == []
