"""What can be hidden of a sentence and asked for: a figure, a date, a name; and values of the same shape that are others.

A value is compared with others only where it could stand in their place: same kind, same small word before it, so that
neither gender nor number gives it away.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from sourcier.app.answering.verifier.names import names
from sourcier.app.answering.verifier.text import fold, read

__all__ = ["Kind", "Value", "others_like", "squares", "values_in"]

Kind = Literal["share", "amount", "count", "date", "month", "year", "acronym", "name"]

_SPACE = "[ \u00a0\u202f]"
_MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")  # fmt: skip
_MONTH = "|".join(_MONTHS)
_WRITTEN = {
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11,
    "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
}  # fmt: skip
_FIGURE = rf"\d{{1,3}}(?:{_SPACE}\d{{3}})+|\d+(?:,\d+)?"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("date", re.compile(rf"(?<![\w/.-])(?P<v>(?:\d{{1,2}}|1er){_SPACE}(?:{_MONTH}){_SPACE}(?:19|20)\d\d)(?![\w/-])")),
    ("month", re.compile(rf"(?<![\w/.-])(?P<v>(?:{_MONTH}){_SPACE}(?:19|20)\d\d)(?![\w/-])")),
    ("year", re.compile(r"(?:(?<=\b[Ee]n )|(?<=’ici )|(?<='ici )|(?<=[Dd]epuis )|(?<=[Dd]ès ))(?P<v>(?:19|20)\d\d)(?![\w/–-]|,\d)")),
    ("share", re.compile(rf"(?<![\w,./-])(?P<v>(?:{_FIGURE}){_SPACE}?%)")),
    ("amount", re.compile(rf"(?<![\w,./-])(?P<v>(?:{_FIGURE})(?:{_SPACE}(?:millions?|milliards?)(?: d[’']|{_SPACE}de{_SPACE})?)?{_SPACE}?(?:\$|€|euros|dollars))")),
    ("count", re.compile(rf"(?<![\w,./°-])(?P<v>{_FIGURE}|{'|'.join(_WRITTEN)})(?={_SPACE}(?!janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)(?:(?!pages)[a-zà-ÿœ-]{{2,}}[sx])\b)")),
)  # fmt: skip
_NAMED_NUMBER = re.compile(r"\b(?:lois?|articles?|axes?|annexes?|chapitres?|règlements?|n°|no|numéro|convention|note|page|version)\s*$", re.IGNORECASE)  # fmt: skip
#: Capitals that open a common noun or a title rather than name someone.
_NOT_NAMES = frozenset(fold(word) for word in ["Loi", "Code", "Charte", "Règlement", "État", "Internet", "Web", "Chambre", "Projet", "Axe", "Annexe", "Madame", "Monsieur"])  # fmt: skip
_SLOTS: dict[str, str] = {
    **dict.fromkeys(("le", "du", "au", "un"), "m"), **dict.fromkeys(("la", "une"), "f"),
    **dict.fromkeys(("les", "des", "aux"), "p"), **dict.fromkeys(("l", "d", "qu"), "v"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """``text`` at ``[start, end)`` of a sentence.

    Attributes:
        slot: class of the small word before a name: ``m``, ``f``, ``p``, ``v`` (elided) or nothing; for figures, their noun.
    """

    kind: Kind
    text: str
    start: int
    end: int
    slot: str = ""

    @property
    def number(self) -> float:
        """The figure, for comparing sizes; for a date, days or so since the year 0; 0 for a name."""
        if self.kind in {"acronym", "name"}:
            return 0.0
        if self.kind in {"date", "month", "year"}:
            year = int(self.text[-4:])
            month = next((i for i, name in enumerate(_MONTHS, 1) if name in self.text), 0)
            day = int(re.match(r"\d*", self.text)[0] or 0) if self.kind == "date" else 0  # type: ignore[index]
            return year * 372.0 + month * 31 + day
        if self.text in _WRITTEN:
            return float(_WRITTEN[self.text])
        found = re.match(_FIGURE, self.text)
        return float(re.sub(_SPACE, "", found[0]).replace(",", ".")) if found else 0.0


def values_in(text: str) -> list[Value]:
    """Every value of a sentence that can be asked for, in order, none inside another."""
    found: list[Value] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span("v")
            if _free(found, start, end) and not _NAMED_NUMBER.search(text[:start]):
                found.append(Value(kind, match["v"], start, end, kind))
    found.extend(value for value in _names(text) if _free(found, value.start, value.end))
    return sorted(found, key=lambda value: value.start)


def _free(found: Iterable[Value], start: int, end: int) -> bool:
    return not any(value.start < end and start < value.end for value in found)


def _names(text: str) -> Iterator[Value]:
    runs: list[tuple[int, int]] = []
    for token in names(read(text)):
        if runs and re.fullmatch(rf"{_SPACE}|-", text[runs[-1][1] : token.start]):
            runs[-1] = (runs[-1][0], token.end)
        else:
            runs.append((token.start, token.end))
    for start, end in runs:
        name = text[start:end]
        before = re.search(r"(\w+)[ \u00a0’']*$", text[:start])
        slot = _SLOTS.get(fold(before[1]), "") if before else ""
        # « Long Name (LN) » and « Loi sur… » are parts of longer names; so is what a small word goes on from.
        inside = (text[max(0, start - 1) : start] in {"(", "-", "/", "’", "'"} and not slot) or re.match(
            r"\s*\(|[ \u00a0](?:du|de|des|sur)\b|[-’']\w|/", text[end:]
        )
        if (
            inside
            or fold(name.split()[0]) in _NOT_NAMES
            or len(name) < 2
            or (name[0].isupper() and start == 0 and " " not in name)
        ):
            continue
        if name.isupper() and " " not in name:
            if len(name) > 2:
                yield Value("acronym", name, start, end, slot)
        elif " " in name:
            # A name of one word may be a place, a firm or the head of a longer name: what could replace it is not known.
            yield Value("name", name, start, end, f"{slot} {'mixed' if re.search('[A-Z0-9]{2}', name) else 'plain'}")


def others_like(value: Value, pool: Iterable[Value], source: random.Random) -> list[Value]:
    """Values that could stand in the place of one, each once, the nearest in size or length first, figures made up where few.

    Args:
        pool: values of other sentences.
    """
    same = {
        fold(other.text): other
        for other in pool
        if other.kind == value.kind and other.slot == value.slot and fold(other.text) != fold(value.text)
    }
    if value.kind in {"acronym", "name"}:
        return sorted(same.values(), key=lambda other: (abs(len(other.text) - len(value.text)), other.text))
    alike = [other for other in same.values() if _shape(other.text) == _shape(value.text) and _near(other, value)]
    made = {fold(text): Value(value.kind, text, 0, len(text), value.slot) for text in _made_up(value, source)}
    every = {fold(other.text): other for other in alike} | {k: v for k, v in made.items() if k not in same}
    every.pop(fold(value.text), None)
    return sorted(every.values(), key=lambda other: (abs(other.number - value.number), other.text))


def _near(one: Value, other: Value) -> bool:
    if one.kind in {"date", "month", "year"}:
        return abs(one.number - other.number) <= 8 * 372
    return other.number / 4 <= one.number <= other.number * 4


def _shape(text: str) -> str:
    return re.sub(r"[a-zà-ÿœ]+", "a", re.sub(r"\d", "0", text))


def _made_up(value: Value, source: random.Random) -> list[str]:
    """Figures of the same shape, as round as the one they stand for, below and above it."""
    if value.kind == "year":
        year = int(value.text)
        return [str(year + step) for step in (-4, -3, -2, -1, 1, 2, 3, 4)]
    if value.kind in {"date", "month"}:
        return [other.text for square in squares(value) for other in square]
    if value.text in _WRITTEN:
        near = [word for word, number in _WRITTEN.items() if 0 < abs(number - value.number) <= 4]
        return sorted(near)
    found = re.match(_FIGURE, value.text)
    if found is None:
        return []
    digits = found[0]
    decimals = len(digits.partition(",")[2])
    whole = int(re.sub(r"\D", "", digits))
    step = next(
        step
        for step in (10**6, 10**5, 10**4, 1000, 500, 100, 50, 10, 5, 1)
        if whole % step == 0 and step <= max(1, whole // 2)
    )
    made = []
    for _ in range(40):
        other = whole + step * source.choice([-1, 1]) * source.randint(1, max(3, min(9, whole // step)))
        plain = str(other)
        if other <= 0 or len(plain) != len(str(whole)):
            continue
        if decimals:
            plain = f"{plain[:-decimals]},{plain[-decimals:]}"
        elif re.search(_SPACE, digits):
            space = re.search(_SPACE, digits)
            plain = f"{other:,}".replace(",", space[0] if space else " ")
        made.append(plain + value.text[found.end() :])
    return list(dict.fromkeys(made))


def squares(value: Value) -> list[list[Value]]:
    """Threes of dates that make a square with a date: two months, two years, so that none of the four stands out."""
    year = int(value.text[-4:])
    month = next(i for i, name in enumerate(_MONTHS) if name in value.text)
    head, found, tail = value.text.partition(_MONTHS[month])
    made = []
    for months in (-3, -2, -1, 1, 2, 3):
        for years in (-1, 1):
            if 0 <= month + months < len(_MONTHS):
                other = _MONTHS[month + months]
                texts = (
                    f"{head}{other}{tail}",
                    f"{head}{found}{tail[:-4]}{year + years}",
                    f"{head}{other}{tail[:-4]}{year + years}",
                )
                made.append([Value(value.kind, text, 0, len(text), value.slot) for text in texts])
    return made
