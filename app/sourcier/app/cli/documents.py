"""`sourcier documents`: what is indexed, and the canonical text of one document."""

from __future__ import annotations

from typing import Annotated

import typer

from sourcier.app.cli.console import State, out, out_json, say, sentence, table


def documents(
    context: typer.Context,
    document: Annotated[str | None, typer.Argument(metavar="[ID]", show_default=False)] = None,
    text: Annotated[bool, typer.Option("--text")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List what is indexed, or print the canonical text of one document."""
    state: State = context.obj
    settings = state.load().settings
    from sourcier.app.shapes import document_to_json, documents_to_json
    from sourcier.core.errors import UsageError
    from sourcier.index.store import open_store

    if text and document is None:
        raise UsageError("cli.text_needs_id")
    with open_store(settings.home) as store:
        if document is not None:
            found = store.document(document)
            if text and not as_json:
                out(found.text)
                return
            out_json(document_to_json(found))
            return
        rows = documents_to_json(store.documents())
    if as_json:
        out_json(rows)
    elif rows:
        out(table(rows, {key: sentence(f"cli.column_{key}") for key in ("document_id", "path", "title", "passages")}))
    else:
        say("cli.no_documents")
