"""Ruled tables: the grid that the rules of a page make, and the words in each of its cells.

Only rules are believed. A table without any is text in columns, and is left in the order it was written in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sourcier.ingest.layout.words import KnownWords
from sourcier.ingest.readers.pdf.glyphs import Glyph
from sourcier.ingest.readers.pdf.objects import Box
from sourcier.ingest.readers.pdf.rows import size_of, text_of
from sourcier.ingest.tables import Cell, rows_with_header

_CLOSE = 3.0
"""Points between rules that are one."""
_SHORTEST = 6.0
_MAX_PAIRS = 200_000
_MAX_GRID = 10_000
"""Rules that may meet, and places of a grid: beyond these, it is a drawing."""
_FILLED = 0.3
"""Share of the cells that hold words below which a grid is a drawing."""

_Rule = tuple[float, float, float]
"""Where a rule is across, where it begins and where it ends along."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a page: its box, each row as text, and how many hyphens of cut words are not in it."""

    box: Box
    rows: tuple[str, ...]
    hyphens: int = 0


def take_tables(lines: list[list[Glyph]], rules: Sequence[Box]) -> tuple[list[Table], list[list[Glyph]]]:
    """The tables of a page, and its lines without their words."""
    tables: list[Table] = []
    for grid in _grids(rules):
        inside, outside = _parted(lines, grid.box)
        if table := _table(grid, inside):
            tables.append(table)
            lines = outside
    return tables, lines


@dataclass(frozen=True, slots=True)
class _Place:
    """A cell: the columns and rows of the grid it covers, ends not included, from the top left."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class _Grid:
    """``xs`` rise from left to right, ``ys`` fall from top to bottom."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[_Place, ...]

    @property
    def box(self) -> Box:
        return self.xs[0], self.ys[-1], self.xs[-1], self.ys[0]


def _grids(rules: Sequence[Box]) -> Iterator[_Grid]:
    across = [
        ((bottom + top) / 2, left, right)
        for left, bottom, right, top in rules
        if right - left >= max(_SHORTEST, top - bottom)
    ]
    upright = [
        ((left + right) / 2, bottom, top)
        for left, bottom, right, top in rules
        if top - bottom >= max(_SHORTEST, right - left)
    ]
    across, upright = _merged(across), _merged(upright)
    if len(across) * len(upright) > _MAX_PAIRS:
        return
    for some_across, some_upright in _connected(across, upright):
        # The sides of the whole are often not drawn: the ends of the rules tell them.
        xs = _places(
            [rule[0] for rule in some_upright]
            + [min(rule[1] for rule in some_across), max(rule[2] for rule in some_across)]
        )
        ys = _places(
            [rule[0] for rule in some_across]
            + [min(rule[1] for rule in some_upright), max(rule[2] for rule in some_upright)]
        )[::-1]
        if len(xs) >= 3 and len(ys) >= 3 and len(xs) * len(ys) <= _MAX_GRID:
            yield _Grid(tuple(xs), tuple(ys), tuple(_cells(xs, ys, some_across, some_upright)))


def _merged(rules: Sequence[_Rule]) -> list[_Rule]:
    """Rules with those that carry each other on, or that are drawn twice, made one."""
    merged: list[_Rule] = []
    lane: list[_Rule] = []
    for rule in sorted(rules):
        if lane and rule[0] - lane[0][0] > _CLOSE:
            merged += _chained(lane)
            lane = []
        lane.append(rule)
    return merged + _chained(lane)


def _chained(lane: Sequence[_Rule]) -> list[_Rule]:
    chained: list[_Rule] = []
    for place, start, end in sorted(lane, key=lambda rule: rule[1]):
        if chained and start <= chained[-1][2] + _CLOSE:
            last = chained[-1]
            chained[-1] = (last[0], last[1], max(last[2], end))
        else:
            chained.append((place, start, end))
    return chained


def _connected(across: Sequence[_Rule], upright: Sequence[_Rule]) -> Iterator[tuple[list[_Rule], list[_Rule]]]:
    """Rules that meet each other, group by group."""
    met = {number: [at for at, other in enumerate(upright) if _meet(rule, other)] for number, rule in enumerate(across)}
    back: dict[int, list[int]] = {}
    for number, others in met.items():
        for other in others:
            back.setdefault(other, []).append(number)
    left = {number for number, others in met.items() if others}
    while left:
        some_across, some_upright, todo = set[int](), set[int](), [min(left)]
        while todo:
            number = todo.pop()
            if number in some_across:
                continue
            some_across.add(number)
            some_upright.update(met[number])
            todo += [near for other in met[number] for near in back[other] if near not in some_across]
        left -= some_across
        yield [across[number] for number in sorted(some_across)], [upright[number] for number in sorted(some_upright)]


