"""`sourcier eval`: score a data set, compare two runs. Wiring only; everything heavy is imported when a run starts.

Nothing of the command line is imported at the top: it loads this module through its entry point.
"""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sourcier.core.messages import Language, message

if TYPE_CHECKING:
    from sourcier.app.cli.console import State

__all__ = ["app"]

_LANGUAGE: Language = "en" if os.environ.get("SOURCIER_LANGUAGE") == "en" else "fr"

app = typer.Typer(name="eval", help=message("eval.help", _LANGUAGE), no_args_is_help=True, rich_markup_mode=None)

_Json = Annotated[bool, typer.Option("--json", help=message("eval.help_json", _LANGUAGE))]


@app.command("run", help=message("eval.help_run", _LANGUAGE))
def run(
    context: typer.Context,
    dataset: Annotated[
        Path, typer.Option("--dataset", metavar="FILE.jsonl[.gz]", help=message("eval.help_dataset", _LANGUAGE))
    ],
    provider: Annotated[
        str | None,
        typer.Option("--provider", metavar="auto|ollama|embedded|none", help=message("eval.help_provider", _LANGUAGE)),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help=message("eval.help_limit", _LANGUAGE))] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help=message("eval.help_out", _LANGUAGE))
    ] = None,
    k: Annotated[int | None, typer.Option("-k", min=1, help=message("eval.help_k", _LANGUAGE))] = None,
    as_json: _Json = False,
) -> None:
    """Score a data set, and keep answers, figures and report in one folder."""
    from sourcier.app.cli.console import out, out_json, progress, say
    from sourcier.eval.dataset import QuestionSet, load_dataset
    from sourcier.eval.folder import default_folder
    from sourcier.eval.run import DEPTH, evaluate_answers, evaluate_retrieval

    state: State = context.obj
    asked = load_dataset(dataset, limit)
    answering = isinstance(asked, QuestionSet)
    # Nothing is remembered from one question to the next: a question asked twice takes its time twice.
    fresh = {"search__cache": 0, "answer__cache": 0}
    settings = state.load(model__provider=provider, search__k=k if answering else None, **fresh).settings
    target = folder or default_folder(settings.home, asked, settings.model.provider if answering else "search")
    say("eval.folder", folder=target)
    with progress() as update:

        def tell(done: int, total: int) -> None:
            update(asked.name, done, total)

        # The first question must not wait for what the others find loaded: times are warm.
        if isinstance(asked, QuestionSet):
            from sourcier.app.answering.assistant import Assistant

            with Assistant.open(settings) as assistant:
                assistant.warm_up()
                outcome = evaluate_answers(asked, assistant, settings, target, progress=tell)
        else:
            from sourcier.index.search import Searcher

            with closing(Searcher.open(settings)) as searcher:
                searcher.search("bonjour", 1)
                outcome = evaluate_retrieval(asked, searcher, settings, target, depth=k or DEPTH, progress=tell)
    if as_json:
        out_json(outcome.to_json())
    else:
        out((target / "report.md").read_text(encoding="utf-8").partition("\n## ")[0].rstrip())
        say("eval.report_at", path=target / "report.md")


@app.command("compare", help=message("eval.help_compare", _LANGUAGE))
def compare(
    context: typer.Context,
    first: Annotated[Path, typer.Argument(metavar="RUN_A", show_default=False)],
    second: Annotated[Path, typer.Argument(metavar="RUN_B", show_default=False)],
    as_json: _Json = False,
) -> None:
    """Say by how much the second run differs from the first, question by question."""
    from dataclasses import asdict

    from sourcier.app.cli.console import out, out_json
    from sourcier.eval.compare import compare as paired
    from sourcier.eval.report import of_comparison

    state: State = context.obj
    language = state.load().settings.language
    differences = paired(first, second)
    if as_json:
        out_json({name: asdict(estimate) for name, estimate in differences.items()})
    else:
        out(of_comparison(differences, language))
