"""Excel workbooks: each sheet, its rows with their header, numbers and dates as the cells show them.

Formulas are their last results. Hidden sheets, rows and columns and comments are left out, and the steward is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import BlockKind
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers.charts import chart_drafts
from sourcier.ingest.readers.left_out import LeftOut
from sourcier.ingest.readers.markup import local, stream
from sourcier.ingest.readers.ooxml import Package, R
from sourcier.ingest.readers.sheets import Meter, is_generic, sheet_drafts
from sourcier.ingest.readers.xlsx.cells import S, area, string, styles
from sourcier.ingest.readers.xlsx.grid import Grid, Values


def read(data: bytes, *, limits: Limits) -> Reading:
    """An ``.xlsx`` file.

    Raises:
        UnreadableFileError: not an Excel workbook, one that is locked, or one that holds too much.
    """
    package = Package(data, limits, "XLSX", "workbook")
    try:
        return _Workbook(package).reading()
    except (UnreadableFileError, MemoryError):
        raise
    except Exception as error:
        raise UnreadableFileError("ingest.damaged", detail="XLSX") from error


def source_text(data: bytes, *, limits: Limits) -> str:
    """All the text of the file, a row a line, values as they are stored; hidden sheets included.

    Raises:
        UnreadableFileError: as :func:`read`.
    """
    package = Package(data, limits, "XLSX", "workbook")
    book = _Workbook(package)
    lines = []
    for sheet, part in book.sheets():
        lines.append(sheet.get("name", ""))
        for row in stream(package.bytes(part) or b"<x/>", (f"{S}row",), "XLSX"):
            if line := " ".join(filter(None, (book.values.raw(cell)[0] for cell in row))):
                lines.append(line)
    return "\n".join(lines)


class _Workbook:
    """Reads the sheets one after the other: never more than one is held as cells."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._left_out = LeftOut()
        self._meter = Meter()
        self._related = package.relations(package.main)
        parts = {relation.kind: relation.target for relation in self._related.values()}
        shared = package.bytes(parts.get("sharedStrings", "")) or b"<x/>"
        properties = package.document.find(f"{S}workbookPr")
        self.values = Values(
            strings=[string(item) for item in stream(shared, (f"{S}si",), "XLSX")],
            styles=styles(package.xml(parts.get("styles", ""))),
            since_1904=properties is not None and properties.get("date1904") in {"1", "true"},
        )

    def sheets(self) -> Iterator[tuple[Any, str]]:
        """The elements of the sheets, in the order of their tabs, with the names of their parts."""
        for sheet in self._package.document.iter(f"{S}sheet"):
            relation = self._related.get(sheet.get(f"{R}id", ""))
            if relation is not None and relation.kind in {"worksheet", "chartsheet"}:
                yield sheet, relation.target

    def reading(self) -> Reading:
        """All that the visible sheets show."""
        drafts: list[Draft] = []
        sheets = list(self.sheets())
        for element, part in sheets:
            name = element.get("name", "")
            if element.get("state") in {"hidden", "veryHidden"}:
                self._left_out.add("finding.hidden_sheets", name)
                continue
            grid = Grid(name, self.values, self._meter, self._left_out)
            grid.fill(self._package.bytes(part) or b"<x/>", self._table_headers(part))
            # A workbook of one sheet that nobody named has nothing to say by its name.
            titled = not (is_generic(name) and len(sheets) == 1)
            if not titled:
                self._left_out.drop("navigation", name)
            beside = list(self._beside(part))
            if titled and beside and not grid.sheet.rows:
                drafts.append(Draft(BlockKind.HEADING, name, 2))
            drafts += [*sheet_drafts(grid.sheet, titled=titled), *beside]
        return Reading(tuple(drafts), self._package.given(), self._left_out.findings, self._left_out.dropped)

    def _table_headers(self, part: str) -> Iterator[int]:
        """The rows that the tables of a sheet name as their headers."""
        for name in self._package.related(part, "table"):
            root = self._package.xml(name)
            covered = area(root.get("ref")) if root is not None else None
            if covered is not None and root.get("headerRowCount", "1") != "0":
                yield covered[0]

    def _beside(self, part: str) -> Iterator[Draft]:
        """Text boxes and charts over a sheet; its comments are told."""
        for name in self._package.related(part, "comments"):
            root = self._package.xml(name)
            for comment in root.iter(f"{S}comment") if root is not None else ():
                self._left_out.hide("finding.comments", string(comment.find(f"{S}text")))
        for name in self._package.related(part, "drawing"):
            root = self._package.xml(name)
            for element in root.iter() if root is not None else ():
                if local(element) == "txBody":
                    lines = ("".join(t.text or "" for t in p.iter() if local(t) == "t") for p in element)
                    yield Draft(BlockKind.PARAGRAPH, "\n".join(lines))
            for chart in self._package.related(name, "chart"):
                yield from chart_drafts(self._package.xml(chart))
