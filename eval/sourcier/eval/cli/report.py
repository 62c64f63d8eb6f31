"""`sourcier eval report`: finished runs as one page to read, to print and to send."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sourcier.core.messages import message
from sourcier.eval.cli.options import LANGUAGE, Json, app

if TYPE_CHECKING:
    from sourcier.app.cli.console import State

__all__ = ["report"]


@app.command("report", help=message("report.help", LANGUAGE))
def report(
    context: typer.Context,
    runs: Annotated[list[Path], typer.Argument(metavar="RUN…", show_default=False)],
    target: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.html", help=message("report.help_out", LANGUAGE))
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="fr|en", help=message("report.help_language", LANGUAGE))
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the page, and the same as Markdown and JSON beside it."""
    from sourcier.app.cli.console import out_json, say
    from sourcier.core.errors import UsageError
    from sourcier.core.messages import LANGUAGES
    from sourcier.eval.reports import write_report

    state: State = context.obj
    said = language or state.load().settings.language
    known = next((one for one in LANGUAGES if one == said), None)
    if known is None:
        raise UsageError("report.unknown_language", language=said)
    page = target or runs[0] / "evaluation.html"
    if page.suffix.lower() not in {".html", ".htm"}:
        raise UsageError("report.not_a_page", path=page)
    write_report(runs, page, known)
    if as_json:
        out_json({"report": str(page), **_beside(page)})
    else:
        say("report.written", path=page)


def _beside(page: Path) -> dict[str, str]:
    return {"markdown": str(page.with_suffix(".md")), "json": str(page.with_suffix(".json"))}
