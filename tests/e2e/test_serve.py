"""`sourcier serve` from the command line: it says where it is, answers, and leaves when asked to."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import threading
from contextlib import closing
from typing import Any
from urllib.error import URLError

import pytest
from tests.models.ollama_server import Installed, OllamaServer, Script

QUESTION = "À combien s'élève l'allocation mensuelle de télétravail ?"
#: How often a question is asked until the process has seen its signal: the first time, nearly always.
TRIES = 50


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_answers_and_stops(sourcier: Any, number: signal.Signals) -> None:
    with sourcier.serve("--provider", "none") as serving:
        status, body = serving.get("/api/health")
        assert status == 200
        assert json.loads(body)["status"] == "ok"
        assert json.loads(body)["model"]["provider"] == "none"
        answer = serving.post("/api/ask", {"question": QUESTION})
        assert "42,50" in answer["answer"]
        code = serving.stop(number)
    assert code == 0
    assert "Traceback" not in "\n".join(serving.said)
    with pytest.raises(URLError):
        serving.get("/api/health")


@pytest.mark.slow
def test_a_stop_asked_for_in_mid_answer_lets_it_end_and_takes_no_other(sourcier: Any) -> None:
    written = ("L'allocation est de 42,50 $ par mois. Elle", " est versée le premier jeudi du mois.")
    with OllamaServer(models=[Installed("essai:1b")], script=Script(says=written, hold=threading.Event())) as ollama:
        command = sourcier.set(SOURCIER_MODEL__OLLAMA__URL=ollama.url, SOURCIER_MODEL__OLLAMA__MODEL="essai:1b")
        with command.serve("--provider", "ollama") as serving:
            port = int(serving.address.rpartition(":")[2])
            answering = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            asked = json.dumps({"question": QUESTION})
            answering.request("POST", "/api/v1/ask/stream", asked, {"Content-Type": "application/json"})
            steps = answering.getresponse()
            seen = []
            while "sentence" not in seen:
                seen.append(json.loads(steps.readline())["event"])
            serving.process.send_signal(signal.SIGTERM)
            status, refusal = _refused(serving)
            assert (status, "en train de redémarrer" in refusal) == (503, True)
            assert serving.get("/healthz")[0] == 200
            assert ollama.script.hold is not None
            ollama.script.hold.set()
            rest = [json.loads(line) for line in steps]
            assert rest[-1]["event"] == "finished"
            assert "premier jeudi" in rest[-1]["answer"]["answer"]
            answering.close()
            assert serving.process.wait(60) == 0
    with socket.socket() as freed:
        freed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        freed.bind(("127.0.0.1", port))
        freed.listen()


def _refused(serving: Any) -> tuple[int, str]:
    """The status and the sentence of a question that is not taken."""
    headers = {"Content-Type": "application/json"}
    for _ in range(TRIES):
        line = http.client.HTTPConnection("127.0.0.1", int(serving.address.rpartition(":")[2]), timeout=60)
        with closing(line):
            line.request("POST", "/api/v1/ask/stream", json.dumps({"question": "Qui?"}), headers)
            with line.getresponse() as answer:
                if answer.status != 200:
                    return answer.status, json.loads(answer.read())["error"]
                answer.readline()
    raise AssertionError("questions are still taken")


def test_a_port_that_is_taken_is_said_in_one_line(sourcier: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = sourcier.run("serve", "--provider", "none", "--port", port)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert port in done.stderr.splitlines()[-1]
