"""The document around the page: its language, its own style and script, and the panel that sources open in.

The framework takes its language from the browser and names outside addresses in its metadata; both are mended in
the page as it leaves, since no setting of the framework's reaches them.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from sourcier.app.ui.beside import SCRIPTS, SHEETS, Beside
from sourcier.app.ui.guard import NONCE_KEY, App, Message, Receive, Send
from sourcier.app.ui.inert import inert
from sourcier.app.ui.taking import SCRIPT, SHEET, take_dialog
from sourcier.app.ui.words import Words

__all__ = ["ASSETS", "Shell", "accepts_gzip", "asset"]

#: Our own files under ``/page/``, and their types.
ASSETS = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "memory.js": "text/javascript; charset=utf-8",
    "asking.js": "text/javascript; charset=utf-8",
    "mark.svg": "image/svg+xml",
    SHEET: "text/css; charset=utf-8",
    SCRIPT: "text/javascript; charset=utf-8",
    **dict.fromkeys(SHEETS, "text/css; charset=utf-8"),
    **dict.fromkeys(SCRIPTS, "text/javascript; charset=utf-8"),
}

#: Sentences of the catalogue that only the page's script can know the moment of.
_SAID = (
    "kept_on", "kept_off", "cleared", "not_restored", "interrupted_reload", "interrupted_lost", "interrupted_refused",
    "unreachable", "reconnected", "sending", "slow",
)  # fmt: skip

#: The organisation's colours, after all of ours.
_LOOKS = '<link rel="stylesheet" href="./page/looks.css">'
_HTML_LANG = re.compile(r'(<html\b[^>]*?\blang=")[^"]*', re.DOTALL)
_OUTSIDE_METADATA = re.compile(r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>\s*')
_BODY = re.compile(r"<body\b[^>]*>")
_MANIFEST = re.compile(r'<link rel="manifest"[^>]*>\s*')
_LOCALES = {"fr": "fr-CA", "en": "en-CA"}


def asset(name: str) -> bytes:
    """The content of one of :data:`ASSETS`."""
    return (files("sourcier.app.ui") / name).read_bytes()


@dataclass(frozen=True, slots=True)
class Shell:
    """ASGI middleware that rewrites the page, and nothing else.

    Attributes:
        title: the document's title until the page has loaded.
        beside: the bar and the dialogs, made anew for each page.
    """

    app: App
    words: Words
    title: str
    beside: Callable[[], Beside] = Beside

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass everything on; hold the page back until it is whole, and rewrite it."""
        if scope["type"] != "http" or scope["path"] != "/":
            await self.app(scope, receive, send)
            return
        asked = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"accept-encoding"]
        # A compressed page could not be rewritten: it is compressed after.
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
        small = accepts_gzip(",".join(asked))
        await self.app(scope, receive, _rewriting(send, lambda page: self.rewrite(page, scope[NONCE_KEY]), small=small))

    def rewrite(self, page: str, nonce: str) -> str:
        """The page in our language, every script of its own allowed by ``nonce``, naming no outside address."""
        page = _OUTSIDE_METADATA.sub("", page)
        page = _MANIFEST.sub("", page)
        page = _HTML_LANG.sub(rf"\g<1>{_LOCALES[self.words.language]}", page, count=1)
        head = (
            f'<title>{inert(self.title)}</title><meta name="color-scheme" content="light dark">'
            '<link rel="icon" type="image/svg+xml" href="./page/mark.svg">'
            '<script src="./page/memory.js"></script><script src="./page/asking.js"></script><script src="./page/page.js"></script>'
            f'<script src="./page/{SCRIPT}"></script>'
            f'<link rel="stylesheet" href="./page/page.css"><link rel="stylesheet" href="./page/{SHEET}">'
        )
        beside = self.beside()
        page = page.replace("<head>", f"<head>{head}{beside.head}{_LOOKS}", 1)
        page = _BODY.sub(lambda found: found[0] + beside.top, page, count=1)
        # The description of the page is escaped JSON: no "<script" in it but the framework's own tags.
        page = page.replace("<script", f'<script nonce="{nonce}"')
        before, end, after = page.rpartition("</body>")
        return before + self._furniture() + beside.end + end + after

    def _furniture(self) -> str:
        words = self.words
        return (
            f"<noscript><p>{words('needs_script')}</p></noscript>"
            '<div id="announcer" class="unseen" role="status" aria-live="polite"></div>'
            f'<p id="note" role="status" hidden></p>{self._phrases()}'
            '<div id="bulletin" hidden><p id="activity" hidden></p>'
            f'<div id="degraded" role="alert" hidden><p>{words("degraded")}</p><ul id="problems"></ul></div></div>'
            '<aside id="drawer" role="dialog" aria-labelledby="drawer-title" tabindex="-1" hidden>'
            f'<header><h2 id="drawer-title"></h2><button type="button" id="drawer-close">{words("passage_close")}</button>'
            f'</header><div id="drawer-body"></div></aside>{take_dialog(words.language)}'
        )

    def _phrases(self) -> str:
        """What the page's script says by itself, in the page's language."""
        said = "".join(f'<i id="say-{name}">{self.words(name)}</i>' for name in _SAID)
        return f'<div id="phrases" hidden>{said}</div>'


def accepts_gzip(encodings: str) -> bool:
    """Whether an ``Accept-Encoding`` names gzip, and does not refuse it."""
    for one in encodings.lower().split(","):
        name, _, quality = one.partition(";")
        if name.strip() in {"gzip", "*"}:
            return re.fullmatch(r"\s*q=0(?:\.0*)?\s*", quality) is None
    return False


def _rewriting(send: Send, rewrite: Callable[[str], str], *, small: bool) -> Send:
    start: dict[str, Any] = {}
    body = bytearray()

    async def held(message: Message) -> None:
        if message["type"] == "http.response.start":
            is_page = any(n.lower() == b"content-type" and v.startswith(b"text/html") for n, v in message["headers"])
            if is_page:
                start.update(message)
            else:
                await send(message)
            return
        if not start:
            await send(message)
            return
        body.extend(message.get("body", b""))
        if not message.get("more_body", False):
            await _send_page(send, start, rewrite(body.decode()).encode() if body else b"", small=small)

    return held


async def _send_page(send: Send, start: dict[str, Any], body: bytes, *, small: bool) -> None:
    kept = [(name, value) for name, value in start["headers"] if name.lower() not in {b"content-length", b"etag"}]
    kept.append((b"vary", b"accept-encoding"))
    if small and body:
        # Nothing of a person is in the page: its size tells nobody anything.
        body = gzip.compress(body, mtime=0)
        kept.append((b"content-encoding", b"gzip"))
    length = [(b"content-length", str(len(body)).encode())] if body else []
    await send({**start, "headers": [*kept, *length]})
    await send({"type": "http.response.body", "body": body})
