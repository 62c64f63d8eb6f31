"""A line between a browser and a server that tests cut, hold back and mend, as networks and restarts do."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

__all__ = ["Line"]


class Line:
    """Listens on a port of its own and passes bytes both ways; from the browser it is the server.

    Args:
        target: the port of the server behind it, which :meth:`mend` may change.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._flowing = threading.Event()
        self._flowing.set()
        self._listening = self._listen(0)
        self.port = int(self._listening.getsockname()[1])

    @property
    def address(self) -> str:
        """Where the browser goes."""
        return f"http://127.0.0.1:{self.port}"

    def hold(self) -> None:
        """Pass nothing on to the server until :meth:`release`."""
        self._flowing.clear()

    def release(self) -> None:
        """Pass everything on, what was held back first."""
        self._flowing.set()

    def cut(self) -> None:
        """Drop every connection, and refuse new ones: the server was killed, or the network is gone."""
        _close(self._listening)
        with self._lock:
            for one in self._open:
                _close(one)
            self._open.clear()

    def mend(self, target: int | None = None) -> None:
        """Take connections again, for another server where ``target`` gives its port."""
        self._target = target or self._target
        self._listening = self._listen(self.port)

    def _listen(self, port: int) -> socket.socket:
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(64)
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()
        return listening

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._target), timeout=60)
            except OSError:
                _close(client)
                continue
            with self._lock:
                self._open |= {client, server}
            threading.Thread(target=self._pass, args=(client, server, self._flowing), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, None), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, flowing: threading.Event | None) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if flowing is not None:
                    flowing.wait(60)
                sink.sendall(data)
        for one in (source, sink):
            _close(one)


def _close(one: socket.socket) -> None:
    # Closing alone does not wake a thread that is accepting or reading.
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
