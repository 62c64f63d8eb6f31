"""How long a person waits: warm times of search and answers on a handful of questions.

    python -m sourcier.eval.bench.answer --dataset eval/data/cinq_documents.dev.jsonl

Times are taken from outside, on the stream that the page reads. Each question is asked once (a repeated one would
find its prompt cached), after one more that warms everything up and is not counted.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from sourcier.app.answering.events import Finished, Found, SentenceShown
from sourcier.core.messages import Language, message
from sourcier.eval import machine
from sourcier.eval.assistant import Assistant, Searching
from sourcier.eval.dataset import DatasetError, QuestionSet, load_dataset
from sourcier.eval.metrics.intervals import percentile
from sourcier.eval.reports.markdown import table
from sourcier.eval.script import run_script

__all__ = ["Series", "answers", "main", "markdown", "searches"]


@dataclass(frozen=True, slots=True)
class Series:
    """Observations of one thing; ``name`` is its key in the catalogue (``bench_…``)."""

    name: str
    values: tuple[float, ...]


def searches(searcher: Searching, questions: Sequence[str]) -> Series:
    """Milliseconds of each search, from the typed question to the passages; the first question warms up."""
    times = []
    for question in questions:
        start = time.perf_counter()
        searcher.search(question)
        times.append((time.perf_counter() - start) * 1000)
    return Series("search", tuple(times[1:]))


def answers(assistant: Assistant, questions: Sequence[str]) -> list[Series]:
    """Milliseconds to the first source, the first sentence shown and the end, and tokens read by the model.

    A question that shows no sentence says nothing of the second; the first question warms up.
    """
    seen: dict[str, list[float]] = {"first_source": [], "first_sentence": [], "total": [], "prompt_tokens": []}
    for number, question in enumerate(questions):
        moments: dict[str, float] = {}
        start = time.perf_counter()
        for event in assistant.stream(question):
            elapsed = (time.perf_counter() - start) * 1000
            match event:
                case Found():
                    moments["first_source"] = elapsed
                case SentenceShown():
                    moments.setdefault("first_sentence", elapsed)
                case Finished(answer):
                    moments["total"] = elapsed
                    if "prompt_tokens" in answer.usage:
                        moments["prompt_tokens"] = answer.usage["prompt_tokens"]
        for name, value in moments.items() if number else ():
            seen[name].append(value)
    return [Series(name, tuple(values)) for name, values in seen.items()]


def markdown(series: Sequence[Series], model: str, language: Language) -> str:
    """The table, and the line that says on what machine."""
    rows = []
    for one in series:
        figures = [percentile(one.values, q) for q in (50, 95)]
        shown = ["–" if figure is None else f"{figure:.0f}" for figure in figures]
        rows.append([message(f"eval.bench_{one.name}", language), *shown, f"{len(one.values)}"])
    lines = table(["", message("eval.bench_median", language), "p95", "n"], rows)
    return "\n".join([*lines, "", message("eval.bench_machine", language, model=model, **machine.describe())])


def run(
    dataset: Annotated[Path, typer.Option("--dataset")] = Path("eval/data/cinq_documents.dev.jsonl"),
    questions: Annotated[int, typer.Option("--questions", min=1, help=message("eval.bench_questions"))] = 8,
    provider: Annotated[str | None, typer.Option("--provider", metavar="auto|ollama|embedded|none")] = None,
) -> None:
    """Measure the assistant of the settings in force."""
    from sourcier.core.settings import load

    # The same questions are searched, then asked: none must be remembered.
    settings = load(options={"model.provider": provider, "search.cache": 0, "answer.cache": 0}).settings
    rows = load_dataset(dataset)
    if not isinstance(rows, QuestionSet) or len(rows.questions) < 2:
        raise DatasetError("eval.bench_no_questions", path=dataset)
    asked = [row.question for row in rows.questions]
    from sourcier.app.answering.assistant import Assistant as Real

    with Real.open(settings) as assistant:
        series = [searches(assistant.searcher, asked), *answers(assistant, asked[: questions + 1])]
        model = f"{assistant.model_info.provider} {assistant.model_info.name}".strip()
    sys.stdout.write(markdown(series, model, settings.language) + "\n")


def main() -> None:
    """Run as a script: a failure is one clear line on stderr."""
    run_script(run, message("eval.bench_about"))


if __name__ == "__main__":
    main()
