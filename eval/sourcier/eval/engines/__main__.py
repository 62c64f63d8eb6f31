"""Whole answers side by side, in one run, with one index and one model: ``python -m sourcier.eval.engines``.

Each question is asked of every engine before the next one, in turns that rotate, so that a machine that slows down
slows all of them. Answers are kept in a file: a run that was stopped goes on, and the table is made of what it holds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from sourcier.core.errors import UsageError
from sourcier.core.messages import message
from sourcier.core.settings import load
from sourcier.eval import machine
from sourcier.eval.dataset import DatasetError, Question, QuestionSet, load_dataset
from sourcier.eval.engines.compared import Gate, compared
from sourcier.eval.engines.record import Engine, Records
from sourcier.eval.script import run_script

#: Not counted: the first call reads the prompt's beginning, which later ones find read.
WARM_UP = "De quoi parlent ces documents, et qui les a écrits ?"
ENGINES = ("ours", "llamaindex", "plain")


def run(
    dataset: Annotated[Path, typer.Option("--dataset")] = Path("eval/data/cinq_documents.dev.jsonl"),
    questions: Annotated[int, typer.Option("--questions", min=2, help=message("eval.bench_questions"))] = 1000,
    engines: Annotated[str, typer.Option("--engines", help=message("eval.engines_which"))] = ",".join(ENGINES),
    out: Annotated[Path | None, typer.Option("--out", help=message("eval.engines_out"))] = None,
    fresh: Annotated[str, typer.Option("--fresh", help=message("eval.engines_fresh"))] = "",
) -> None:
    """Ask what was not asked yet, then print the table."""
    rows = load_dataset(dataset)
    if not isinstance(rows, QuestionSet) or len(rows.questions) < 2:
        raise DatasetError("eval.bench_no_questions", path=dataset)
    names = [name.strip() for name in engines.split(",")]
    if not names or not set(names) <= set(ENGINES):
        raise UsageError("eval.engines_unknown", names=engines, known=", ".join(ENGINES))
    asked = spread(rows.questions, questions)
    # A remembered answer would cost nothing, and a search that another engine made neither.
    settings = load(options={"model.provider": "embedded", "search.cache": 0, "answer.cache": 0}).settings
    from sourcier.app.answering.assistant import Assistant
    from sourcier.app.answering.verifier import Verifier
    from sourcier.app.models.embedded import EmbeddedModel

    kept = out or settings.home / "bench" / f"engines-{dataset.stem}.jsonl"
    records = Records(kept, [name.strip() for name in fresh.split(",")])
    with ExitStack() as stack:
        assistant = stack.enter_context(Assistant.open(settings))
        model = EmbeddedModel(settings.model, settings.home)
        stack.callback(model.close)
        embedder = assistant.searcher.embedder
        watts = settings.energy.watts

        def ours() -> Engine:
            from sourcier.eval.engines.ours import Ours

            return Ours(assistant)

        def plain() -> Engine:
            from sourcier.eval.engines.plain import Plain

            return Plain(assistant.searcher, model, watts)

        def llamaindex() -> Engine:
            from sourcier.eval.engines.llamaindex import CitationEngine

            return CitationEngine(settings.home, embedder, model, watts)

        makers: dict[str, Callable[[], Engine]] = {"ours": ours, "llamaindex": llamaindex, "plain": plain}
        made: dict[str, Engine] = {}
        for number, row in enumerate(asked):
            for name in names[number % len(names) :] + names[: number % len(names)]:
                if records.get(name, row.id) is None:
                    if name not in made:
                        made[name] = makers[name]()
                        made[name].answer("", WARM_UP)
                    records.add(made[name].answer(row.id, row.question))
                    sys.stderr.write(f"{number + 1}/{len(asked)} {name}\n")
        gate = Gate(Verifier.load(embedder), settings.answer.support)
        answers = {name: [found for row in asked if (found := records.get(name, row.id))] for name in names}
        lines = [compared(asked, answers, gate, settings.language), "", message("eval.engines_note", settings.language)]
        shown = message("eval.bench_machine", settings.language, model=model.info.name, **machine.describe())
        sys.stdout.write("\n".join([*lines, "", shown]) + "\n")


def spread(questions: tuple[Question, ...] | list[Question], count: int) -> list[Question]:
    """``count`` questions spread evenly over a set, the same each time: files put like questions together."""
    total = len(questions)
    return [questions[i * total // count] for i in range(count)] if count < total else list(questions)


def main() -> None:
    """Run as a script: a failure is one clear line on stderr."""
    run_script(run, message("eval.engines_about"))


if __name__ == "__main__":
    main()
