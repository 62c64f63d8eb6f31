"""`sourcier documents`: what is indexed, the canonical text of one document, and how it differs from its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sourcier.app.cli.console import State, interface_language, out, out_json, say, sentence, table
from sourcier.core.messages import message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sourcier.core.types import Document
    from sourcier.index.records import DocumentRow
    from sourcier.index.store import Store
    from sourcier.ingest.limits import Limits


def documents(
    context: typer.Context,
    document: Annotated[str | None, typer.Argument(metavar="[ID]", show_default=False)] = None,
    text: Annotated[bool, typer.Option("--text")] = False,
    diff: Annotated[bool, typer.Option("--diff")] = False,
    values: Annotated[
        bool, typer.Option("--values", help=message("cli.documents_values", interface_language()))
    ] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List what is indexed, print the canonical text of one document, or show how it differs from its source."""
    state: State = context.obj
    settings = state.load().settings
    from sourcier.app.shapes import document_to_json, documents_to_json
    from sourcier.core.errors import UsageError
    from sourcier.index.store import open_store
    from sourcier.ingest.limits import Limits

    if document is None and (text or diff):
        raise UsageError("cli.text_needs_id" if text else "cli.diff_needs_id")
    if text and diff:
        raise UsageError("cli.text_or_diff")
    if values and document is not None:
        raise UsageError("cli.values_or_id")
    with open_store(settings.home) as store:
        if document is not None:
            found = store.document(document)
            if diff:
                _show_difference(store, found, Limits.of(settings.ingest), as_json=as_json)
                return
            if text and not as_json:
                out(found.text)
                return
            out_json(document_to_json(found))
            return
        held = store.documents()
    if values:
        _show_values(held, as_json=as_json)
        return
    rows = documents_to_json(held)
    if as_json:
        out_json(rows)
    elif rows:
        out(table(rows, {key: sentence(f"cli.column_{key}") for key in ("document_id", "path", "title", "passages")}))
    else:
        say("cli.no_documents")


def _show_values(rows: Sequence[DocumentRow], *, as_json: bool) -> None:
    """What filters may ask for, and how many documents each value lets through."""
    from sourcier.index.filtering import known_values

    known = known_values(rows)
    if as_json:
        out_json(known)
        return
    lines = [
        {"condition": condition, "value": value, "documents": documents}
        for condition, values in known.items()
        for value, documents in values.items()
    ]
    if lines:
        out(table(lines, {key: sentence(f"cli.column_{key}") for key in ("condition", "value", "documents")}))
    else:
        say("cli.no_documents")


def _show_difference(store: Store, document: Document, limits: Limits, *, as_json: bool) -> None:
    """Read the source again where it was read, and compare.

    Raises:
        UnreadableFileError: it has changed, is gone, or cannot be compared.
    """
    from sourcier.app.cli.differences import report, to_json
    from sourcier.core.errors import UnreadableFileError
    from sourcier.ingest.assembly import assemble
    from sourcier.ingest.comparison import compare
    from sourcier.ingest.metadata import settled
    from sourcier.ingest.originals import original_of

    refusal = UnreadableFileError("ingest.source_changed", path=document.path)
    for file, row in store.origins(document.document_id):
        try:
            original = original_of(file, row, document.document_id, limits)
        except UnreadableFileError as error:
            refusal = error
            continue
        reading = settled(original.reading)
        again = assemble(reading, document_id=document.document_id, path=document.path, metadata=document.metadata)
        if again.text != document.text:
            say("cli.diff_older", path=document.path)
        found = compare(original.text, document, reading.dropped)
        if as_json:
            out_json(to_json(document, found))
        else:
            out("\n".join(report(document, found)))
        return
    raise refusal
