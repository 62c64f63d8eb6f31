"""The guard: which addresses exist, who may call them, and what every response forbids the browser."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcier.app.ui.guard import MAX_BODY_BYTES, Guard, Hosts, content_policy, is_served

SERVED = [
    "/",
    "/config",
    "/theme.css",
    "/favicon.ico",
    "/assets/index-DphvyggB.js",
    "/static/fonts/SourceSansPro/SourceSansPro-Regular.woff2",
    "/page/page.js",
    "/gradio_api/queue/join",
    "/gradio_api/queue/data",
    "/gradio_api/heartbeat/5z0k2r9",
    "/api/ask",
    "/api/ask/stream",
    "/api/documents/0123456789abcdef",
]
REFUSED = [
    "/gradio_api/file=http://evil.example/x",
    "/gradio_api/file=https://evil.example/x",
    "/gradio_api/file=HTTPS://evil.example/x",
    "/gradio_api/file=http%3A%2F%2Fevil.example/x",
    "/gradio_api/file=http%3a//evil.example/x",
    "/gradio_api/file=http%253A%252F%252Fevil.example/x",
    "/gradio_api/%66ile=http://evil.example/x",
    "/gradio_api/file%3Dhttp://evil.example/x",
    "/gradio_api/FILE=http://evil.example/x",
    "/gradio_api/file/http://evil.example/x",
    "/gradio_api//file=http://evil.example/x",
    "//gradio_api/file=http://evil.example/x",
    "/gradio_api/./file=http://evil.example/x",
    "/assets/../gradio_api/file=http://evil.example/x",
    "/assets/%2e%2e/gradio_api/file=http://evil.example/x",
    "/assets/..%2fgradio_api/file=/etc/passwd",
    "/static/../../../../etc/passwd",
    "/static/..\\..\\secret",
    "/static/.hidden",
    "/gradio_api/file=/etc/passwd",
    "/file=/etc/passwd",
    "/file=http://evil.example",
    "/gradio_api/proxy=https://evil.hf.space/x",
    "/gradio_api/PROXY=https://evil.hf.space/x",
    "/gradio_api/prox%79=https://evil.hf.space/x",
    "/proxy=https://evil.hf.space/x",
    "/monitoring",
    "/monitoring/",
    "/Monitoring",
    "/monitorin%67",
    "/gradio_api/runs",
    "/gradio_api/runs/",
    "/gradio_api/run%73",
    "/gradio_api/run-history/buckets",
    "/gradio_api/run/predict",
    "/gradio_api/call/predict",
    "/gradio_api/upload",
    "/gradio_api/openapi.json",
    "/gradio_api/info",
    "/gradio_api/deep_link",
    "/gradio_api/mcp/",
    "/docs",
    "/redoc",
    "/openapi.json",
    "/login",
    "/logout",
    "/api/documents/../../secret",
    "/api/documents/0123456789ABCDEF",
    "/api/unknown",
    "/page/page.py",
    "/config\n",
    "/config\x00",
    "/config;x",
    "",
    "*",
]


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run what never really waits, without an event loop."""
    with pytest.raises(StopIteration):
        coroutine.send(None)


def call(
    path: str = "/",
    *,
    method: str = "GET",
    host: str | list[str] = "127.0.0.1:7860",
    headers: dict[str, str] | None = None,
    guard_hosts: Hosts | None = None,
    body: list[bytes] | None = None,
    content_type: str = "text/html; charset=utf-8",
    error: Exception | None = None,
) -> tuple[int, dict[str, str], list[dict[str, Any]]]:
    """One request through the guard: status, headers, and the scopes that reached the application."""
    reached: list[dict[str, Any]] = []
    sent: list[dict[str, Any]] = []
    bodies = list(body or [b""])

    async def application(scope: Any, receive: Any, send: Any) -> None:
        received = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ConnectionError("the client left")
            received += message["body"]
            if not message["more_body"]:
                break
        reached.append({**scope, "received": received})
        if error is not None:
            raise error
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", content_type.encode()), (b"cache-control", b"public"), (b"server", b"x")],
            }
        )
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> dict[str, Any]:
        part = bodies.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(bodies)}

    async def send(message: Any) -> None:
        sent.append(message)

    hosts = [host] if isinstance(host, str) else host
    raw = [(b"host", one.encode()) for one in hosts] + [(k.encode(), v.encode()) for k, v in (headers or {}).items()]
    target, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": target,
        "raw_path": target.encode(),
        "query_string": query.encode(),
        "headers": raw,
    }
    run(Guard(application, guard_hosts or Hosts("127.0.0.1"))(scope, receive, send))
    start = sent[0]
    return start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, reached


@pytest.mark.parametrize("path", SERVED)
def test_what_the_page_needs_is_served(path: str) -> None:
    assert is_served(path.encode())


@pytest.mark.parametrize("path", REFUSED)
def test_every_other_address_does_not_exist(path: str) -> None:
    assert not is_served(path.encode())
    status, headers, reached = call(path)
    assert (status, reached) == (404, [])
    assert headers["content-security-policy"]


