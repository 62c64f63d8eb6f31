"""What a run is shown as: Markdown, a page, plots. Heavy things are imported when a report is written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sourcier.core.messages import Language

__all__ = ["write_report"]


def write_report(folders: Sequence[Path], out: Path, language: Language) -> None:
    """Write the report on finished runs as one self-contained page, and beside it as Markdown and as JSON.

    Args:
        folders: of runs, each a column; those of one data set are compared with the first of them.
        out: the page (``.html``); the others have its name and ``.md``, ``.json``.

    Raises:
        RunError: a folder is not that of a finished run, or ``out`` cannot be written.
        MissingExtraError: the libraries of the extra ``eval`` are not installed.
    """
    from sourcier.eval.folder import RunError
    from sourcier.eval.reports.building import build
    from sourcier.eval.reports.reading import read_run
    from sourcier.eval.reports.rendering import to_html, to_json, to_markdown

    report = build([read_run(folder) for folder in folders], language)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(to_html(report), encoding="utf-8")
        out.with_suffix(".md").write_text(to_markdown(report), encoding="utf-8")
        value = json.dumps(to_json(report), ensure_ascii=False, indent=2)
        # Half a surrogate pair is written as JSON's own escape.
        out.with_suffix(".json").write_text(f"{value}\n", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise RunError("report.unwritable", path=out, detail=error) from error
