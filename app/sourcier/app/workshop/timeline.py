"""The dated sentences of a kit's topics, in the order of time, each as its source writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sourcier.app.answering.evidence import units_of
from sourcier.app.answering.terms import content_stems
from sourcier.app.answering.verifier.text import fold
from sourcier.app.workshop.kit import Event, Topic
from sourcier.app.workshop.quiz.reading import is_reference, is_statement, passages_near
from sourcier.app.workshop.sources import Sources
from sourcier.app.workshop.tools import Tools
from sourcier.core.types import Hit

__all__ = ["Dated", "dates_in", "make_timeline"]

#: Passages looked for around each topic, and events kept: a page.
_AROUND = 10
_MOST = 24
#: Share of the content words of the shorter of two sentences with one date, from which they tell the same.
_ALIKE = 0.5
_MONTHS = {
    **{name: i for i, name in enumerate(
        ["janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre"], 1)},
    **{name: i for i, name in enumerate(
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"], 1)},
}  # fmt: skip
_MONTH = r"(?P<month>janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|january|february|march|april|may|june|july|august|september|october|november|december)"
_YEAR = r"(?P<year>(?:1[89]|20)\d\d)"
#: A work came out, or was looked up: what a bibliography dates, however precisely.
_CAME_OUT = re.compile(
    r"\b(?:publiée?s?|para[iî]t\w*|parue?s?|parution|consultée?s?|consultation|mise?s? à jour|à jour|consolidée|datée?|published|accessed|updated)\b"
    r"[^.;]{0,40}$",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"(?:rapport|parution|étude|consultation|texte|communiqué|article|livre|mémoire|report|study|book)\b", re.IGNORECASE
)
_EDGES = r"(?<![\w/.–-]){}(?![\w/–-]|[.,]\d)"
#: From the most precise to the least. A bare year needs the small word that makes it a date: « le plan 2024 » is a name.
_PATTERNS = tuple(
    re.compile(_EDGES.format(pattern), re.IGNORECASE)
    for pattern in (
        rf"(?P<day>\d{{1,2}}|1er)[\s\u00a0\u202f]{_MONTH}[\s\u00a0\u202f]{_YEAR}",
        rf"{_MONTH}[\s\u00a0](?P<day>\d{{1,2}}),? {_YEAR}",
        rf"{_YEAR}-(?P<number>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])",
        rf"{_MONTH}[\s\u00a0\u202f]{_YEAR}",
        rf"(?:(?:printemps|été|automne|hiver|spring|summer|autumn|fall|winter)[\s\u00a0]){_YEAR}",
        rf"(?:(?<=\ben\s)|(?<=d’ici\s)|(?<=d'ici\s)|(?<=depuis\s)|(?<=dès\s)|(?<=\bin\s)|(?<=since\s)|(?<=by\s)|(?<=début\s)|(?<=fin\s)){_YEAR}",
    )
)
#: A date of a work, not of what happened: « l’étude publiée en 2024 ».
_OF_A_WORK = re.compile(
    r"\b(?:publiée?s?|parue?s?|parution|(?<!d’)(?<!d')édition|version|consultée?s?|consultation|rapport|étude|ouvrage|livre|article|document|mémoire|texte|communiqué"
    r"|published|study|report|book|paper)\b.{0,40}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of a text, ``text[start:end]``; ``iso`` is as precise as it is: ``2024-09-12``, ``2024-09`` or ``2024``."""

    iso: str
    start: int
    end: int


