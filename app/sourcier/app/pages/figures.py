"""Scores that people accepted, read from the files that name them. The evaluation itself is another program."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Figures", "Measured", "Scores", "read_figures", "shown_figures", "wilson"]

#: What is shown of a run, in this order: a measure, and how its value is written.
MEASURES: Mapping[str, str] = {
    "facts": "share",
    "right_place": "share",
    "citation_recall": "share",
    "citation_precision": "share",
    "coverage": "share",
    "exact_quotes": "share",
    "fabricated": "share",
    "refused": "share",
    "wrongly_refused": "share",
    "wrongly_answered": "share",
    "balanced_accuracy": "share",
    "language": "share",
    "ndcg@10": "share",
    "recall@5": "share",
    "recall@10": "share",
    "mrr@10": "share",
    "energy_wh": "watt_hours",
}
#: Where the sources keep the figures that were accepted; an installed package has no such folder.
DELIVERED = Path(__file__).resolve().parents[4] / "eval" / "accepted"
#: Sets whose questions were chosen to notice a loss: they measure nothing that a member wants to know.
_SENSITIVE = frozenset({"quick"})
#: A file of accepted figures has a line a question; beyond this it is something else.
_MAX_BYTES = 50_000_000
#: 97.5th percentile of the normal distribution.
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure with its interval of 95 %. ``unit`` is ``share`` (0 to 1) or ``watt_hours``; ``n`` what was counted."""

    name: str
    unit: str
    value: float
    n: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """One run. ``at`` is the day it was accepted, or run, ISO 8601; ``accepted`` whether somebody accepted it."""

    dataset: str
    engine: str
    provider: str
    models: tuple[str, ...]
    at: str
    accepted: bool
    measures: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was found where the settings point. ``unreadable`` names files without their folder: members read it.

    Attributes:
        delivered: the settings point nowhere, and ``runs`` are those that come with the program, on its own sheets.
    """

    configured: bool
    runs: tuple[Scores, ...]
    unreadable: tuple[str, ...]
    delivered: bool = False


def shown_figures(places: Sequence[Path], delivered: Path = DELIVERED) -> Figures:
    """The runs of the settings' places; without any, those that were accepted with the program, where it is run from its sources."""
    if places:
        return read_figures(places)
    runs = tuple(run for run in read_figures([delivered]).runs if run.dataset not in _SENSITIVE)
    return Figures(configured=False, runs=runs, unreadable=(), delivered=bool(runs))


def read_figures(places: Iterable[Path]) -> Figures:
    """The runs of each place, in order: a file of accepted figures, a folder of them, or the folder of a run."""
    places = tuple(places)
    runs: list[Scores] = []
    unreadable: list[str] = []
    for place in places:
        found = _files(place)
        if not found:
            unreadable.append(place.name)
        for file in found:
            try:
                runs.append(_run(file) if file.is_dir() else _accepted(file))
            except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
                unreadable.append(file.name)
    return Figures(bool(places), tuple(runs), tuple(unreadable))


def wilson(good: int, n: int) -> tuple[float, float]:
    """Interval of 95 % of a share (E. B. Wilson, 1927, Journal of the American Statistical Association 22, 209-212)."""
    share, z2 = good / n, _Z**2 / n
    middle = (share + z2 / 2) / (1 + z2)
    half = _Z / (1 + z2) * math.sqrt(share * (1 - share) / n + z2 / (4 * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def _files(place: Path) -> list[Path]:
    if place.is_file() or (place / "metrics.json").is_file():
        return [place]
    return sorted(place.glob("*.json")) if place.is_dir() else []


def _accepted(file: Path) -> Scores:
    raw = _json(file)
    last = raw["history"][-1]
    return Scores(
        dataset=str(raw["dataset"]),
        engine=str(raw["engine"]),
        provider=str(raw["provider"]),
        models=_models(raw["models"]),
        at=str(last["at"]),
        accepted=True,
        measures=_measures(raw["metrics"]),
    )


def _run(folder: Path) -> Scores:
    environment, metrics = _json(folder / "environment.json"), _json(folder / "metrics.json")
    providers = sorted({str(model.get("provider", "")) for model in environment.get("models", ())} - {""})
    return Scores(
        dataset=str(environment["dataset"]),
        engine=str(environment.get("engine", "sourcier")),
        provider="+".join(providers) or "search",
        models=_models(environment.get("models", ())),
        at=str(environment["started"]),
        accepted=False,
        measures=_measures({**metrics, **_refused(metrics)}),
    )


def _refused(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """The share of all questions that were not answered, where the run counted its abstentions."""
    counts = list((metrics.get("statuses") or {}).values())
    n = sum(sum(count.values()) for count in counts)
    if not n:
        return {}
    refused = sum(count.get("abstained", 0) for count in counts)
    low, high = wilson(refused, n)
    return {"refused": {"value": refused / n, "n": n, "low": low, "high": high}}


def _measures(metrics: Mapping[str, Any]) -> tuple[Measured, ...]:
    found = []
    for name, unit in MEASURES.items():
        told = metrics.get(name)
        if isinstance(told, Mapping) and told.get("value") is not None:
            low, high = (None if told.get(end) is None else float(told[end]) for end in ("low", "high"))
            found.append(Measured(name, unit, float(told["value"]), int(told["n"]), low, high))
    return tuple(found)


def _models(models: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(str(model["name"]) for model in models if model.get("name"))


def _json(file: Path) -> Any:
    if file.stat().st_size > _MAX_BYTES:
        raise ValueError(file)
    return json.loads(file.read_text(encoding="utf-8"))
