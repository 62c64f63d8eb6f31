"""The HTTP interface, over a real socket: the contract's JSON, errors as one sentence, and nothing of the questions kept."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.ui.conftest import Service
from tests.ui.material import ANSWERED, ASK_ANSWERED, FEW, GUIDE
from tests.ui.scripted import ScriptedAssistant

from sourcier.app.answering.manner import MAX_TURNS, Exchange, Manner
from sourcier.app.shapes import answer_to_json
from sourcier.app.ui.server import Server, build
from sourcier.core.errors import SettingsError
from sourcier.core.filters import Filter
from sourcier.core.settings import ServeSettings, Settings


def test_ask_gives_the_whole_answer(service: Service) -> None:
    status, shape = service.call("POST", "/api/ask", {"question": ASK_ANSWERED})
    assert (status, shape) == (200, answer_to_json(ANSWERED.answer(ASK_ANSWERED)))


def test_a_question_may_be_asked_of_some_documents_alone(service: Service) -> None:
    asked = {"question": ASK_ANSWERED, "kind": ["loi"], "language": "français"}
    assert service.call("POST", "/api/ask", asked)[0] == 200
    assert service.assistant.only == Filter(kind=("law",), language=("fr",))
    status, text = service.call("POST", "/api/ask/stream", {**asked, "until": "1850"})
    assert status == 200 and json.loads(text.splitlines()[0]) == {"event": "found", "results": []}
    service.call("POST", "/api/ask", {"question": ASK_ANSWERED})
    assert service.assistant.only is None


def test_a_stream_is_one_event_a_line(service: Service) -> None:
    status, text = service.call("POST", "/api/ask/stream", {"question": ASK_ANSWERED})
    events = [json.loads(line) for line in text.splitlines()]
    assert status == 200
    assert (events[0]["event"], events[-1]["event"]) == ("found", "finished")
    assert events[-1]["answer"] == answer_to_json(ANSWERED.answer(ASK_ANSWERED))


def test_search_documents_and_health(service: Service) -> None:
    status, found = service.call("POST", "/api/search", {"query": "vacances", "k": 2})
    assert (status, found["query"], [r["rank"] for r in found["results"]]) == (200, "vacances", [1, 2])
    assert service.call("POST", "/api/search", {"query": "v", "in_force": "2026-03-31"})[1]["results"] != []
    assert found["index"] == "000001-essai"
    only = {"in_force": "today", "publisher": [FEW.held[0].metadata.publisher or ""], "collection": None}
    assert service.call("POST", "/api/search", {"query": "v", **only})[0] == 200
    assert service.call("POST", "/api/search", {"query": "v", "kind": "loi", "until": 1850})[1]["results"] == []
    status, listed = service.call("GET", "/api/documents")
    assert listed["values"].keys() == {"publisher", "kind", "language", "collection", "audience"}
    assert [d["document_id"] for d in listed["documents"]] == [one.document_id for one in FEW.held]
    status, shown = service.call("GET", f"/api/documents/{GUIDE.document_id}")
    assert (status, shown["text"]) == (200, GUIDE.text)
    status, health = service.call("GET", "/api/health")
    assert (status, health["status"], health["model"]["name"]) == (200, "ok", "modele-d-essai-1b")
    assert health["version"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/ask", {"question": "  "}, 422),
        ("/api/ask", {"query": "?"}, 422),
        ("/api/ask", {"question": 3}, 422),
        ("/api/ask", b"{", 422),
        ("/api/ask", {"question": "inconnue"}, 500),
        ("/api/ask/stream", {"question": " "}, 422),
        ("/api/search", {"query": "a", "k": 0}, 422),
        ("/api/search", {"query": "a", "in_force": "hier"}, 422),
        ("/api/search", {"query": "a", "since": "2025", "until": "2024"}, 422),
        ("/api/search", {"query": "a", "publisher": ""}, 422),
        ("/api/search", {"query": "a", "editeur": "b"}, 422),
        ("/api/ask", {"question": "a", "since": "demain"}, 422),
        ("/api/ask/stream", {"question": "a", "kind": [3]}, 422),
        ("/api/documents", {}, 405),
    ],
)
def test_an_error_is_one_sentence(service: Service, path: str, body: object, status: int) -> None:
    got, shape = service.call("POST", path, body)
    assert got == status
    assert shape.keys() == {"error"}
    assert "\n" not in shape["error"]
    assert "inconnue" not in shape["error"]


def test_an_unknown_document_is_said_to_be_unknown(service: Service) -> None:
    status, shape = service.call("GET", "/api/documents/0000000000000000")
    assert status == 404
    assert "0000000000000000" in shape["error"]


def test_a_full_line_is_refused_and_a_client_that_leaves_frees_its_place(service: Service) -> None:
    service.assistant.gate = threading.Semaphore(0)
    clients = []
    for _ in range(3):
        client = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
        client.request(
            "POST", "/api/ask/stream", json.dumps({"question": ASK_ANSWERED}), {"Content-Type": "application/json"}
        )
        response = client.getresponse()
        assert json.loads(response.readline())["event"] == "found"
        clients.append((client, response))
    status, shape = service.call("POST", "/api/ask", {"question": ASK_ANSWERED})
    assert status == 503
    assert "attendent" in shape["error"]
    assert json.loads(clients[1][1].readline()) == {"event": "waiting", "ahead": 1}
    for client, response in clients:
        response.close()
        client.close()
    for _ in range(100):
        service.assistant.gate.release()
    for _ in range(300):
        status, shape = service.call("POST", "/api/ask", {"question": ASK_ANSWERED})
        if status == 200:
            break
    assert status == 200


def test_a_foreign_page_cannot_ask(service: Service) -> None:
    for origin in ("http://evil.example", "null"):
        assert service.call("POST", "/api/ask", {"question": ASK_ANSWERED}, {"Origin": origin})[0] == 403
    assert service.call("GET", "/api/documents", headers={"Host": "evil.example"})[0] == 421


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=http://127.0.0.1:1/x",
        "/gradio_api/file=http%3A%2F%2F127.0.0.1:1/x",
        "/gradio_api/file=http%253A%252F%252F127.0.0.1:1/x",
        "/gradio_api/FILE=HTTP://127.0.0.1:1/x",
        "/gradio_api/file/http://127.0.0.1:1/x",
        "/gradio_api/proxy=https://a.hf.space/",
        "/monitoring",
        "/monitoring/summary",
        "/gradio_api/runs",
        "/gradio_api/openapi.json",
        "/gradio_api/info",
        "/openapi.json",
        "/docs",
        "/redoc",
        "/config/",
        "/nothing",
    ],
)
def test_the_frameworks_other_routes_do_not_exist(service: Service, path: str) -> None:
    assert service.call("GET", path)[0] == 404


def addresses(router: Any, prefix: str = "") -> Iterator[str]:
    """Every address of a router and of those it includes."""
    for route in router.routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield prefix + route.path
        else:
            yield from addresses(included, prefix)


def test_no_route_of_the_framework_is_open_but_those_the_page_needs(tmp_path: Path) -> None:
    from gradio.routes import App

    from sourcier.app.ui.guard import is_served

    app = build(ScriptedAssistant(), FEW, Settings(home=tmp_path, serve=ServeSettings(port=0)))
    (mounted,) = [one for route in app.routes if isinstance(one := getattr(route, "app", None), App)]
    fixed = {path for path in addresses(mounted) if "{" not in path}
    assert len(fixed) > 20
    assert {path for path in fixed if is_served(path.encode())} == {
        "/",
        "/config",
        "/theme.css",
        "/favicon.ico",
        "/gradio_api/cancel",
        "/gradio_api/queue/data",
        "/gradio_api/queue/join",
        "/gradio_api/reset",
        "/gradio_api/startup-events",
    }


def test_the_page_names_no_outside_address_and_every_script_bears_the_nonce(service: Service) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
    connection.request("GET", "/", headers={"Accept-Encoding": "gzip, br"})
    page = gzip.decompress(connection.getresponse().read()).decode()
    connection.close()
    assert '<html\n\tlang="fr-CA"' in page
    head = page.partition("window.gradio_config")[0]
    assert "http://" not in head
    assert "https://" not in head
    assert "Gradio" not in head
    assert page.count("<script") == page.count("<script nonce=")
    assert page.index("page/page.js") < page.index("/assets/")


def test_every_response_has_the_headers(service: Service) -> None:
    for path in ("/", "/config", "/page/page.css", "/theme.css", "/api/health", "/nothing"):
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers.get_all("Content-Security-Policy") is not None
        assert len(response.headers.get_all("Content-Security-Policy") or []) == 1
        assert "Server" not in response.headers
        connection.close()


def test_questions_are_neither_logged_nor_written(
    service: Service, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    canary = "canari-7f3e91"
    for path in ("/api/ask", "/api/ask/stream", "/api/search"):
        for body in ({"question": canary}, {"query": canary}, {"question": ASK_ANSWERED + canary}):
            service.call("POST", path, body)
    service.assistant.default = ANSWERED
    assert service.call("POST", "/api/ask", {"question": canary})[0] == 200
    out, err = capfd.readouterr()
    assert canary not in out + err + caplog.text
    for file in service.settings.home.rglob("*"):
        assert canary not in file.name
        assert not file.is_file() or canary.encode() not in file.read_bytes()


def test_the_frameworks_scratch_folder_is_private(service: Service) -> None:
    assert (service.settings.home / "scratch").stat().st_mode & 0o777 == 0o700


def test_a_port_already_taken_is_said_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = Settings(serve=ServeSettings(port=taken.getsockname()[1]))
        from fastapi import FastAPI

        with pytest.raises(SettingsError) as refused:
            Server(FastAPI(), settings, lambda _: None)
    assert str(taken and settings.serve.port) in refused.value.in_language("fr")


def test_a_question_says_how_it_is_to_be_answered_and_after_what(service: Service) -> None:
    turn = {"question": "Qui préside la CSQ ?", "answer": "Aline."}
    body = {"question": ASK_ANSWERED, "style": "plain", "quotes_only": True, "history": [turn, {"question": "Et ?"}]}
    for path in ("/api/ask", "/api/ask/stream"):
        assert service.call("POST", path, body)[0] == 200
        exchanges = (Exchange("Qui préside la CSQ ?", "Aline."), Exchange("Et ?"))
        assert service.assistant.manner == Manner("plain", True, exchanges)
    service.call("POST", "/api/ask", {"question": ASK_ANSWERED})
    assert service.assistant.manner == Manner()


@pytest.mark.parametrize(
    "odd",
    [
        {"style": "poétique"},
        {"quotes_only": "oui"},
        {"history": "Qui ?"},
        {"history": [{"answer": "Aline."}]},
        {"history": [{"question": ""}]},
        {"history": [{"question": "a" * 20_001}]},
        {"history": [{"question": "Qui ?", "role": "system"}]},
        {"history": [{"question": "Qui ?"}] * (MAX_TURNS + 1)},
    ],
)
def test_nonsense_about_how_is_refused(service: Service, odd: dict[str, Any]) -> None:
    assert service.call("POST", "/api/ask", {"question": ASK_ANSWERED, **odd})[0] == 422
