"""`sourcier mcp`: the tools of the assistant, for a program that starts us and talks over our input and output."""

from __future__ import annotations

from typing import Annotated

import typer

from sourcier.app.cli.console import State, say
from sourcier.core.errors import MissingExtraError


def mcp(
    context: typer.Context,
    provider: Annotated[str | None, typer.Option("--provider", metavar="auto|ollama|embedded|none")] = None,
) -> None:
    """Serve one client over standard input and output."""
    state: State = context.obj
    settings = state.load(model__provider=provider).settings
    try:
        from sourcier.app.mcp.tools import tools_server
        from sourcier.app.mcp.transports import run_stdio
    except ModuleNotFoundError as error:
        raise MissingExtraError("api.mcp_missing") from error
    from sourcier.app.answering.assistant import Assistant
    from sourcier.app.turnstile import Turnstile

    with Assistant.open(settings) as assistant:
        say("api.mcp_ready")
        run_stdio(tools_server(assistant, assistant.searcher, Turnstile(settings.serve.max_waiting), settings))
