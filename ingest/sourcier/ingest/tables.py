"""Tables, from cells to rows that still make sense alone: the one convention of every format.

A passage may hold a single row of a table, and a quote is a row: « 12,5 % » says nothing without « Taux ». Under an
evident header, each row therefore carries it: ``Région : Montréal | Effectif : 1 250 | Taux : 12,5 %``. Elsewhere the
cells are only set apart by a bar.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_COLUMNS = 16_384
"""Places of a row that are looked at, as many as a workbook can have: beyond them a file is hostile."""

_MAX_LABEL = 120
_MAX_LABELS = 6000
"""Characters of all the labels of a row together: a header longer than that would drown what it labels."""
_MAX_REPEATED = 200
_MAX_GRID = 1_000_000
"""Places of one table after which merged cells no longer cover anything: beyond it a file is hostile."""

_VALUE = re.compile(
    r"[-+−–(~≈<>±]*\s*(?:[$€£]|CAD|CA|US)*\s*\d[\d\s.,/:'’%‰$€£()+−–-]*"
    r"(?:\s*(?:[$€£%‰]|[kKMG]\$|[kM]?[mgl][²³23]?|h|min|s|ans?|mois|jours?|heures?|pts?|e|er|re))?"
)
_EMPTY_VALUE = re.compile(r"[-–—−.…*\s]*|n/?[adsd]|s\.?\s?o\.?|n\.\s?d\.?", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d(?:[-–/](?:19|20)?\d\d)?")
_SENTENCE_END = (".", "!", "?", ";", "…")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that covers several columns or rows; a plain string is a cell that covers one place."""

    text: str
    columns: int = 1
    rows: int = 1


def rows_with_header(rows: Sequence[Sequence[str | Cell]], *, header: int | None = None) -> list[str]:
    """One text a row, as many as there are ``rows``: empty for a row without any text.

    The rows of the header come first, as they are, cells set apart by a bar. Each row under it repeats the label of each
    cell that is not empty; a row of one text, at its beginning or over the whole width (a title inside the table), stays
    as it is. What covers several rows is repeated on each of them when it is short. Repetitions apart, each cell's text
    is there once, verbatim but for its line ends, which become spaces, in the order of the row.

    Args:
        rows: cells as they are in the file: what a merged cell covers is not in it (as in HTML).
        header: how many rows at the top the format says are headers; None when it says nothing, and then one is
            recognised only where it is evident (see :func:`evident_header`).
    """
    grid = _unfold(rows)
    lines = [[place.text for place in line] for line in grid]
    first = next((index for index, line in enumerate(lines) if any(line)), 0)
    if header is None:
        header = first + 1 if evident_header(lines[first:]) else 0
    labels = labels_of([_spread(line) for line in grid[:header]]) if 0 < header < len(grid) else []
    # A label over every column is the title of the table, not that of a column.
    if len(labels) > 1 and len({label for label in labels if label}) < 2:
        labels = []
    return [
        _joined(line) if index < header or not labels else _labelled(line, labels) for index, line in enumerate(grid)
    ]


def labels_of(header: Sequence[Sequence[str]]) -> list[str]:
    """The label of each column, from the rows of a header, outer ones first: « Taux – Hommes ».

    Empty when they are too long to be repeated on each row.
    """
    width = max(map(len, header), default=0)
    labels = []
    for column in range(min(width, MAX_COLUMNS)):
        parts = dict.fromkeys(_line(line[column]).rstrip(" \u00a0\u202f:") for line in header if column < len(line))
        labels.append(" – ".join(part for part in parts if part))
    too_long = any(len(label) > _MAX_LABEL for label in labels) or sum(map(len, labels)) > _MAX_LABELS
    return [] if too_long else labels


