"""Version 1 of the interface: its addresses, its replies as they are described, its settings, its numbers."""

from __future__ import annotations

import http.client
import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document as WordDocument
from prometheus_client.parser import text_string_to_metric_families
from pydantic import BaseModel, TypeAdapter
from tests.api.conftest import serving
from tests.ui.conftest import Service
from tests.ui.material import ABSTAINED, ANSWERED, ASK_ABSTAINED, ASK_ANSWERED, ASK_QUOTED, GUIDE, QUOTED, RAISE_QUOTE
from tests.ui.scripted import ScriptedAssistant

from sourcier.app.api.replies import (
    AnswerReply,
    DocumentReply,
    DocumentsReply,
    HealthReply,
    SearchReply,
    StreamEvent,
)
from sourcier.app.exports import FORMATS, MEDIA_TYPES
from sourcier.app.metrics import BUCKETS_S, CountedTurnstile
from sourcier.app.shapes import answer_to_json
from sourcier.app.turnstile import BusyError
from sourcier.core.settings import ApiSettings


def raw(service: Service, path: str, body: Any = None) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
    headers = {"Content-Type": "application/json"}
    connection.request("POST" if body is not None else "GET", path, json.dumps(body) if body else None, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def held(kind: type[BaseModel], shape: Any) -> Any:
    """The shape, that its description must not change."""
    assert kind.model_validate(shape, strict=True).model_dump(mode="json") == shape
    return shape


@pytest.mark.parametrize("prefix", ["/api/v1", "/api"])
def test_every_reply_is_as_it_is_described(interface: Service, prefix: str) -> None:
    for question, play in ((ASK_ANSWERED, ANSWERED), (ASK_QUOTED, QUOTED), (ASK_ABSTAINED, ABSTAINED)):
        status, shape = interface.call("POST", f"{prefix}/ask", {"question": question})
        assert (status, held(AnswerReply, shape)) == (200, answer_to_json(play.answer(question)))
    status, text = interface.call("POST", f"{prefix}/ask/stream", {"question": ASK_ANSWERED})
    events = [json.loads(line) for line in text.splitlines()]
    assert {event["event"] for event in events} == {"found", "drafting", "sentence", "removed", "finished"}
    for event in events:
        assert TypeAdapter(StreamEvent).validate_python(event).model_dump(mode="json") == event
    held(SearchReply, interface.call("POST", f"{prefix}/search", {"query": "vacances"})[1])
    held(DocumentsReply, interface.call("GET", f"{prefix}/documents")[1])
    shown = held(DocumentReply, interface.call("GET", f"{prefix}/documents/{GUIDE.document_id}")[1])
    assert shown["text"] == GUIDE.text


def test_health_is_where_probes_look_and_where_it_was(interface: Service) -> None:
    status, shape = interface.call("GET", "/healthz")
    assert (status, held(HealthReply, shape)["status"]) == (200, "ok")
    assert interface.call("GET", "/api/health")[1] == shape


@pytest.mark.parametrize("wanted", FORMATS)
def test_an_answer_is_exported_by_whoever_holds_it(interface: Service, wanted: str) -> None:
    shape = interface.call("POST", "/api/v1/ask", {"question": ASK_ANSWERED})[1]
    response, content = raw(interface, f"/api/v1/export/{wanted}", {"answers": [shape], "language": "en"})
    assert response.status == 200
    assert response.headers["Content-Type"] == MEDIA_TYPES[wanted]  # type: ignore[index]
    assert re.fullmatch(
        rf'attachment; filename="sourced-answer-[\d-]+\.{wanted}"', response.headers["Content-Disposition"]
    )
    if wanted == "docx":
        assert any(paragraph.text == ASK_ANSWERED for paragraph in WordDocument(BytesIO(content)).paragraphs)
    if wanted in {"txt", "md", "html"}:
        assert RAISE_QUOTE in content.decode().replace("\\", "").replace("\n    ", " ")
    kept = [path for path in interface.settings.home.rglob("*") if path.is_file() and path.parent.name != "feedback"]
    assert kept == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v1/export/exe", {"answers": [{"question": "?", "status": "answered"}]}, 422),
        ("/api/v1/export/docx", {"answers": []}, 422),
        ("/api/v1/ask", {"question": " "}, 422),
        ("/api/v1/search", {"query": "a", "since": "demain"}, 422),
        ("/api/v1/search", b"\xff\xfe", 422),
        ("/api/v1/documents", {}, 405),
        ("/healthz", {}, 405),
        ("/api/v1/documents/0000000000000000", {}, 405),
        ("/api/v2/ask", {}, 404),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused(interface: Service, path: str, body: Any, status: int) -> None:
    got, shape = interface.call("POST", path, body)
    assert got == status
    assert shape == "" or ("\n" not in shape["error"] and shape.keys() == {"error"})


def test_a_wrong_method_is_told_the_right_one(interface: Service) -> None:
    for method, path, right in (("GET", "/api/v1/ask", "POST"), ("HEAD", "/api/v1/search", "POST"),
                                ("POST", "/api/v1/documents", "GET"), ("DELETE", "/api/v1/documents", "GET, HEAD, POST")):  # fmt: skip
        connection = http.client.HTTPConnection("127.0.0.1", interface.port, timeout=60)
        connection.request(method, path)
        response = connection.getresponse()
        assert (response.status, response.headers["Allow"]) == (405, right)
        connection.close()


def test_a_foreign_page_may_neither_ask_nor_export(interface: Service) -> None:
    for path in ("/api/v1/ask", "/api/v1/export/docx"):
        assert interface.call("POST", path, {"question": ASK_ANSWERED}, {"Origin": "http://evil.example"})[0] == 403
    assert interface.call("GET", "/metrics", headers={"Host": "evil.example"})[0] == 421


def test_turned_off_it_keeps_what_the_page_needs(tmp_path: Path) -> None:
    with serving(tmp_path, api=ApiSettings(enabled=False)) as service:
        assert service.call("POST", "/api/v1/ask", {"question": ASK_ANSWERED})[0] == 404
        assert service.call("POST", "/api/search", {"query": "a"})[0] == 404
        assert service.call("GET", "/api/v1/documents")[0] == 404
        assert service.call("GET", "/metrics")[0] == 404
        assert service.call("GET", "/healthz")[0] == 200
        assert service.call("POST", "/api/v1/suggestions", {"asked": ["a"]})[0] == 404
        assert service.call("POST", "/api/v1/relay", {})[0] == 404
        assert service.call("POST", "/api/v1/reading", {"question": "a"})[0] == 200
        assert service.call("GET", "/api/v1/transparency")[0] == 200
        assert service.call("POST", "/api/v1/feedback/read", {"code": "A"})[0] == 404  # feedback.enabled is off
        body = {"answers": [{"question": "?", "status": "abstained"}]}
        assert service.call("POST", "/api/v1/export/txt", body)[0] == 200
        assert "/api/v1/ask" not in service.call("GET", "/api/v1/openapi.json")[1]["paths"]


def numbers(text: str) -> dict[tuple[str, str], float]:
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_numbers_of_a_service(tmp_path: Path) -> None:
    with serving(tmp_path, api=ApiSettings(metrics=True), default=False) as service:
        for question in (ASK_ANSWERED, ASK_ANSWERED, ASK_QUOTED, ASK_ABSTAINED, "inconnue"):
            service.call("POST", "/api/v1/ask", {"question": question})
        response, content = raw(service, "/metrics")
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        found = numbers(content.decode())
    assert {outcome: found["sourcier_questions_total", outcome] for outcome in ("answered", "quoted", "abstained", "failed", "left")} \
        == {"answered": 2, "quoted": 1, "abstained": 1, "failed": 1, "left": 0}  # fmt: skip
    # 4 × 0.0702 Wh, 3600 J a Wh
    assert found["sourcier_energy_joules_total", ""] == pytest.approx(4 * 0.0702 * 3600)
    assert found["sourcier_answer_seconds_count", ""] == 4
    assert found["sourcier_answer_seconds_sum", ""] == pytest.approx(4 * 8.412)
    assert (found["sourcier_answer_seconds_bucket", "5.0"], found["sourcier_answer_seconds_bucket", "10.0"]) == (0, 4)
    assert found["sourcier_removed_sentences_total", ""] == 4
    assert found["sourcier_queue_length", ""] == 0
    assert any(name == "sourcier_info" and "000001-essai" in labels for name, labels in found)
    assert "inconnue" not in content.decode() and "127.0.0.1" not in content.decode()
    assert len([1 for name, _ in found if name == "sourcier_answer_seconds_bucket"]) == len(BUCKETS_S) + 1


def test_a_reader_who_leaves_and_one_who_is_refused_are_counted() -> None:
    turnstile = CountedTurnstile(1, lambda: "")
    steps = turnstile.answer(ScriptedAssistant(default=ANSWERED), "?")
    next(steps)
    waiting = turnstile.enter()
    with pytest.raises(BusyError):
        next(turnstile.answer(ScriptedAssistant(default=ANSWERED), "?"))
    steps.close()
    waiting.leave()
    found = numbers(turnstile.metrics.text())
    assert (found["sourcier_questions_total", "left"], found["sourcier_questions_total", "refused"]) == (1, 1)
    assert len(turnstile) == 0
