"""How the tools are reached: by a program that starts us and talks over our input and output, or over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.types import Receive, Scope, Send

__all__ = ["OverHttp", "run_stdio"]


def run_stdio(server: Server[Any]) -> None:
    """Serve one client over standard input and output, until it hangs up."""

    async def run() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(run)


class OverHttp:
    """The tools over Streamable HTTP, as an ASGI application; hosts and origins are the guard's business.

    No session is kept: every request stands alone, so that nothing of a client's is held between two of them.
    """

    def __init__(self, server: Server[Any]) -> None:
        self._manager = StreamableHTTPSessionManager(app=server, json_response=True, stateless=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._manager.handle_request(scope, receive, send)

    @asynccontextmanager
    async def lifespan(self, _: Any) -> AsyncIterator[None]:
        """What must be running for requests to be answered."""
        async with self._manager.run():
            yield
