"""What is enumerated inside a clause: « I. », « 1. », « 1° », « A) », « a) », « i) », each level inside another."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["Enumeration"]

# At the beginning of a block or of a line; or, for what can be nothing else, after a stop in the middle of one.
_MARK = re.compile(
    r"(?:(?P<great>[IVX]{1,5})\.[ \u00a0]?[-–—]|(?P<degree>\d{1,2})[ \u00a0]?°(?!\s?[CF]\b)|(?P<upper>[A-Z])\)"
    r"|\(?(?P<lower>[a-z])\)|\(?(?P<roman>[ivx]{2,5})\)|(?P<number>\d{1,2})[.)](?=\s))\s*"
)
_INSIDE = re.compile(r"(?:\n|[:;.,][ \u00a0]|(?<=[;,] et )|(?<=[;,] ou ))(?=[A-Za-z(\dIVX])")
_INLINE = {"degree", "upper", "lower", "roman"}
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")
_FURTHEST = 3
"""How many numbers may be missing (repealed) between two items."""


class Enumeration:
    """The levels open at one place of a clause, outermost first; text is given in reading order."""

    def __init__(self) -> None:
        self._levels: list[tuple[str, int]] = []

    def leave(self) -> None:
        """A paragraph that is no item closes every level."""
        self._levels = []

    def marks(self, text: str, start: int, end: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each item that begins in ``text[start:end]``: its offset, and the labels of the levels it is in."""
        position = start
        at_line = True
        while True:
            # « A) a) »: a second mark may follow at once.
            while (found := _MARK.match(text, position, end)) and self._enter(found, at_line=at_line):
                yield position, tuple(_label(kind, rank) for kind, rank in self._levels)
                position = max(found.end(), position + 1)
            stop = _INSIDE.search(text, position, end)
            if stop is None:
                return
            at_line = stop.group() == "\n"
            position = max(stop.end(), position + 1)

    def _enter(self, found: re.Match[str], *, at_line: bool) -> bool:
        kind = found.lastgroup or ""
        if not at_line and kind not in _INLINE and not (kind == "number" and found.group().endswith("\n")):
            return False
        for one, rank in self._readings(kind, found[kind]):
            place = next((index for index, (known, _) in enumerate(self._levels) if known == one), None)
            if place is None and rank == 1:
                self._levels.append((one, rank))
                return True
            if place is not None and (rank == 1 or 0 < rank - self._levels[place][1] <= _FURTHEST):
                self._levels = [*self._levels[:place], (one, rank)]
                return True
        return False

    def _readings(self, kind: str, text: str) -> list[tuple[str, int]]:
        """What a mark may be, likeliest first: « i) » is the letter after « h) », or the first of small Roman numbers."""
        if kind == "lower":
            letter = ("lower", ord(text) - ord("a") + 1)
            if text not in _ROMAN:
                return [letter]
            roman = ("roman", _ROMAN.index(text) + 1)
            follows = any(known == "lower" and letter[1] == rank + 1 for known, rank in self._levels)
            inside = any(known == "roman" for known, _ in self._levels)
            return [letter] if follows and not inside else [roman, letter]
        if kind == "upper":
            return [(kind, ord(text) - ord("A") + 1)]
        if kind in {"roman", "great"}:
            small = text.lower()
            return [(kind, _ROMAN.index(small) + 1)] if small in _ROMAN else []
        return [(kind, int(text))]


def _label(kind: str, rank: int) -> str:
    match kind:
        case "great":
            return _ROMAN[rank - 1].upper()
        case "degree":
            return f"{rank}°"
        case "upper":
            return f"{chr(ord('A') + rank - 1)})"
        case "lower":
            return f"{chr(ord('a') + rank - 1)})"
        case "roman":
            return f"{_ROMAN[rank - 1]})"
    return f"par. {rank}"
