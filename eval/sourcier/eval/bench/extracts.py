"""How much a model must be given to read: the share of the facts that its extracts hold, by the tokens they may take.

    SOURCIER_HOME=… python -m sourcier.eval.bench.extracts --dataset eval/data/fiches.dev.jsonl --tokens 80 --tokens 160

The extracts are those of an answer as it comes, chosen from what the index of the settings in force finds. No model reads them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from sourcier.app.answering.cache import RememberingEmbedder
from sourcier.app.answering.conversation import standalone
from sourcier.app.answering.evidence import Unit, choose_units, in_reading_order, near_the_best, rank_units
from sourcier.app.answering.manner import PROMPT_TOKENS, Exchange
from sourcier.app.answering.prompt import extracts
from sourcier.app.answering.question import question_language
from sourcier.core.settings import load
from sourcier.eval.dataset import DatasetError, Question, QuestionSet, load_dataset
from sourcier.eval.metrics.intervals import mean, percentile
from sourcier.eval.metrics.text import plain
from sourcier.eval.reports.markdown import table
from sourcier.eval.script import run_script
from sourcier.index.search import Searcher

__all__ = ["Extracts", "held", "main"]

#: Tokens of extracts, as the embedding model counts them.
LIMITS = [80, 120, PROMPT_TOKENS, 240, 330]


@dataclass(frozen=True, slots=True)
class Extracts:
    """What a question was given: the share of its facts that stand there, 0 to 1, and the tokens of the sentences."""

    held: float
    tokens: int


def held(question: Question, chosen: Sequence[Unit], tokens: int) -> Extracts:
    """What ``chosen`` sentences hold of a question's facts, as an answer made of them all would say them."""
    read = plain(extracts(in_reading_order(chosen)))
    said = [any(pattern.search(read) for pattern in fact) for fact in question.facts]
    return Extracts(sum(said) / len(said), tokens)


def main(
    dataset: Annotated[Path, typer.Option("--dataset")] = Path("eval/data/fiches.dev.jsonl"),
    tokens: Annotated[list[int], typer.Option(min=1, help="A limit to try; may be repeated.")] = LIMITS,
) -> None:
    """Print a Markdown table: each limit, the facts held, the tokens read."""
    rows = load_dataset(dataset)
    if not isinstance(rows, QuestionSet) or not (asked := [row for row in rows.questions if row.facts]):
        raise DatasetError("eval.bench_no_questions", path=dataset)
    settings = load().settings
    given: dict[str, list[Extracts]] = {}
    with closing(Searcher.open(settings)) as searcher:
        embedder = RememberingEmbedder(searcher.embedder)
        for row in asked:
            turns = [Exchange(turn.question, turn.answer) for turn in row.history]
            question = standalone(row.question, turns, question_language(row.question))
            hits = searcher.search(question, settings.search.k).hits
            ranked = rank_units(question, hits, embedder, searcher.idf)
            near = near_the_best(ranked) if ranked else []
            for limit in tokens:
                chosen = choose_units(near, settings.answer.prompt_sentences, limit, embedder.count_tokens)
                spent = sum(embedder.count_tokens(unit.text) for unit in chosen)
                name = f"{limit} (as shipped)" if limit == PROMPT_TOKENS else f"{limit}"
                given.setdefault(name, []).append(held(row, chosen, spent))
            everything = sum(embedder.count_tokens(hit.passage.text) for hit in hits)
            given.setdefault("the passages found", []).append(held(row, ranked, everything))
    cells = []
    for name, found in given.items():
        facts = mean([one.held for one in found])
        shown = f"{100 * (facts.value or 0):.1f} % ({100 * (facts.low or 0):.0f}–{100 * (facts.high or 0):.0f}), n = {facts.n}"
        cells.append([name, shown, f"{percentile([one.tokens for one in found], 50):.0f}"])
    sys.stdout.write("\n".join(table(["tokens at most", "facts held", "tokens, median"], cells)) + "\n")


if __name__ == "__main__":
    run_script(main, "Share of the facts held by extracts of so many tokens.")
