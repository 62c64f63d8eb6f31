"""The words of a text, and how many of them another text has in the same order.

A word is a run of letters and digits, in NFC, its case kept: « qu'on » is two of them and ``developers-reference``
too, so that a text cut at a hyphen, a slash or an apostrophe by the end of a line has the same words as one that is not.
Nothing else is evened out: a word cut elsewhere, joined to a mark or repeated counts as wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

_WORD = re.compile(r"[^\W_]+")
_BORDERS = frozenset("+|-=_─━│┃┌┐└┘├┤┬┴┼═║╔╗╚╝╠╣╦╩╬╒╓╕╖╘╙╛╜╞╟╡╢╤╥╧╨╪╫")
_UPRIGHTS = frozenset("+|│┃┌┐└┘├┤┬┴┼║╔╗╚╝╠╣╦╩╬╒╓╕╖╘╙╛╜╞╟╡╢╤╥╧╨╪╫")
_JOINTS = _UPRIGHTS - set("|│┃║")
_FLATS = frozenset("-=─━═")
_STEP = 256


def words(text: str) -> list[str]:
    """The words of ``text``, in order."""
    return _WORD.findall(unicodedata.normalize("NFC", text))


def in_order(reference: Sequence[str], other: Sequence[str]) -> tuple[int, list[int]]:
    """How many words of ``reference`` are in ``other`` in the same order, and the places of those that are not.

    It is the length of the longest common subsequence, exactly: bits of one large integer stand for the words of the
    reference, and each word of the other text updates them all at once (Hyyrö, 2004). 100,000 words against as many
    take seconds. One row in 256 is kept, and the rows between are computed again on the way back.
    """
    masks: dict[str, int] = {}
    places: dict[str, list[int]] = {}
    for place, word in enumerate(reference):
        places.setdefault(word, []).append(place)
    known = set(other)
    for word, found in places.items():
        if word in known:
            raw = bytearray(found[-1] // 8 + 1)
            for place in found:
                raw[place // 8] |= 1 << place % 8
            masks[word] = int.from_bytes(raw, "little")
    other = [word for word in other if word in masks]
    whole = (1 << len(reference)) - 1
    kept = [whole]
    row = whole
    for number, word in enumerate(other, 1):
        row = _next(row, masks[word], whole)
        if number % _STEP == 0:
            kept.append(row)
    absent = _absent(len(reference), other, masks, whole, kept)
    return len(reference) - len(absent), absent


def _next(row: int, mask: int, whole: int) -> int:
    common = row & mask
    return ((row + common) | (row - common)) & whole


def _absent(length: int, other: Sequence[str], masks: dict[str, int], whole: int, kept: Sequence[int]) -> list[int]:
    """Walk back from the last word of both: a bit that is set says that a longer reference adds nothing."""
    absent: list[int] = []
    block, rows = -1, [b""]

    def is_set(number: int, bit: int) -> bool:
        nonlocal block, rows
        if number // _STEP != block:
            block = number // _STEP
            row, states = kept[block], [kept[block]]
            for word in other[block * _STEP : (block + 1) * _STEP - 1]:
                row = _next(row, masks[word], whole)
                states.append(row)
            # Bytes: a shift of a large integer would copy it at each step.
            rows = [state.to_bytes(length // 8 + 1, "little") for state in states]
        return bool(rows[number % _STEP][bit // 8] >> bit % 8 & 1)

    i, j = length, len(other)
    while i and j:
        if is_set(j, i - 1):
            i -= 1
            absent.append(i)
        elif j > 1 and not is_set(j - 1, i - 1):
            j -= 1
        else:
            i, j = i - 1, j - 1
    absent.extend(range(i - 1, -1, -1))
    return absent[::-1]


def unboxed(text: str) -> str:
    """``text`` with the tables drawn in it read cell by cell, as their reader does, and not line by line across cells.

    A cell that spans several rows comes where it begins. What is not a drawn table is left as it is.
    """
    lines = text.split("\n")
    out: list[str] = []
    index = 0
    while index < len(lines):
        end = index
        if _is_border(lines[index]):
            while end < len(lines) and lines[end].strip()[:1] in _UPRIGHTS and lines[end].strip():
                end += 1
        cells = list(_cells(lines[index:end])) if end - index > 2 and _is_border(lines[end - 1]) else []
        if _same_letters(cells, lines[index:end]):
            out.extend(cells)
            index = end
        else:
            out.append(lines[index])
            index += 1
    return "\n".join(out)


def _same_letters(cells: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether cells were read, and hold all that the lines do: what sticks out of its frame is no drawn table."""
    return (
        bool(lines)
        and bool(cells)
        and sorted("".join(words(" ".join(cells)))) == sorted("".join(words("\n".join(lines))))
    )


def _is_border(line: str) -> bool:
    drawn = line.strip()
    return len(drawn) > 2 and set(drawn) <= _BORDERS and drawn[0] in _UPRIGHTS and drawn[-1] in _UPRIGHTS


def _cells(lines: Sequence[str]) -> Iterator[str]:
    left = min(len(line) - len(line.lstrip()) for line in lines)
    width = max(map(len, lines))
    rows = [line.ljust(width) for line in lines]
    joints = {
        place
        for row in rows
        for place in range(left, width)
        if row[place] in _JOINTS or (row[place] in _UPRIGHTS and _between_flats(row, place))
    }
    bars = sorted(joints | {left, width - 1})
    found: list[tuple[int, int, str]] = []
    open_cells: dict[int, tuple[int, int, list[str]]] = {}
    for number, row in enumerate(rows):
        present = [place for place in bars if row[place] in _UPRIGHTS]
        for start, end in pairwise(present):
            inside = row[start + 1 : end]
            if inside and set(inside) <= _FLATS:
                for place in [place for place in open_cells if start <= place < end]:
                    opened = open_cells.pop(place)
                    found.append((opened[0], opened[1], " ".join(opened[2])))
            else:
                open_cells.setdefault(start, (number, start, []))[2].append(inside.strip())
    found.extend((opened[0], opened[1], " ".join(opened[2])) for opened in open_cells.values())
    yield from (cell for _, _, cell in sorted(found) if cell.strip())


def _between_flats(row: str, place: int) -> bool:
    return row[place - 1 : place] in _FLATS or row[place + 1 : place + 2] in _FLATS
