"""`sourcier eval draft`: a question set from one's own documents, drafted here and reviewed by a person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sourcier.core.messages import message
from sourcier.eval.cli.options import LANGUAGE, Json, app

if TYPE_CHECKING:
    from sourcier.app.cli.console import State

__all__ = ["draft"]


@app.command("draft", help=message("drafting.help", LANGUAGE))
def draft(
    context: typer.Context,
    documents: Annotated[
        list[str] | None, typer.Option("--documents", metavar="PATH", help=message("drafting.help_documents", LANGUAGE))
    ] = None,
    n: Annotated[int, typer.Option("-n", min=1, max=2000, help=message("drafting.help_n", LANGUAGE))] = 40,
    file: Annotated[
        Path, typer.Option("--out", metavar="FILE.jsonl", help=message("drafting.help_out", LANGUAGE))
    ] = Path("brouillons.jsonl"),
    provider: Annotated[
        str | None,
        typer.Option("--provider", metavar="auto|ollama|embedded|none", help=message("eval.help_provider", LANGUAGE)),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help=message("drafting.help_seed", LANGUAGE))] = 20261123,
    review: Annotated[
        Path | None, typer.Option("--review", metavar="FILE.jsonl", help=message("drafting.help_review", LANGUAGE))
    ] = None,
    as_json: Json = False,
) -> None:
    """Draft questions, or review drafted ones."""
    from sourcier.app.cli.console import out_json, progress, say

    state: State = context.obj
    settings = state.load(model__provider=provider, answer__cache=0, search__cache=0).settings
    if review is not None:
        _review(review, settings.language, as_json)
        return
    from sourcier.app.answering.answerability import Answerability
    from sourcier.app.answering.assistant import Assistant
    from sourcier.app.models import choose_model
    from sourcier.eval.drafts.making import make_drafts
    from sourcier.eval.drafts.rows import DraftError
    from sourcier.index.search import Searcher

    if file.exists():  # before models are loaded
        raise DraftError("drafting.out_exists", path=file)
    searcher = Searcher.open(settings)
    # The assistant answers by quotes alone: what is drafted must not rest on what a model refuses or invents.
    with Assistant(searcher, None, Answerability.load(), settings) as assistant, progress() as update:
        model = choose_model(settings)
        try:
            made = make_drafts(
                assistant,
                model if model is not None and model.ready() else None,
                settings,
                file,
                labels=documents or (),
                n=n,
                seed=seed,
                progress=lambda done, total: update(file.name, done, total),
            )
        finally:
            if model is not None:
                model.close()
    if as_json:
        out_json({"path": str(file), "n": len(made.drafts), "flagged": made.flagged, "dropped": made.dropped})
    else:
        say("drafting.made", n=len(made.drafts), path=file, flagged=made.flagged, dropped=made.dropped)


def _review(path: Path, language: str, as_json: bool) -> None:
    from dataclasses import asdict

    from sourcier.app.cli.console import language_in_force, out_json, say
    from sourcier.eval.drafts.review import review

    def show(text: str) -> None:
        typer.echo(text, err=True)

    def ask(question: str) -> str:
        typer.echo(f"{question} ", nl=False, err=True)
        return input()

    done = review(path, ask, show, language_in_force())
    if as_json:
        out_json(asdict(done))
    say("drafting.reviewed", path=path, **asdict(done))
