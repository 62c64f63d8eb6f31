"""The page's own words, and how it writes numbers and dates, in one language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sourcier.app.ui.inert import inert
from sourcier.core.messages import Language, catalogue, message

__all__ = ["Words"]

_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences of the ``ui`` section, made inert, ready to be put in HTML."""

    language: Language

    def plain(self, name: str, /, **values: object) -> str:
        """The sentence as text, for a component that escapes by itself."""
        return message(f"ui.{name}", self.language, **values)

    def __call__(self, name: str, /, **values: object) -> str:
        """The sentence as inert HTML, its values included."""
        return inert(self.plain(name, **values))

    def count(self, name: str, count: int, /) -> str:
        """``name_one`` or ``name_many`` as inert HTML."""
        return self(f"{name}_one") if count == 1 else self(f"{name}_many", count=count)

    def reason(self, code: str) -> str:
        """Why a sentence was removed, as inert HTML; a code without a sentence gets the general one."""
        known = f"ui.reason_{code}" in catalogue(self.language)
        return self(f"reason_{code}" if known else "reason_other")

    def number(self, value: float, digits: int) -> str:
        """A decimal number as text."""
        return f"{value:.{digits}f}".replace(".", self.plain("decimal"))

    def moment(self, when: datetime) -> str:
        """A day and an hour as text: « 3 mai 2026 à 9 h 05 »."""
        day = self.date(when.date().isoformat())
        return self.plain("moment", date=day, hours=when.hour, minutes=f"{when.minute:02d}")

    def date(self, iso: str) -> str:
        """An ISO 8601 date as precise as it is, as text; anything else unchanged."""
        found = _ISO.fullmatch(iso.strip()[:10])
        if found is None or found[2] is None or not 1 <= int(found[2]) <= _MONTHS:
            return iso
        month = self.plain(f"month_{int(found[2])}")
        if found[3] is None:
            return self.plain("date_month", month=month, year=found[1])
        day = self.plain("first_of_month") if int(found[3]) == 1 else int(found[3])
        return self.plain("date_day", day=day, month=month, year=found[1])
