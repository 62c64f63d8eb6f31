"""From the rows of a sheet to blocks: its titles, its tables with their headers, its notes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import BlockKind
from sourcier.ingest.drafts import Draft
from sourcier.ingest.tables import MAX_COLUMNS, Cell, is_value, rows_with_header

MAX_CELLS = 3_000_000
MAX_CHARACTERS = 20_000_000
"""What one file may come to: about the text that may come back from the process that reads it."""

_GENERIC = re.compile(r"(?:feuil(?:le)?|sheet|tabelle|hoja|tableau|page)\s?\d{0,3}", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d(?:[-–/](?:19|20)?\d\d)?")
_LONG = 80


@dataclass(slots=True)
class Sheet:
    """A sheet being read.

    Attributes:
        rows: text cells by column, from 0, for each row that is not empty, by row number in increasing order.
        spans: for the first cell of a merged range, by (row, column), how many columns and rows it covers.
        headers: numbers of the rows that the file marks as headers (filtered, frozen, in bold).
    """

    name: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    spans: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    headers: set[int] = field(default_factory=set)


class Meter:
    """Counts what a file holds, and stops it when that is too much."""

    def __init__(self) -> None:
        self._cells = self._characters = 0

    def count(self, text: str) -> None:
        """Count one cell.

        Raises:
            UnreadableFileError: ``ingest.too_much_text``.
        """
        self._cells += 1
        self._characters += len(text)
        if self._cells > MAX_CELLS or self._characters > MAX_CHARACTERS:
            raise UnreadableFileError("ingest.too_much_text")


def is_generic(name: str) -> bool:
    """Whether a sheet still has the name that the program gave it."""
    return _GENERIC.fullmatch(name.strip()) is not None


def sheet_drafts(sheet: Sheet, *, titled: bool, likely: bool = False, page: int | None = None) -> Iterator[Draft]:
    """The blocks of a sheet.

    Args:
        titled: whether the name of the sheet is a heading; of level 2, since it is not the title of the document.
        likely: whether the first row of a table is a header even when nothing shows it but words of its own.
    """
    if titled and sheet.rows:
        yield Draft(BlockKind.HEADING, sheet.name, 2, page)
    header: list[list[str | Cell]] = []
    for numbers in _regions(sheet):
        rows = _grid(sheet, numbers)
        widths = [sum(1 for cell in row if _text(cell)) for row in rows]
        widest = max(widths)
        start = 0
        # Titles above a table stand alone on their rows.
        while start < len(rows) and widths[start] == 1 and widest > 1:
            yield _paragraph(rows[start], page)
            start += 1
        end = len(rows)
        while end > start and widths[end - 1] == 1 and widest > 1 and _is_note(rows[end - 1]):
            end -= 1
        if widest == 1:
            yield from (_paragraph(row, page, alone=len(rows) == 1) for row in rows if any(map(_text, row)))
            continue
        table = rows[start:end]
        count = _header_rows(table, [n in sheet.headers for n in numbers[start:end]], likely=likely)
        if count:
            header = table[:count]
        elif header and _width(table) > _width(header):
            header = []
        shown = rows_with_header(table if count else [*header, *table], header=len(header))
        for text in filter(None, shown if count else shown[len(header) :]):
            yield Draft(BlockKind.TABLE, text, page=page)
        yield from (_paragraph(row, page) for row in rows[end:])


def _regions(sheet: Sheet) -> Iterator[range]:
    """Row numbers of each stretch of rows without an empty one, but for those that a cell covers."""
    first = last = reach = -1
    for number, cells in sheet.rows.items():
        if first < 0 or number > max(last, reach) + 1:
            if first >= 0:
                yield range(first, last + 1)
            first, reach = number, -1
        last = number
        for column in cells:
            if (number, column) in sheet.spans:
                reach = max(reach, number + min(sheet.spans[number, column][1], 10_000) - 1)
    if first >= 0:
        yield range(first, last + 1)


def _grid(sheet: Sheet, region: range) -> list[list[str | Cell]]:
    """The rows of a region as tables want them: without the cells that another covers."""
    # Columns that a cell of an earlier row covers, with the last row of it.
    covered: dict[int, int] = {}
    grid: list[list[str | Cell]] = []
    for number in region:
        texts = sheet.rows.get(number, {})
        row: list[str | Cell] = []
        column, last = 0, min(max(texts, default=-1), MAX_COLUMNS)
        while column <= last:
            if covered.get(column, -1) >= number:
                column += 1
                continue
            width, height = sheet.spans.get((number, column), (1, 1))
            row.append(Cell(texts.get(column, ""), width, height))
            if height > 1:
                covered.update(dict.fromkeys(range(column, min(column + width, MAX_COLUMNS)), number + height - 1))
            column += max(1, width)
        grid.append(row)
    return grid


def _header_rows(table: Sequence[Sequence[str | Cell]], marked: Sequence[bool], *, likely: bool) -> int:
    """How many rows at the top of a table are its header."""
    if len(table) < 2:
        return 0
    below = any(isinstance(cell, Cell) and cell.columns > 1 for cell in table[0]) and len(table) > 2
    if below and not any(is_value(_text(cell)) and not _YEAR.fullmatch(_text(cell)) for cell in [*table[0], *table[1]]):
        return 2
    count = next((index for index, is_marked in enumerate(marked) if not is_marked), 0)
    if 0 < count < min(4, len(table)):
        return count
    return int(_looks_like_a_header(table, likely=likely))


def _looks_like_a_header(table: Sequence[Sequence[str | Cell]], *, likely: bool) -> bool:
    """Whether the first row names columns: short names, all different, over cells that are something else."""
    names = [_text(cell) for cell in table[0]]
    filled = [name for name in names if name]
    width = _width(table)
    if len(filled) < 2 or len(filled) < 0.6 * width or len(set(filled)) < len(filled):
        return False
    if any(len(name) > _LONG or (is_value(name) and not _YEAR.fullmatch(name)) for name in filled) or is_value(
        filled[0]
    ):
        return False
    data = [[_text(cell) for cell in row] for row in table[1:200]]
    columns = [
        (name, [row[column] for row in data if column < len(row) and row[column]]) for column, name in enumerate(names)
    ]
    if any(name and name in cells for name, cells in columns):
        return False
    # Of two columns, « Nom | Jean » above « Âge | 45 » looks the same as a header.
    enough = 1 if likely or width > 2 else 3
    for name, cells in columns:
        if name and not is_value(name) and len(cells) >= enough and all(map(is_value, cells)):
            return True
    years = all(is_value(name) for name in filled[1:])
    if years:
        return len(filled) > 2 and all(is_value(cell) for _, cells in columns[1:] for cell in cells)
    short = sum(map(len, filled)) <= 40 * len(filled)
    return short and (likely or (width > 2 and len(data) > 1))


def _is_note(row: Sequence[str | Cell]) -> bool:
    """Whether a row of one cell, under a table, is a remark rather than a datum: « Source : … », « * … »."""
    text = next(filter(None, map(_text, row)))
    return len(text) > 40 or text.startswith(("*", "(", "†")) or re.match(r"\w{3,12}\s*:", text) is not None


def _paragraph(row: Sequence[str | Cell], page: int | None, *, alone: bool = True) -> Draft:
    text = next(filter(None, map(_text, row)))
    return Draft(BlockKind.PARAGRAPH if alone or len(text) > _LONG else BlockKind.LIST_ITEM, text, page=page)


def _width(rows: Collection[Sequence[str | Cell]]) -> int:
    return max((sum(cell.columns if isinstance(cell, Cell) else 1 for cell in row) for row in rows), default=0)


def _text(cell: str | Cell) -> str:
    return cell.text if isinstance(cell, Cell) else cell
