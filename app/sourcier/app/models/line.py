"""The line to an engine, for one call: how long it may be silent, and how it is hung up from another thread."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

__all__ = ["Line"]


class Line:
    """Connections of one HTTP client. Give it :attr:`hooks`.

    Args:
        idle_s: longest silence, in seconds, once the server has begun to answer; None leaves the client's own, which
            holds until then. Ollama sends its headers with the first piece of text: before them it loads and reads.
    """

    def __init__(self, idle_s: float | None = None) -> None:
        self.answering = False
        self._idle_s = idle_s
        self._sockets: list[socket.socket] = []
        self._hung_up = False

    @property
    def hooks(self) -> dict[str, list[Callable[..., Any]]]:
        """``event_hooks`` of an ``httpx.Client``."""
        return {"request": [self._watch], "response": [self._answered]}

    def hang_up(self) -> None:
        """End every connection, now and to come: whoever reads one is told that the server went away."""
        self._hung_up = True
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _watch(self, request: httpx.Request) -> None:
        request.extensions["trace"] = self._note

    def _note(self, event: str, details: dict[str, Any]) -> None:
        # TLS wraps the first socket in another one.
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._sockets.append(details["return_value"].get_extra_info("socket"))
            if self._hung_up:
                self.hang_up()

    def _answered(self, response: httpx.Response) -> None:
        self.answering = True
        if self._idle_s is not None:
            # httpx hands this very mapping to the transport, which reads it again as the body begins.
            response.request.extensions["timeout"]["read"] = self._idle_s
