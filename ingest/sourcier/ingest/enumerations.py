"""What is enumerated inside a clause: « I.- », « 1. », « 1) », « 1° », « A) », « a) », « i) », each level inside another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sourcier.ingest.sentences import split_sentences

__all__ = ["Enumeration"]

_MARK = re.compile(
    r"(?:(?P<great>[IVX]{1,5})\.[ \u00a0]?[-–—]|(?P<degree>\d{1,2})[ \u00a0]?°(?!\s?[CF]\b)|(?P<upper>[A-Z])\)"
    r"|\(?(?P<lower>[a-z])\)|\(?(?P<roman>[ivx]{2,5})\)|(?P<number>\d{1,2})\.(?=\s)|(?P<point>\d{1,2})\)(?=\s))\s*"
)
# Where a mark may stand in the middle of a sentence, if it can be nothing else.
_INSIDE = re.compile(r"(?:[:;.,][ \u00a0]|(?<=[;,] et )|(?<=[;,] ou ))(?=[A-Za-z(\dIVX])")
_INLINE = frozenset({"great", "degree", "upper", "lower", "roman"})
_OF_MANY_SENTENCES = frozenset({"great", "number", "point"})
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")
_AFTER_I = re.compile(r"(?:^|[\n:;.,] ?|(?:et|ou) )\(?(ii|j)\)")
_AHEAD = 4000
_FURTHEST = 3
"""How many numbers may be missing (repealed) between two items."""


@dataclass(frozen=True, slots=True)
class _Level:
    """An item: its kind, its rank from 1, and whether it was met in the middle of a line."""

    kind: str
    rank: int
    inline: bool = False


class Enumeration:
    """The levels open at one place of a clause, outermost first; text is given in reading order.

    A paragraph that is no item hides the levels: what it belongs to is not known. They go on with their next number.
    """

    def __init__(self) -> None:
        self._levels: list[_Level] = []
        self._shown_from = 0

    def opens(self, text: str, start: int, end: int) -> bool:
        """Whether an item begins at ``start``."""
        kept = self._levels, self._shown_from
        found = _MARK.match(text, start, end)
        opens = found is not None and self._enter(found, at_line=True)
        self._levels, self._shown_from = kept
        return opens

    def leave(self) -> None:
        """A paragraph that is no item begins."""
        self._shown_from = len(self._levels)

    def marks(self, text: str, start: int, end: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each change in the block ``text[start:end]``: its offset, and the labels of the levels from there on.

        An item met in the middle of a line ends with its sentence: where articles come as one line, what follows it may be
        the next paragraph of the article.
        """
        stopped = False
        for span in split_sentences(text, start, end):
            at_line = span.start == start or "\n" in text[span.start - 2 : span.start]
            position = span.start
            while (found := _MARK.match(text, position, end)) and self._enter(found, at_line=at_line):
                yield position, self._labels()
                position = max(found.end(), position + 1)
            only = position >= span.end  # A number on a line of its own does not end a sentence.
            if position == span.start and stopped:
                outer = next((i for i, level in enumerate(self._levels) if level.inline), None)
                if outer is not None and outer >= self._shown_from:
                    yield position, self._labels(outer)
                elif at_line and self._labels():
                    self.leave()
                    yield position, ()
            while stop := _INSIDE.search(text, position, span.end):
                position = max(stop.end(), position + 1)
                while (found := _MARK.match(text, position, end)) and self._enter(found, at_line=False):
                    yield position, self._labels()
                    position = max(found.end(), position + 1)
            stopped = text[span.end - 1] in ".!?…»" and not only

    def _labels(self, until: int | None = None) -> tuple[str, ...]:
        return tuple(_label(level) for level in self._levels[self._shown_from : until])

    def _enter(self, found: re.Match[str], *, at_line: bool) -> bool:
        kind = found.lastgroup or ""
        # « 5. » in the middle of a line is a figure and a full stop, unless a line ends there.
        if not at_line and kind not in _INLINE and not found.group().endswith("\n"):
            return False
        inline = not at_line and kind not in _OF_MANY_SENTENCES
        for one, rank in self._readings(found, kind):
            place = next((index for index, level in enumerate(self._levels) if level.kind == one), None)
            if place is None and rank == 1:
                self._levels = [*self._levels, _Level(one, rank, inline)]
                return True
            if place is not None and rank == 1:
                self._levels = [*self._levels[:place], _Level(one, rank, inline)]
                self._shown_from = min(self._shown_from, place)
                return True
            if place is not None and 0 < rank - self._levels[place].rank <= _FURTHEST:
                self._levels = [*self._levels[:place], _Level(one, rank, inline)]
                self._shown_from = 0
                return True
        return False

    def _readings(self, found: re.Match[str], kind: str) -> list[tuple[str, int]]:
        """What a mark may be, likeliest first: « i) » is the letter after « h) », or the first of small Roman numbers."""
        text = found[kind]
        if kind == "lower":
            letter = ("lower", ord(text) - ord("a") + 1)
            if text not in _ROMAN:
                return [letter]
            roman = ("roman", _ROMAN.index(text) + 1)
            if any(level.kind == "roman" for level in self._levels):
                return [roman, letter]
            follows = any(level.kind == "lower" and letter[1] == level.rank + 1 for level in self._levels)
            # After « h) », what comes next tells: « ii) » or « j) ».
            further = _AFTER_I.search(found.string, found.end(), found.end() + _AHEAD)
            return [letter] if follows and not (further and further[1] == "ii") else [roman, letter]
        if kind == "upper":
            return [(kind, ord(text) - ord("A") + 1)]
        if kind in {"roman", "great"}:
            small = text.lower()
            return [(kind, _ROMAN.index(small) + 1)] if small in _ROMAN else []
        return [(kind, int(text))]


def _label(level: _Level) -> str:
    match level.kind:
        case "great":
            return _ROMAN[level.rank - 1].upper()
        case "degree":
            return f"{level.rank}°"
        case "upper":
            return f"{chr(ord('A') + level.rank - 1)})"
        case "lower":
            return f"{chr(ord('a') + level.rank - 1)})"
        case "roman":
            return f"{_ROMAN[level.rank - 1]})"
        case "point":
            return f"{level.rank})"
    return f"par. {level.rank}"