def evident_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row can only be a header: short names, all different, one at least over a column of numbers,
    amounts or dates.

    Of two columns, « Nom | Jean » above « Âge | 45 » looks the same as a header: more rows are asked for.
    """
    if len(rows) < 3:
        return False
    names, data = rows[0], [row for row in rows[1:] if any(row)]
    if len(names) < 2 or len(data) < (4 if len(names) == 2 else 2) or not all(names[1:]):
        return False
    if len(set(names)) < len(names) or any(len(name) > 80 or name.endswith(_SENTENCE_END) for name in names):
        return False
    if is_value(names[0]) or any(is_value(name) and not _YEAR.fullmatch(name) for name in names[1:]):
        return False
    for column in range(len(names)):
        cells = [row[column] for row in data if column < len(row) and not _EMPTY_VALUE.fullmatch(row[column])]
        if len(cells) < 2 or not all(map(is_value, cells)):
            continue
        if not (_YEAR.fullmatch(names[column]) and any(map(_YEAR.fullmatch, cells))):
            return True
    return False


def is_value(text: str) -> bool:
    """Whether a cell holds a number, an amount, a share, a date in digits."""
    return len(text) <= 60 and _VALUE.fullmatch(text.strip()) is not None


@dataclass(frozen=True, slots=True)
class _Place:
    """A place of the grid. ``width`` is 0 where a cell of the same row begins further left."""

    text: str
    width: int = 1
    covers: str = ""


_Covered = dict[int, tuple[int, _Place]]


def _unfold(rows: Sequence[Sequence[str | Cell]]) -> list[list[_Place]]:
    """The grid: what covers several columns is at the first of them, what covers several rows on each."""
    grid: list[list[_Place]] = []
    # For each column that a cell of an earlier row still covers: the rows left, and what is shown there.
    covered: _Covered = {}
    size = 0
    for row in rows:
        line: list[_Place] = []
        below: _Covered = {}

        for given in row:
            _fill(line, covered, below)
            if len(line) >= MAX_COLUMNS:
                break
            cell = given if isinstance(given, Cell) else Cell(given)
            text = _line(cell.text)
            width = max(1, min(cell.columns, MAX_COLUMNS - len(line))) if size < _MAX_GRID else 1
            for offset in range(width):
                if offset and len(line) in covered:
                    break
                place = _Place(text, width) if offset == 0 else _Place("", 0, text)
                if cell.rows > 1:
                    short = len(text) <= _MAX_REPEATED
                    kept = place if short else _Place("", place.width)
                    below[len(line)] = (cell.rows - 1, kept)
                line.append(place)
        _fill(line, covered, below)
        size += len(line)
        grid.append(line)
        covered = below if size < _MAX_GRID else {}
    return grid


def _fill(line: list[_Place], covered: _Covered, below: _Covered) -> None:
    """Put in ``line`` what cells of earlier rows cover from its end on, and in ``below`` what they still cover."""
    while len(line) in covered:
        left, place = covered[len(line)]
        if left > 1:
            below[len(line)] = (left - 1, place)
        line.append(place)


def _spread(line: Sequence[_Place]) -> list[str]:
    """The texts of a header row, each over all the columns that it covers."""
    return [place.text or place.covers for place in line]


def _joined(line: Sequence[_Place]) -> str:
    shown = [place.text for place in line if place.width]
    while shown and not shown[-1]:
        shown.pop()
    return " | ".join(shown)


def _labelled(line: Sequence[_Place], labels: Sequence[str]) -> str:
    filled = [(column, place) for column, place in enumerate(line) if place.text]
    if len(filled) == 1:
        [(column, place)] = filled
        if place.width >= max(2, len(labels)) or (column == 0 and len(labels) > 2 and not is_value(place.text)):
            return place.text
    shown = []
    for column, place in filled:
        over = dict.fromkeys(label for label in labels[column : column + place.width] if label)
        label = ", ".join(over)
        shown.append(f"{label} : {place.text}" if label else place.text)
    return " | ".join(shown)


def _line(text: str) -> str:
    return " ".join(text.split("\n")).strip() if "\n" in text else text.strip()
