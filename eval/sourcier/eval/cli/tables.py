"""`sourcier eval tables`: finished runs as Markdown tables, or into the document that shows them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sourcier.core.messages import message
from sourcier.eval.cli.options import LANGUAGE, Json, app

if TYPE_CHECKING:
    from sourcier.app.cli.console import State

__all__ = ["tables"]


@app.command("tables", help=message("eval.help_tables", LANGUAGE))
def tables(
    context: typer.Context,
    runs: Annotated[list[Path], typer.Argument(metavar="RUN…", show_default=False)],
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FILE.md", help=message("eval.help_tables_write", LANGUAGE))
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="fr|en", help=message("eval.help_tables_language", LANGUAGE))
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the tables of runs by data set, or put them where a document wants them."""
    from sourcier.app.cli.console import out, out_json, say
    from sourcier.core.errors import UsageError
    from sourcier.core.messages import LANGUAGES
    from sourcier.eval.folder import RunError
    from sourcier.eval.tables import SORTS, filled, ordered, read_run

    state: State = context.obj
    said = language or state.load().settings.language
    chosen = next((one for one in LANGUAGES if one == said), None)
    if chosen is None:
        raise UsageError("eval.tables_language", language=said, known=", ".join(LANGUAGES))
    known = [read_run(folder) for folder in runs]
    datasets = list(dict.fromkeys(run.dataset for run in known))
    if write is not None:
        try:
            text, left = filled(write.read_text(encoding="utf-8"), known, chosen)
            write.write_text(text, encoding="utf-8")
        except OSError as error:
            raise RunError("eval.tables_unwritable", path=write, detail=error) from error
        if left:
            say("eval.tables_left", path=write, names=", ".join(left))
        if as_json:
            out_json({"path": str(write), "datasets": datasets, "left": left})
        else:
            say("eval.tables_written", path=write)
        return
    made = {
        dataset: {
            sort: make(ordered(run for run in known if run.dataset == dataset), chosen) for sort, make in SORTS.items()
        }
        for dataset in datasets
    }
    if as_json:
        out_json(made)
    else:
        out("\n\n".join(f"## {dataset}\n\n" + "\n\n".join(of.values()) for dataset, of in made.items()))
