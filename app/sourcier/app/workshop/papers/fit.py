"""Slides that hold their text: what is too long goes on over the next slide, and letters are never made smaller.

How wide a text is set is reckoned from classes of letters, on the wide side: in Helvetica lower case takes 556/1000 em at most, m
and w apart, and capitals 667 to 778 (Adobe Font Metrics); in DejaVu Sans, which replaces others on many machines, 635 and 787.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sourcier.app.workshop.papers.deck import Line, Panel

__all__ = ["CELL", "SMALLEST", "SMALLEST_TITLE", "TABLE", "Room", "fitted", "height", "rows_needed", "title_size"]

#: The smallest letters of a slide's text, in points: read from the last row of a room.
SMALLEST = 18.0
#: The same of its title.
SMALLEST_TITLE = 24.0
#: Letters of a table, and what a cell leaves above and below them, in points.
CELL, _CELL_GAP = 20.0, 9.0
#: Shares of the width that the three columns of an agenda take.
TABLE = (0.14, 0.72, 0.14)
_LEADING = 1.2
_WIDEST = 1.05
#: Width and letters of the foot of a slide, in points: the narrower of wide and old presentations.
_FOOT = (560.0, 14.0)
_SENTENCE = re.compile(r"(?<=[.!?;:…»])[ \u00a0](?=\S)")
_NARROW, _WIDE = frozenset("iIjl.,;:'|!ftr() -/\u00a0’"), frozenset("mwMW@%—…")


@dataclass(frozen=True, slots=True)
class Room:
    """Where the text of a slide goes: inside width and height, size of its letters, room before a paragraph, in points;
    ``indent`` is what bullets and quotes lose of the width."""

    width: float
    height: float
    size: float = 24.0
    gap: float = 10.0
    indent: float = 30.0


def _width(character: str) -> float:
    """In em."""
    if character in _NARROW:
        return 0.37
    if character in _WIDE:
        return 0.98
    if ord(character) > 0x2E7F:
        return 1.05
    return 0.76 if character.isupper() else 0.61


def rows_needed(text: str, width: float, size: float) -> int:
    """How many lines a paragraph takes in ``width`` points, words whole but where one is longer than a line."""
    room = width / size
    rows, at = 1, 0.0
    for word in text.split(" "):
        long = sum(map(_width, word))
        if at and at + long > room:
            rows, at = rows + 1, 0.0
        if long > room:
            rows += int(long / room)
            long %= room
        at += long + _width(" ")
    return rows


def height(line: Line, room: Room) -> float:
    """In points, the room before it included."""
    width = room.width - (room.indent if line.look in {"bullet", "quote"} else 0)
    text = line.text + "".join(f" S{number}" for number in line.sources)
    return rows_needed(text, width, room.size) * room.size * _LEADING + room.gap


def fitted(panel: Panel, room: Room, title: Room) -> list[Panel]:
    """The slide, or the slides it takes: paragraphs whole where they can be, else sentences, else words.

    Args:
        room: for its text, or its table. title: for its title; one that is too long ends on an ellipsis, and is whole in
            the text.
    """
    panel = _titled(panel, title, "")
    slides = _shared(panel, room)
    if len(slides) > 1 and not _holds(_numbered(panel, len(slides), len(slides)), title):
        panel = _titled(panel, title, " (99/99)")
        slides = _shared(panel, room)
    if len(slides) == 1:
        return slides
    return [replace(slide, title=_numbered(panel, i, len(slides))) for i, slide in enumerate(slides, 1)]


def title_size(title: str, room: Room) -> float:
    """The size of a title's letters, in points: those of its place, or the smaller that let it hold."""
    sizes = (room.size, *(size for size in (36.0, 32.0, 28.0, SMALLEST_TITLE) if size < room.size))
    return next((size for size in sizes if _lines(title, room, size) <= room.height / (size * _LEADING)), sizes[-1])


def _lines(title: str, room: Room, size: float) -> int:
    return rows_needed(title, room.width, size)


def _holds(title: str, room: Room) -> bool:
    size = min(room.size, SMALLEST_TITLE)
    return _lines(title, room, size) <= max(1, int(room.height / (size * _LEADING)))


def _numbered(panel: Panel, number: int, of: int) -> str:
    return f"{panel.title} ({number}/{of})"


