"""One sheet of an Excel workbook, read as a stream, without its hidden rows and columns."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sourcier.ingest.readers import formats
from sourcier.ingest.readers.left_out import LeftOut
from sourcier.ingest.readers.markup import local, stream
from sourcier.ingest.readers.sheets import Meter, Sheet
from sourcier.ingest.readers.xlsx.cells import LAST_COLUMN, PLACE, S, Style, area, column, integer, string

_PRINTED = re.compile(r"&(?:\"[^\"]*\"|K[0-9A-Fa-f]{6}|\d{1,3}|[A-Za-z&])")
_PARTS = ("row", "mergeCell", "col", "pane", "autoFilter", "conditionalFormatting", "tableParts", "headerFooter")
_MAX_MERGED = 20_000
_NOTHING = ";;;"
"""The format under which a cell shows nothing."""


@dataclass(frozen=True, slots=True)
class Values:
    """What the cells of a workbook share."""

    strings: list[str]
    styles: list[Style]
    since_1904: bool

    def raw(self, cell: Any) -> tuple[str, str]:
        """What a cell holds, as text, and the kind of it: ``n`` for a number, ``d`` for a date, ``""`` for text."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return string(cell.find(f"{S}is")), ""
        value = cell.findtext(f"{S}v") or ""
        if kind == "s":
            index = integer(value, len(self.strings))
            return (self.strings[index] if index < len(self.strings) else ""), ""
        if kind == "b":
            return ("VRAI" if value == "1" else "FAUX" if value else ""), ""
        return value, kind if kind in {"n", "d"} else ""

    def style(self, cell: Any) -> Style:
        """How it shows it."""
        index = integer(cell.get("s"), 0)
        return self.styles[index] if index < len(self.styles) else Style()

    def shown(self, cell: Any) -> str:
        """What a reader sees in it."""
        text, kind = self.raw(cell)
        text, code = text.strip(), self.style(cell).code
        if not text or code == _NOTHING:
            return ""
        if kind == "d":
            return text.removesuffix("Z").removesuffix("T00:00:00").replace("T", " ")
        if kind != "n":
            return text
        try:
            value = Decimal(text)
        except InvalidOperation:
            return text
        if not value.is_finite() or abs(value.adjusted()) > 320:
            return text
        if formats.is_date(code):
            return formats.date(float(value), code, since_1904=self.since_1904) or formats.general(value)
        return formats.number(value, code)


class Grid:
    """Fills a sheet: what is hidden is told, and the rest closes up, as on the screen."""

    def __init__(self, name: str, values: Values, meter: Meter, left_out: LeftOut) -> None:
        self.sheet = Sheet(name)
        self._values = values
        self._meter = meter
        self._left_out = left_out
        self._rows: dict[int, dict[int, str]] = {}
        self._bold: dict[int, bool] = {}
        self._white: list[tuple[int, int]] = []
        self._hidden_rows: list[int] = []
        self._hidden_columns: set[int] = set()
        self._merged: list[tuple[int, int, int, int]] = []
        self._headers: set[int] = set()
        self._coloured = False
        self._last = -1

    def fill(self, data: bytes, headers: Iterable[int]) -> None:
        """Read the part of a sheet; ``headers`` are rows known as such, from 0.

        Raises:
            UnreadableFileError: it is not sound, or holds too much.
        """
        for element in stream(data, [f"{S}{name}" for name in _PARTS], "XLSX"):
            self._take(element)
        self._headers.update(headers)
        if not self._coloured:
            self._hide_white()
        self._headers.update(n for n, bold in self._bold.items() if bold and not self._bold.get(n + 1, True))
        rows, columns = _Axis(self._hidden_rows), _Axis(self._hidden_columns)
        told: set[int] = set()
        for number, cells in self._rows.items():
            kept: dict[int, str] = {}
            for place, text in cells.items():
                if place not in columns:
                    kept[columns.place(place)] = text
                elif place not in told:
                    told.add(place)
                    self._left_out.add("finding.hidden_cells", text)
            if kept:
                self.sheet.rows[rows.place(number)] = kept
        self.sheet.headers.update(rows.place(number) for number in self._headers if number not in rows)
        for top, left, bottom, right in self._merged:
            if top not in rows and left not in columns:
                width = columns.place(right + 1) - columns.place(left)
                height = rows.place(bottom + 1) - rows.place(top)
                self.sheet.spans[rows.place(top), columns.place(left)] = (width, height)

    def _take(self, element: Any) -> None:
        match local(element):
            case "row":
                self._row(element)
            case "mergeCell" if len(self._merged) < _MAX_MERGED:
                if (covered := area(element.get("ref"))) is not None:
                    self._merged.append(covered)
            case "col" if element.get("hidden") in {"1", "true"}:
                first, last = (integer(element.get(side), 0) for side in ("min", "max"))
                self._hidden_columns.update(range(max(0, first - 1), min(last, LAST_COLUMN)))
            case "pane" if element.get("state") in {"frozen", "frozenSplit"}:
                self._headers.update(range(min(integer(element.get("ySplit"), 0), 3)))
            case "autoFilter":
                if (covered := area(element.get("ref"))) is not None:
                    self._headers.add(covered[0])
            case "conditionalFormatting" | "tableParts":
                self._coloured = True
            case "headerFooter":
                for printed in element:
                    self._left_out.drop("furniture", _PRINTED.sub(" ", printed.text or ""))

    def _row(self, element: Any) -> None:
        number = max(integer(element.get("r"), self._last + 2) - 1, self._last + 1)
        self._last = number
        cells: dict[int, str] = {}
        bold, place = True, -1
        for cell in element.iterchildren(f"{S}c"):
            named = PLACE.fullmatch(cell.get("r") or "")
            place = column(named.group(1)) if named else place + 1
            text = self._values.shown(cell) if len(cell) else ""
            style = self._values.style(cell)
            if not text:
                if cell.find(f"{S}f") is not None and cell.get("t", "n") == "n" and not cell.findtext(f"{S}v"):
                    # Written by a program that computes nothing: nobody knows what a reader would see.
                    self._left_out.add("finding.uncomputed", cell.get("r") or "")
                if style.code == _NOTHING:
                    self._left_out.hide("finding.hidden_text", self._values.raw(cell)[0])
                continue
            self._meter.count(text)
            cells[place] = text
            bold = bold and style.bold
            if style.white:
                self._white.append((number, place))
        if element.get("hidden") in {"1", "true"}:
            self._hidden_rows.append(number)
            if cells:
                self._left_out.add("finding.hidden_cells", next(iter(cells.values())))
        elif cells:
            self._rows[number] = cells
            self._bold[number] = bold and len(cells) > 1

    def _hide_white(self) -> None:
        for number, place in self._white:
            if number in self._rows:
                self._left_out.hide("finding.hidden_text", self._rows[number].pop(place, ""))
                if not self._rows[number]:
                    del self._rows[number]


class _Axis:
    """Rows or columns, some of which are hidden."""

    def __init__(self, hidden: Iterable[int]) -> None:
        self._hidden = sorted(set(hidden))
        self._set = frozenset(self._hidden)

    def __contains__(self, number: int) -> bool:
        return number in self._set

    def place(self, number: int) -> int:
        """Its rank among those that are shown."""
        return number - bisect_left(self._hidden, number)
