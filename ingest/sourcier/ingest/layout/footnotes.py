"""Footnotes: which numbered blocks are notes, and which digits stuck to words are the marks that call them.

A mark is removed only on evidence: a note of that number exists, the marks come in the order of the notes, and, where a
number precedes it (« C-272 »), the note itself writes the shortened form. « G7 », « CO2 » or « 44e » have none.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sourcier.ingest.layout.entries import Entry
from sourcier.ingest.layout.lines import Marker
from sourcier.ingest.layout.losses import Losses
from sourcier.ingest.vocabulary import word_set

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RAISED = "⁰¹²³⁴-⁹"
_REFERENCE = re.compile(
    r"\[En ligne\]|https?:|www\.|\b\d+ p\.|\bp\. \d|\((?:19|20)\d\d\)|\b(?:op\. cit|ibid|loc\. cit|supra|infra|voir|cf\.)\b|\w\.\w+/",
    re.IGNORECASE,
)
_RAISED_NOTE = re.compile(rf"([{_RAISED}]{{1,3}})(?![{_RAISED}])\s*(?=\S)")
_END = r"(?!\w|[.,/:-]\d|-[^\W\d_]|[\s\u00a0\u202f]?[%°])"
_MARK = re.compile(
    rf"(?:(?<=[^\W\d_])|(?<=[)»”\"’\]…?!.,;%]))(\d{{1,3}}){_END}|(?<=[^\s{_RAISED}])([{_RAISED}]{{1,3}})(?![{_RAISED}])"
)
_RAISED_MARK = re.compile(rf"(?<=[^\s{_RAISED}])([{_RAISED}]{{1,3}})(?![{_RAISED}])")
_BRACKET_MARK = re.compile(r"[ \u00a0\u202f]?\[(\d{1,3})\]")
_REFERENCE_TOKEN = re.compile(r"(?<![\w-])(?:[^\W\d_][\w/-]{0,60}\d|\d{4}/\d{1,6})(?![\w-]|[.,/]\d)")
_WORD_BEFORE = re.compile(r"[^\W\d_]+$")
_ACRONYM = re.compile(r"(?<![\w-])[A-Z]{2,3}(?![\w-])")
_UNITS = word_set(
    """
    m km cm mm dm hm ha co h o x v
    """
)
_ABBREVIATIONS = word_set(
    """
    art arts al p pp no nos n vol chap ch fig tabl par v r l s t c ex réf tél éd sect
    """
)
_ENOUGH = 0.5
"""Share of a group of notes that must be called for the group to be one of notes."""


@dataclass(frozen=True, slots=True)
class _Mark:
    entry: int
    start: int
    end: int
    number: int


_Place = tuple[int, Entry]
"""An entry and its position."""


def take_notes(entries: Sequence[Entry], losses: Losses) -> tuple[list[Entry], list[Entry]]:
    """The entries without their notes, marks removed and replaced by the notes' texts; and the notes.

    The marks go to ``losses``; the notes' own numbers stay with them.
    """
    groups = sorted(_groups(entries), key=lambda group: -_share_of_references(entries, group))
    left, notes = dict(enumerate(entries)), dict[int, Entry]()
    for group in groups:
        found = _calls(left, group)
        numbers = {(cycle, number) for cycle, marks in found.items() for number in {mark.number for mark in marks}}
        if not numbers or len(numbers) < _ENOUGH * sum(map(len, group)):
            continue
        texts = [{number: _note(left[index]).text for number, index in cycle.items()} for cycle in group]
        for cycle in group:
            notes.update((index, _note(left.pop(index))) for index in cycle.values())
        for place, marks in found.items():
            for index, group_marks in groupby(marks, key=lambda mark: mark.entry):
                left[index] = _without(left[index], list(group_marks), texts[place], losses)
    return [left[index] for index in sorted(left)], [notes[index] for index in sorted(notes)]


_Cycle = dict[int, int]
"""Number of a note -> position of its entry; numbering may start again on each page."""


def _groups(entries: Sequence[Entry]) -> Iterator[list[_Cycle]]:
    """Candidates written in the same manner, in cycles of rising numbers."""
    manners: dict[str, list[tuple[int, int]]] = {}
    for index, entry in enumerate(entries):
        if entry.marker is Marker.NUMBER and len(entry.numbers) == 1 and not entry.title:
            manner = entry.label[0] * (entry.label[0] in "([") + entry.label[-1] + ("\t" if "\t" in entry.gap else " ")
            manners.setdefault(manner, []).append((entry.numbers[0], index))
        elif raised := _RAISED_NOTE.match(entry.text):
            manners.setdefault("¹", []).append((int(raised.group(1).translate(_SUPERSCRIPTS)), index))
    for candidates in manners.values():
        cycles: list[_Cycle] = [{}]
        for number, index in candidates:
            if cycles[-1] and number <= max(cycles[-1]):
                cycles.append({})
            cycles[-1][number] = index
        yield cycles


def _share_of_references(entries: Sequence[Entry], group: Sequence[_Cycle]) -> float:
    texts = [entries[index].text for cycle in group for index in cycle.values()]
    return sum(_REFERENCE.search(text) is not None for text in texts) / len(texts)


def _calls(left: Mapping[int, Entry], group: Sequence[_Cycle]) -> dict[int, list[_Mark]]:
    """The marks of each cycle, in the order of the text."""
    places = {index for cycle in group for index in cycle.values()}
    body: list[_Place] = [(index, left[index]) for index in sorted(left) if index not in places]
    indexes = [index for index, _ in body]
    acronyms = {found for _, entry in body for found in _ACRONYM.findall(entry.text)}
    # Where the numbers of notes are raised, so are their marks: « Exim4 » is a name.
    raised = all(_RAISED_NOTE.match(left[index].text) for index in places) and any(
        _RAISED_MARK.search(entry.text) for _, entry in body
    )
    calls: dict[int, list[_Mark]] = {}
    begin = 0
    for number, cycle in enumerate(group):
        last = max(cycle.values())
        # Numbers that start again belong to the pages, or the chapters, that end with them.
        region = body if len(group) == 1 else body[bisect_left(indexes, begin) : bisect_right(indexes, last)]
        begin = last + 1
        bracketed = left[last].label.startswith("[")
        found = _candidates(region, acronyms, bracketed=bracketed, raised=raised)
        marks = _rising([mark for mark in found if mark.number in cycle])
        texts = {note: left[index].text for note, index in cycle.items()}
        behind = () if raised else _behind_numbers(region, texts, marks)
        calls[number] = sorted([*marks, *behind], key=lambda mark: (mark.entry, mark.start))
    return calls


def _candidates(
    region: Sequence[_Place], acronyms: set[str], *, bracketed: bool, raised: bool = False
) -> Iterator[_Mark]:
    pattern = _BRACKET_MARK if bracketed else _RAISED_MARK if raised else _MARK
    for index, entry in region:
        text = entry.text
        for found in pattern.finditer(text):
            digits = next(group for group in found.groups() if group)
            if bracketed or _may_be_mark(
                text[max(0, found.start() - 40) : found.start()], acronyms, raised=not digits.isascii()
            ):
                yield _Mark(index, found.start(), found.end(), int(digits.translate(_SUPERSCRIPTS)))


def _may_be_mark(tail: str, acronyms: set[str], *, raised: bool) -> bool:
    """Whether digits right behind ``tail`` may be a mark rather than a part of a name, a unit or a reference."""
    word = _WORD_BEFORE.search(tail.rstrip(".,;") if tail[-1:] in {".", ",", ";"} else tail)
    if word is None:
        # Behind a bracket or a quotation mark; not « 1,5 » nor « 3.2 ».
        return not re.search(r"\d[.,;]$", tail)
    letters = word.group()
    if tail[-1] in ".,;":
        return letters.casefold() not in _ABBREVIATIONS
    if tail[word.start() - 1 : word.start()].isdigit() or letters.casefold() in _UNITS:
        return False
    if raised:
        return True
    if letters.isupper() and len(letters) <= 3:
        return letters in acronyms
    return len(letters) > 1


def _rising(marks: Sequence[_Mark]) -> list[_Mark]:
    """The longest run of marks whose numbers never go down (patience sorting)."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for position, mark in enumerate(marks):
        pile = bisect_right(tops, mark.number)
        before.append(ends[pile - 1] if pile else None)
        if pile == len(tops):
            tops.append(mark.number)
            ends.append(position)
        else:
            tops[pile], ends[pile] = mark.number, position
    chain: list[_Mark] = []
    at = ends[-1] if ends else None
    while at is not None:
        chain.append(marks[at])
        at = before[at]
    return chain[::-1]


