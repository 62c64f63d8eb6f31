"""Lines of pages, and the groups of lines that belong together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from sourcier.core.types import BlockKind


@dataclass(frozen=True, slots=True)
class Line:
    """A line as laid out. ``large`` is the level of heading that the size of its letters tells, 0 for running text.

    A line with a ``known`` kind is a whole block that nothing has to be guessed of: a heading (its level is ``large``),
    the row of a table.
    """

    text: str
    page: int | None = None
    large: int = 0
    known: BlockKind | None = None

    @property
    def blank(self) -> bool:
        """Nothing to see."""
        return not self.text.strip()


class Marker(StrEnum):
    """What a group of lines begins with."""

    NONE = ""
    BULLET = "bullet"
    NUMBER = "number"


@dataclass(slots=True)
class Chunk:
    """Lines that follow each other without a blank, a bullet, a number, an indent or a page between them.

    Attributes:
        label: the marker as written (``1.``, ``•``); ``gap`` the white space behind it.
        numbers: ``(1, 2)`` for ``1.2``.
        detached: a blank line or a page's end precedes it.
        new_page: it opens a page, or an indent suggests so.
    """

    lines: list[str]
    marker: Marker = Marker.NONE
    label: str = ""
    gap: str = ""
    numbers: tuple[int, ...] = ()
    page: int | None = None
    detached: bool = True
    new_page: bool = False
    large: int = 0
    known: BlockKind | None = None


_BULLET = re.compile(r"\s*(?:([•▪▫◦‣●○■□◆➢➤►✓✔])(\s*)|([–—*·-])(\s+))(?=\S)")
_NUMBER = re.compile(r"\s*([(\[]?(\d{1,3}(?:\.\d{1,2}){0,4})[.)\]]?|([IVXL]{1,6})[.)])(\s+)(?=\S)")
_ENDED = re.compile(r"[.;:!?…»)\]][\s\u00a0]*$")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


def group_lines(lines: Iterable[Line]) -> list[Chunk]:
    """The chunks of a text, markers set apart from what they mark."""
    chunks: list[Chunk] = []
    detached, page, previous = True, None, ""
    for line in lines:
        if line.blank:
            detached = True
            continue
        last = chunks[-1] if chunks else None
        new_page = last is not None and line.page != page
        if line.known is not None:
            chunks.append(Chunk([line.text], page=line.page, new_page=new_page, large=line.large, known=line.known))
            detached, page, previous = True, line.page, ""
            continue
        indented = line.text[:1] in " \t\u00a0" and previous[:1] not in {" ", "\t", "\u00a0"}
        # Behind a marker, an indent is how the text hangs; elsewhere it opens a paragraph.
        hanging = last is not None and last.marker is not Marker.NONE and line.text[:2].isspace()
        apart = last is None or detached or new_page or (indented and not hanging) or line.large != last.large
        chunk = _opened(line, last, previous, apart)
        if last is None or apart or chunk.marker is not Marker.NONE:
            chunk.detached = last is None or detached or new_page
            chunk.new_page = new_page or (indented and line.text[1:2] not in {" ", "\t"})
            chunks.append(chunk)
        else:
            last.lines.append(line.text)
        detached, page, previous = False, line.page, line.text
    return chunks


def _opened(line: Line, last: Chunk | None, previous: str, apart: bool) -> Chunk:
    text = line.text
    plain = Chunk([text], page=line.page, large=line.large)
    if (bullet := _BULLET.match(text)) and not _is_dash(text):
        label, gap = bullet.group(1) or bullet.group(3), bullet.group(2) or bullet.group(4) or ""
        # A dash within a paragraph may happen to open a line.
        goes_on = last is not None and last.marker is Marker.BULLET and last.label == label
        if bullet.group(1) or apart or goes_on or previous.rstrip().endswith((":", ";")):
            return Chunk([text[bullet.end() :]], Marker.BULLET, label, gap, page=line.page, large=line.large)
    if (number := _NUMBER.match(text)) and _is_number(number, text[number.end()], last, previous, apart):
        digits, roman = number.group(2), number.group(3)
        numbers = tuple(int(part) for part in digits.split(".")) if digits else (_roman(roman),)
        return Chunk(
            [text[number.end() :]],
            Marker.NUMBER,
            number.group(1),
            number.group(4),
            numbers,
            line.page,
            large=line.large,
        )
    return plain


def _is_number(number: re.Match[str], letter: str, last: Chunk | None, previous: str, apart: bool) -> bool:
    """« loi ⏎ 25. Bien que » is a number that a line end put first, not a marker."""
    label, gap = number.group(1), number.group(4)
    if label[-1] not in ".)]" and not ("." in label and letter.isupper()):
        return False
    if apart or "\t" in gap or _ENDED.search(previous):
        return True
    digits = label.strip("()[].")
    follows = last is not None and last.marker is Marker.NUMBER and last.label[-1] == label[-1]
    return follows and digits.isdigit() and last is not None and int(digits) == last.numbers[0] + 1


def _is_dash(text: str) -> bool:
    """« - 5 » below zero, « * * * »: not the items of a list."""
    return re.match(r"\s*(?:[-–—]\s*\d|[*·-](?:\s*[*·-])+\s*$)", text) is not None


def _roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))


def wrapping(chunks: Sequence[Chunk]) -> bool:
    """Whether line ends are the work of a page's width: many of them then fall before a small letter."""
    breaks = small = 0
    for chunk in chunks:
        for line, following in pairwise(chunk.lines):
            breaks += 1
            small += following.lstrip()[:1].islower() or line.endswith((" ", "-"))
    return small > 0.4 * breaks


def width(chunks: Sequence[Chunk]) -> int:
    """Length of the longest lines, in characters, the odd twentieth left aside."""
    lengths = sorted(len(line.rstrip()) for chunk in chunks for line in chunk.lines)
    return lengths[len(lengths) * 19 // 20] if lengths else 0
