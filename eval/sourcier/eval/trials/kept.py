"""The trials that come with the program, in ``trials.json``: numbers alone, none of the text they were made with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from sourcier.eval.trials.trial import Trial

__all__ = ["PATH", "Trials", "load_trials", "merged", "trial_of", "write_trials"]

PATH = Path(__file__).parents[1] / "judges" / "trials.json"

Trials = Mapping[str, Mapping[str, Trial]]
"""By judge, then by set."""

#: The set whose error rates correct a score, unless another is named: sentences of answers, read by people.
LIKE_ANSWERS = "memerag_fr"


def load_trials(path: Path | None = None) -> dict[str, dict[str, Trial]]:
    """The trials of the program, or of another file; none where there is no file."""
    source = path or files("sourcier.eval.judges") / "trials.json"
    if not source.is_file():
        return {}
    rows: dict[str, dict[str, Any]] = json.loads(source.read_text(encoding="utf-8"))
    return {judge: {name: Trial.from_json(row) for name, row in sets.items()} for judge, sets in rows.items()}


def trial_of(judge: str, digest: str = "", name: str = LIKE_ANSWERS) -> Trial | None:
    """The trial that corrects what ``judge`` says; None where it was not held.

    Args:
        digest: of the weights of the language model that judges: the trial of another model says nothing of it.
    """
    found = load_trials().get(judge, {}).get(name)
    if found is None or (found.digest and not digest.startswith(found.digest)):
        return None
    return found


def merged(before: Trials, now: Trials) -> dict[str, dict[str, Trial]]:
    """``before``, with the trials of ``now`` in the place of those of the same judge on the same set.

    A sample takes the place of a whole set only where the weights are others.
    """
    found = {judge: dict(sets) for judge, sets in before.items()}
    for judge, sets in now.items():
        for name, trial in sets.items():
            old = found.setdefault(judge, {}).get(name)
            if old is None or trial.whole or not old.whole or old.digest != trial.digest:
                found[judge][name] = trial
    return found


def write_trials(trials: Trials, path: Path = PATH) -> None:
    """One line a set, so that a change shows."""
    judges = []
    for judge, sets in trials.items():
        rows = ",\n".join(f"    {json.dumps(name)}: {json.dumps(trial.to_json())}" for name, trial in sets.items())
        judges.append(f"  {json.dumps(judge)}: {{\n{rows}\n  }}")
    path.write_text("{\n" + ",\n".join(judges) + "\n}\n", encoding="utf-8")