def dates_in(text: str) -> list[Dated]:
    """The dates of a text, in order; impossible ones (« 31 février ») and those that name a work are left out."""
    found: list[Dated] = []
    taken: list[tuple[int, int]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            iso = _iso(match)
            before = text[: match.start()]
            if iso is not None and not _CAME_OUT.search(before) and not (len(iso) == 4 and _OF_A_WORK.search(before)):
                found.append(Dated(iso, *match.span()))
    return sorted(found, key=lambda one: one.start)


def _iso(match: re.Match[str]) -> str | None:
    named = match.groupdict()
    year = named["year"]
    month = int(named["number"]) if named.get("number") else _MONTHS.get(fold(named.get("month") or ""), 0)
    if not month:
        return str(year)
    day = named.get("day")
    if day is None:
        return f"{year}-{month:02}"
    number = int(re.sub(r"\D", "", day))
    longest = 30 if month in {4, 6, 9, 11} else 29 if month == 2 else 31
    return f"{year}-{month:02}-{number:02}" if 1 <= number <= longest else None


def make_timeline(topics: Sequence[Topic], sources: Sources, tools: Tools) -> tuple[Event, ...]:
    """What the documents date around the topics, earliest first; the words of each event are those of its source.

    Documents that no topic rests on are left out.
    """
    hits = passages_near(topics, sources, tools.searcher, _AROUND)
    used = {
        place[0].passage.document_id
        for topic in topics
        for piece in topic.facts
        for number in piece.sources
        if (place := sources.place(number)) is not None
    }
    told: list[_Told] = []
    for hit, start, end, date in _events(hit for hit in hits if hit.passage.document_id in used):
        words = hit.passage.text[start - hit.passage.start : end - hit.passage.start]
        told.append(_Told(date.iso, hit, start, end, content_stems(words), "|" not in _line(hit, start, end)))
    events = []
    for one in sorted(_once(told), key=lambda one: (one.iso, one.hit.path, one.start))[:_MOST]:
        line = _line(one.hit, one.start, one.end)
        shown = next((line[date.start : date.end] for date in _dates_of(line) if date.iso == one.iso), one.iso)
        events.append(Event(date=one.iso, shown=shown, text=sources.quote(one.hit, one.start, one.end)))
    return tuple(events)


@dataclass(frozen=True, slots=True)
class _Told:
    iso: str
    hit: Hit
    start: int
    end: int
    stems: frozenset[str]
    whole: bool


def _once(told: Iterable[_Told]) -> list[_Told]:
    """One of those that tell the same, whole sentences before rows of tables, precise dates before vague ones."""
    kept: list[_Told] = []
    for one in sorted(told, key=lambda one: (not one.whole, -len(one.iso))):
        if not any(_same(one, other) for other in kept):
            kept.append(one)
    return kept


def _same(one: _Told, other: _Told) -> bool:
    short, long = sorted((one.iso, other.iso), key=len)
    common = len(one.stems & other.stems)
    return long.startswith(short) and common >= _ALIKE * max(1, min(len(one.stems), len(other.stems)))


def _events(hits: Iterable[Hit]) -> Iterator[tuple[Hit, int, int, Dated]]:
    """Passage, stretch and date of every sentence or row that dates something."""
    for hit in hits:
        for unit in units_of(hit):
            if unit.is_list or unit.clear_start != unit.start or is_reference(unit.text):
                continue
            if "|" in unit.text:
                cells = [cell.span() for cell in re.finditer(r"[^|]+", unit.text)]
                first = unit.text[cells[0][0] : cells[0][1]].strip()
                dates = _dates_of(unit.text)
                # A row whose first cell is a date: what it dates is in the second.
                if len(cells) > 1 and dates and first == unit.text[dates[0].start : dates[0].end]:
                    low, high = cells[1]
                    words = unit.text[low:high]
                    start = unit.start + low + len(words) - len(words.lstrip())
                    if words.strip() and not _WORK.match(words.strip()):
                        yield hit, start, start + len(words.strip()), dates[0]
            elif is_statement(unit.text) and (dates := dates_in(unit.text)):
                yield hit, unit.start, unit.end, max(dates, key=lambda one: (len(one.iso), -one.start))


def _dates_of(line: str) -> list[Dated]:
    """The dates of a line; at the head of a row of a table, a bare year is one too."""
    head = re.match(r"((?:1[89]|20)\d\d)\s*\|", line)
    return [Dated(head[1], 0, 4)] if head else dates_in(line)


def _line(hit: Hit, start: int, end: int) -> str:
    """The whole line of the passage that a stretch stands in: the date of a row is in another cell."""
    text, low, high = hit.passage.text, start - hit.passage.start, end - hit.passage.start
    after = text.find("\n", high)
    return text[text.rfind("\n", 0, low) + 1 : after if after >= 0 else len(text)]
