"""Numbers, amounts, shares, durations, dates and references, in one normal form, so that « trois mois » meets « 3 mois »."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Literal

from sourcier.app.answering.verifier.text import Reading, Token, fold, lexicon, read, words

Kind = Literal["number", "date", "reference"]

_GROUPED = r"\d{1,3}(?:[ \u00a0\u202f\u2009.]\d{3})+(?:,\d+)?(?!\d)|\d+(?:[.,]\d+)?"
_REFERENCE = re.compile(
    r"\b(?:[A-Z]{1,4}-\d+(?:[.-]\d+)*|[LRD]\.? ?\*?\d+(?:-\d+)*(?:\.\d+)?)\b"
    r"|\b(?P<noun>lois?|articles?|axes?|annexes?|chapitres?|règlements?|n°|no|numéro|versions?|convention n°)\s+(?P<n>\d+(?:[-/.]\d+)*)",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}}|1er|premier)\s+)?(?P<month>{'|'.join(lexicon()['months'].split())})(?:\s+(?P<year>\d{{4}}))?\b"
    r"|\b(?P<iy>\d{4})-(?P<im>\d{2})-(?P<id>\d{2})\b|\b(?P<fd>\d{1,2})/(?P<fm>\d{1,2})/(?P<fy>\d{4})\b",
    re.IGNORECASE,
)
_ENGLISH = "|".join(month.capitalize() for month in lexicon()["months_english"].split())
#: « June 24, 2022 », « 24 June 2022 », « June 2022 »; « May » and « March » alone are words like others.
_ENGLISH_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{_ENGLISH})"
    r"(?:\s+(?P<after>\d{1,2})(?:st|nd|rd|th)?\b(?!\d))?(?:,?\s+(?P<year>\d{4}))?\b"
)
_BARE = frozenset({"May", "March"})
#: What may follow a year in English, and ends like a plural.
_NO_NOUNS = frozenset({"was", "is", "has", "as", "its", "this", "does", "per"})
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_DIGITS = re.compile(_GROUPED)
_ORDINAL = re.compile(r"\b(\d+)(?:er|ère|re|e|ème|eme|nd|nde)\b", re.IGNORECASE)
_ROMAN = re.compile(r"\b([IVX][IVXLC]*)(?:er|e|ème)\b")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_HALF = "moitie"
_ONES = frozenset({"un", "une", "onze"})
_SCALES = {"an": ("mois", 12.0), "semaine": ("jour", 7.0)}  # « un an » is « douze mois »
_SYMBOLS = {"M": 1e6, "G": 1e9, "Md": 1e9, "k": 1e3}  # « 4,5 M$ »


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure of a text.

    Attributes:
        value: the number; for a reference its canonical text (``c-27``, ``l1222-1``, ``loi 25``).
        unit: canonical unit of the lexicon, « ordinal », or the stem of the noun that follows (lower certainty).
        known: whether ``unit`` is one of the closed list, so that a difference is a contradiction.
        date: (year, month, day), zero where not said.
        first, last: indices of its tokens in the reading.
        written: in letters; « deux » often counts what the source merely lists.
    """

    kind: Kind
    value: float | str
    unit: str
    known: bool
    date: tuple[int, int, int]
    first: int
    last: int
    written: bool = False


@cache
def _units() -> dict[str, str]:
    return {fold(form): name for name, forms in lexicon()["units"].items() for form in forms.split()}


@cache
def _months() -> dict[str, int]:
    names = (lexicon()["months"], lexicon()["months_english"])
    return {name: i for listed in names for i, name in enumerate(fold(listed).split(), start=1)}


@cache
def _number_words() -> dict[str, float]:
    return {fold(word): float(value) for word, value in lexicon()["number_words"].items()}


@cache
def _ordinals() -> dict[str, float]:
    return {fold(word): float(value) for word, value in lexicon()["ordinals"].items()}


@cache
def _magnitudes() -> dict[str, float]:
    return {fold(word): float(value) for word, value in lexicon()["magnitudes"].items()}


def parse_number(text: str) -> float:
    """The value of digits in French or plain writing: « 1 500,5 », « 1.500 », « 77,2 »."""
    compact = re.sub(r"[ \u00a0\u202f\u2009]", "", text)
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", compact):
        compact = compact.replace(".", "")
    return float(compact.replace(",", "."))