def _behind_numbers(region: Sequence[_Place], texts: Mapping[int, str], marks: Sequence[_Mark]) -> Iterator[_Mark]:
    """Marks that follow a digit, « C-272 » for note 2 of « C-27 »: the note has to write the shortened form."""
    missing = set(texts) - {mark.number for mark in marks}
    if not missing:
        return
    for index, entry in region:
        for found in _REFERENCE_TOKEN.finditer(entry.text):
            token = found.group()
            for length in (1, 2, 3):
                number = int(token[-length:]) if token[-length:].isdecimal() else -1
                mark = _Mark(index, found.end() - length, found.end(), number)
                if number in missing and _names(texts[number], token, token[:-length]) and _in_order(mark, marks):
                    missing.remove(number)
                    yield mark
                    break


def _names(note: str, token: str, short: str) -> bool:
    """Whether the note writes ``short``, a whole reference, and not the longer ``token``."""
    if not _REFERENCE_TOKEN.fullmatch(short) or token in note:
        return False
    return re.search(rf"(?<![\w-]){re.escape(short)}(?![\w-])", note) is not None


def _in_order(mark: _Mark, marks: Sequence[_Mark]) -> bool:
    place = (mark.entry, mark.start)
    return all(((m.entry, m.start) < place) == (m.number < mark.number) for m in marks)


def _note(entry: Entry) -> Entry:
    """The entry of a note, its number apart from its text and as it was written."""
    raised = _RAISED_NOTE.match(entry.text) if entry.marker is Marker.NONE else None
    return replace(entry, label=raised.group(1), text=entry.text[raised.end() :]) if raised else entry


def _without(entry: Entry, marks: Sequence[_Mark], texts: Mapping[int, str], losses: Losses) -> Entry:
    """The entry without its marks, and with the texts of their notes."""
    for mark in marks:
        losses.add("note_mark", entry.text[mark.start : mark.end], entry.page)
    starts, ends = [0, *(mark.end for mark in marks)], [*(mark.start for mark in marks), len(entry.text)]
    text = "".join(entry.text[start:end] for start, end in zip(starts, ends, strict=True))
    notes = dict.fromkeys((*entry.notes, *(texts[mark.number] for mark in marks)))
    return replace(entry, text=text.rstrip(), notes=tuple(notes))
