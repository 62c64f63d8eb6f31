"""`sourcier ingest`: the index brought in line with the files of a corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sourcier.app.cli.console import State, describe, out, out_json, progress, sentence


def ingest(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH]…", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Bring the index in line with the files of PATH."""
    state: State = context.obj
    settings = state.load().settings
    from sourcier.index.activity import Progress
    from sourcier.index.sync import sync

    with progress() as update:

        def told(at: Progress) -> None:
            update(sentence(f"store.stage_{at.stage}"), at.done, at.total)

        report = sync(paths or list(settings.ingest.corpus), settings, progress=told)
    skipped = [{"path": skip.path, "reason": describe(skip.error)} for skip in report.skipped]
    counts = {name: getattr(report, name) for name in ("added", "updated", "removed", "unchanged", "passages")}
    if as_json:
        out_json({**counts, "duplicates": [list(pair) for pair in report.duplicates], "skipped": skipped})
        return
    out(sentence("cli.ingested", **counts))
    for pair in report.duplicates:
        out(sentence("cli.duplicate", path=pair[0], first=pair[1]))
    for skip in skipped:
        out(sentence("cli.skipped", **skip))
