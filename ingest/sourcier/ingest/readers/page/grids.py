"""Tables of a page: which ones hold data, and their rows and cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sourcier.ingest.readers.page.survey import Survey
from sourcier.ingest.readers.page.tree import tag_of

_SPAN = re.compile(r"\d{1,4}")
_DATA_CLASS = re.compile(
    r"(?:^|[\s_-])(?:wikitable|datatable|data|tableau|table|grid|docutils|informaltable)(?:$|[\s_-])", re.IGNORECASE
)
_LONG_CELL = 600
_BLOCKS_OF_TEXT = ("p", "ul", "ol", "dl", "blockquote", "pre")


def is_data(table: Any, found: Survey) -> bool:
    """Whether a table shows data: not one that lays out a page, which holds other tables, headings, or whole texts."""
    if (table.get("role") or "").lower() in {"presentation", "none"}:
        return False
    # First, because it ends the search at once in tables that are nested without end.
    if next(table.iterdescendants("table"), None) is not None or next(table.iter("h1", "h2", "h3"), None) is not None:
        return False
    lines = [list(cells_of(row)) for row in rows_of(table)]
    if not any(len(line) > 1 for line in lines):
        return False
    labelled = next(table.iter("th", "caption", "thead"), None) is not None
    if labelled or (table.get("border") or "0") not in {"", "0"} or _DATA_CLASS.search(table.get("class") or ""):
        return True
    if len(lines) < 2:
        return False
    cells = [cell for line in lines for cell in line]
    long = [
        cell
        for cell in cells
        if found.of(cell).text > _LONG_CELL and next(cell.iter(*_BLOCKS_OF_TEXT), None) is not None
    ]
    return not long


def rows_of(table: Any) -> list[Any]:
    """The rows of a table, those of its foot last."""
    rows: list[Any] = []
    foot: list[Any] = []
    for child in table:
        tag = tag_of(child)
        if tag == "tr":
            rows.append(child)
        elif tag in {"thead", "tbody", "tfoot"}:
            (foot if tag == "tfoot" else rows).extend(row for row in child if tag_of(row) == "tr")
    return rows + foot


def cells_of(row: Any) -> Iterator[Any]:
    """The cells of a row."""
    return (cell for cell in row if tag_of(cell) in {"td", "th"})


def header_rows(rows: list[Any]) -> int | None:
    """How many rows at the top are headers; None when no row says it is."""
    count = 0
    for row in rows:
        cells = list(cells_of(row))
        around = row.getparent()
        head = around is not None and tag_of(around) == "thead"
        names = [cell for cell in cells if tag_of(cell) == "th"]
        empty = [cell for cell in cells if tag_of(cell) == "td" and not "".join(cell.itertext()).strip()]
        if not head and not (names and len(names) + len(empty) == len(cells) and (len(cells) > 1 or count == 0)):
            break
        count += 1
    if count and count < len(rows):
        return count
    return 0 if any(tag_of(cell) == "th" for row in rows[:50] for cell in cells_of(row)) else None


def span(cell: Any, name: str) -> int:
    """How many columns (``colspan``) or rows (``rowspan``) a cell covers; 0, all that are left, counts for many."""
    said = (cell.get(name) or "1").strip()
    number = int(said) if _SPAN.fullmatch(said) else 1
    return min(number, 1000) if number else 1000
