"""Check question sets: ``python -m sourcier.eval.check_questions FILE…``."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from sourcier.eval.check_questions.rows import Rows, read_rows, read_texts
from sourcier.eval.check_questions.rules import is_at_hand, row_faults
from sourcier.eval.check_questions.sides import read_questions, read_split, set_faults
from sourcier.eval.check_questions.table import table, write_table
from sourcier.eval.script import run_script

_ABOUT = (
    "Checks question sets row by row, and that development and test share nothing; prints the counts by kind;"
    " fails if anything is wrong."
)


def main(
    files: Annotated[
        list[Path], typer.Argument(help="Sets of questions; NAME.dev.jsonl and NAME.test.jsonl go together.")
    ],
    corpus: Annotated[list[Path] | None, typer.Option(help="Files or folders that hold the documents.")] = None,
    split: Annotated[Path | None, typer.Option(help="split.toml: on which side each document is.")] = None,
    against: Annotated[list[Path] | None, typer.Option(help="Questions that test ones may not reword.")] = None,
    readme: Annotated[Path | None, typer.Option("--write-table", help="Write the counts into this README.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Print faults and counts; exit 1 on any fault."""
    sets = [read_rows(file) for file in files]
    texts = read_texts(corpus) if corpus else {}
    learnt = [question for file in against or () for question in read_questions(file)]
    faults = [f"{row.id}: {fault}" for one in sets for row in one.rows for fault in row_faults(row, texts)]
    faults += set_faults(sets, read_split(split) if split else {}, texts, learnt)
    unread = sum(not is_at_hand(row, texts) for one in sets for row in one.rows)
    if readme is not None:
        write_table(readme, table(sets))
    sys.stdout.write(_as_json(sets, faults, unread) if as_json else _as_text(sets, faults, unread))
    if faults:
        sys.exit(1)


def _as_text(sets: Sequence[Rows], faults: Sequence[str], unread: int) -> str:
    lines = [f"FAULT {fault}" for fault in faults]
    if unread:
        lines.append(f"{unread} rows name documents that --corpus does not give: their anchors were not looked up.")
    return "\n".join((*lines, table(sets), ""))


def _as_json(sets: Sequence[Rows], faults: Sequence[str], unread: int) -> str:
    rows: dict[str, Any] = {one.file: len(one.rows) for one in sets}
    return json.dumps({"rows": rows, "not_looked_up": unread, "faults": list(faults)}, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    run_script(main, _ABOUT)
