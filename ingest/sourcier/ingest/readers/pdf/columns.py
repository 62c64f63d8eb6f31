"""The order a page is read in: columns one after the other, what is above them first, what is below them last.

The order in which a page draws its text is nearly always the one it is read in. It is left only on evidence: a gutter
that many lines respect, with running text on both sides of it, or a part drawn after another that stands below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from sourcier.ingest.readers.pdf.rows import Row, joined

_GUTTER = 7.0
"""Points of white between two columns, at least."""
_EDGE = 2.0
"""Points within which left edges are aligned."""
_MIN_LINES = 3
_FEW_WORDS = 3
_FULL = 0.6
"""Share of its column that a full line fills."""
_NEAR = 2.2
"""Share of the letters' size between two lines of one part of a page."""
_MAX_PARTS = 300
_MAX_DEPTH = 6


def reading_order(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of a page region by region, a region being a column or what goes over the whole width.

    Pieces of a line that no gutter parts are put together again.
    """
    return [region for region in _ordered(list(rows), _MAX_DEPTH) if region]


def _ordered(rows: list[Row], depth: int) -> Iterator[list[Row]]:
    zone = _zone(rows) if depth else None
    if zone is None:
        yield _drawn_order(_whole(rows))
        return
    yield from _ordered(zone.above, depth - 1)
    yield from _ordered(zone.left, depth - 1)
    yield from _ordered(zone.right, depth - 1)
    yield from _ordered(zone.below, depth - 1)


@dataclass(slots=True)
class _Zone:
    """A stretch of a page that a gutter parts in two, and what is above and below it."""

    left: list[Row]
    right: list[Row]
    above: list[Row]
    below: list[Row]


def _zone(rows: Sequence[Row]) -> _Zone | None:
    """The largest stretch that has a gutter, if any."""
    if len(rows) < 2 * _MIN_LINES:
        return None
    best: tuple[int, float, float, float] | None = None
    for edge in _edges(rows):
        for top, bottom, count in _stretches(rows, edge):
            if best is None or count > best[0]:
                left, right, _, _ = _parts(rows, edge, top, bottom)
                if _are_columns(left, right):
                    best = (count, edge, top, bottom)
    if best is None:
        return None
    left, right, above, below = _parts(rows, *best[1:])
    return _Zone(left, right, above, below)


def _edges(rows: Sequence[Row]) -> list[float]:
    """Where enough lines begin for it to be the left edge of a column, but for the first one."""
    edges: list[list[float]] = []
    for left in sorted(row.left for row in rows):
        if edges and left - edges[-1][0] <= _EDGE:
            edges[-1].append(left)
        else:
            edges.append([left])
    first = min(row.left for row in rows)
    return [edge[0] for edge in edges if len(edge) >= _MIN_LINES and edge[0] > first + 40]


def _stretches(rows: Sequence[Row], edge: float) -> Iterator[tuple[float, float, int]]:
    """Stretches, top to bottom, that no piece crosses at ``edge``, and how many pieces each has."""
    top, count, bottom = float("inf"), 0, float("inf")
    for row in sorted(rows, key=lambda row: -row.base):
        if row.left < edge - _EDGE and row.right > edge - _GUTTER:
            if count:
                yield top, bottom, count
            top, count = float("inf"), 0
        else:
            top = row.base if not count else top
            bottom, count = row.base, count + 1
    if count:
        yield top, bottom, count


def _parts(
    rows: Sequence[Row], edge: float, top: float, bottom: float
) -> tuple[list[Row], list[Row], list[Row], list[Row]]:
    """Left, right, above and below."""
    left: list[Row] = []
    right: list[Row] = []
    above: list[Row] = []
    below: list[Row] = []
    for row in rows:
        if row.base > top:
            above.append(row)
        elif row.base < bottom:
            below.append(row)
        elif row.left >= edge - _EDGE:
            right.append(row)
        else:
            left.append(row)
    return _trimmed(left, right, above, below)


def _trimmed(
    left: list[Row], right: list[Row], above: list[Row], below: list[Row]
) -> tuple[list[Row], list[Row], list[Row], list[Row]]:
    """Lines of one side that stand wholly above or below those of the other belong to the whole width.

    A heading that is short enough not to reach the gutter is one of both columns, and so is the last line of a page.
    """
    if left and right:
        highest = min(max(row.top for row in left), max(row.top for row in right))
        lowest = max(min(row.base for row in left), min(row.base for row in right))
        for side in (left, right):
            for row in [row for row in side if row.base >= highest]:
                above.append(row)
                side.remove(row)
            # Columns rarely end level: only what is far below the shorter one is no part of the longer.
            size = median(row.size for row in side) if side else 0
            low = sorted((row for row in side if row.top <= lowest), key=lambda row: -row.base)
            floor = min((row.base for row in side if row.top > lowest), default=lowest)
            for row in low:
                if floor - row.base > 2.5 * size:
                    below += [other for other in low if other.base <= row.base]
                    for other in [other for other in low if other.base <= row.base]:
                        side.remove(other)
                    break
                floor = row.base
    return left, right, above, below


def _are_columns(left: Sequence[Row], right: Sequence[Row]) -> bool:
    """Whether both sides are running text, and not the cells of a table or the marks of a list."""
    sides = [_whole(side) for side in (left, right)]
    if any(len(side) < _MIN_LINES or any(row.cells for row in side) for side in sides):
        return False
    switches = sum(one != two for one, two in pairwise(_drawing(left, right)))
    fewest = min(map(len, sides))
    if switches <= 2:
        # Drawn one after the other: nobody draws a table so, or hardly anybody.
        return all(_is_text(side, strict=False) for side in sides)
    # Drawn line by line across both columns, or cell by cell.
    return switches >= 0.8 * fewest and all(_is_text(side, strict=True) for side in sides)


def _drawing(left: Sequence[Row], right: Sequence[Row]) -> list[bool]:
    """For each piece as drawn, whether it is on the right."""
    where = [(row.line, row.left, False) for row in left] + [(row.line, row.left, True) for row in right]
    return [side for _, _, side in sorted(where)]


def _is_text(side: Sequence[Row], *, strict: bool) -> bool:
    words = [len(row.text.split()) for row in side]
    if median(words) < _FEW_WORDS or sum(words) < 4 * _MIN_LINES:
        return False
    begin, end = min(row.left for row in side), max(row.right for row in side)
    full = sum(row.right - row.left >= _FULL * (end - begin) for row in side) / len(side)
    if not strict:
        return full >= 0.4
    # Sentences go on from line to line; cells begin anew.
    going_on = sum(row.text[:1].islower() for row in side) / len(side)
    return full >= 0.5 and going_on >= 0.3


def _whole(rows: Sequence[Row]) -> list[Row]:
    """The pieces of each line as one, in the order they are drawn."""
    return [joined(sorted(pieces, key=lambda row: row.left)) for _, pieces in _by_line(rows)]


def _by_line(rows: Sequence[Row]) -> Iterator[tuple[int, list[Row]]]:
    # A table stands alone, wherever it was drawn.
    for (line, _), pieces in groupby(sorted(rows, key=_drawn), key=_drawn):
        yield line, list(pieces)


def _drawn(row: Row) -> tuple[int, float]:
    return row.line, -row.top if row.cells else float("inf")


def _drawn_order(rows: Sequence[Row]) -> list[Row]:
    """Rows as drawn, but for parts that stand below one that is drawn later, and for a line drawn in several times."""
    parts: list[list[Row]] = []
    for row in rows:
        if parts and _follows(parts[-1][-1], row):
            parts[-1].append(row)
        else:
            parts.append([row])
    if len(parts) > _MAX_PARTS:
        return _merged(sorted(rows, key=lambda row: (-round(row.base), row.left)))
    boxes = [
        (min(r.left for r in p), min(r.base for r in p), max(r.right for r in p), max(r.top for r in p)) for p in parts
    ]
    left, ordered = list(range(len(parts))), list[Row]()
    while left:
        # The first drawn of those that nothing stands above.
        free = next(
            (one for one in left if not any(_above(boxes[two], boxes[one]) for two in left if two != one)), left[0]
        )
        left.remove(free)
        ordered += parts[free]
    return _merged(ordered)


def _follows(last: Row, row: Row) -> bool:
    """Whether ``row`` goes on below ``last``, or to its right on the same line."""
    if last.cells or row.cells or last.alone or row.alone:
        return False
    if _same_line(last, row):
        return True
    near = 0 < last.base - row.base <= _NEAR * max(last.size, row.size)
    return near and row.left < last.right and last.left < row.right


def _same_line(last: Row, row: Row) -> bool:
    if last.cells or row.cells or last.alone or row.alone:
        return False
    return abs(last.base - row.base) < 0.3 * min(last.size, row.size) and row.left >= last.right - 1


def _above(one: tuple[float, float, float, float], two: tuple[float, float, float, float]) -> bool:
    """Whether the first box is wholly above the second, and over it."""
    return one[1] >= two[3] - 2 and one[0] < two[2] and two[0] < one[2]


def _merged(rows: Sequence[Row]) -> list[Row]:
    """Neighbours that stand on one line, and were drawn apart, as one row."""
    merged: list[Row] = []
    for row in rows:
        if merged and _same_line(merged[-1], row):
            merged[-1] = joined([merged[-1], row])
        else:
            merged.append(row)
    return merged
