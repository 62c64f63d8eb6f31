"""Slides that hold their text: what is too long goes on over the next slide, and letters are never made smaller.

How wide a text is set is reckoned from classes of letters, on the wide side: Helvetica, and what is drawn in its place where it
is not installed, have the same widths (Adobe Font Metrics: lower case 556/1000 em at most but m and w, capitals 667 to 778).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sourcier.app.workshop.papers.deck import Line, Panel

__all__ = ["SMALLEST", "Room", "fitted", "height", "rows_needed"]

#: The smallest letters of a slide's text, in points: read from the last row of a room.
SMALLEST = 18.0
_LEADING = 1.2
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
        return 0.34
    if character in _WIDE:
        return 0.95
    if ord(character) > 0x2E7F:
        return 1.05
    return 0.74 if character.isupper() else 0.57


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


def fitted(panel: Panel, room: Room) -> list[Panel]:
    """The slide, or the slides it takes: paragraphs whole where they can be, else sentences, else words."""
    if panel.kind != "content":
        return [panel]
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
    if len(slides) == 1:
        return [panel]
    titles = (f"{panel.title} ({number}/{len(slides)})" for number in range(1, len(slides) + 1))
    return [replace(panel, title=title, lines=tuple(lines)) for title, lines in zip(titles, slides, strict=True)]


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
            size = max(1, int(room.height / (room.size * _LEADING) - 2) * int((room.width - room.indent) / room.size))
            parts += [piece[first : first + size] for first in range(0, len(piece), size)]
    return parts
