"""Follow-ups: does the right passage come among the first, with the question completed, as typed, or as one would ask it alone?

    SOURCIER_HOME=… python -m sourcier.eval.bench.conversation

Needs an index of the five documents (``eval/data/README.md``).
"""

from __future__ import annotations

import json
import re
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from sourcier.app.answering.conversation import standalone
from sourcier.app.answering.manner import Exchange
from sourcier.core.settings import load
from sourcier.core.types import Hit
from sourcier.eval.metrics.intervals import Estimate, proportion
from sourcier.eval.metrics.text import anchor
from sourcier.eval.script import run_script
from sourcier.index.search import Searcher

__all__ = ["main"]

_DATA = Path(__file__).resolve().parents[3] / "data" / "conversation"


def main(
    k: Annotated[int, typer.Option(help="Passages looked at.", min=1)] = 5,
) -> None:
    """Print a Markdown table: each half, each way of asking."""
    lines = [f"| half | words kept | answered by a passage, n | completed @{k} | as typed @{k} | asked alone @{k} |"]
    lines.append("|---|---|---|---|---|---|")
    with closing(Searcher.open(load().settings)) as searcher:
        for half in ("dev", "test"):
            rows = [json.loads(line) for line in (_DATA / f"suites.{half}.jsonl").read_text("utf-8").splitlines()]
            kept = proportion(sum(_holds(row) for row in rows), len(rows))
            placed = [row for row in rows if row["quotes"]]
            found = [
                proportion(sum(_found(row, searcher.search(asked(row), k).hits) for row in placed), len(placed))
                for asked in (_completed, lambda row: str(row["question"]), lambda row: str(row["gold"]))
            ]
            cells = [_shown(kept), str(len(placed)), *map(_shown, found)]
            lines.append(f"| {half} | {' | '.join(cells)} |")
    sys.stdout.write("\n".join(lines) + "\n")


def _completed(row: dict[str, Any]) -> str:
    return standalone(row["question"], [Exchange(**turn) for turn in row["history"]], row["language"])


def _holds(row: dict[str, Any]) -> bool:
    said = _completed(row)
    return all(re.search(pattern, said, re.IGNORECASE) for pattern in row["contains"])


def _found(row: dict[str, Any], hits: tuple[Hit, ...]) -> bool:
    return any(anchor(quote).search(hit.passage.text) for quote in row["quotes"] for hit in hits)


def _shown(estimate: Estimate) -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "–"
    return f"{100 * estimate.value:.0f} % ({100 * estimate.low:.0f}–{100 * estimate.high:.0f}), n = {estimate.n}"


if __name__ == "__main__":
    run_script(main, "Finds the passages of follow-ups, completed and not.")