def _titled(panel: Panel, room: Room, added: str) -> Panel:
    """The slide with a title that holds, with what is added to it."""
    if _holds(panel.title + added, room):
        return panel
    words = panel.title.split(" ")
    while len(words) > 1 and not _holds(f"{' '.join(words)} …{added}", room):
        words.pop()
    kept = " ".join(words)
    if not _holds(f"{kept} …{added}", room):
        kept = kept[: max(1, int(room.width / (room.size * _WIDEST)) - len(added) - 2)]
    return replace(panel, title=f"{kept} …", lines=(Line(panel.title), *panel.lines))


def _shared(panel: Panel, room: Room) -> list[Panel]:
    """What a slide says, shared between as many as it takes."""
    if panel.kind == "table":
        return [replace(panel, rows=rows) for rows in _tables(panel, room)]
    slides: list[list[Line]] = [[]]
    left = room.height
    for line in panel.lines:
        for part in _parts(line, room):
            needed = height(part, room)
            if slides[-1] and needed > left:
                slides.append([])
                left = room.height
            slides[-1].append(part)
            left -= needed
    return [replace(panel, lines=tuple(lines), foot=_foot(panel, lines)) for lines in slides]


def _foot(panel: Panel, lines: list[Line]) -> str:
    """Where what these lines say is from; only the numbers where it would take more than two lines."""
    shown = {number for line in lines for number in line.sources}
    if any(line.look == "quote" and not line.sources for line in lines):
        shown |= {number for number, _ in panel.places}  # a quote in several lines is called on its last
    told = [(number, place) for number, place in panel.places if number in shown]
    foot = " · ".join(f"S{number} {place}" for number, place in told)
    if rows_needed(foot, *_FOOT) <= 2:
        return foot
    return f"{', '.join(f'S{number}' for number, _ in told)} {panel.many}"


def _short_row(row: tuple[str, ...], room: Room) -> tuple[str, ...]:
    """A row whose title takes three lines at most: an activity's own slide and the papers have it whole."""
    title = row[1]
    width = room.width * TABLE[1] - 2 * _CELL_GAP
    while rows_needed(title, width, CELL) > 3:
        title = title[: int(len(title) * 0.8)].rstrip(" …") + " …"
    return (row[0], title, *row[2:])


def _tables(panel: Panel, room: Room) -> list[tuple[tuple[str, ...], ...]]:
    """The rows of a table, as many together as hold under the row of titles; the middle column is the one that wraps."""
    one = CELL * _LEADING + _CELL_GAP
    parts: list[list[tuple[str, ...]]] = [[]]
    left = room.height - one
    for row in (_short_row(row, room) for row in panel.rows):
        needed = rows_needed(row[1], room.width * TABLE[1] - 2 * _CELL_GAP, CELL) * CELL * _LEADING + _CELL_GAP
        if parts[-1] and needed > left:
            parts.append([])
            left = room.height - one
        parts[-1].append(row)
        left -= needed
    return [tuple(part) for part in parts]


def _parts(line: Line, room: Room) -> list[Line]:
    """The paragraph, or what it has to be cut into to hold on a slide: an ellipsis then says that it goes on."""
    if height(line, room) <= room.height:
        return [line]
    parts = _packed(_SENTENCE.split(line.text), line, room)
    last = len(parts) - 1
    return [
        replace(line, text=("… " if i else "") + text + (" …" if i < last else ""), sources=line.sources)
        for i, text in enumerate(parts)
    ]


def _packed(pieces: Iterable[str], line: Line, room: Room) -> list[str]:
    """The pieces joined again, as many as hold on a slide with their ellipses."""

    def holds(text: str) -> bool:
        return height(replace(line, text=f"… {text} …"), room) <= room.height

    parts: list[str] = []
    for piece in pieces:
        joined = f"{parts[-1]} {piece}" if parts else piece
        if parts and holds(joined):
            parts[-1] = joined
        elif holds(piece):
            parts.append(piece)
        elif " " in piece:
            parts += _packed(piece.split(" "), line, room)
        else:
            # A word longer than a slide: cut where it must.
            rows = int((room.height - room.gap) / (room.size * _LEADING)) - 1
            size = max(1, rows * int((room.width - room.indent) / (room.size * _WIDEST)))
            parts += [piece[first : first + size] for first in range(0, len(piece), size)]
    return parts
