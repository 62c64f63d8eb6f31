"""Whole answers side by side, in one run, with one index and one model: ``python -m sourcier.eval.engines``.

Each question is asked of every engine before the next one, in turns that rotate, so that a machine that slows down
slows all of them. Each engine has its run folder, as ``sourcier eval run`` makes them: a run that was stopped goes on.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from sourcier.app.shapes import answer_to_json
from sourcier.core.errors import UsageError
from sourcier.core.messages import message
from sourcier.core.settings import load
from sourcier.core.types import ModelInfo
from sourcier.eval import machine
from sourcier.eval.assistant import Asking
from sourcier.eval.dataset import DatasetError, QuestionSet, load_dataset, spread
from sourcier.eval.engines import ENGINES, check_engine, open_engine
from sourcier.eval.folder import RunFolder
from sourcier.eval.judges import Judge, load_judge
from sourcier.eval.predictions import answer_from_json
from sourcier.eval.run import close, manner_of
from sourcier.eval.script import run_script
from sourcier.eval.tables import costs_table, quality_table, read_run


def run(
    dataset: Annotated[Path, typer.Option("--dataset")] = Path("eval/data/cinq_documents.dev.jsonl"),
    questions: Annotated[int, typer.Option("--questions", min=2, help=message("eval.bench_questions"))] = 1000,
    engines: Annotated[str, typer.Option("--engines", help=message("eval.engines_which"))] = ",".join(ENGINES),
    out: Annotated[Path | None, typer.Option("--out", help=message("eval.engines_out"))] = None,
    fresh: Annotated[str, typer.Option("--fresh", help=message("eval.engines_fresh"))] = "",
) -> None:
    """Ask what was not asked yet, then measure and print the tables."""
    rows = load_dataset(dataset)
    if not isinstance(rows, QuestionSet) or len(rows.questions) < 2:
        raise DatasetError("eval.bench_no_questions", path=dataset)
    asked = replace(rows, questions=spread(rows.questions, questions))
    # A remembered answer would cost nothing, and a search that another engine made neither.
    settings = load(options={"model.provider": "embedded", "search.cache": 0, "answer.cache": 0}).settings
    names = _names(engines)
    for name in names:
        check_engine(name, settings)
    parent = out or settings.home / "bench" / f"engines-{dataset.stem}"
    for name in _names(fresh):
        if name not in ENGINES:
            raise UsageError("eval.engine_unknown", name=name, known=", ".join(ENGINES))
        shutil.rmtree(parent / name, ignore_errors=True)

    from sourcier.index.search import Searcher

    with ExitStack() as stack:
        searcher = Searcher.open(settings)
        stack.callback(searcher.close)
        folders = {name: RunFolder(parent / name, asked, searcher.version, settings, engine=name) for name in names}
        opened: dict[str, Asking] = {}
        for number, row in enumerate(asked.questions):
            for name in names[number % len(names) :] + names[: number % len(names)]:
                kept = folders[name].predictions
                if row.id not in kept:
                    if name not in opened:
                        opened[name] = stack.enter_context(open_engine(name, settings, searcher))
                        opened[name].warm_up()
                    kept.add({**answer_to_json(opened[name].ask(row.question, manner=manner_of(row))), "id": row.id})
                    sys.stderr.write(f"{number + 1}/{len(asked.questions)} {name}\n")

        def judges(writers: Sequence[ModelInfo]) -> Sequence[Judge]:
            return [load_judge(judge, settings, writers) for judge in ("rules", "verifier")]

        for name in names:
            given = [answer_from_json(folders[name].predictions.rows[row.id]) for row in asked.questions]
            close(folders[name], asked, given, searcher, settings, engine=name, judges=judges)
    runs = [read_run(parent / name) for name in names]
    lines = [quality_table(runs, settings.language), "", costs_table(runs, settings.language)]
    lines += ["", message("eval.tables_note", settings.language)]
    models = ", ".join(dict.fromkeys(str(model["name"]) for run in runs for model in run.environment["models"]))
    shown = message("eval.bench_machine", settings.language, model=models, **machine.describe())
    sys.stdout.write("\n".join([*lines, "", shown]) + "\n")


def _names(given: str) -> list[str]:
    return [name.strip() for name in given.split(",") if name.strip()]


def main() -> None:
    """Run as a script: a failure is one clear line on stderr."""
    run_script(run, message("eval.engines_about"))


if __name__ == "__main__":
    main()
