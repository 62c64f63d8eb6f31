"""Trials as Markdown: every set, the kinds of error, and the changes that should or should not matter."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sourcier.core.messages import Language, message
from sourcier.eval.metrics.intervals import Estimate, proportion
from sourcier.eval.reports.markdown import table
from sourcier.eval.trials.changes import CHANGES
from sourcier.eval.trials.kept import Trials
from sourcier.eval.trials.trial import Counts, Trial

__all__ = ["BEGIN", "END", "refresh", "tables"]

#: What stands between these two lines of ``docs/judges.md`` is written by ``sourcier eval judge --write``.
BEGIN, END = "<!-- trials: begin -->", "<!-- trials: end -->"
_NONE = "–"


def tables(trials: Trials, language: Language) -> str:
    """All the tables, one after the other."""
    blocks = [_sets(trials, language)]
    if any("perturbations" in sets for sets in trials.values()):
        blocks.append(_kinds(trials, "perturbations", language))
    if any("memerag_fr" in sets for sets in trials.values()):
        blocks.append(_fine(trials, "memerag_fr", language))
    if any(trial.changes for sets in trials.values() for trial in sets.values()):
        blocks.append(_changes(trials, language))
    return "\n\n".join("\n".join(block) for block in blocks)


def refresh(page: Path, trials: Trials, language: Language) -> None:
    """Write the tables anew between the markers of a page; a page without markers is left as it is."""
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if begin and end:
        page.write_text(f"{before}{BEGIN}\n{tables(trials, language)}\n{END}{after}", encoding="utf-8")


def _sets(trials: Trials, language: Language) -> list[str]:
    titles = [
        message("judging.title_set", language),
        message("judging.title_judge", language),
        "n",
        message("judging.title_balanced", language),
        message("judging.title_sensitivity", language),
        message("judging.title_specificity", language),
        message("judging.title_unreadable", language),
        message("judging.title_area", language),
        message("judging.title_best", language),
        message("judging.title_calibration", language),
        message("judging.title_ms", language),
    ]
    rows = []
    for name in _in_order(name for sets in trials.values() for name in sets):
        for judge, sets in trials.items():
            if name in sets:
                rows.append([name, judge, *_row(sets[name], language)])
    return table(titles, rows)


def _row(trial: Trial, language: Language) -> list[str]:
    n = trial.right + trial.wrong
    return [
        str(n) if trial.whole else message("judging.sampled", language, n=n),
        *(_share(e) for e in (trial.balanced_accuracy, trial.sensitivity, trial.specificity)),
        _share(proportion(trial.unreadable, n)) if trial.unreadable else "0",
        _NONE if trial.area is None else f"{100 * trial.area:.1f}",
        _NONE if trial.best is None else f"{100 * trial.best[1]:.1f} ({trial.best[0]:.2f})",
        _NONE if trial.calibration is None else f"{100 * trial.calibration:.1f}",
        _NONE if trial.ms is None else f"{trial.ms:.0f}" if trial.ms >= 1 else f"{trial.ms:.1f}",
    ]


def _kinds(trials: Trials, name: str, language: Language) -> list[str]:
    """Wrong claims caught, kind by kind, beside the same sentences unchanged that were refused."""
    judged = {judge: sets[name] for judge, sets in trials.items() if name in sets}
    kinds = _in_order(kind for trial in judged.values() for kind in trial.kinds)
    titles = [message("judging.title_kind", language, name=name), *judged]
    rows = [[kind, *(_caught(trial.kinds.get(kind)) for trial in judged.values())] for kind in kinds]
    worst = [
        _NONE if (found := trial.worst_kind()) is None else f"{100 * found[1]:.1f} ({found[0]})"
        for trial in judged.values()
    ]
    return table(titles, [*rows, [message("judging.worst_kind", language), *worst]])


def _caught(counts: Counts | None) -> str:
    if counts is None or not counts[2]:
        return _NONE
    right, held, wrong, passed = counts
    refused = f"{100 * (1 - held / right):.0f}" if right else _NONE
    return f"{100 * (1 - passed / wrong):.0f} / {refused} (n = {wrong})"


def _fine(trials: Trials, name: str, language: Language) -> list[str]:
    """Share of each finer label that was judged as people did."""
    judged = {judge: sets[name] for judge, sets in trials.items() if name in sets}
    kinds = _in_order(kind for trial in judged.values() for kind in trial.kinds)
    # Right labels first, then wrong ones.
    kinds.sort(key=lambda kind: not any(t.kinds[kind][0] for t in judged.values() if kind in t.kinds))
    titles = [message("judging.title_fine", language, name=name), *judged]
    rows = []
    for kind in kinds:
        shares = [_agreed(trial.kinds.get(kind)) for trial in judged.values()]
        rows.append([kind, *(_NONE if e.value is None else f"{100 * e.value:.0f} (n = {e.n})" for e in shares)])
    return table(titles, rows)


def _agreed(counts: Counts | None) -> Estimate:
    if counts is None:
        return Estimate(None, 0)
    right, held, wrong, passed = counts
    return proportion(held + wrong - passed, right + wrong)


def _changes(trials: Trials, language: Language) -> list[str]:
    judged = {judge: sets for judge, sets in trials.items() if any(trial.changes for trial in sets.values())}
    names = {
        "shuffled": message("judging.change_shuffled", language),
        "irrelevant": message("judging.change_irrelevant", language),
        "quotes": message("judging.change_quotes", language),
        "sibling": message("judging.change_sibling", language),
    }
    rows = []
    for change in CHANGES:
        cells = []
        for sets in judged.values():
            pairs = [trial.changes.get(change, (0, 0)) for trial in sets.values()]
            total, held = sum(n for n, _ in pairs), sum(k for _, k in pairs)
            cells.append(f"{100 * held / total:.0f} (n = {total})" if total else _NONE)
        rows.append([names[change], *cells])
    return table([message("judging.title_change", language), *judged], rows)


def _share(found: Estimate) -> str:
    if found.value is None or found.low is None or found.high is None:
        return _NONE
    return f"{100 * found.value:.1f} [{100 * found.low:.0f}–{100 * found.high:.0f}]"


def _in_order(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
