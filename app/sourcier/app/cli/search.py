"""`sourcier search`: ranked passages, with no language model."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sourcier.app.cli.console import State, out, out_json, read_batch, say, sentence

if TYPE_CHECKING:
    from sourcier.core.filters import Filter
    from sourcier.core.types import Hit


def search(
    context: typer.Context,
    query: Annotated[str | None, typer.Argument(show_default=False)] = None,
    k: Annotated[int | None, typer.Option("-k", min=1, max=100)] = None,
    batch: Annotated[Path | None, typer.Option("--batch", metavar="FILE.jsonl")] = None,
    in_force: Annotated[str | None, typer.Option("--in-force", metavar="today|YYYY-MM-DD")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Rank passages; no language model is involved."""
    state: State = context.obj
    settings = state.load().settings
    from sourcier.core.errors import UsageError

    if (query is None) == (batch is None):
        raise UsageError("cli.query_or_batch")
    only = _filter(in_force)
    rows = list(read_batch(batch)) if batch else []
    from sourcier.app.shapes import search_to_json
    from sourcier.index.search import Searcher

    searcher = Searcher.open(settings)
    try:
        if batch:
            for identifier, question in rows:
                result = searcher.search(question, k, only)
                shape = search_to_json(question, result.hits, result.timings_ms)
                out_json({"id": identifier, **shape}, compact=True)
            return
        assert query is not None
        result = searcher.search(query, k, only)
        if as_json:
            out_json(search_to_json(query, result.hits, result.timings_ms))
            return
        for hit in result.hits:
            out(_lines(hit))
        if not result.hits:
            say("cli.nothing_found")
    finally:
        searcher.close()


def _filter(in_force: str | None) -> Filter | None:
    """The filter that the options ask for.

    Raises:
        UsageError: the day is not one.
    """
    from sourcier.core.errors import UsageError
    from sourcier.core.filters import Filter

    if in_force is None:
        return None
    try:
        return Filter(in_force=date.today() if in_force == "today" else date.fromisoformat(in_force))
    except ValueError as error:
        raise UsageError("cli.in_force_day", value=in_force) from error


def _lines(hit: Hit) -> str:
    from sourcier.core.validity import validity

    place = " › ".join((hit.metadata.title, *hit.passage.section))
    marks = [hit.passage.clause or ""]
    state = validity(hit.metadata, date.today())
    if state in {"expired", "future"}:
        marks.append(sentence(f"cli.validity_{state}"))
    shown = "".join(f", {mark}" for mark in marks if mark)
    text = " ".join(hit.passage.text.split())[:300]
    return f"{hit.rank}. {place}{shown}  ({hit.score:.2f})\n   {hit.path}\n   {text}\n"
