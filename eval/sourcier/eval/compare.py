"""Two runs of one data set, question by question: is the difference more than chance?"""

from __future__ import annotations

import json
from pathlib import Path

from sourcier.eval.folder import RunError
from sourcier.eval.metrics.intervals import Estimate, difference

__all__ = ["compare"]

Measures = dict[str, dict[str, float | None]]


def compare(first: Path, second: Path) -> dict[str, Estimate]:
    """For each measure, the mean of ``second - first`` over the questions that both runs score (paired bootstrap).

    Raises:
        RunError: a folder is not that of a finished run, or the runs are of different data sets.
    """
    (name, before), (other, after) = _read(first), _read(second)
    if name != other:
        raise RunError("eval.compare_datasets", first=first, second=second)
    shared = [identifier for identifier in before if identifier in after]
    measures = list(before[shared[0]]) if shared else []
    pairs = {m: [(before[i][m], after[i].get(m)) for i in shared] for m in measures}
    both = {m: [(a, b) for a, b in of if a is not None and b is not None] for m, of in pairs.items()}
    return {m: difference([a for a, _ in of], [b for _, b in of]) for m, of in both.items()}


def _read(folder: Path) -> tuple[str, Measures]:
    """The sha256 of the data set, and the measures of each question."""
    try:
        environment = json.loads((folder / "environment.json").read_text(encoding="utf-8"))
        lines = (folder / "scores.jsonl").read_text(encoding="utf-8").split("\n")
        rows = [json.loads(line) for line in lines if line]
        return environment["sha256"], {row["id"]: row["measures"] for row in rows}
    except (OSError, ValueError, KeyError) as error:
        raise RunError("eval.compare_folder", folder=folder, detail=error) from error