@given(st.text(), st.sampled_from(["file=", "file/", "proxy=", "runs", "upload"]))
def test_no_spelling_under_the_framework_reaches_a_file_or_a_proxy(tail: str, route: str) -> None:
    assert not is_served(f"/gradio_api/{route}{tail}".encode("utf-8", "surrogatepass"))


@given(st.binary())
def test_an_encoded_path_never_exists(tail: bytes) -> None:
    assert not is_served(b"/assets/%" + tail) or b"%" not in tail


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:1", "localhost:7860", "LOCALHOST", "[::1]:7860"])
def test_loopback_names_are_ours(host: str) -> None:
    assert call(host=host)[0] == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:7860",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "127.0.0.1@evil.example",
        "evil.example#127.0.0.1",
        "192.168.1.5",
        "",
        "[::1",
        ["127.0.0.1", "evil.example"],
        [],
    ],
)
def test_a_rebound_name_is_refused(host: str | list[str]) -> None:
    status, _, reached = call(host=host)
    assert (status, reached) == (421, [])


def test_a_forwarded_name_is_judged_too() -> None:
    assert call(headers={"x-forwarded-host": "evil.example"})[0] == 421
    assert call(headers={"x-forwarded-host": "localhost"})[0] == 200


def test_the_bound_address_and_named_hosts_are_ours() -> None:
    hosts = Hosts("192.168.1.5", ["assistant.federation.example"])
    assert hosts.allow("192.168.1.5:7860")
    assert hosts.allow("assistant.federation.example")
    assert not hosts.allow("192.168.1.6")


@pytest.mark.parametrize("bound", ["0.0.0.0", "::", "[::]"])
def test_bound_everywhere_any_address_is_ours_but_no_foreign_name(bound: str) -> None:
    hosts = Hosts(bound)
    assert hosts.allow("10.1.2.3:7860")
    assert hosts.allow("[fe80::1]:7860")
    assert not hosts.allow("evil.example:7860")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://127.0.0.1:7860.evil.example"},
        {"origin": "file://127.0.0.1:7860"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_foreign_page_cannot_post(headers: dict[str, str]) -> None:
    status, _, reached = call("/api/ask", method="POST", headers=headers)
    assert (status, reached) == (403, [])


@pytest.mark.parametrize("headers", [{}, {"origin": "http://127.0.0.1:7860", "sec-fetch-site": "same-origin"}])
def test_our_page_and_programs_can_post(headers: dict[str, str]) -> None:
    assert call("/api/ask", method="POST", headers=headers)[0] == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT"])
def test_other_methods_are_refused(method: str) -> None:
    assert call(method=method)[0] == 405


def test_a_body_too_large_is_refused_by_its_length_or_cut_where_none_is_told() -> None:
    assert call("/api/ask", method="POST", headers={"content-length": str(MAX_BODY_BYTES + 1)})[0] == 413
    assert call("/api/ask", method="POST", headers={"content-length": "-1"})[0] == 413
    status, _, reached = call("/api/ask", method="POST", body=[b"x" * 600_000, b"x" * 600_000, b""])
    assert (status, reached) == (500, [])


def test_every_response_carries_every_header_once_and_hides_the_server() -> None:
    _, headers, _ = call()
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "server" not in headers


def test_only_the_page_gets_a_nonce_and_never_the_same() -> None:
    first, second = (call()[1]["content-security-policy"] for _ in range(2))
    assert "'nonce-" in first
    assert first != second
    assert "nonce" not in call("/assets/a.js", content_type="text/javascript")[1]["content-security-policy"]


def test_the_policy_lets_nothing_out_and_no_inline_code_run() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in content_policy("N").split(";"))
    assert rules["script-src"] == "'self' 'nonce-N'"
    assert rules["connect-src"] == rules["default-src"] == rules["form-action"] == rules["base-uri"] == "'self'"
    assert rules["img-src"] == "'self' data: blob:"
    assert rules["object-src"] == rules["frame-ancestors"] == "'none'"
    assert "http" not in content_policy("N")


def test_a_query_reaches_nothing_but_the_queue() -> None:
    assert call("/?deep_link=abc")[2][0]["query_string"] == b""
    assert call("/gradio_api/queue/data?session_hash=a")[2][0]["query_string"] == b"session_hash=a"


def test_a_failure_is_answered_with_headers_and_logged_without_its_message(caplog: pytest.LogCaptureFixture) -> None:
    status, headers, _ = call("/api/search", method="POST", error=ValueError("my secret question"))
    assert status == 500
    assert headers["content-security-policy"]
    assert "ValueError" in caplog.text
    assert "secret" not in caplog.text


def test_a_websocket_is_closed_before_it_opens() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def unreachable(*_: Any) -> Any:
        raise AssertionError

    run(Guard(unreachable, Hosts("127.0.0.1"))({"type": "websocket", "path": "/"}, unreachable, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]
