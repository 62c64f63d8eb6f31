"""Several judges on the same claims, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sourcier.core.settings import Settings
from sourcier.eval.judges import JUDGES, JudgeError, load_judge
from sourcier.eval.trials.changes import changed_verdicts
from sourcier.eval.trials.claims import SETS, TrialError, labelled, sample
from sourcier.eval.trials.kept import PATH, Trials, load_trials, merged, write_trials
from sourcier.eval.trials.tables import refresh
from sourcier.eval.trials.trial import Trial, hold

__all__ = ["figures", "keep", "try_judges"]

#: Sets whose claims are changed: ours, short passages on many subjects, and the one that holds quotation marks.
CHANGED = ("paraphrases", "perturbations")
#: The page whose tables ``--write`` refreshes, in a checkout.
PAGE = Path(__file__).parents[4] / "docs" / "judges.md"

Progress = Callable[[str, int, int], None]


def try_judges(
    judges: Sequence[str],
    settings: Settings,
    *,
    data: Path | None = None,
    names: Sequence[str] | None = None,
    subset: int | None = None,
    changes: int = 60,
    progress: Progress = lambda what, done, total: None,
    tell: Callable[[Trials], None] = lambda trials: None,
) -> dict[str, dict[str, Trial]]:
    """Trials by judge and set.

    Args:
        data: folder of further sets (:func:`~sourcier.eval.trials.claims.labelled`).
        names: the sets to use; all of those that are there by default.
        subset: claims of each set, at most.
        changes: claims of each set of :data:`CHANGED` that undergo the changes that should not matter; 0 leaves them.
        progress: told what is under way, and how far.
        tell: given each trial as soon as it was held, so that a run that is stopped leaves what it has done.

    Raises:
        TrialError: a set that is named is not there.
        JudgeError: a judge that is named is not there.
    """
    if unknown := [name for name in judges if name.partition(":")[0] not in JUDGES]:
        raise JudgeError("judging.unknown", name=unknown[0], known=", ".join(JUDGES))
    sets = labelled(data)
    if missing := [name for name in names or () if name not in sets]:
        known = ", ".join(SETS)
        raise TrialError("judging.set_absent", name=missing[0], known=known)
    found: dict[str, dict[str, Trial]] = {}
    for asked in judges:
        judge = load_judge(asked, settings)
        mine = found.setdefault(judge.name, {})
        try:
            for name in names or sets:
                claims = sets[name]
                tried = sample(claims, subset) if subset else claims

                def show(done: int, total: int, what: str = f"{judge.name} {name}") -> None:
                    progress(what, done, total)

                trial = hold(judge, tried, whole=len(tried) == len(claims), progress=show)
                if changes and name in CHANGED:
                    moved = changed_verdicts(judge, claims, min(changes, subset or changes))
                    trial = replace(trial, changes=moved)
                mine[name] = replace(trial, digest=str(getattr(judge, "digest", ""))[:12])
                tell({judge.name: {name: mine[name]}})
        finally:
            if (close := getattr(judge, "close", None)) is not None:
                close()
    return found


def keep(trials: Trials, path: Path = PATH, page: Path = PAGE) -> None:
    """Keep trials with those that the program comes with, and refresh the tables of the page where it is there."""
    every = merged(load_trials(path), trials)
    write_trials(every, path)
    if page.is_file():
        refresh(page, every, "en")


def figures(trials: Trials) -> dict[str, dict[str, Any]]:
    """Every count, and the estimates that come of it, as one JSON value."""
    return {
        judge: {
            name: {
                **trial.to_json(),
                "balanced_accuracy": asdict(trial.balanced_accuracy),
                "sensitivity": asdict(trial.sensitivity),
                "specificity": asdict(trial.specificity),
                "worst_kind": trial.worst_kind(),
            }
            for name, trial in sets.items()
        }
        for judge, sets in trials.items()
    }
