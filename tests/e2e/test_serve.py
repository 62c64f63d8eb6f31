"""`sourcier serve` from the command line: it says where it is, answers, and leaves when asked to."""

from __future__ import annotations

import json
import signal
import socket
from typing import Any
from urllib.error import URLError

import pytest


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_answers_and_stops(sourcier: Any, number: signal.Signals) -> None:
    with sourcier.serve("--provider", "none") as serving:
        status, body = serving.get("/api/health")
        assert status == 200
        assert json.loads(body)["status"] == "ok"
        assert json.loads(body)["model"]["provider"] == "none"
        answer = serving.post("/api/ask", {"question": "À combien s'élève l'allocation mensuelle de télétravail ?"})
        assert "42,50" in answer["answer"]
        code = serving.stop(number)
    assert code in ({0, 130} if number is signal.SIGINT else {0, 143, -signal.SIGTERM})
    assert "Traceback" not in "\n".join(serving.said)
    with pytest.raises(URLError):
        serving.get("/api/health")


def test_a_port_that_is_taken_is_said_in_one_line(sourcier: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = sourcier.run("serve", "--provider", "none", "--port", port)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert port in done.stderr.splitlines()[-1]