@lru_cache(maxsize=20_000)
def quantities(reading: Reading) -> tuple[Quantity, ...]:
    """Every figure of a text, in order, each character read once."""
    text, tokens = reading.text, reading.tokens
    starts = [token.start for token in tokens]
    taken = [False] * len(text)
    found: list[Quantity] = []

    def claim(start: int, end: int) -> tuple[int, int] | None:
        if any(taken[start:end]):
            return None
        taken[start:end] = [True] * (end - start)
        first = min(bisect_left(starts, start), len(tokens) - 1)
        return first, max(first, bisect_left(starts, end) - 1)

    for match in _DATE.finditer(text):
        if (place := claim(*match.span())) is not None:
            found.append(Quantity("date", 0.0, "", True, _date_of(match), *place))
    for match in _ENGLISH_DATE.finditer(text):
        bare = match.group() in _BARE
        if not bare and (place := claim(*match.span())) is not None:
            found.append(Quantity("date", 0.0, "", True, _english_date(match), *place))
    for match in _REFERENCE.finditer(text):
        if (place := claim(*match.span())) is not None:
            found.append(Quantity("reference", _reference_of(match), "", True, (0, 0, 0), *place))
    for match in _ORDINAL.finditer(text):
        if (place := claim(*match.span())) is not None:
            found.append(Quantity("number", float(match[1]), "ordinal", True, (0, 0, 0), *place))
    for match in _ROMAN.finditer(text):
        if (place := claim(*match.span())) is not None:
            found.append(Quantity("number", _roman(match[1]), "ordinal", True, (0, 0, 0), *place))
    for match in _DIGITS.finditer(text):
        if (place := claim(*match.span())) is not None:
            found.append(_with_unit(parse_number(match.group()), tokens, *place, year=len(match.group()) == 4))
    read_already = {i for q in found for i in range(q.first, q.last + 1)}
    found.extend(_spelled(tokens, read_already))
    return tuple(sorted(found, key=lambda q: q.first))


def _date_of(match: re.Match[str]) -> tuple[int, int, int]:
    if match["month"]:
        day = match["day"] or "0"
        return int(match["year"] or 0), _months()[fold(match["month"])], int(re.sub(r"[^0-9]", "", day) or 1)
    if match["iy"]:
        return int(match["iy"]), int(match["im"]), int(match["id"])
    return int(match["fy"]), int(match["fm"]), int(match["fd"])


def _english_date(match: re.Match[str]) -> tuple[int, int, int]:
    return int(match["year"] or 0), _months()[fold(match["month"])], int(match["day"] or match["after"] or 0)


def _reference_of(match: re.Match[str]) -> str:
    if match["noun"]:
        return f"{fold(match['noun']).rstrip('s')} {match['n']}"
    return re.sub(r"[. *]", "", fold(match.group()))


def _roman(text: str) -> float:
    values = [_ROMAN_VALUES[c] for c in text]
    return float(sum(-v if v < max(values[i:]) else v for i, v in enumerate(values)))


def _with_unit(value: float, tokens: Sequence[Token], first: int, last: int, *, year: bool = False) -> Quantity:
    """Read what follows a number: a magnitude (« millions »), then a unit or the counted noun."""
    after = last + 1
    if after < len(tokens) and (factor := _magnitudes().get(tokens[after].folded)) is not None:
        value, last, after = value * factor, after, after + 1
    elif after + 1 < len(tokens) and tokens[after].text in _SYMBOLS and tokens[after + 1].folded in {"$", "€"}:
        value, last, after = value * _SYMBOLS[tokens[after].text], after, after + 1
    while after < len(tokens) and tokens[after].folded in {"de", "d", "pour"} and after < last + 3:
        after += 1
    if first and tokens[first - 1].text in {"$", "€"} and tokens[first - 1].end == tokens[first].start:
        english = tokens[first].text  # $42.50, $1,500
        value = float(english.replace(",", "")) if _THOUSANDS.fullmatch(english) else value
        return Quantity("number", value, _units()[tokens[first - 1].text], True, (0, 0, 0), first - 1, last)
    following = tokens[after] if after < len(tokens) else None
    if following is not None and following.folded in _NO_NOUNS:
        following = None
    if following is not None and tokens[after - 1].folded == "pour" and following.folded in {"cent", "100"}:
        return Quantity("number", value, "%", True, (0, 0, 0), first, after)
    if following is not None and (unit := _units().get(following.folded)) is not None:
        return Quantity("number", value, unit, True, (0, 0, 0), first, after)
    counted = following is not None and following.content and following.folded[-1] in "sx" and after == last + 1
    if year and value.is_integer() and 1000 <= value <= 2100 and not counted:
        return Quantity("date", 0.0, "", True, (int(value), 0, 0), first, last)
    noun = following.stem if following is not None and following.content and not following.text[0].isdigit() else ""
    return Quantity("number", value, noun, False, (0, 0, 0), first, last)


