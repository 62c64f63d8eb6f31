"""What an ingestion under way is doing, in words: the same in the terminal, on the page and in the HTTP interface."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from sourcier.core.messages import Language, message
from sourcier.index.activity import Progress, read_activity

__all__ = ["activity_to_json", "for_members", "for_stewards", "quantity"]

_MINUTE, _HOUR = 60, 3600


def quantity(value: float, language: Language) -> str:
    """A number as people write it: thousands set apart, one decimal below ten where there is one."""
    if value < 10 and value != int(value):
        shown = f"{value:.1f}"
        return shown.replace(".", ",") if language == "fr" else shown
    return f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}" if language == "fr" else ",")


def for_stewards(progress: Progress, language: Language) -> str:
    """How far it is, how fast and for how long: « Lecture : 120 fichiers sur 400, 35 par seconde, encore environ 3 min »."""
    at = message(
        f"cli.progress_{progress.stage}",
        language,
        done=quantity(progress.done, language),
        total=quantity(progress.total, language),
        passages=quantity(progress.passages, language),
    )
    if progress.done >= progress.total:
        return at
    if progress.rate:
        at += message("cli.progress_rate", language, rate=quantity(progress.rate, language))
    return at + _left(progress.left_s, language)


def for_members(progress: Progress, language: Language) -> str:
    """That documents are being brought up to date, and how far it is where that says something."""
    if progress.stage not in {"read", "embed"} or progress.done < 2:
        return message("ui.activity", language)
    done, total = quantity(progress.done, language), quantity(progress.total, language)
    # Reading is the short part: what is left of it is not what is left to wait.
    left = _left(progress.left_s, language) if progress.stage == "embed" else ""
    return message(f"ui.activity_{progress.stage}", language, done=done, total=total) + left


def activity_to_json(home: Path, language: Language) -> dict[str, Any] | None:
    """What is being written in a data folder by any process of this machine, ``None`` when nothing is."""
    activity = read_activity(home)
    if activity is None:
        return None
    progress = asdict(activity.progress)
    return {"text": for_members(activity.progress, language), "started": activity.started, **progress}


def _left(seconds: float | None, language: Language) -> str:
    if seconds is None:
        return ""
    if seconds < _MINUTE:
        return message("cli.progress_left_seconds", language)
    if seconds < _HOUR:
        return message("cli.progress_left_minutes", language, minutes=round(seconds / _MINUTE))
    minutes = round(seconds / _MINUTE)
    return message("cli.progress_left_hours", language, hours=minutes // 60, minutes=f"{minutes % 60:02d}")
