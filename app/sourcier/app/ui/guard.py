"""What stands in front of every request: which addresses exist, who may ask, and what a browser may do with the answer.

The page framework brings routes that read files, fetch any address for anyone, or show past runs. Rather than
refusing those that are known, the guard lets through only those that the page needs: whatever is misspelt,
encoded twice, or added by a later version does not exist.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import secrets
import socket
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from sourcier.app.turnstile import place

__all__ = ["MAX_BODY_BYTES", "NONCE_KEY", "Guard", "Hosts", "content_policy", "is_served"]

_log = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

#: Far above the longest question allowed; nothing else is ever sent to us.
MAX_BODY_BYTES = 1_000_000

#: Where a request carries the nonce that its page's own scripts must bear.
NONCE_KEY = "sourcier.nonce"

_SERVED = re.compile(
    r"""/ (?: (?:config|theme\.css|favicon\.ico)?                        # the page and its description
        | (?:assets|static|svelte)/ (?:[\w@+-][\w.@+-]*/)* [\w@+-][\w.@+-]*  # the framework's own files
        | page/ [\w-]+ \. (?:css|js|svg|png)                                # our own
        | api/v1/ (?:ask | ask/stream | search | documents | documents/[0-9a-f]{16} | export/[a-z]+ | openapi\.json)
        | api/v1/ (?:suggestions | relay)                                 # beside the conversation
        | api/ (?:v1/)? (?:reading | feedback | feedback/read | feedback/erase | transparency)
        | api/export/[a-z]+ | healthz | metrics | mcp                     # for other programs
        | gradio_api/ (?:queue/(?:join|data) | cancel | reset | startup-events | heartbeat/\w+)
        | api/ (?:health | ask | ask/stream | search | documents | documents/[0-9a-f]{16})
        | (?:(?:fr|en)/)? (?:transparence | documents (?: /[0-9a-f]{16} (?:/pages/[1-9]\d{0,4})? )?)  # pages made by the server
        | documents/[0-9a-f]{16}/ (?:original | pages/[1-9]\d{0,4}\.png)
        | (?:(?:fr|en)/)? atelier (?: / (?: plan | faire                   # the trainer's page
            | en-cours/[0-9a-f]{16} (?: / (?:etat | arreter | ranger) )?
            | trousses/[a-z0-9][a-z0-9-]{0,80} (?: / (?: verifier | dupliquer | supprimer
                | refaire/[A-Za-z][a-z0-9]{0,15} | fichiers/[a-z0-9][a-z0-9-]{0,60}\.[a-z0-9]{2,4} ) )? ) )?
        )""",
    re.VERBOSE | re.ASCII,
)

_ONLY_WITH_QUERY = "/gradio_api/queue/data"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)
#: The framework's files bear a hash of their content in their names: a browser may keep them, and nothing else of ours.
_LASTING = "/assets/"
_LASTING_HEADERS = tuple(
    (name, b"public, max-age=31536000, immutable" if name == b"cache-control" else value) for name, value in _HEADERS
)
_REPLACED = frozenset(name for name, _ in _HEADERS) | {b"content-security-policy", b"server"}


def content_policy(nonce: str | None = None) -> str:
    """The Content-Security-Policy of a response.

    Only files of ours and, on the page, the inline scripts that bear ``nonce`` may run: neither an inline handler
    nor ``eval``, so that a slip in escaping shows text but runs nothing and calls no one.
    """
    script = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    return (
        f"default-src 'self'; script-src {script}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'none'; worker-src 'self' blob:"
    )


#: The policy of what somebody else wrote, documents and logos: shown at most, with nothing of it run or loaded.
_OTHERS_POLICY = b"default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
_OTHERS = (b"application/pdf", b"application/octet-stream", b"image/")


def is_served(raw_path: bytes) -> bool:
    """Whether an address exists, judged on the path as it was sent, before any decoding.

    No address of ours needs an encoded character: a path that changes when decoded is not one of them.
    """
    if unquote_to_bytes(raw_path) != raw_path:
        return False
    try:
        return _SERVED.fullmatch(raw_path.decode("ascii")) is not None
    except UnicodeDecodeError:
        return False


class Hosts:
    """The names under which this server may be called; a rebound name of someone else's is not one of them.

    Args:
        bound: the address listened on. An unspecified one (``0.0.0.0``, ``::``) makes every interface's address and
            the machine's own name valid.
        names: further names, those of a reverse proxy for instance.
    """

    def __init__(self, bound: str, names: Iterable[str] = ()) -> None:
        self._names = _LOOPBACK | {_bare(name) for name in (bound, *names)}
        self._any_address = _is_unspecified(bound)
        if self._any_address:
            self._names |= {socket.gethostname().lower(), socket.getfqdn().lower()}

    def allow(self, host: str) -> bool:
        """Whether a ``Host`` header names this server; its port does not matter."""
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        if name is None or re.search(r"[/?#@\s\\]", host):
            return False
        # A rebinding attack needs a name to rebind: an address typed as numbers is nobody else's.
        return name in self._names or (self._any_address and _is_address(name))


class Guard:
    """ASGI middleware around the whole application.

    Args:
        app: the application.
        hosts: the names this server answers to.
    """

    def __init__(self, app: App, hosts: Hosts) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with a nonce in the scope and every header in the response."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            # No page of ours opens a socket; closing before accepting refuses the handshake.
            await send({"type": "websocket.close", "code": 1008})
            return
        nonce = secrets.token_urlsafe(18)
        scope[NONCE_KEY] = nonce
        guarded = _Guarded(send, nonce, is_lasting=scope["path"].startswith(_LASTING))
        refusal = self._refusal(scope)
        if refusal is not None:
            await _refuse(guarded, refusal)
            return
        if scope["path"] != _ONLY_WITH_QUERY:
            # Nothing else of ours reads one; the framework's page would load a saved session from it.
            scope["query_string"] = b""
        try:
            await self._app(scope, _limited(receive), guarded)
        except Exception as error:  # noqa: BLE001 - the outermost layer: what passes here would be logged whole
            _log.error("request failed: %s", place(error))
            if not guarded.started:
                await _refuse(guarded, 500)

    def _refusal(self, scope: Message) -> int | None:
        headers: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.lower(), []).append(value)
        hosts = headers.get(b"host", [])
        # The framework builds its own address from the forwarded name, so that one is judged too.
        named = hosts + headers.get(b"x-forwarded-host", [])
        if len(hosts) != 1 or not all(self._hosts.allow(name.decode("latin-1")) for name in named):
            return 421
        if scope["method"] not in {"GET", "HEAD", "POST"}:
            return 405
        if not is_served(scope.get("raw_path") or scope["path"].encode()):
            return 404
        if scope["method"] == "POST" and not _same_origin(headers, hosts[0]):
            return 403
        length = headers.get(b"content-length", [b"0"])[0]
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            return 413
        return None


def _same_origin(headers: dict[bytes, list[bytes]], host: bytes) -> bool:
    # Programs send no Origin; browsers send one with every POST, and ``null`` from where they hide it.
    for origin in headers.get(b"origin", []):
        parts = urlsplit(origin.decode("latin-1"))
        if parts.scheme not in {"http", "https"} or parts.netloc.lower() != host.decode("latin-1").lower():
            return False
    return headers.get(b"sec-fetch-site", [b"none"])[-1] in {b"none", b"same-origin"}


class _Guarded:
    """Sends a response with every header it must have."""

    def __init__(self, send: Send, nonce: str, *, is_lasting: bool) -> None:
        self._send = send
        self._nonce = nonce
        self._is_lasting = is_lasting
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in _REPLACED]
            sort = next((value for name, value in kept if name.lower() == b"content-type"), b"")
            policy = content_policy(self._nonce if sort.startswith(b"text/html") else None).encode()
            policy = _OTHERS_POLICY if sort.startswith(_OTHERS) else policy
            headers = _LASTING_HEADERS if self._is_lasting and message["status"] == 200 else _HEADERS
            message = {**message, "headers": [*kept, *headers, (b"content-security-policy", policy)]}
        await self._send(message)


def _limited(receive: Receive) -> Receive:
    # A body sent in chunks announces no length: it is cut off as if the client had left.
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        return message if received <= MAX_BODY_BYTES else {"type": "http.disconnect"}

    return limited


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"0"), (b"connection", b"close")]
    if status == 405:
        headers.append((b"allow", b"GET, HEAD, POST"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _bare(host: str) -> str:
    return host.strip().strip("[]").lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_unspecified(bound: str) -> bool:
    return _is_address(_bare(bound)) and ipaddress.ip_address(_bare(bound)).is_unspecified
