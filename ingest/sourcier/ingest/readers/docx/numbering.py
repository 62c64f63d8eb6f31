"""The numbers that Word computes: they are not in the file, and clauses are cited by them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sourcier.ingest.readers.counting import letters, marks, ordinal, roman
from sourcier.ingest.readers.docx.names import VAL, W, find, integer, is_on, value
from sourcier.ingest.readers.docx.styles import Styles

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02}",
    "lowerLetter": letters,
    "upperLetter": lambda n: letters(n).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda n: roman(n).upper(),
    "ordinal": ordinal,
    "chicago": marks,
    "numberInDash": lambda n: f"- {n} -",
    "none": lambda _: "",
}


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""
    restart: int | None = None
    style: str = ""
    legal: bool = False
    suffix: str = "tab"

    @property
    def bullet(self) -> bool:
        return self.format == "bullet"


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands before a paragraph of a list. ``number`` is empty for a bullet, which is in ``bullet``."""

    level: int
    number: str = ""
    bullet: str = ""


@dataclass(slots=True)
class _List:
    """An abstract list: the instances that are based on it share its counters."""

    levels: dict[int, _Level]
    counters: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)


@dataclass(slots=True)
class _Instance:
    list: _List
    levels: dict[int, _Level]
    starts: dict[int, int]


class Numbering:
    """Counts the paragraphs of one story, in its order.

    Args:
        root: of ``numbering.xml``, None when the file has none.
    """

    def __init__(self, root: Any, styles: Styles) -> None:
        self._styles = styles
        self._instances: dict[str, _Instance] = {}
        if root is None:
            return
        abstract = {element.get(f"{W}abstractNumId", ""): element for element in root.findall(f"{W}abstractNum")}
        numbers = {element.get(f"{W}numId", ""): element for element in root.findall(f"{W}num")}
        lists: dict[str, _List] = {}
        for name, element in numbers.items():
            source = self._source(element, abstract, numbers)
            if source is None:
                continue
            identity = source.get(f"{W}abstractNumId", "")
            if identity not in lists:
                lists[identity] = _List(_levels(source))
            self._instances[name] = _instance(element, lists[identity])

    def _source(self, number: Any, abstract: dict[str, Any], numbers: dict[str, Any]) -> Any:
        """The abstract list of an instance: the link of a list style is followed, once."""
        source = abstract.get(value(number, "abstractNumId") or "")
        linked = value(source, "numStyleLink")
        if linked:
            style = self._styles.style_property(linked, "numPr")
            other = numbers.get(value(style, "numId") or "") if style is not None else None
            source = abstract.get(value(other, "abstractNumId") or "", source) if other is not None else source
        return source

    def mark(self, paragraph: Any) -> Mark | None:
        """The number or bullet of a paragraph, which is counted; None outside of lists."""
        found = self._place(paragraph)
        if found is None:
            return None
        instance, depth = found
        level = instance.levels.get(depth, _Level(text=f"%{depth + 1}."))
        counters = instance.list.counters
        if instance.starts:
            # The first paragraph of an instance that starts anew: its counters are those of no earlier one.
            for index in range(min(instance.starts), _LEVELS):
                counters[index] = None
        for index in range(depth):
            if counters[index] is None:
                above = instance.levels.get(index, _Level())
                counters[index] = instance.starts.get(index, above.start)
        before = counters[depth]
        counters[depth] = instance.starts.get(depth, level.start) if before is None else before + 1
        instance.starts = {index: start for index, start in instance.starts.items() if index > depth}
        for index in range(depth + 1, _LEVELS):
            restart = instance.levels.get(index, _Level()).restart
            if restart is None or (restart and depth < restart):
                counters[index] = None
        if level.bullet:
            return Mark(depth, bullet=level.text)
        return Mark(depth, _written(level, instance, counters) + (" " if level.suffix != "nothing" else ""))

    def _place(self, paragraph: Any) -> tuple[_Instance, int] | None:
        own = find(paragraph, "pPr/numPr")
        style_id = self._styles.of_paragraph(paragraph)
        from_style = self._styles.style_property(style_id, "numPr")
        name = value(own, "numId")
        if name is None:
            name = value(from_style, "numId")
        instance = self._instances.get(name or "")
        if instance is None:
            return None
        depth = value(own, "ilvl")
        if depth is None and value(own, "numId") is None:
            # A style is tied to a level by that level; it may also say it itself.
            chain = [style.get(f"{W}styleId", "") for style in self._styles.chain(style_id)]
            levels = {level.style: index for index, level in instance.levels.items()}
            tied = next((levels[name] for name in chain if name in levels), None)
            depth = value(from_style, "ilvl") if tied is None else str(tied)
        return instance, max(0, min(integer(depth), _LEVELS - 1))


def _levels(element: Any) -> dict[int, _Level]:
    return {
        index: _level(level)
        for level in element.findall(f"{W}lvl")
        if 0 <= (index := integer(level.get(f"{W}ilvl"), -1)) < _LEVELS
    }


def _level(element: Any) -> _Level:
    # A choice of Word 2010 and later stands inside an alternative; the plain one is what others read.
    restart = value(element, "lvlRestart")
    return _Level(
        start=integer(value(element, "start"), 1),
        format=value(element, "numFmt") or "decimal",
        text=(value(element, "lvlText") or "")[:200],
        restart=None if restart is None else integer(restart),
        style=value(element, "pStyle") or "",
        legal=is_on(find(element, "isLgl")),
        suffix=value(element, "suff") or "tab",
    )


def _instance(element: Any, base: _List) -> _Instance:
    levels, starts = dict(base.levels), dict[int, int]()
    for override in element.findall(f"{W}lvlOverride"):
        index = integer(override.get(f"{W}ilvl"), -1)
        if not 0 <= index < _LEVELS:
            continue
        if (own := find(override, "lvl")) is not None:
            levels[index] = _level(own)
        if (start := find(override, "startOverride")) is not None:
            starts[index] = integer(start.get(VAL), 1)
    return _Instance(base, levels, starts)


def _written(level: _Level, instance: _Instance, counters: list[int | None]) -> str:
    def number(match: re.Match[str]) -> str:
        index = int(match.group(1)) - 1
        other = instance.levels.get(index, _Level())
        count = counters[index]
        if count is None:
            return ""
        style = "decimal" if level.legal and other.format not in {"decimalZero", "none"} else other.format
        return _FORMATS.get(style, str)(count)

    return _PLACE.sub(number, level.text).strip()