def _meet(across: _Rule, upright: _Rule) -> bool:
    (y, left, right), (x, bottom, top) = across, upright
    return left - _CLOSE <= x <= right + _CLOSE and bottom - _CLOSE <= y <= top + _CLOSE


def _places(values: Sequence[float]) -> list[float]:
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _CLOSE:
            places.append(value)
    return places


def _cells(
    xs: Sequence[float], ys: Sequence[float], across: Sequence[_Rule], upright: Sequence[_Rule]
) -> Iterator[_Place]:
    """The cells of a grid: neighbouring places that no rule parts are one."""
    columns, lines = len(xs) - 1, len(ys) - 1
    owner = {(i, j): (i, j) for i in range(columns) for j in range(lines)}

    def root(place: tuple[int, int]) -> tuple[int, int]:
        while owner[place] != place:
            owner[place] = owner[owner[place]]
            place = owner[place]
        return place

    for i, j in list(owner):
        x, y = (xs[i] + xs[i + 1]) / 2, (ys[j] + ys[j + 1]) / 2
        if i + 1 < columns and not _drawn(upright, xs[i + 1], y):
            owner[root((i + 1, j))] = root((i, j))
        if j + 1 < lines and not _drawn(across, ys[j + 1], x):
            owner[root((i, j + 1))] = root((i, j))
    groups: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place in owner:
        groups.setdefault(root(place), []).append(place)
    for group in groups.values():
        some_x, some_y = [i for i, _ in group], [j for _, j in group]
        yield _Place(min(some_x), min(some_y), max(some_x) + 1, max(some_y) + 1)


def _drawn(rules: Sequence[_Rule], place: float, along: float) -> bool:
    return any(abs(rule[0] - place) <= _CLOSE and rule[1] <= along <= rule[2] for rule in rules)


def _parted(lines: Sequence[list[Glyph]], box: Box) -> tuple[list[list[Glyph]], list[list[Glyph]]]:
    """The lines within a box, and the others; a line may have a part in each."""
    inside: list[list[Glyph]] = []
    outside: list[list[Glyph]] = []
    for line in lines:
        one, two, last = list[Glyph](), list[Glyph](), False
        for glyph in line:
            # A space goes with what precedes it.
            last = _within(glyph, box) if glyph.ink else last
            (one if last else two).append(glyph)
        for part, kept in ((one, inside), (two, outside)):
            if any(glyph.ink for glyph in part):
                kept.append(part)
    return inside, outside


def _within(glyph: Glyph, box: Box) -> bool:
    x, y = (glyph.left + glyph.right) / 2, (glyph.bottom + glyph.top) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _table(grid: _Grid, lines: Sequence[list[Glyph]]) -> Table | None:
    words = KnownWords(text_of(line, size_of(line)) for line in lines)
    texts: dict[_Place, str] = {}
    hyphens = 0
    for place in grid.cells:
        box = (grid.xs[place.left], grid.ys[place.bottom], grid.xs[place.right], grid.ys[place.top])
        inside, lines = _parted(lines, box)
        texts[place], cut = _text(inside, words)
        hyphens += cut
    filled = sum(map(bool, texts.values()))
    by_row = [
        sorted((place for place in grid.cells if place.top == row), key=lambda place: place.left)
        for row in range(len(grid.ys) - 1)
    ]
    if filled < max(3, _FILLED * len(texts)) or sum(len(row) > 1 for row in by_row) < 2 or any(lines):
        return None
    rows = rows_with_header(
        [[Cell(texts[p], p.right - p.left, p.bottom - p.top) for p in row] for row in by_row if row]
    )
    return Table(grid.box, tuple(row for row in rows if row), hyphens)


def _text(lines: Sequence[Sequence[Glyph]], words: KnownWords) -> tuple[str, int]:
    """The text of a cell, and how many hyphens joining its lines took away."""
    text, hyphens = "", 0
    for line in _in_order(lines):
        following = text_of(line, size_of(line))
        if (whole := words.joined(text, following)) is not None:
            hyphens += len(text) + len(following) - len(whole)
            text = whole
        else:
            text = f"{text} {following}" if text else following
    return text, hyphens


def _in_order(lines: Sequence[Sequence[Glyph]]) -> list[Sequence[Glyph]]:
    """From the top, and from the left what stands at one height."""

    def place(line: Sequence[Glyph]) -> tuple[float, float]:
        inked = [glyph for glyph in line if glyph.ink]
        return -round(sum(glyph.bottom for glyph in inked) / len(inked) / 4), inked[0].left

    return sorted(lines, key=place)
