"""An application served from a thread, for as long as a test needs it; the one place where tests start a server of ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from sourcier.app.ui.server import Server
from sourcier.core.settings import Settings

__all__ = ["listening"]


@contextmanager
def listening(app: FastAPI, settings: Settings) -> Iterator[tuple[str, Server]]:
    """The address it answers at, and the server; stopped at the end, and seen to have stopped."""
    ready = threading.Event()
    address: list[str] = []

    def on_ready(where: str) -> None:
        address.append(where)
        ready.set()

    server = Server(app, settings, on_ready)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert ready.wait(120), "the server did not start"
        yield address[0], server
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()
