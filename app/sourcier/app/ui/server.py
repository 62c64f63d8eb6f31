"""The page and the HTTP interface as one application, behind the guard, and the server that runs it."""

from __future__ import annotations

import asyncio
import gzip
import os
import signal
import socket
import time
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.routing import Route

from sourcier.app.answering.events import Answering
from sourcier.app.api import DocumentsAndSearch, answer_errors_in_json, router
from sourcier.app.metrics import CountedTurnstile
from sourcier.app.pages.routes import pages
from sourcier.app.pages.workshop_bench import Bench
from sourcier.app.pages.workshop_routes import workshop_pages
from sourcier.app.relay.hearing import Hearing
from sourcier.app.turnstile import Turnstile
from sourcier.app.ui.beside import beside
from sourcier.app.ui.guard import Guard, Hosts
from sourcier.app.ui.shell import ASSETS, Shell, accepts_gzip, asset
from sourcier.app.ui.words import Words
from sourcier.core import offline
from sourcier.core.errors import MissingExtraError, SettingsError
from sourcier.core.settings import Settings
from sourcier.core.types import ModelInfo
from sourcier.index.search import Searcher

if TYPE_CHECKING:
    from sourcier.app.mcp.transports import OverHttp

__all__ = ["Server", "build", "serve"]

#: Of the seconds of grace, how long the last words of an answer have to leave: a page keeps one connection open for ever.
_FLUSH_S = 1


def build(assistant: Answering, searcher: DocumentsAndSearch, settings: Settings) -> FastAPI:
    """The whole application; importing the page framework takes some ten seconds."""
    offline.apply()
    _private_scratch(settings)

    async def assembled() -> FastAPI:
        return _assemble(assistant, searcher, settings)

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        # Where no event loop runs, the framework makes several for its locks and leaves them open.
        return asyncio.run(assembled())
    return _assemble(assistant, searcher, settings)


def _assemble(assistant: Answering, searcher: DocumentsAndSearch, settings: Settings) -> FastAPI:
    import gradio as gr

    from sourcier.app.ui.page import Conversation, blocks, theme

    turnstile = CountedTurnstile(settings.serve.max_waiting, lambda: getattr(searcher, "version", ""))
    words = Words(settings.language)
    hearing = Hearing(getattr(searcher, "embedder", None))
    tools = _tools(assistant, searcher, turnstile, settings) if settings.mcp.enabled else None
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=tools.lifespan if tools else None)
    app.state.turnstile = turnstile
    # The middleware added last runs first: the guard sees a request before anything else does.
    title = words.plain("page_title", organisation=settings.organisation.name)
    model = partial(getattr, assistant, "model_info", ModelInfo("none", ""))
    app.add_middleware(Shell, words=words, title=title, beside=lambda: beside(settings, model()))
    app.add_middleware(Guard, hosts=Hosts(settings.serve.host, settings.serve.names))
    # Before the interface, whose last route answers whatever is left of its addresses.
    app.include_router(pages(assistant, searcher, settings))
    if isinstance(searcher, Searcher):
        app.include_router(
            workshop_pages(Bench(searcher, lambda: getattr(assistant, "model", None), turnstile, settings))
        )
    app.include_router(router(assistant, searcher, turnstile, settings, turnstile.metrics))
    if tools is not None:
        app.router.routes.append(Route("/mcp", tools))
    answer_errors_in_json(app, settings.language)
    for name, media_type in ASSETS.items():
        app.add_api_route(f"/page/{name}", _file(name, media_type), methods=["GET"])
    gr.mount_gradio_app(
        app,
        blocks(Conversation(assistant, searcher.document, turnstile, settings, hearing)),
        path="/",
        server_name=settings.serve.host,
        server_port=settings.serve.port,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        allowed_paths=[],
        max_file_size="1kb",
        show_error=False,
        pwa=False,
        theme=theme(),
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )
    return app


def _tools(
    assistant: Answering, searcher: DocumentsAndSearch, turnstile: CountedTurnstile, settings: Settings
) -> OverHttp:
    try:
        from sourcier.app.mcp.tools import tools_server
        from sourcier.app.mcp.transports import OverHttp
    except ModuleNotFoundError as error:
        raise MissingExtraError("api.mcp_missing") from error
    return OverHttp(tools_server(assistant, searcher, turnstile, settings))


class Server(uvicorn.Server):
    """A uvicorn server that tells when it answers, and on which port, and refuses from the moment it is asked to stop.

    Args:
        on_ready: is given the address once the server answers.
    """

    def __init__(self, app: FastAPI, settings: Settings, on_ready: Callable[[str], None]) -> None:
        self._turnstile: Turnstile = getattr(app.state, "turnstile", Turnstile(0))
        self._stopping = False
        self._grace_s = settings.serve.grace_s
        super().__init__(
            uvicorn.Config(
                app,
                # Lines of access say who asked when; there are none, so that none can leak.
                access_log=False,
                log_level="warning",
                server_header=False,
                proxy_headers=False,
                ws="none",
                timeout_graceful_shutdown=_FLUSH_S,
            )
        )
        self._on_ready = on_ready
        self._socket = _listen(settings)

    def close(self) -> None:
        """Give up the address of a server that will not run."""
        self._socket.close()

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until interrupted."""
        super().run(sockets or [self._socket])

    @property
    def should_exit(self) -> bool:
        """Whether the server was asked to stop. What is asked after that is refused in a sentence."""
        return self._stopping

    @should_exit.setter
    def should_exit(self, asked: bool) -> None:
        # Here, and not when the server gets to stopping: uvicorn looks at this ten times a second, less often on a busy
        # machine, and what was let in meanwhile would be cut off. A signal handler may set it: the line's lock is reentrant.
        self._stopping = asked
        if asked:
            self._turnstile.close()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; at once where it is interrupted a second time.

        The signal is not kept: uvicorn raises those it kept once more when it has stopped, which would end the process
        before the models and the index are closed, as if it had failed.
        """
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let what is under way finish, for the seconds of grace at most; then close what is open."""
        deadline = time.monotonic() + self._grace_s - _FLUSH_S
        while len(self._turnstile) and time.monotonic() < deadline and not self.force_exit:
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say where."""
        await super().startup(sockets)
        if self.started:
            self._on_ready(_address(self._socket))


def serve(app: FastAPI, settings: Settings, *, on_ready: Callable[[str], None]) -> None:
    """Serve until interrupted; ``on_ready`` is given the address once the page answers.

    Raises:
        SettingsError: the address or the port cannot be opened.
    """
    Server(app, settings, on_ready).run()


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.serve.host, settings.serve.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise SettingsError("ui.port_taken", host=host, port=port, detail=error.strerror or error) from error
    return listening


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _file(name: str, media_type: str) -> Callable[[Request], Response]:
    content = asset(name)
    small = gzip.compress(content, mtime=0)

    def serve_file(request: Request) -> Response:
        if accepts_gzip(request.headers.get("accept-encoding", "")):
            headers = {"content-encoding": "gzip", "vary": "accept-encoding"}
            return Response(small, media_type=media_type, headers=headers)
        return Response(content, media_type=media_type, headers={"vary": "accept-encoding"})

    return serve_file


def _private_scratch(settings: Settings) -> None:
    """Give the framework a folder of its own that no other account can read, before it is imported."""
    scratch = settings.home / "scratch"
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    scratch.chmod(0o700)
    os.environ["GRADIO_TEMP_DIR"] = str(scratch)
