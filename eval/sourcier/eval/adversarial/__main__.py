"""Ask hostile questions of hostile documents, and say what broke: ``make adversarial``."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from sourcier.eval.adversarial.asking import QUESTIONS, Asked, asking, read_questions
from sourcier.eval.script import run_script

_ABOUT = "Asks the hostile questions of the sheets and the hostile documents; prints a table by kind; fails if anything broke."


def main(
    corpus: Annotated[Path, typer.Option(help="What is ingested beside the hostile documents.")] = Path(
        "corpus/fiches"
    ),
    provider: Annotated[str, typer.Option(help="none, embedded or ollama.")] = "none",
    every: Annotated[int, typer.Option(help="Ask one question in so many.", min=1)] = 1,
) -> None:
    """Print the table; exit 1 on any fault."""
    rows = read_questions(QUESTIONS)[::every]
    done: list[Asked] = []
    with tempfile.TemporaryDirectory() as home:
        for asked in asking(rows, [corpus], Path(home), provider):
            done.append(asked)
            for fault in asked.faults:
                sys.stdout.write(f"FAULT {asked.row.id} ({asked.row.kind}): {fault}\n")
    sys.stdout.write(table(done))
    if any(asked.faults for asked in done):
        sys.exit(1)


def table(done: list[Asked]) -> str:
    """How each kind of question came out, in Markdown."""
    outcomes = ("answered", "quoted", "abstained", "refused")
    kinds = list(dict.fromkeys(asked.row.kind for asked in done))
    lines = [f"| kind | n | {' | '.join(outcomes)} | faults |", "|---|" + "---|" * (len(outcomes) + 2)]
    for kind in (*kinds, "all"):
        mine = [asked for asked in done if kind in {asked.row.kind, "all"}]
        counted = Counter(asked.outcome for asked in mine)
        cells = [str(counted[outcome]) for outcome in outcomes]
        broken = sum(bool(asked.faults) for asked in mine)
        lines.append(f"| {kind} | {len(mine)} | {' | '.join(cells)} | {broken} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    run_script(main, _ABOUT)
