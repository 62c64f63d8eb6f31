"""How fast the embedded model writes, with words looked up in its prompt and without, side by side in one run.

    SOURCIER_HOME=… python -m sourcier.eval.bench.writing --dataset eval/data/cinq_documents.dev.jsonl --questions 16

Each question is answered from the extracts that the index of the settings in force gives it. Reading what is new in the prompt
and writing are timed apart; both ways must write the same words, and a difference is said. What is read a second tells one
machine from another, or from itself on a bad day.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from sourcier.app.answering.cache import RememberingEmbedder
from sourcier.app.answering.drafting import STOP, Drafter
from sourcier.app.answering.evidence import rank_units
from sourcier.app.answering.manner import limits
from sourcier.app.answering.prompt import answering
from sourcier.app.answering.question import question_language
from sourcier.app.answering.verifier import Verifier
from sourcier.app.models import Turn
from sourcier.app.models.embedded import EmbeddedModel
from sourcier.core.settings import Settings, load
from sourcier.eval.dataset import DatasetError, QuestionSet, load_dataset, spread
from sourcier.eval.reports.markdown import table
from sourcier.eval.script import run_script
from sourcier.index.search import Searcher

__all__ = ["Written", "main", "write"]


@dataclass(frozen=True, slots=True)
class Written:
    """What one engine wrote for one prompt: its words, their tokens and seconds, and what it had to read before, the same way."""

    text: str
    tokens: int
    seconds: float
    read: int
    reading: float


def write(model: EmbeddedModel, prompt: Sequence[Turn], max_tokens: int) -> Written:
    """Have ``model`` read ``prompt``, then write what follows it, its cache holding the prompt by then."""
    start = time.perf_counter()
    for _ in model.write(prompt, max_tokens=1):
        pass
    read, known = time.perf_counter(), model.usage
    text = "".join(model.write(prompt, max_tokens=max_tokens, stop=STOP))
    written = time.perf_counter() - read
    return Written(
        text, model.usage.completion_tokens, written, known.prompt_tokens - known.cached_tokens, read - start
    )


def main(
    dataset: Annotated[Path, typer.Option("--dataset")] = Path("eval/data/cinq_documents.dev.jsonl"),
    questions: Annotated[int, typer.Option("--questions", min=1, help="Questions, spread over the set.")] = 16,
) -> None:
    """Print a Markdown table: both ways, tokens a second, and whether they wrote the same."""
    settings = load().settings
    rows = load_dataset(dataset)
    if not isinstance(rows, QuestionSet):
        raise DatasetError("eval.bench_no_questions", path=dataset)
    asked = [row.question for row in spread([row for row in rows.questions if row.answerable], questions + 1)]
    prompts = _prompts(settings, asked)
    found: dict[str, list[Written]] = {}
    for name, foreseen in (("looked up in the prompt", None), ("one by one", 0)):
        with closing(EmbeddedModel(settings.model, settings.home)) as model:
            if foreseen is not None:
                model.engine = replace(model.engine, foreseen=foreseen)
            write(
                model, prompts[0], 1
            )  # the rules and the examples, which every prompt begins with, and the start itself
            found[name] = [write(model, prompt, settings.model.max_tokens) for prompt in prompts[1:]]
    cells = []
    for name, written in found.items():
        tokens, seconds = sum(one.tokens for one in written), sum(one.seconds for one in written)
        read, reading = sum(one.read for one in written), sum(one.reading for one in written)
        cells.append([name, f"{read / reading:.1f}", f"{tokens / seconds:.1f}", f"{tokens}", f"{len(written)}"])
    head = ["words", "tokens read a second", "tokens written a second", "tokens written", "answers"]
    sys.stdout.write("\n".join(table(head, cells)) + "\n")
    other = sum(one.text != two.text for one, two in zip(*found.values(), strict=True))
    sys.stdout.write(f"\n{other} answers differ between the two.\n")


def _prompts(settings: Settings, questions: Sequence[str]) -> list[list[Turn]]:
    prompts = []
    with (
        closing(Searcher.open(settings)) as searcher,
        closing(EmbeddedModel(settings.model, settings.home)) as model,
    ):
        embedder = RememberingEmbedder(searcher.embedder)
        drafter = Drafter(model, Verifier.load(embedder), embedder, settings)
        for question in questions:
            language = question_language(question)
            hits = searcher.search(question, settings.search.k).hits
            ranked = rank_units(question, hits, embedder, searcher.idf)
            if ranked:
                prepared = drafter.prepare(question, language, [], ranked, limits("normal", settings))
                prompts.append(answering(prepared.asked, language))
    return prompts


if __name__ == "__main__":
    run_script(main, "Speed of writing, with words looked up in the prompt and without.")
