"""The words of these pages, and how they write numbers, shares, sizes and dates, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sourcier.app.pages.facts import Kept
from sourcier.app.pages.figures import Measured
from sourcier.app.ui.words import Words
from sourcier.core.messages import Language, catalogue, message

__all__ = ["Wording"]

_UNITS = ("size_b", "size_kb", "size_mb", "size_gb")
_STEP = 1000


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences as text: the templates escape whatever they show."""

    language: Language

    def __call__(self, name: str, /, **values: object) -> str:
        """A sentence of the section ``pages``."""
        return message(f"pages.{name}", self.language, **values)

    def fact(self, name: str, /, **values: object) -> str:
        """A sentence of the section ``transparency``."""
        return message(f"transparency.{name}", self.language, **values)

    def known(self, name: str, /) -> str | None:
        """A sentence of ``transparency`` where there is one of that name."""
        return self.fact(name) if f"transparency.{name}" in catalogue(self.language) else None

    def count(self, name: str, count: int, /) -> str:
        """``name_one`` or ``name_many`` of ``pages``; in French, zero is singular and ``name_none`` says it."""
        if count == 0:
            return self(f"{name}_none")
        return self(f"{name}_one") if count == 1 else self(f"{name}_many", count=self.number(count))

    def problem(self, key: str) -> str:
        """A sentence of another section, by its whole key."""
        return message(key, self.language)

    def number(self, value: float, digits: int = 0) -> str:
        """``1 234`` or ``1,234``; ``digits`` after the decimal mark."""
        shown = f"{value:,.{digits}f}"
        if self.language == "fr":
            return shown.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
        return shown

    def share(self, value: float) -> str:
        """A share of 1 as a percentage."""
        return self("percent", value=self.number(100 * value, 1))

    def size(self, count: int) -> str:
        """Bytes, in the largest unit that gives one or more."""
        value, unit = float(count), 0
        while value >= _STEP and unit < len(_UNITS) - 1:
            value, unit = value / _STEP, unit + 1
        return self(_UNITS[unit], value=self.number(value, 1 if unit > 1 and value < 10 else 0))

    def energy(self, watt_hours: float) -> str:
        """Watt-hours, with three figures that say something."""
        digits = 1 if watt_hours >= 1 else 3 if watt_hours >= 0.01 else 4
        return self("watt_hours", value=self.number(watt_hours, digits))

    def measured(self, one: Measured, value: float) -> str:
        """A value of a measure, or an end of its interval, in its unit."""
        return self.energy(value) if one.unit == "watt_hours" else self.share(value)

    def kept(self, one: Kept) -> str:
        """How long something stays."""
        if one.entries is None:
            return self.fact(f"kept_{one.what}")
        if one.days is not None:
            return self.fact(f"kept_{one.what}", days=one.days, entries=self.number(one.entries))
        if not one.minutes:
            return self.fact(f"kept_{one.what}_off")
        return self.fact(f"kept_{one.what}", minutes=one.minutes, entries=self.number(one.entries))

    def kind(self, kind: str) -> str:
        """What a kind of document is called; an organisation's own word is left as it is."""
        named = f"pages.kind_{kind or 'none'}"
        return message(named, self.language) if named in catalogue(self.language) else kind

    def date(self, iso: str | None) -> str:
        """An ISO 8601 date, as precise as it is."""
        return Words(self.language).date(iso) if iso else ""

    def moment(self, iso: str | None) -> str:
        """A day and an hour, in the time of the machine; the text itself where it is no moment."""
        try:
            moment = datetime.fromisoformat(iso or "").astimezone()
        except ValueError:
            return iso or ""
        return self("moment", date=self.date(moment.date().isoformat()), time=moment.strftime("%H:%M"))
