"""Numbers and dates of a workbook as its cells show them to someone who reads French.

A workbook holds 0.125 and « 0.0% »: what is seen, and can be quoted, is « 12,5 % ».
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

_SPACE = "\u00a0"
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_SIGNS = {"CAD": "$", "USD": "$ US", "EUR": "€", "GBP": "£", "US$": "$ US", "CA$": "$"}
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<width>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]?|'
    r"(?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+)(?P<thousands>,*)|(?P<exponent>[eE][+-]0+)|(?P<percent>%)|"
    r"(?P<general>General|Standard)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_DATE_PARTS = re.compile(r"[dmyhsjaq]", re.IGNORECASE)
_MAX_DECIMALS = 15


@dataclass(frozen=True, slots=True)
class _Section:
    """One part of a number format (positive, negative, zero), taken apart."""

    before: str = ""
    after: str = ""
    symbol: str = ""
    general: bool = False
    digits: bool = False
    grouped: bool = False
    decimals: int = 0
    optional: int = 0
    least: int = 1
    percent: int = 0
    thousands: int = 0
    exponent: bool = False
    mask: tuple[str, ...] = ()
    """Places of digits (``0``, ``#``, ``?``) and the literals between them (quoted), of « 000-0000 »."""


def number(value: Decimal, code: str) -> str:
    """A number under a format that is not one of dates; empty where the format shows nothing.

    Grouped by no-break spaces, with a decimal comma; a currency or a percent sign comes after it, as French has it.
    """
    sections = _sections(code)
    if len(sections) > 2 and value == 0:
        section, value, signed = sections[2], abs(value), False
    elif len(sections) > 1 and value < 0:
        section, value, signed = sections[1], abs(value), False
    else:
        section, signed = sections[0], value < 0
    if section is None:
        return ""
    shown = _digits(abs(value), section)
    text = re.sub(r" (?=[$€£%])", _SPACE, f"{section.before}{shown}{section.after}".strip())
    if section.symbol and (section.general or section.digits):
        closing = ")" if text.endswith(")") else ""
        text = text.removesuffix(")") + f"{_SPACE}{section.symbol}{closing}" if text else section.symbol
    if signed and re.search(r"[1-9]", shown):
        text = f"-{text}"
    return text


@lru_cache(maxsize=512)
def is_date(code: str) -> bool:
    """Whether a format shows dates or times."""
    kept = re.sub(
        r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|general|standard',
        "",
        code.split(";", maxsplit=1)[0],
        flags=re.IGNORECASE,
    )
    return _DATE_PARTS.search(kept) is not None and not re.search(r"[0#?]", re.sub(r"[sS:]+\.?0+", "", kept))


def date(serial: float, code: str, *, since_1904: bool = False) -> str:
    """A day number under a format of dates: ``2026-11-24``, or ``24 novembre 2026`` where the format names the month.

    Days in digits are written the ISO way: « 04/05/2026 » has two meanings. Empty for what is no date.
    """
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.', " ", code.split(";", maxsplit=1)[0]).lower()
    elapsed = re.search(r"\[(h+|m+|s+)\]", bare)
    if elapsed:
        return _elapsed(serial, elapsed.group(1)[0], seconds="s" in bare)
    moment = _moment(serial, since_1904=since_1904)
    if moment is None:
        return ""
    bare = re.sub(r"\[[^\]]*\]", "", bare)
    # « m » next to hours or seconds is minutes.
    days = re.sub(r"h+[^a-z]*m+|m+[^a-z]*s+|am/pm|a/p|h+|s+(?:\.0+)?", "", bare)
    parts = [_day(moment, days)] if re.search(r"[dmyj]", days) else []
    if "h" in bare or "s" in bare:
        parts.append(moment.strftime("%H:%M:%S" if "s" in bare else "%H:%M"))
    return " ".join(parts)


def general(value: Decimal) -> str:
    """A number without any format: as many digits as say it, ten at most."""
    if value == value.to_integral_value() and abs(value) < Decimal(10) ** 15:
        return f"{value:f}".split(".")[0]
    try:
        rounded = value.quantize(Decimal(1).scaleb(max(-10, value.adjusted() - 9)), ROUND_HALF_UP)
    except InvalidOperation:
        return str(value).replace(".", ",")
    text = f"{rounded:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def _digits(value: Decimal, section: _Section) -> str:
    if section.general:
        return general(value)
    if not section.digits:
        return ""
    try:
        value = value.scaleb(2 * section.percent - 3 * section.thousands)
        if section.exponent:
            return f"{value:.{section.decimals}E}".replace(".", ",")
        rounded = value.quantize(Decimal(1).scaleb(-section.decimals), ROUND_HALF_UP)
    except InvalidOperation:
        return str(value).replace(".", ",")
    whole, _, decimals = f"{rounded:f}".partition(".")
    for _ in range(section.optional):
        decimals = decimals.removesuffix("0")
    whole = "" if section.least == 0 and whole == "0" else whole.rjust(section.least, "0")
    if section.mask:
        whole = _masked(whole, section.mask)
    elif section.grouped:
        whole = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", _SPACE, whole)
    return (whole + (f",{decimals}" if decimals else "")) + (f"{_SPACE}%" if section.percent else "")


def _masked(digits: str, mask: tuple[str, ...]) -> str:
    """Digits in their places, from the right; the first place takes all that is left."""
    places = sum(len(place) == 1 for place in mask)
    shown = ""
    for place in reversed(mask):
        if len(place) > 1:
            shown = place[1:] + shown if digits or places else shown
            continue
        places -= 1
        taken = digits[-1:] if places else digits
        digits = digits[: len(digits) - len(taken)]
        shown = (taken or ("0" if place == "0" else "")) + shown
    return shown.lstrip(" -\u00a0") if not shown[:1].isdigit() else shown


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section | None, ...]:
    """The sections of a format, None for one that shows nothing. A condition in brackets is not looked at."""
    found: list[_Section | None] = []
    for part in _split(code)[:3]:
        section = _section(part)
        empty = not (section.general or section.digits or section.before or section.after or section.symbol)
        found.append(None if empty else section)
    return tuple(found) or (_Section(general=True),)


