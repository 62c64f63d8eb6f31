"""`sourcier eval judge`: judges on trial. Everything heavy is imported when it starts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sourcier.core.messages import message
from sourcier.eval.cli.options import LANGUAGE, Json, app

if TYPE_CHECKING:
    from sourcier.app.cli.console import State

__all__ = ["judge"]

#: Judges that take milliseconds a claim.
QUICK = "rules,overlap,cosine,verifier"


@app.command("judge", help=message("judging.help", LANGUAGE))
def judge(
    context: typer.Context,
    judges: Annotated[
        str, typer.Option("--judges", metavar="A,B,…", help=message("judging.help_judges", LANGUAGE))
    ] = QUICK,
    data: Annotated[Path | None, typer.Option("--data", metavar="DIR", help=message("judging.help_data", LANGUAGE))] = (
        None
    ),
    sets: Annotated[
        str | None, typer.Option("--sets", metavar="A,B,…", help=message("judging.help_sets", LANGUAGE))
    ] = None,
    subset: Annotated[
        int | None, typer.Option("--subset", min=2, help=message("judging.help_subset", LANGUAGE))
    ] = None,
    changes: Annotated[int, typer.Option("--changes", min=0, help=message("judging.help_changes", LANGUAGE))] = 60,
    provider: Annotated[
        str | None,
        typer.Option("--provider", metavar="auto|ollama|embedded", help=message("judging.help_provider", LANGUAGE)),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help=message("judging.help_write", LANGUAGE))] = False,
    as_json: Json = False,
) -> None:
    """Measure how often judges are wrong, on claims whose verdict is known."""
    from sourcier.app.cli.console import out, out_json, progress
    from sourcier.eval.trials.court import figures, keep, try_judges
    from sourcier.eval.trials.tables import tables

    state: State = context.obj
    settings = state.load(model__provider=provider).settings
    with progress() as update:
        found = try_judges(
            [name.strip() for name in judges.split(",") if name.strip()],
            settings,
            data=data,
            names=None if sets is None else [name.strip() for name in sets.split(",") if name.strip()],
            subset=subset,
            changes=changes,
            progress=update,
            tell=keep if write else lambda trials: None,
        )
    if as_json:
        out_json(figures(found))
    else:
        out(tables(found, settings.language))
