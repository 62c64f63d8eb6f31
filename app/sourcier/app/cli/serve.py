"""`sourcier serve`: the members' page and the HTTP interface."""

from __future__ import annotations

from typing import Annotated

import typer

from sourcier.app.cli.console import State, say


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option("--host")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535)] = None,
    provider: Annotated[str | None, typer.Option("--provider", metavar="auto|ollama|embedded|none")] = None,
) -> None:
    """Serve until interrupted; the address is printed once the page answers."""
    state: State = context.obj
    settings = state.load(serve__host=host, serve__port=port, model__provider=provider).settings
    say("cli.serve_loading")
    from sourcier.app.answering.assistant import Assistant
    from sourcier.app.ui import server

    with Assistant.open(settings) as assistant:
        assistant.searcher.mends = True
        assistant.warm_up()
        say(f"cli.provider_{assistant.model_info.provider}", name=assistant.model_info.name)
        say("cli.serve_page")
        page = server.build(assistant, assistant.searcher, settings)
        server.serve(page, settings, on_ready=lambda address: say("cli.serve_ready", address=address))
