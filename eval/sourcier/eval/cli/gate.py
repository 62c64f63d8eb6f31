"""`sourcier eval gate`: may a change of model, prompt or corpus go on?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sourcier.core.messages import message
from sourcier.eval.cli.options import LANGUAGE, Json, app

if TYPE_CHECKING:
    from sourcier.app.cli.console import State

__all__ = ["gate"]


@app.command("gate", help=message("gate.help", LANGUAGE))
def gate(
    context: typer.Context,
    run: Annotated[Path, typer.Argument(metavar="RUN", show_default=False)],
    accepted: Annotated[
        Path | None, typer.Option("--accepted", metavar="FILE|DIR", help=message("gate.help_accepted", LANGUAGE))
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help=message("gate.help_accept", LANGUAGE))] = False,
    because: Annotated[
        str, typer.Option("--because", help=message("gate.help_because", LANGUAGE), show_default=False)
    ] = "",
    by: Annotated[str, typer.Option("--by", help=message("gate.help_by", LANGUAGE), show_default=False)] = "",
    margin: Annotated[float, typer.Option("--margin", help=message("gate.help_margin", LANGUAGE))] = 0.02,
    strict: Annotated[bool, typer.Option("--strict", help=message("gate.help_strict", LANGUAGE))] = False,
    as_json: Json = False,
) -> None:
    """Compare a run with the accepted one of its kind, or make it the accepted one."""
    from getpass import getuser

    from sourcier.app.cli.console import out, out_json, say
    from sourcier.core.errors import UsageError
    from sourcier.eval.gate import accept as make_accepted
    from sourcier.eval.gate import decide, find_accepted, record_of
    from sourcier.eval.gate.deciding import Decision, floors
    from sourcier.eval.gate.table import as_values, named, summary, table

    if accept and not because.strip():
        raise UsageError("gate.because_missing")
    state: State = context.obj
    settings = state.load().settings
    here = Path("eval") / "accepted"
    where = accepted or (here if here.is_dir() else settings.home / "accepted")
    candidate = record_of(run)
    if accept:
        decision = Decision(tuple(floors(candidate)))
        if decision.passed:
            path = make_accepted(candidate, where, by=by or getuser(), because=because.strip())
            say("gate.accepted_at", path=path)
        else:
            say("gate.accept_refused", measures=named(decision, settings.language))
        if as_json:
            out_json(as_values(decision, candidate))
    else:
        before = find_accepted(where, candidate)
        decision = decide(candidate, before, margin=margin, strict=strict)
        if as_json:
            out_json(as_values(decision, before))
        else:
            last = before.history[-1] if before.history else None
            if last:
                say("gate.compared_with", at=last["at"][:10], by=last["by"], because=last["because"])
            else:
                say("gate.compared_with_run", path=where)
            out(f"{table(decision, settings.language)}\n\n{summary(decision, before, settings.language)}")
    if not decision.passed:
        raise typer.Exit(1)
