"""What typing mistakes cost a search: recall@5 of each question as it is, and as a hurried person types it.

    python -m sourcier.eval.bench.retrieval.mistakes SOURCE --split test

The sources are those of ``make bench-retrieval``; the mistakes those of :mod:`sourcier.eval.perturb`, always the same.
Only questions that a kind of mistake changes are compared, each with itself.
"""

from __future__ import annotations

import random
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated, get_args

import typer

from sourcier.core.messages import message
from sourcier.core.settings import load
from sourcier.eval.bench.retrieval.__main__ import indexed, settings_of
from sourcier.eval.bench.retrieval.sets import find_sets
from sourcier.eval.dataset import RetrievalQuery
from sourcier.eval.metrics.intervals import paired
from sourcier.eval.metrics.retrieval import grades, recall
from sourcier.eval.perturb import Kind, perturb
from sourcier.eval.script import run_script
from sourcier.eval.split import Split, in_split
from sourcier.index.embedding import load_embedder
from sourcier.index.search import Searcher

__all__ = ["recall_of"]

_DEPTH = 30
_SEED = 0


def recall_of(searcher: Searcher, query: RetrievalQuery, question: str, depth: int = 5) -> float:
    """recall@``depth`` of what ``question`` finds of what ``query`` is after; 0 where nothing is relevant."""
    hits = searcher.search(question, _DEPTH).hits
    ranking = grades(((hit.passage.document_id, hit.path) for hit in hits), query.relevant)
    return recall(ranking, query.relevant.values(), depth) or 0.0


def run(
    sources: Annotated[list[Path] | None, typer.Argument(metavar="[SOURCE]…", show_default=False)] = None,
    sets: Annotated[str, typer.Option("--sets", help=message("bench.retrieval_sets"))] = "",
    split: Annotated[Split, typer.Option("--split", help=message("bench.retrieval_split"))] = Split.ALL,
    work: Annotated[Path, typer.Option("--work", help=message("bench.retrieval_work"))] = Path(".bench-retrieval"),
) -> None:
    """Print a line for each set and kind of mistake."""
    settings = load().settings
    embedder = load_embedder(settings.embedding, settings.home)
    sys.stdout.write("| | | n | R@5 | R@5 | Δ | 95 % |\n|---|---|---:|---:|---:|---:|---|\n")
    for one in find_sets(sources or [], work, [name for name in sets.split(",") if name]):
        indexed(one, embedder)
        queries = in_split(one.queries, split)
        with closing(Searcher.open(settings_of(one), embedder=embedder)) as searcher:
            clean = {query.id: recall_of(searcher, query, query.question) for query in queries}
            for kind in get_args(Kind):
                before: list[float] = []
                after: list[float] = []
                for query in queries:
                    typed = perturb(query.question, kind, random.Random(f"{_SEED} {kind} {query.id}"))
                    if typed != query.question:
                        before.append(100 * clean[query.id])
                        after.append(100 * recall_of(searcher, query, typed))
                if not before:
                    continue
                found = paired(before, after).difference
                means = sum(before) / len(before), sum(after) / len(after)
                low, high = (found.low or 0.0, found.high or 0.0) if found.value is not None else (0.0, 0.0)
                sys.stdout.write(
                    f"| {one.name} | {kind} | {len(before)} | {means[0]:.1f} | {means[1]:.1f} "
                    f"| {means[1] - means[0]:+.1f} | {low:+.1f} – {high:+.1f} |\n"
                )
                sys.stdout.flush()


if __name__ == "__main__":
    run_script(run, __doc__ or "")
