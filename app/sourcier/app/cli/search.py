"""`sourcier search`: ranked passages, with no language model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sourcier.app.cli.console import State, out, out_json, read_batch, say


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
