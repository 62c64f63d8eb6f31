"""OpenDocument sheets: each sheet, its rows with their header, every cell as it is shown.

Hidden sheets, rows and columns and comments are left out, and the steward is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers.left_out import LeftOut
from sourcier.ingest.readers.markup import local
from sourcier.ingest.readers.odf.inline import Inline
from sourcier.ingest.readers.odf.package import DRAW, TABLE, TEXT, OpenPackage, integer
from sourcier.ingest.readers.odf.story import Story
from sourcier.ingest.readers.odf.styles import Reference, Styles, is_header_or_footer, master_pages
from sourcier.ingest.readers.sheets import MAX_CELLS, Meter, Sheet, is_generic, sheet_drafts

_GROUPS = frozenset({"table-rows", "table-row-group", "table-header-rows"})
_COLUMN_GROUPS = frozenset({"table-columns", "table-column-group", "table-header-columns"})
_LAST_COLUMN = 16_384
_LAST_ROW = 1_048_576


def read(data: bytes, *, limits: Limits) -> Reading:
    """An ``.ods`` file.

    Raises:
        UnreadableFileError: not a workbook, one that is locked, or one that holds too much.
    """
    package = OpenPackage(data, limits, "ODS", "spreadsheet")
    try:
        return _Workbook(package).reading()
    except (UnreadableFileError, MemoryError):
        raise
    except Exception as error:
        raise UnreadableFileError("ingest.damaged", detail="ODS") from error


def source_text(data: bytes, *, limits: Limits) -> str:
    """All the text of the cells, a row a line, hidden sheets included.

    Raises:
        UnreadableFileError: as :func:`read`.
    """
    body = OpenPackage(data, limits, "ODS", "spreadsheet").body
    lines: list[str] = []
    for table in body.iter(f"{TABLE}table"):
        lines.append(table.get(f"{TABLE}name", ""))
        for row in table.iter(f"{TABLE}table-row"):
            lines.append(" ".join("".join(p.itertext()).strip() for p in row.iter(f"{TEXT}p")))
    return "\n".join(filter(None, (line.strip() for line in lines)))


class _Workbook:
    def __init__(self, package: OpenPackage) -> None:
        self._package = package
        self._left_out = LeftOut()
        self._meter = Meter()
        self._styles = Styles(package)
        self._inline = Inline(self._styles, self._left_out)
        self._story = Story(package, self._styles, self._left_out)

    def reading(self) -> Reading:
        """All that the visible sheets show."""
        drafts: list[Draft] = []
        tables = self._package.body.findall(f"{TABLE}table")
        for table in tables:
            name = table.get(f"{TABLE}name", "")
            if self._styles.table_hidden(table.get(f"{TABLE}style-name", "")):
                self._left_out.add("finding.hidden_sheets", name)
                continue
            titled = not (is_generic(name) and len(tables) == 1)
            if not titled:
                self._left_out.drop("navigation", name)
            drafts += sheet_drafts(self._sheet(table, name), titled=titled)
            for shapes in table.iter(f"{TABLE}shapes"):
                drafts += self._story.blocks(shapes, on_white=False)
        for page in master_pages(self._package):
            for element in filter(is_header_or_footer, page):
                self._left_out.drop("furniture", "\n".join("".join(p.itertext()) for p in element.iter(f"{TEXT}p")))
        return Reading(tuple(drafts), self._package.given(), self._left_out.findings, self._left_out.dropped)

    def _sheet(self, table: Any, name: str) -> Sheet:
        sheet = Sheet(name)
        hidden = _hidden_columns(table)
        # Hidden columns close up, as on the screen.
        places = {}
        shown = 0
        for column in range(_LAST_COLUMN if hidden else 0):
            places[column] = shown
            shown += column not in hidden
        told: set[int] = set()
        number = 0
        bold: dict[int, bool] = {}
        for row, marked in _rows(table):
            if number >= _LAST_ROW:
                break
            repeated = integer(row.get(f"{TABLE}number-rows-repeated"))
            cells = list(self._cells(row))
            if row.get(f"{TABLE}visibility", "visible") != "visible":
                if text := next((text for _, text, _ in cells if text), ""):
                    self._left_out.add("finding.hidden_cells", text, count=min(repeated, _LAST_ROW))
                continue
            texts: dict[int, str] = {}
            for column, text, cell in cells:
                if column in hidden:
                    if column not in told:
                        told.add(column)
                        self._left_out.add("finding.hidden_cells", text)
                    continue
                place = places.get(column, column)
                texts[place] = text
                width, height = (integer(cell.get(f"{TABLE}number-{side}-spanned")) for side in ("columns", "rows"))
                if width > 1 or height > 1:
                    kept = sum(1 for each in range(column, min(column + width, _LAST_COLUMN)) if each not in hidden)
                    sheet.spans[number, place] = (kept, height)
            for offset in range(min(repeated, MAX_CELLS) if texts else 0):
                for text in texts.values():
                    self._meter.count(text)
                sheet.rows[number + offset] = texts
            if texts:
                bold[number] = len(texts) > 1 and all(self._bold(cell) for _, text, cell in cells if text)
                if marked:
                    sheet.headers.add(number)
            number += repeated
        sheet.headers.update(n for n, is_bold in bold.items() if is_bold and not bold.get(n + 1, True))
        return sheet

    def _cells(self, row: Any) -> Iterator[tuple[int, str, Any]]:
        """The cells of a row that show something: column, text, element."""
        column = 0
        for cell in row:
            name = local(cell)
            if name not in {"table-cell", "covered-table-cell"}:
                continue
            repeated = min(integer(cell.get(f"{TABLE}number-columns-repeated")), _LAST_COLUMN)
            text = self._shown(cell) if len(cell) else ""
            if name == "covered-table-cell":
                # What a merged cell covers may still hold a text, which nobody sees.
                self._left_out.hide("finding.hidden_text", text)
            elif text:
                for offset in range(repeated):
                    if column + offset < _LAST_COLUMN:
                        yield column + offset, text, cell
            column += repeated

    def _shown(self, cell: Any) -> str:
        around: tuple[Reference, ...] = (("table-cell", cell.get(f"{TABLE}style-name", "")),)
        lines: list[str] = []
        for element in cell:
            if local(element) == "p":
                said = self._inline.said(element, around=around)
                lines.append(said.text)
            elif local(element) == "annotation":
                self._left_out.hide(
                    "finding.comments", "\n".join("".join(p.itertext()) for p in element.iter(f"{TEXT}p"))
                )
            elif element.tag.startswith(DRAW):
                lines += [draft.text for draft in self._story.blocks([element])]
        return clean_block("\n".join(lines))

    def _bold(self, cell: Any) -> bool:
        return self._styles.bold([("table-cell", cell.get(f"{TABLE}style-name", ""))])


def _rows(element: Any, *, header: bool = False) -> Iterator[tuple[Any, bool]]:
    """The rows of a sheet, and whether each is repeated at the top of printed pages."""
    for child in element:
        name = local(child)
        if name == "table-row":
            yield child, header
        elif name in _GROUPS and child.get(f"{TABLE}display", "true") == "true":
            yield from _rows(child, header=header or name == "table-header-rows")


def _hidden_columns(table: Any) -> set[int]:
    hidden: set[int] = set()
    column = 0
    for element in islice(_columns(table), _LAST_COLUMN):
        repeated = min(integer(element.get(f"{TABLE}number-columns-repeated")), _LAST_COLUMN)
        if element.get(f"{TABLE}visibility", "visible") != "visible":
            hidden.update(range(column, min(column + repeated, _LAST_COLUMN)))
        column += repeated
    return hidden


def _columns(element: Any) -> Iterator[Any]:
    for child in element:
        if local(child) == "table-column":
            yield child
        elif local(child) in _COLUMN_GROUPS:
            yield from _columns(child)
