"""A filter from what a person or a program asked for: the same names, values and refusals in the command and over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sourcier.core.errors import UsageError
from sourcier.core.filters import CONDITIONS, Filter
from sourcier.core.validity import days_of
from sourcier.ingest.metadata import iso_date, kind_of_text, language_tag

__all__ = ["DAYS", "filter_of"]

DAYS = ("since", "until", "in_force")
"""The conditions whose values are days."""
_TODAY = ("today", "aujourd'hui", "aujourd’hui")


def filter_of(asked: Mapping[str, object]) -> Filter | None:
    """The filter of the conditions that are set, each a text or a list of texts; ``None`` where none is.

    Kinds and languages may be written as in ``sources.toml`` (« loi », « français »), days in any way that dates are there,
    or ``today``. A year or a month begins a period with its first day, and ends one with its last.

    Raises:
        UsageError: a condition is not one, a value cannot be used, or the period ends before it begins.
    """
    found: dict[str, Any] = {}
    for name, value in asked.items():
        if name not in (*CONDITIONS, *DAYS):
            raise UsageError("search.filter_name", name=name, known=", ".join((*CONDITIONS, *DAYS)))
        if value is None or value == []:
            continue
        found[name] = _day(name, value) if name in DAYS else _words(name, value)
    if not found:
        return None
    if (since := found.get("since")) and (until := found.get("until")) and until < since:
        raise UsageError("search.filter_period", since=since, until=until)
    return Filter(**found)


def _words(name: str, value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list | tuple) else [value]
    # In one order, so that the same filter written in two ways is remembered once.
    return tuple(sorted({_word(name, one) for one in values}))


def _word(name: str, value: object) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not text:
        raise UsageError("search.filter_value", condition=name, value=value)
    if name == "kind":
        return kind_of_text(text)
    if name == "language":
        return language_tag(text) or text
    return text.strip("/") or text if name == "collection" else text


def _day(name: str, value: object) -> date:
    if isinstance(value, str) and value.strip().casefold() in _TODAY:
        return date.today()
    iso = iso_date(value)
    days = days_of(iso) if iso else None
    if days is None:
        raise UsageError("search.filter_day", condition=name, value=value)
    if name == "in_force" and days[0] != days[1]:
        raise UsageError("search.filter_one_day", value=value)
    return days[1] if name == "until" else days[0]
