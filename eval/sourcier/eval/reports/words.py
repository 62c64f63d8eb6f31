"""Figures and names as a report writes them, in one language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sourcier.core.messages import Language, catalogue, message
from sourcier.eval.reports.content import Cell

__all__ = ["NOTHING", "Words"]

NOTHING = "–"
_LOOSE = re.compile(r" (?=[:;?!»%])|(?<=«) ")
#: A no-break space before « % », as French typography and the SI want it; English does without.
_PERCENT = {"fr": "\u00a0%", "en": "%"}


@dataclass(frozen=True, slots=True)
class Words:
    """Speaks one language."""

    language: Language

    def __call__(self, name: str, /, **values: object) -> str:
        """The sentence ``report.NAME`` of the catalogue; in French no line breaks before « : » or inside guillemets."""
        sentence = catalogue(self.language)[f"report.{name}"]
        # Before the values are filled in: what others wrote keeps its own spaces.
        return (_LOOSE.sub("\u00a0", sentence) if self.language == "fr" else sentence).format(**values)

    def known(self, name: str, otherwise: str) -> str:
        """The same, or ``otherwise`` where the catalogue has none (a judge or an engine that is new)."""
        return self(name) if f"report.{name}" in catalogue(self.language) else otherwise

    def reason(self, code: str) -> str:
        """Why a sentence is not shown, as members read it."""
        known = f"ui.reason_{code}" in catalogue(self.language)
        return message(f"ui.reason_{code}" if known else "ui.reason_other", self.language)

    def number(self, value: float | None, digits: int = 1) -> str:
        """A number with so many decimals, and a decimal comma in French."""
        if value is None:
            return NOTHING
        written = f"{value:,.{digits}f}"
        if self.language == "fr":
            return written.replace(",", "\u202f").replace(".", ",").replace("-", "−")
        return written.replace("-", "−")

    def share(self, value: float | None, digits: int = 1) -> str:
        """A share, 0 to 1, as a percentage."""
        return NOTHING if value is None else f"{self.number(100 * value, digits)}{_PERCENT[self.language]}"

    def round_share(self, value: float | None) -> str:
        """The same within a sentence: no decimal where there is nothing to say by it."""
        return self.share(value, 0 if value is not None and round(100 * value, 9).is_integer() else 1)

    def points(self, value: float | None) -> str:
        """A difference of shares, in points, with its sign."""
        if value is None:
            return NOTHING
        return ("+" if value > 0 else "") + self.number(100 * value + 0.0, 1)

    def interval(self, low: float | None, high: float | None, factor: float = 100, digits: int = 1) -> str:
        """Both bounds in brackets; nothing where there are none, or where too few observations were all the same."""
        if low is None or high is None or low == high:
            return ""
        between = "\u00a0; " if self.language == "fr" else ", "
        return f"[{self.number(factor * low, digits)}{between}{self.number(factor * high, digits)}]"

    def estimate(self, estimate: Mapping[str, Any] | None, *, as_share: bool = True, digits: int = 1) -> Cell:
        """An estimate as a cell: value, then interval and ``n`` in small; ``digits`` are those of a percentage."""
        if estimate is None or estimate.get("value") is None:
            return Cell(NOTHING)
        value = float(estimate["value"])
        factor, digits = (100.0, digits) if as_share else (1.0, 3)
        bounds = self.interval(estimate.get("low"), estimate.get("high"), factor, digits)
        detail = " ".join(part for part in (bounds, f"n\u00a0=\u00a0{estimate.get('n', 0)}") if part)
        return Cell(self.share(value, digits) if as_share else self.number(value, 3), detail, value=value)

    def p(self, value: float | None) -> str:
        """A p-value."""
        if value is None:
            return NOTHING
        return f"< {self.number(0.001, 3)}" if value < 0.001 else self.number(value, 3)
