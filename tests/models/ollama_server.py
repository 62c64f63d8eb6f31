"""Ollama's wire protocol on the loopback, with a real model behind it.

It speaks as ``ollama serve`` 0.33 does (paths, fields, NDJSON streaming, statuses, the silent cut of a prompt that is
too long) and lets llama.cpp do the writing, so that the official client and LlamaIndex are tested against real text.
A :class:`Script` makes it fail in one named way. Standard library only.
"""

from __future__ import annotations

import json
import select
import socket
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

VERSION = "0.33.3"
DIGEST = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"


@dataclass(frozen=True)
class Installed:
    """A model that ``/api/tags`` lists. ``remote`` is where a cloud model runs."""

    name: str
    capabilities: tuple[str, ...] = ("completion", "tools")
    trained_context: int = 32768
    remote: str = ""
    family: str = "qwen2"
    digest: str = DIGEST
    licence: str = ""
    loaded: int = 0
    """The window with which it is in memory; 0 where it is not."""


@dataclass
class Script:
    """How the next answers go wrong. Counts are of pieces sent before it happens."""

    cut_after: int | None = None
    """The connection is closed in the middle of the body."""
    end_after: int | None = None
    """The body ends properly, without the line that says ``done``."""
    error_after: int | None = None
    """A line ``{"error": …}`` takes the place of the rest."""
    garbage_after: int | None = None
    """A line that is not JSON."""
    status: tuple[int, str] | None = None
    """Every answer is this status with this error."""
    go: threading.Event | None = None
    """Nothing is sent before this is set, as when a model is being loaded."""
    counts: Literal["whole", "uncached", "none"] = "whole"
    """What ``prompt_eval_count`` says of a cached prompt: it depends on the version."""
    logprobs: bool = True
    silent_after: int | None = None
    """Nothing more is sent, and the connection stays open, until ``go`` is set."""
    says: tuple[str, ...] | None = None
    """These pieces take the place of what the engine would write."""
    thinks: tuple[str, ...] = ()
    """Pieces of thought sent apart, before the reply, as for a model that is known to think."""
    hold: threading.Event | None = None
    """Set by the test when the pieces after the first may be sent."""


@dataclass
class OllamaServer:
    """A server to start in a ``with``; ``requests`` records what it was asked.

    Attributes:
        engine: ``(url, key)`` of the llama.cpp server that writes; without it nothing can be generated.
        asked: set when ``/api/chat`` has received a request.
        abandoned: set when a client left before the end of its answer.
    """

    engine: tuple[str, str] | None = None
    models: list[Installed] = field(default_factory=list)
    script: Script = field(default_factory=Script)
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)
    abandoned: threading.Event = field(default_factory=threading.Event)
    _port: int = 0

    def __enter__(self) -> Self:
        owner = self

        class Handler(_Handler):
            ollama: OllamaServer = owner

        # Started again, it has the address that it had.
        self._http = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._port = self._http.server_port
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for flag in (self.script.go, self.script.hold):
            if flag:
                flag.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def find(self, name: str) -> Installed | None:
        """As Ollama does: a name without a tag is its ``latest``."""
        full = name if ":" in name else f"{name}:latest"
        return next((model for model in self.models if model.name == full), None)

    # The engine: llama.cpp's own interface, with token ids, so that a prompt can really be cut.

    def generate(self, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Pieces of llama.cpp's ``/completion`` for a body of ``/api/chat``."""
        options = body.get("options") or {}
        prompt = self._call("/apply-template", {"messages": body["messages"]})["prompt"]
        tokens = self._call("/tokenize", {"content": prompt, "add_special": True, "parse_special": True})["tokens"]
        window = int(options.get("num_ctx", 4096))
        if len(tokens) > window:
            # Measured on 0.33: half of the window is kept, and the answer does not say so.
            tokens = tokens[:2] + tokens[-window // 2 :]
        request = {
            "prompt": tokens,
            "stream": True,
            "n_predict": options.get("num_predict", -1),
            "temperature": options.get("temperature", 0.8),
            "seed": options.get("seed", 0),
            "stop": options.get("stop", []),
            "n_probs": body.get("top_logprobs") or 0,
        }
        with self._open("/completion", request) as answer:
            for line in answer:
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])

    def _call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        with self._open(path, body) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def _open(self, path: str, body: dict[str, Any]) -> Any:
        assert self.engine, "this server was given no engine to write with"
        url, key = self.engine
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        request = urllib.request.Request(url + path, json.dumps(body).encode(), headers)
        return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request)