def _split(code: str) -> list[str]:
    parts, quoted = [""], False
    for character in code[:400]:
        quoted ^= character == '"'
        if character == ";" and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _section(code: str) -> _Section:
    before, after, symbol, pattern = "", "", "", ""
    mask: list[str] = []
    between: list[str] = []
    general_ = exponent = fraction = False
    percent = thousands = 0
    for token in _TOKEN.finditer(code):
        kind, text = token.lastgroup, token.group()
        if token["digits"] is not None:
            if "." not in pattern:
                # What stood after digits stands between them now.
                mask += [*between, *token["digits"].partition(".")[0].replace(",", "")]
                after = after if not between else ""
            between = []
            pattern += token["digits"]
            thousands += len(token["thousands"] or "")
            continue
        literal = ""
        if text == "/" and pattern:
            # A fraction: its value is shown as decimals.
            fraction = True
            break
        if kind == "general":
            general_ = True
        elif kind == "exponent":
            exponent = True
        elif kind == "percent":
            percent += 1
        elif kind == "bracket":
            sign = re.fullmatch(r"\$([^-]*)(?:-.*)?", token["bracket"])
            symbol = symbol or (sign.group(1).strip() if sign else "")
        elif kind == "width":
            literal = " "
        elif kind in {"quoted", "escaped", "other"}:
            literal = token["quoted"] or token["escaped"] or (text if kind == "other" and text != "@" else "")
        if not (pattern or general_) and literal.strip() in {"$", "€", "£", *_SIGNS}:
            symbol, literal = symbol or literal.strip(), ""
        if pattern or general_:
            after += literal
            between += [f'"{literal}'] if literal and "." not in pattern else []
        else:
            before += literal
    # A comma at the end of the digits divides by a thousand; inside them it groups.
    while pattern.endswith(","):
        pattern, thousands = pattern[:-1], thousands + 1
    whole, _, decimals = pattern.partition(".")
    decimals = re.sub(r"[^0#?]", "", decimals)[:_MAX_DECIMALS]
    return _Section(
        before=before.lstrip(),
        after="" if fraction else after.rstrip(),
        symbol=_SIGNS.get(symbol, symbol),
        general=general_ or fraction or "@" in code,
        digits=bool(pattern) and not fraction,
        grouped="," in whole,
        decimals=len(decimals),
        optional=len(decimals) - len(decimals.rstrip("#?")),
        least=whole.count("0"),
        percent=percent,
        thousands=thousands,
        exponent=exponent,
        mask=tuple(mask) if any(len(place) > 1 for place in mask) else (),
    )


def _moment(serial: float, *, since_1904: bool) -> datetime | None:
    if not 0 <= serial < 2_958_466:
        return None
    # Workbooks hold 1900 for a leap year, as the first of them did.
    first = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 31 if serial < 60 else 30)
    return first + timedelta(days=int(serial), seconds=round((serial % 1) * 86_400))


def _day(moment: datetime, parts: str) -> str:
    month = _MONTHS[moment.month - 1]
    has_day = re.search(r"(?<!d)[dj]{1,2}(?!d)", parts) is not None
    has_year = "y" in parts or "a" in parts
    if "mmm" in parts:
        day = "1er" if moment.day == 1 else str(moment.day)
        shown = [day] * has_day + [month] + [str(moment.year)] * has_year
    elif "m" in parts:
        form = ("%Y-" if has_year else "") + "%m" + ("-%d" if has_day else "")
        shown = [moment.strftime(form) if has_year else " ".join(([str(moment.day)] * has_day) + [month])]
    else:
        shown = [str(moment.day)] * has_day + [str(moment.year)] * has_year
    if "ddd" in parts or "jjj" in parts:
        shown.insert(0, _DAYS[moment.weekday()])
    return " ".join(shown)


def _elapsed(days: float, unit: str, *, seconds: bool) -> str:
    total = round(abs(days) * 86_400)
    sign = "-" if days < 0 else ""
    if unit == "s":
        return f"{sign}{total}"
    if unit == "m":
        return f"{sign}{total // 60}" + (f":{total % 60:02}" if seconds else "")
    return f"{sign}{total // 3600}:{total // 60 % 60:02}" + (f":{total % 60:02}" if seconds else "")
