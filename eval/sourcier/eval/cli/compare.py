"""`sourcier eval compare`: two runs of one data set, question by question."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sourcier.core.messages import message
from sourcier.eval.cli.options import LANGUAGE, Json, app

if TYPE_CHECKING:
    from sourcier.app.cli.console import State

__all__ = ["compare"]


@app.command("compare", help=message("eval.help_compare", LANGUAGE))
def compare(
    context: typer.Context,
    first: Annotated[Path, typer.Argument(metavar="RUN_A", show_default=False)],
    second: Annotated[Path, typer.Argument(metavar="RUN_B", show_default=False)],
    as_json: Json = False,
) -> None:
    """Say by how much the second run differs from the first, question by question."""
    from dataclasses import asdict

    from sourcier.app.cli.console import out, out_json
    from sourcier.eval.compare import compare as paired
    from sourcier.eval.reports.markdown import of_comparison

    state: State = context.obj
    language = state.load().settings.language
    differences = paired(first, second)
    if as_json:
        out_json({name: asdict(estimate) for name, estimate in differences.items()})
    else:
        out(of_comparison(differences, language))