class _Handler(BaseHTTPRequestHandler):
    ollama: OllamaServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Silence: the tests read what was recorded."""

    def do_GET(self) -> None:
        self._record({})
        match self.path:
            case "/api/version":
                self._json({"version": VERSION})
            case "/api/tags":
                self._json({"models": [_listed(model) for model in self.ollama.models]})
            case "/api/ps":
                loaded = [model for model in self.ollama.models if model.loaded]
                running = [_listed(model) | {"size_vram": 0, "context_length": model.loaded} for model in loaded]
                self._json({"models": running})
            case _:
                self._text(404, "404 page not found")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._record(body)
        if self.ollama.script.status:
            status, error = self.ollama.script.status
            self._json({"error": error}, status)
            return
        model = self.ollama.find(body.get("model", ""))
        if self.path not in {"/api/show", "/api/chat"}:
            self._text(404, "404 page not found")
        elif model is None:
            self._json({"error": f"model '{body.get('model')}' not found"}, 404)
        elif self.path == "/api/show":
            self._json(_shown(model))
        else:
            self.ollama.asked.set()
            script = self.ollama.script
            try:
                if script.go and script.silent_after is None:
                    self._wait_for(script.go)
                self._chat(body)
            except (BrokenPipeError, ConnectionResetError):
                # As Ollama does: the client is gone, the runner is told, and the slot is free.
                self.ollama.abandoned.set()
                self.close_connection = True

    def _chat(self, body: dict[str, Any]) -> None:
        if not body.get("messages"):
            self._json(_line(body, "") | {"done": True, "done_reason": "load"})
        elif body.get("stream", True):
            self._stream(body)
        else:
            lines = list(self._lines(body))
            text = "".join(line["message"]["content"] for line in lines)
            logprobs = [one for line in lines for one in line.get("logprobs", [])]
            self._json(lines[-1] | {"message": {"role": "assistant", "content": text}} | _given("logprobs", logprobs))

    def _stream(self, body: dict[str, Any]) -> None:
        script = self.ollama.script
        for sent, line in enumerate(self._lines(body)):
            if not sent:
                # With the first piece, not before: the model has been loaded and the prompt read.
                self.send_response(200)
                self.send_header("Content-Type", "application/x-ndjson")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
            if sent == 1 and script.hold:
                self._wait_for(script.hold)
            if sent == script.silent_after and script.go:
                self._wait_for(script.go)
            if sent == script.cut_after:
                self.close_connection = True
                return
            if sent == script.end_after:
                break
            if sent == script.error_after:
                self._chunk(json.dumps({"error": "an error was encountered while running the model"}))
                break
            if sent == script.garbage_after:
                self._chunk("<html>")
                break
            self._chunk(json.dumps(line, ensure_ascii=False))
        self.wfile.write(b"0\r\n\r\n")

    def _wait_for(self, flag: threading.Event) -> None:
        """Until the flag is set, or the client hangs up: Go's server, too, sees that in the middle of a request."""
        while not flag.wait(0.02):
            if select.select([self.connection], [], [], 0)[0] and not self.connection.recv(1, socket.MSG_PEEK):
                raise ConnectionResetError

    def _lines(self, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        script = self.ollama.script
        for thought in script.thinks:
            yield _line(body, "") | {"message": {"role": "assistant", "content": "", "thinking": thought}}
        if script.says is not None:
            yield from (_line(body, piece) for piece in script.says)
            counts = {"prompt_eval_count": 100, "eval_count": len(script.says) + len(script.thinks)}
            yield _line(body, "") | {"done": True, "done_reason": "stop", **counts}
            return
        for piece in self.ollama.generate(body):
            if not piece["stop"]:
                wanted = body.get("logprobs") and self.ollama.script.logprobs
                probabilities = piece.get("completion_probabilities", []) if wanted else []
                yield _line(body, piece["content"]) | _given("logprobs", probabilities)
                continue
            timings = piece["timings"]
            final = {
                "done": True,
                "done_reason": "length" if piece["stop_type"] == "limit" else "stop",
                "total_duration": int(1e6 * (timings["prompt_ms"] + timings["predicted_ms"])),
                "load_duration": 1,
                "prompt_eval_duration": int(1e6 * timings["prompt_ms"]),
                "eval_count": timings["predicted_n"],
                "eval_duration": int(1e6 * timings["predicted_ms"]),
            }
            if self.ollama.script.counts != "none":
                cached = timings["cache_n"] if self.ollama.script.counts == "whole" else 0
                final["prompt_eval_count"] = cached + timings["prompt_n"]
            yield _line(body, "") | final

    def _record(self, body: dict[str, Any]) -> None:
        self.ollama.requests.append((self.path, body))

    def _chunk(self, line: str) -> None:
        data = (line + "\n").encode()
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.flush()

    def _json(self, value: dict[str, Any], status: int = 200) -> None:
        self._send(status, "application/json; charset=utf-8", json.dumps(value).encode())

    def _text(self, status: int, text: str) -> None:
        self._send(status, "text/plain", text.encode())

    def _send(self, status: int, kind: str, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _line(body: dict[str, Any], text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {"model": body["model"], "created_at": _now(), "message": message, "done": False}


def _given(key: str, values: list[Any] | str) -> dict[str, Any]:
    return {key: values} if values else {}


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def _listed(model: Installed) -> dict[str, Any]:
    details = {"parent_model": "", "format": "gguf", "family": model.family, "families": [model.family]}
    row = {
        "name": model.name,
        "model": model.name,
        "modified_at": _now(),
        "size": 1117320768,
        "digest": model.digest,
        "details": details | {"parameter_size": "1.5B", "quantization_level": "Q4_K_M"},
    }
    return row | ({"remote_model": model.name, "remote_host": model.remote} if model.remote else {})


def _shown(model: Installed) -> dict[str, Any]:
    row = _listed(model)
    info = {"general.architecture": "qwen2", "qwen2.context_length": model.trained_context}
    kept = {key: row[key] for key in ("details", "modified_at", "remote_model", "remote_host") if key in row}
    return (
        kept
        | _given("license", model.licence)
        | {"modelfile": "", "template": "", "model_info": info, "capabilities": list(model.capabilities)}
    )
