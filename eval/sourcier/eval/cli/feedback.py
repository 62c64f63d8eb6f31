"""`sourcier eval feedback`: reviewed feedback from members becomes test questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sourcier.core.messages import message
from sourcier.eval.cli.options import LANGUAGE, Json, app

if TYPE_CHECKING:
    from sourcier.app.cli.console import State

__all__ = ["feedback"]


@app.command("feedback", help=message("drafting.help_feedback", LANGUAGE))
def feedback(
    context: typer.Context,
    source: Annotated[
        Path,
        typer.Argument(metavar="IN.jsonl", help=message("drafting.help_feedback_in", LANGUAGE), show_default=False),
    ],
    target: Annotated[
        Path, typer.Option("--out", metavar="ROWS.jsonl", help=message("drafting.help_feedback_out", LANGUAGE))
    ],
    as_json: Json = False,
) -> None:
    """Write the rows that feedback makes, and say what was refused."""
    from sourcier.app.cli.console import out_json, say
    from sourcier.eval.drafts.rows import DraftError, replace_all
    from sourcier.eval.feedback.rows import rows_of

    state: State = context.obj
    language = state.load().settings.language
    if target.exists():
        raise DraftError("drafting.out_exists", path=target)
    taken = rows_of(source, language)
    replace_all(target, taken.rows)
    refused = {reason: taken.refused[reason] for reason in ("consent", "review", "identity", "empty", "repeated")}
    say("drafting.feedback_made", kept=len(taken.rows), path=target, changed=taken.changed, flagged=taken.flagged)
    if any(refused.values()):
        say("drafting.feedback_refused", **refused)
    if as_json:
        told = {"path": str(target), "n": len(taken.rows), "changed": taken.changed, "flagged": taken.flagged}
        out_json({**told, "refused": refused})
