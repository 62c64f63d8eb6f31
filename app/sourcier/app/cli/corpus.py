"""`sourcier ingest`, `documents` and `search`: the corpus, with no language model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sourcier.app.cli.console import State, describe, out, out_json, progress, read_batch, say, sentence, table


def ingest(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH]…", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Bring the index in line with the files of PATH."""
    state: State = context.obj
    settings = state.load().settings
    from sourcier.index.sync import sync

    with progress() as update:
        report = sync(paths or list(settings.ingest.corpus), settings, progress=update)
    skipped = [{"path": skip.path, "reason": describe(skip.error)} for skip in report.skipped]
    counts = {name: getattr(report, name) for name in ("added", "updated", "removed", "unchanged", "passages")}
    if as_json:
        out_json({**counts, "duplicates": [list(pair) for pair in report.duplicates], "skipped": skipped})
        return
    out(sentence("cli.ingested", **counts))
    for pair in report.duplicates:
        out(sentence("cli.duplicate", path=pair[0], first=pair[1]))
    for skip in skipped:
        out(sentence("cli.skipped", **skip))


def documents(
    context: typer.Context,
    document: Annotated[str | None, typer.Argument(metavar="[ID]", show_default=False)] = None,
    text: Annotated[bool, typer.Option("--text")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List what is indexed, or print the canonical text of one document."""
    state: State = context.obj
    settings = state.load().settings
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
            meta = found.metadata
            out_json(
                {
                    "document_id": found.document_id,
                    "path": found.path,
                    "title": meta.title,
                    "publisher": meta.publisher,
                    "date": meta.date,
                    "language": meta.language,
                    "kind": meta.kind,
                    "text": found.text,
                }
            )
            return
        rows = [
            {
                "document_id": row.document_id,
                "path": row.path,
                "title": row.metadata.title,
                "publisher": row.metadata.publisher,
                "date": row.metadata.date,
                "passages": row.n_passages,
                "characters": row.n_chars,
            }
            for row in store.documents()
        ]
    if as_json:
        out_json(rows)
    elif rows:
        out(table(rows, {key: sentence(f"cli.column_{key}") for key in ("document_id", "path", "title", "passages")}))
    else:
        say("cli.no_documents")


def search(
    context: typer.Context,
    query: Annotated[str | None, typer.Argument(show_default=False)] = None,
    k: Annotated[int | None, typer.Option("-k", min=1, max=100)] = None,
    batch: Annotated[Path | None, typer.Option("--batch", metavar="FILE.jsonl")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Rank passages; no language model is involved."""
    state: State = context.obj
    settings = state.load().settings
    from sourcier.core.errors import UsageError

    if (query is None) == (batch is None):
        raise UsageError("cli.query_or_batch")
    rows = list(read_batch(batch)) if batch else []
    from sourcier.app.shapes import search_to_json
    from sourcier.index.search import Searcher

    searcher = Searcher.open(settings)
    try:
        if batch:
            for identifier, question in rows:
                result = searcher.search(question, k)
                shape = search_to_json(question, result.hits, result.timings_ms)
                out_json({"id": identifier, **shape}, compact=True)
            return
        assert query is not None
        result = searcher.search(query, k)
        if as_json:
            out_json(search_to_json(query, result.hits, result.timings_ms))
            return
        for hit in result.hits:
            place = " › ".join((hit.metadata.title, *hit.passage.section))
            out(
                f"{hit.rank}. {place}  ({hit.score:.2f})\n   {hit.path}\n   {' '.join(hit.passage.text.split())[:300]}\n"
            )
        if not result.hits:
            say("cli.nothing_found")
    finally:
        searcher.close()