def _spelled(tokens: Sequence[Token], skipped: Collection[int]) -> list[Quantity]:
    """Numbers in letters (« cent vingt-cinq »), ordinals (« trente-cinquième »), « un an » and « la moitié »."""
    found, i = [], 0
    numbers, ordinals = _number_words(), _ordinals()
    while i < len(tokens):
        word = tokens[i].folded
        if i in skipped:
            i += 1
        elif word in numbers:
            first, total, part = i, 0.0, 0.0
            while i < len(tokens) and (
                tokens[i].folded in numbers or (tokens[i].folded == "et" and _next_is(tokens, i + 1, _ONES))
            ):
                if tokens[i].folded == "et":
                    i += 1
                n = numbers.get(tokens[i].folded, 1.0)
                if n == 1000:
                    total, part = total + max(part, 1.0) * 1000, 0.0
                else:
                    part = max(part, 1.0) * n if n == 100 or (n == 20 and part == 4) else part + n
                i += 1
            if i < len(tokens) and tokens[i].folded in ordinals and tokens[i].start == tokens[i - 1].end + 1:
                value = total + part + ordinals[tokens[i].folded]
                found.append(Quantity("number", value, "ordinal", True, (0, 0, 0), first, i, False))
                i += 1
            else:
                found.append(replace(_with_unit(total + part, tokens, first, i - 1), written=True))
        else:
            if word in ordinals:
                found.append(Quantity("number", ordinals[word], "ordinal", True, (0, 0, 0), i, i))
            elif word == _HALF:
                found.append(Quantity("number", 50.0, "%", True, (0, 0, 0), i, i))
            elif word in {"un", "une"} and i + 1 < len(tokens) and tokens[i + 1].folded in _units():
                found.append(replace(_with_unit(1.0, tokens, i, i), written=True))
            i += 1
    return found


def _next_is(tokens: Sequence[Token], i: int, expected: Collection[str]) -> bool:
    return i < len(tokens) and tokens[i].folded in expected


def match(claimed: Quantity, given: Quantity) -> float:
    """How far a figure of the evidence carries one of the claim: 1 same, 0.5 same value and other noun, 0 no."""
    if claimed.kind == "date" or given.kind == "date":
        if claimed.kind != given.kind:
            # « le plan 2024 » and « 2024 personnes » look alike: a bare year is also a number.
            years = [q.date[0] if q.kind == "date" and not any(q.date[1:]) else q.value for q in (claimed, given)]
            return 0.5 if years[0] == years[1] else 0.0
        # A date may be said less precisely than its source, never more.
        pairs = [(c, g) for c, g in zip(claimed.date, given.date, strict=True) if c]
        return 1.0 if pairs and all(c == g for c, g in pairs) else 0.0
    if claimed.kind == "reference" or given.kind == "reference":
        return 1.0 if str(claimed.value) == str(given.value) else 0.0
    (mine, unit), (theirs, other) = _scaled(claimed), _scaled(given)
    if abs(mine - theirs) > 1e-6 * max(1.0, abs(theirs)):
        return 0.0
    if unit == other or not claimed.unit:
        return 1.0
    return 0.0 if claimed.known and given.known else 0.5


def _scaled(figure: Quantity) -> tuple[float, str]:
    """Value and unit, years in months and weeks in days."""
    unit, factor = _SCALES.get(figure.unit, (figure.unit, 1.0))
    return float(figure.value) * factor, unit


@lru_cache(maxsize=20_000)
def wording(reading: Reading) -> tuple[int, ...]:
    """Indices of the content tokens that are no part of a figure: figures are compared here, words elsewhere."""
    figures = {i for q in quantities(reading) for i in range(q.first, q.last + 1)}
    return tuple(i for i, t in enumerate(reading.tokens) if t.content and i not in figures)


