"""Whether a text is in force on a day, from what is known of its dates.

Dates may be partial: a year or a month stands for any of its days. A text is called expired, not yet in force, or in
force only when that is so whichever day was meant; otherwise, as where nothing is known, its validity is unknown.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import Literal

from sourcier.core.types import Metadata

__all__ = ["Validity", "days_of", "expired_since", "validity"]

Validity = Literal["in_force", "expired", "future", "unknown"]

_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def validity(metadata: Metadata, on: date) -> Validity:
    """Whether a document is in force ``on`` a day; see the module for partial dates."""
    begins = days_of(metadata.valid_from) if metadata.valid_from else None
    ends = days_of(metadata.valid_until) if metadata.valid_until else None
    if begins is not None and on < begins[0]:
        return "future"
    if ends is not None and on > ends[1]:
        return "expired"
    if begins is None and ends is None:
        return "unknown"
    begun = begins is None or on >= begins[1]
    lasts = ends is None or on <= ends[0]
    return "in_force" if begun and lasts else "unknown"


def expired_since(metadata: Metadata) -> date | None:
    """The first day a document is known not to be in force any more; ``None`` where it says no end."""
    ends = days_of(metadata.valid_until) if metadata.valid_until else None
    return ends[1] + timedelta(days=1) if ends and ends[1] < date.max else None


def days_of(iso: str) -> tuple[date, date] | None:
    """First and last day that a date of ISO 8601, whole or partial, may stand for; ``None`` if it is not one."""
    found = _ISO.fullmatch(iso.strip())
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        if month is None:
            return date(year or 0, 1, 1), date(year or 0, 12, 31)
        if day is None:
            return date(year or 0, month, 1), date(year or 0, month, calendar.monthrange(year or 0, month)[1])
        return date(year or 0, month, day), date(year or 0, month, day)
    except (ValueError, calendar.IllegalMonthError):
        return None
