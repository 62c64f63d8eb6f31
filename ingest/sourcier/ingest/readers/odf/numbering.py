"""The numbers of OpenDocument lists and headings, which are computed by whoever shows them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sourcier.ingest.readers.counting import letters, roman
from sourcier.ingest.readers.odf.package import LOEXT, STYLE, TEXT, XML, integer
from sourcier.ingest.readers.odf.styles import Styles

_LEVELS = 10
_FORMATS: dict[str, Callable[[int], str]] = {
    "1": str,
    "a": letters,
    "A": lambda n: letters(n).upper(),
    "i": roman,
    "I": lambda n: roman(n).upper(),
}
_PLACE = re.compile(r"%(\d{1,2})%")

Counters = list[int | None]


class Numbering:
    """Counts the items of the lists and the headings of one document, in its order."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._outline: Counters = [None] * _LEVELS
        self._by_style: dict[str, Counters] = {}
        self._by_name: dict[str, Counters] = {}

    def heading(self, element: Any, level: int) -> str:
        """The number of a heading outside of lists, with a space after it; empty when it has none."""
        if self._styles.outline is None or element.get(f"{TEXT}is-list-header") == "true":
            return ""
        start = element.get(f"{TEXT}start-value") if element.get(f"{TEXT}restart-numbering") == "true" else None
        return self._count(self._outline, _levels(self._styles.outline), level - 1, start)

    def open(self, element: Any, style: str) -> Counters:
        """The counters of an outermost list: its own, or those of the list that it goes on with."""
        if self._is_outline(style):
            return self._outline
        continued = element.get(f"{TEXT}continue-list")
        if continued and continued in self._by_name:
            counters = self._by_name[continued]
        elif element.get(f"{TEXT}continue-numbering") == "true" and style in self._by_style:
            counters = self._by_style[style]
        else:
            counters = [None] * _LEVELS
        self._by_style[style] = counters
        if name := element.get(f"{XML}id"):
            self._by_name[name] = counters
        return counters

    def item(self, counters: Counters, style: str, level: int, start: str | None) -> tuple[str, str]:
        """The number of an item with a space after it, or its bullet."""
        source = self._styles.outline if self._is_outline(style) else self._styles.lists.get(style)
        levels = _levels(source) if source is not None else {}
        own = levels.get(level)
        if own is None or own.tag not in {f"{TEXT}list-level-style-number", f"{TEXT}outline-level-style"}:
            return "", own.get(f"{TEXT}bullet-char", "") if own is not None else ""
        return self._count(counters, levels, level, start), ""

    def _is_outline(self, style: str) -> bool:
        return self._styles.outline is not None and style == (self._styles.outline.get(f"{STYLE}name") or "Outline")

    def _count(self, counters: Counters, levels: dict[int, Any], level: int, start: str | None) -> str:
        level = max(0, min(level, _LEVELS - 1))
        for index in range(level):
            if counters[index] is None:
                counters[index] = _start(levels.get(index))
        before = counters[level]
        if start is not None:
            counters[level] = integer(start)
        else:
            counters[level] = _start(levels.get(level)) if before is None else before + 1
        counters[level + 1 :] = [None] * (_LEVELS - level - 1)
        text = _written(levels, level, counters)
        return f"{text} " if text else ""


def _levels(source: Any) -> dict[int, Any]:
    return {integer(element.get(f"{TEXT}level"), 0) - 1: element for element in source}


def _start(element: Any) -> int:
    return integer(element.get(f"{TEXT}start-value")) if element is not None else 1


def _written(levels: dict[int, Any], level: int, counters: Counters) -> str:
    own = levels.get(level)
    if own is None:
        return ""

    def number(index: int) -> str:
        element, count = levels.get(index), counters[index] if 0 <= index < _LEVELS else None
        form = element.get(f"{STYLE}num-format", "") if element is not None else ""
        if count is None or not form:
            return ""
        if form.startswith("0"):
            return f"{count:0{min(len(form.split(',', maxsplit=1)[0]), 9)}}"
        return _FORMATS.get(form, str)(count)

    if not own.get(f"{STYLE}num-format"):
        return ""
    whole = own.get(f"{LOEXT}num-list-format") or own.get(f"{STYLE}num-list-format")
    if whole:
        return _PLACE.sub(lambda place: number(int(place.group(1)) - 1), whole[:200]).strip()
    shown = integer(own.get(f"{TEXT}display-levels"))
    numbers = [number(index) for index in range(max(0, level - shown + 1), level + 1)]
    text = ".".join(filter(None, numbers))
    return f"{own.get(f'{STYLE}num-prefix', '')}{text}{own.get(f'{STYLE}num-suffix', '')}".strip()