@dataclass(frozen=True, slots=True)
class NumberFeatures:
    """How the figures of a claim stand in the evidence."""

    count: int
    missing: int
    missing_written: int
    """Of those, small numbers in letters without a unit, which often count what the source lists; not in ``missing``."""
    half: int
    dates_missing: int
    bound: float
    """Lowest share, over the claim's figures, of the shared words around one that stand by the same figure there."""
    far: float
    """Lowest share of a figure's neighbouring words that are in the sentence of the same figure."""
    unused: int
    """Whether a figure is missing while the evidence has another one of its kind among words of the claim."""
    reversed: int
    """« De 7 à 12 » in the claim where the evidence goes from 12 to 7."""
    against: int
    """The claim speaks of a rise where the evidence's figures fall, or of a fall where they rise."""


def compare(claim: Reading, evidence: Sequence[Reading], *, also: Iterable[str] = ()) -> NumberFeatures:
    """Look each figure of the claim up in the evidence, with its neighbourhood.

    ``also`` are texts (titles, the question) where a figure is known too, without being proof: it only stops it from
    being missing.
    """
    claimed = [q for q in quantities(claim) if not (q.unit == "ordinal" and q.value == 1)]
    given = [(r, q) for r in evidence for q in quantities(r)]
    context = [q for text in also for q in quantities(read(text))]
    missing = written = half = dates = unused = 0
    bound = far = 1.0
    mine = {t.stem for t in claim.content()}
    for figure in claimed:
        matches = [(match(figure, q), r, q) for r, q in given]
        best = max((m for m, _, _ in matches), default=0.0)
        if best == 0.0:
            if any(match(figure, q) == 1.0 for q in context):
                continue
            if figure.written and not figure.known:
                written += 1
                continue
            missing += 1
            dates += figure.kind == "date"
            unused |= any(q.kind == figure.kind and len(_around(r, q, 6) & mine) >= 2 for r, q in given)
            continue
        half += best == 0.5
        around = _around(claim, figure, 8)
        found = [(_around(r, q, None), {t.stem for t in r.tokens}) for m, r, q in matches if m == best]
        if around:
            far = min(far, max(len(around & everywhere) / len(around) for _, everywhere in found))
            bound = min(bound, max(_share(around & beside, around & everywhere) for beside, everywhere in found))
    turned, against = _moves(claim, evidence)
    return NumberFeatures(len(claimed), missing, written, half, dates, bound, far, int(unused), turned, against)


def changes(reading: Reading) -> list[tuple[float, float]]:
    """The pairs of « de 12 à 7 semaines »: figures joined by « à », the first one after « de »."""
    found = []
    figures = [q for q in quantities(reading) if q.kind == "number"]
    for one, other in itertools.pairwise(figures):
        between = reading.tokens[one.last + 1 : other.first]
        joined = bool(between) and between[-1].folded == "a" and len(between) <= 2
        if joined and one.first and reading.tokens[one.first - 1].folded in {"de", "d"}:
            found.append((float(one.value), float(other.value)))
    return found


def _moves(claim: Reading, evidence: Sequence[Reading]) -> tuple[int, int]:
    """``(reversed, against)`` of :class:`NumberFeatures`."""
    mine, theirs = changes(claim), [pair for r in evidence for pair in changes(r)]
    turned = sum((b, a) in theirs and (a, b) not in theirs for a, b in mine)
    said = {t.folded for t in claim.tokens}
    there = {t.folded for r in evidence for t in r.tokens}
    up, down = said & words("moves", "up"), said & words("moves", "down")
    against = 0
    if theirs and bool(up) != bool(down):
        signs = {b > a for a, b in theirs}
        same = there & words("moves", "up" if up else "down")
        against = int(signs == {bool(down)} and not same)
    return turned, against


def _share(part: set[str], whole: set[str]) -> float:
    return len(part) / len(whole) if whole else 0.5


def _around(reading: Reading, figure: Quantity, width: int | None) -> set[str]:
    """Stems of the content words nearer to this figure than to any other of the text, within ``width`` tokens."""
    others = [q for q in quantities(reading) if q.first != figure.first and q.kind == figure.kind]

    def distance(i: int, q: Quantity) -> int:
        return max(q.first - i, i - q.last, 0)

    return {
        reading.tokens[i].stem
        for i in wording(reading)
        if (width is None or distance(i, figure) <= width)
        and all(distance(i, figure) <= distance(i, other) for other in others)
    }
