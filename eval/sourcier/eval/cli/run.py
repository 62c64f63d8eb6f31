"""`sourcier eval run`: score a data set. Everything heavy is imported when a run starts."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sourcier.core.messages import message
from sourcier.eval.cli.options import LANGUAGE, Json, app

if TYPE_CHECKING:
    from sourcier.app.cli.console import State

__all__ = ["run"]


@app.command("run", help=message("eval.help_run", LANGUAGE))
def run(
    context: typer.Context,
    dataset: Annotated[
        Path, typer.Option("--dataset", metavar="FILE.jsonl[.gz]", help=message("eval.help_dataset", LANGUAGE))
    ],
    provider: Annotated[
        str | None,
        typer.Option("--provider", metavar="auto|ollama|embedded|none", help=message("eval.help_provider", LANGUAGE)),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help=message("eval.help_limit", LANGUAGE))] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help=message("eval.help_out", LANGUAGE))
    ] = None,
    k: Annotated[int | None, typer.Option("-k", min=1, help=message("eval.help_k", LANGUAGE))] = None,
    as_json: Json = False,
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
