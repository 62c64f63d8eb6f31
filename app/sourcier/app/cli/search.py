"""`sourcier search`: ranked passages, with no language model."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sourcier.app.cli.conditions import (
    Audience,
    Collection,
    InForce,
    Kind,
    Language,
    Publisher,
    Since,
    Until,
    conditions,
)
from sourcier.app.cli.console import State, describe, out, out_json, read_batch, say, sentence

if TYPE_CHECKING:
    from sourcier.core.types import Hit
    from sourcier.index.search import SearchResult


def search(
    context: typer.Context,
    query: Annotated[str | None, typer.Argument(show_default=False)] = None,
    k: Annotated[int | None, typer.Option("-k", min=1, max=100)] = None,
    batch: Annotated[Path | None, typer.Option("--batch", metavar="FILE.jsonl")] = None,
    publisher: Publisher = None,
    kind: Kind = None,
    language: Language = None,
    collection: Collection = None,
    audience: Audience = None,
    since: Since = None,
    until: Until = None,
    in_force: InForce = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Rank passages; no language model is involved."""
    state: State = context.obj
    settings = state.load().settings
    from sourcier.app.filters import filter_of
    from sourcier.core.errors import UsageError

    if (query is None) == (batch is None):
        raise UsageError("cli.query_or_batch")
    asked = conditions(publisher, kind, language, collection, audience, since, until, in_force)
    only = filter_of(asked)
    rows = list(read_batch(batch)) if batch else []
    from sourcier.index.search import Searcher

    searcher = Searcher.open(settings)
    try:
        if batch:
            for row in rows:
                try:
                    result = searcher.search(row.question, k, filter_of({**asked, **row.filters}))
                    shape = _shape(row.question, result)
                except UsageError as error:
                    shape = {"query": row.question, "error": describe(error)}
                out_json({"id": row.id, **shape}, compact=True)
            return
        assert query is not None
        result = searcher.search(query, k, only)
        if as_json:
            out_json(_shape(query, result))
            return
        for typed, read in result.corrections:
            say("cli.read_as", typed=typed, read=read)
        for term, meaning in result.expansions:
            say("cli.stands_for", term=term, meaning=meaning)
        for hit in result.hits:
            out(_lines(hit))
        if not result.hits:
            say("cli.nothing_found")
    finally:
        searcher.close()


def _shape(question: str, result: SearchResult) -> dict[str, Any]:
    from sourcier.app.shapes import search_to_json

    return search_to_json(
        question, result.hits, result.timings_ms, result.version, result.corrections, result.expansions
    )


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
