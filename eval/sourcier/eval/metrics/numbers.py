"""Figures of a sentence (numbers, amounts, dates, times, references), in one form whatever their typography."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from sourcier.eval.metrics.number_words import MONTHS, ONES, WORDS
from sourcier.eval.metrics.text import plain, without_markers

__all__ = ["Day", "Figure", "Number", "Reference", "figures", "supported"]


@dataclass(frozen=True, slots=True)
class Number:
    """A quantity. ``unit`` is ``%``, ``$``, ``€`` or empty; other units are left to the words around."""

    value: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A date as precise as it is written; at least two parts are known, except in evidence (a lone month)."""

    year: int | None
    month: int
    day: int | None


@dataclass(frozen=True, slots=True)
class Reference:
    """A code, article, telephone number or time of day, without the spaces and dots that vary."""

    text: str


Figure = Number | Day | Reference


def _spelt(words: Collection[str]) -> str:
    # Longest first: « vingt-deux » before « vingt ». The hyphens of 1990's spelling are optional.
    return "|".join(re.escape(w).replace(r"\-", r"[\s-]") for w in sorted(words, key=len, reverse=True))


_SCALES = {
    "mille": 10**3, "thousand": 10**3, "k": 10**3, "million": 10**6, "millions": 10**6, "m": 10**6,
    "milliard": 10**9, "milliards": 10**9, "md": 10**9, "billion": 10**9, "cents": 100, "cent": 100, "hundred": 100,
}  # fmt: skip
_UNITS = {
    "%": "%", "pour cent": "%", "percent": "%", "per cent": "%",
    "$": "$", "dollar": "$", "dollars": "$", "€": "€", "euro": "€", "euros": "€",
}  # fmt: skip

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_NUMERAL = r"[1-9]\d{0,2}(?:[ .,]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?(?!\d)"
_TOKEN = re.compile(
    rf"""
      (?P<iso>(?<![\w-])(?P<iy>\d{{4}})-(?P<im>\d\d)-(?P<id>\d\d)(?![\w-]))
    | (?P<slash>(?<!\w)(?P<sd>\d{{1,2}})/(?P<sm>\d{{1,2}})/(?P<sy>\d{{4}})(?!\w))
    | (?P<dmy>(?<!\w)(?P<dd>\d{{1,2}})(?:er|st|nd|rd|th)?\s+(?:of\s+)?(?P<dm>{_MONTH})\b\.?(?:,?\s+(?P<dy>\d{{4}})\b)?)
    | (?P<mdy>\b(?P<em>{_MONTH})\b\.?\s+(?P<ed>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<ey>\d{{4}})\b)?)
    | (?P<my>\b(?P<mm>{_MONTH})\b\.?,?\s+(?P<year>\d{{4}})\b)
    | (?P<month>\b(?:{_MONTH})\b)
    | (?P<time>(?<!\w)(?P<hour>\d{{1,2}})\s?[h:]\s?(?P<minute>[0-5]\d)(?!\w))
    | (?P<years>(?<!\w)(?P<from>(?:19|20)\d\d)\s?[-–]\s?(?P<to>(?:19|20)\d\d)(?![\w-]))
    | (?P<phone>(?<!\w)\(?\d{{3}}\)?[ .-]\d{{3}}[ .-]\d{{4}}(?!\w)|(?<!\w)\d\d(?:[ .]\d\d){{4}}(?!\w))
    | (?P<code>(?<!\w)(?:(?-i:[LRD])\.?\s?\*?|(?-i:[A-Z])[A-Za-z]*-?)\d+(?:[-./]\d+)*(?!\w)
        |(?<!\w)\d+(?:[-/]\d+)+(?!\w)|(?<!\w)\d+(?:\.\d+){{2,}}(?!\w))
    | (?:(?<!\w)(?P<sign>[$€])\s?)?(?:(?<!\w)(?P<digits>{_NUMERAL})|\b(?P<words>{_spelt(WORDS)}|{_spelt(ONES)})s?\b)
      (?:\s?(?P<scale>cents?|hundred|mille|thousand|millions?|milliards?|billion|k(?=\s?[$€])|md?(?=\s?[$€]))(?![^\W\d_]))?
      (?:(?:er|re|e|ème|nd|rd|th|st)(?!\w))?
      (?:\s?(?:de\s|d')?(?P<unit>%|[$€]|pour\scent\b|per\s?cent\b|dollars?\b|euros?\b))?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_GROUPED = re.compile(r"([1-9]\d{0,2}(?:[ .,]\d{3})+)(?:[.,](\d+))?")
_LIST_NUMBER = re.compile(r"^\s*\d{1,2}[.)]\s")


def figures(text: str, *, evidence: bool = False) -> list[Figure]:
    """Figures of ``text``, in order. ``1 500`` is 1500, ``trois`` is 3, ``60 M€`` is 60 million euros.

    Args:
        text: a sentence, markers and list number included or not.
        evidence: also read what proves a figure but does not claim one: ``un``, ``premier``, a month alone.
    """
    text = _LIST_NUMBER.sub("", without_markers(plain(text)))
    return [figure for match in _TOKEN.finditer(text) for figure in _read(match, evidence)]


def supported(figure: Figure, evidence: Collection[Figure]) -> bool:
    """Whether ``evidence`` (figures of the quotes) holds ``figure``.

    A unit must not differ; it may be missing on one side (« entre 12 et 18 % »). The parts of a date may be apart
    (« en 2025 … le 12 mars », « du 3 au 5 mars »), but no part may be taken from another date.
    """
    numbers = {e.value for e in evidence if isinstance(e, Number)}
    days = [e for e in evidence if isinstance(e, Day)]
    if isinstance(figure, Number):
        same = any(
            isinstance(e, Number) and e.value == figure.value and ("" in {e.unit, figure.unit} or e.unit == figure.unit)
            for e in evidence
        )
        return same or (not figure.unit and any(day.year == figure.value for day in days))
    if isinstance(figure, Day):
        return any(
            day.month == figure.month
            and (figure.day is None or day.day == figure.day or figure.day in numbers)
            and (figure.year is None or day.year == figure.year or (day.year is None and figure.year in numbers))
            for day in days
        )
    if figure in evidence:
        return True
    bounds = [int(part) for part in figure.text.split("-") if part.isdecimal() and len(part) <= 3]
    return len(bounds) == 2 == figure.text.count("-") + 1 and bounds[0] < bounds[1] and numbers.issuperset(bounds)


def _read(match: re.Match[str], evidence: bool) -> Iterator[Figure]:
    group = match.groupdict()
    for y, m, d in (("iy", "im", "id"), ("sy", "sm", "sd"), ("dy", "dm", "dd"), ("ey", "em", "ed"), ("year", "mm", "")):
        if month := group[m]:
            number = int(month) if month.isdecimal() else MONTHS[month.casefold()]
            yield Day(int(group[y]) if group[y] else None, number, int(group[d]) if d else None)
            return
    if group["month"]:
        if evidence:
            yield Day(None, MONTHS[group["month"].casefold()], None)
    elif group["time"]:
        hour, minute = int(group["hour"]), group["minute"]
        yield Number(Decimal(hour)) if minute == "00" else Reference(f"{hour}:{minute}")  # « 14 h 00 » is « 14 h »
    elif group["years"]:
        yield from (Number(Decimal(group["from"])), Number(Decimal(group["to"])))
    elif group["phone"]:
        yield Reference(re.sub(r"\D", "", group["phone"]))
    elif group["code"]:
        code = re.sub(r"[\s*]", "", group["code"].casefold())
        yield Reference(re.sub(r"^([^\W\d_]+)[.-]", r"\1", code))
    else:
        yield from _number(group, evidence)


def _number(group: dict[str, str | None], evidence: bool) -> Iterator[Number]:
    if digits := group["digits"]:
        value = _decimal(digits)
    else:
        word = re.sub(r"[\s-]+", "-", (group["words"] or "").casefold())
        if word in ONES and not evidence and not group["scale"]:
            return
        value = Decimal(ONES[word] if word in ONES else WORDS[word])
    if scale := group["scale"]:
        value *= _SCALES[scale.casefold()]
    unit = re.sub(r"\s+", " ", (group["unit"] or group["sign"] or "").casefold())
    yield Number(value, _UNITS[unit] if unit else "")


def _decimal(digits: str) -> Decimal:
    """A numeral: groups of three digits are thousands, whatever separates them; any other comma is decimal."""
    if grouped := _GROUPED.fullmatch(digits):
        return Decimal(f"{re.sub(r'[ .,]', '', grouped[1])}.{grouped[2] or 0}")
    return Decimal(digits.replace(",", "."))
