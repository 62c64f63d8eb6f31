"""`sourcier feedback`: the opinions that members agreed to leave: read, taken out for review, erased."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sourcier.app.cli.console import State, interface_language, out, out_json, say, sentence
from sourcier.core.errors import UsageError
from sourcier.core.messages import message

if TYPE_CHECKING:
    from sourcier.app.feedback import Opinions

__all__ = ["app"]

_LANGUAGE = interface_language()
_Json = Annotated[bool, typer.Option("--json")]

app = typer.Typer(help=message("feedback.help", _LANGUAGE), no_args_is_help=True)


@app.command("list", help=message("feedback.help_list", _LANGUAGE))
def list_opinions(context: typer.Context, as_json: _Json = False) -> None:
    """One line an opinion, the oldest day first."""
    lines = [_without_receipt(line) for line in _opinions(context).all()]
    if as_json:
        out_json(lines)
        return
    for line in lines:
        reason = sentence(f"feedback.kind_{line['reason']}") if line["reason"] else sentence("feedback.thumb_up")
        out(f"{line['date']}  {reason}  {' '.join(line['question'].split())}")
        if line["comment"]:
            out(f"            {' '.join(line['comment'].split())}")
    say("feedback.listed", count=len(lines))


@app.command("export", help=message("feedback.help_export", _LANGUAGE))
def export_opinions(
    context: typer.Context,
    target: Annotated[Path | None, typer.Option("--out", metavar="FILE.jsonl")] = None,
    as_json: _Json = False,
) -> None:
    """JSON lines in the shape that `sourcier eval feedback` reads once a person has reviewed them."""
    from sourcier.app.feedback import exported

    state: State = context.obj
    rows = [exported(line, state.load().settings.language) for line in _opinions(context).all()]
    if target is None:
        if as_json:
            out_json(rows)
        else:
            for row in rows:
                out(json.dumps(row, ensure_ascii=False))
        return
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise UsageError("feedback.not_written", path=target, detail=error.strerror or error) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    if as_json:
        out_json({"path": str(target), "n": len(rows)})
    else:
        say("feedback.exported", count=len(rows), path=target)


@app.command("erase", help=message("feedback.help_erase", _LANGUAGE))
def erase_opinions(
    context: typer.Context,
    code: Annotated[str | None, typer.Option("--code", metavar="CODE")] = None,
    before: Annotated[str | None, typer.Option("--before", metavar="YYYY-MM-DD")] = None,
    everything: Annotated[bool, typer.Option("--all")] = False,
    as_json: _Json = False,
) -> None:
    """Erase one opinion by its code, those before a day, or all."""
    if sum((code is not None, before is not None, everything)) != 1:
        raise UsageError("feedback.erase_what")
    opinions = _opinions(context)
    if code is not None:
        gone = opinions.erase(code)
    elif before is not None:
        try:
            day = date.fromisoformat(before)
        except ValueError as error:
            raise UsageError("feedback.bad_day", value=before) from error
        gone = opinions.erase_before(day)
    else:
        gone = opinions.erase_all()
    if as_json:
        out_json({"erased": gone})
    else:
        say("feedback.erased_some", count=gone)


def _opinions(context: typer.Context) -> Opinions:
    from sourcier.app.feedback import Opinions

    state: State = context.obj
    return Opinions(state.load().settings)


def _without_receipt(line: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key != "receipt"}
