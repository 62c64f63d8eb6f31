"""From the elements of a Word document to blocks, in the order in which a reader meets them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sourcier.core.types import BlockKind
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.drafts import Draft
from sourcier.ingest.readers.charts import chart_drafts
from sourcier.ingest.readers.docx.inline import Inline, Said, branch
from sourcier.ingest.readers.docx.names import MC, W, find, integer, is_on, value
from sourcier.ingest.readers.docx.numbering import Numbering
from sourcier.ingest.readers.docx.styles import Styles
from sourcier.ingest.readers.left_out import LeftOut
from sourcier.ingest.readers.markup import local
from sourcier.ingest.readers.ooxml import Package, R, Relation, diagram_lines
from sourcier.ingest.tables import Cell, rows_with_header

_AROUND = frozenset({f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")})
_DELETED = frozenset({f"{W}del", f"{W}moveFrom"})
_LONG_CELL = 1500
"""Characters of a cell that is a page and not a datum: such a table lays text out."""


@dataclass(slots=True)
class _Row:
    cells: list[Any]
    header: bool = False
    before: int = 0
    notes: dict[str, None] = field(default_factory=dict)


class Story:
    """Goes through a document once: counts its numbers, keeps the notes it meets, tells what is left out.

    Args:
        related: what the main part points to.
        notes: elements of the notes, by ``f2`` (footnotes) and ``e2`` (endnotes).
    """

    def __init__(
        self,
        package: Package,
        related: Mapping[str, Relation],
        styles: Styles,
        numbering: Numbering,
        notes: Mapping[str, Any],
        left_out: LeftOut,
    ) -> None:
        self._package = package
        self._related = related
        self._styles = styles
        self._numbering = numbering
        self._left_out = left_out
        # White text may be over a picture that is behind the page: then nobody knows.
        pictures = (a for a in package.document.iter() if local(a) == "anchor" and a.get("behindDoc") in {"1", "true"})
        paper = find(package.document, "background") is None and next(pictures, None) is None
        self._inline = Inline(styles, left_out, paper=paper)
        self._elements = notes
        self._called: dict[str, str] = {}
        self._bullets: list[str] = []
        self.title = ""

    def blocks(self, container: Any, *, on_white: bool = True) -> Iterator[Draft]:
        """Paragraphs, list items, headings and tables of a body, a cell or a text box."""
        for element in self._children(container):
            if element.tag == f"{W}p":
                yield from self._paragraph(element, on_white=on_white)
            elif element.tag == f"{W}tbl":
                yield from self._table(element, on_white=on_white)
            elif element.tag == f"{W}altChunk":
                self._left_out.add("finding.embedded")

    def notes(self) -> Iterator[Draft]:
        """The notes that were called, as blocks of their own; to be asked last."""
        for number, text in enumerate(filter(None, self._called.values()), 1):
            yield Draft(BlockKind.NOTE, f"{number}. {text}")
        self._left_out.drop("markup", "".join(self._bullets))

    def furniture(self, reference: Any) -> None:
        """Drop what the header or footer that a section refers to shows."""
        relation = self._related.get(reference.get(f"{R}id", ""))
        root = self._package.xml(relation.target) if relation is not None else None
        if root is None:
            return
        said = [self._inline.said(p, on_white=False).text for p in root.iter(f"{W}p") if not _in_fallback(p)]
        self._left_out.drop("furniture", "\n".join(said))
        for word_art in root.iter("{urn:schemas-microsoft-com:vml}textpath"):
            self._left_out.drop("print_mark", word_art.get("string") or "")

    def _children(self, container: Any) -> Iterator[Any]:
        """Blocks, those inside content controls and tracked insertions included, deleted ones left out."""
        for child in container:
            if child.tag in _AROUND:
                gallery = value(child, "sdtPr/docPartObj/docPartGallery") or ""
                if gallery == "Table of Contents":
                    lines = [self._inline.said(p).text for p in child.iter(f"{W}p")]
                    self._left_out.drop("navigation", "\n".join(lines))
                    continue
                yield from self._children(child)
            elif child.tag in _DELETED:
                self._left_out.hide("finding.deletions", plain(child))
            elif child.tag == f"{MC}AlternateContent":
                yield from self._children(branch(child))
            else:
                yield child

    def _paragraph(self, element: Any, *, on_white: bool) -> Iterator[Draft]:
        said = self._inline.said(element, on_white=on_white)
        text, notes = said.text, self._notes(said.calls)
        if self._styles.is_contents(element):
            self._left_out.drop("navigation", text)
        elif text.strip() or find(element, "pPr/rPr/del") is None:
            number, depth = self._number(element, text)
            level = self._styles.heading_level(element)
            if not text.strip():
                self._left_out.drop("markup", number)
            elif level:
                if not self.title and self._styles.is_title(element):
                    self.title = clean_block(text).replace("\n", " ")
                yield Draft(BlockKind.HEADING, (number + text).replace("\n", " "), level, notes=notes)
            elif depth is not None:
                yield Draft(BlockKind.LIST_ITEM, number + text, depth, notes=notes)
            elif self._styles.is_list(element):
                yield Draft(BlockKind.LIST_ITEM, text, notes=notes)
            else:
                yield Draft(BlockKind.PARAGRAPH, text, notes=notes)
        yield from self._beside(said)

    def _number(self, element: Any, text: str) -> tuple[str, int | None]:
        mark = self._numbering.mark(element)
        if mark is None:
            return "", None
        if mark.bullet and text.strip():
            self._bullets.append(mark.bullet)
        return mark.number, mark.level

    def _beside(self, said: Said) -> Iterator[Draft]:
        """What is anchored in a paragraph: text boxes, diagrams and charts."""
        for box in said.boxes:
            yield from self.blocks(box, on_white=False)
        for name in said.diagrams:
            relation = self._related.get(name)
            for line in diagram_lines(self._package, relation.target) if relation is not None else ():
                yield Draft(BlockKind.LIST_ITEM, line)
        for name in said.charts:
            relation = self._related.get(name)
            yield from chart_drafts(self._package.xml(relation.target) if relation is not None else None)

    def _notes(self, calls: list[str]) -> tuple[str, ...]:
        texts = []
        for name in calls:
            if name not in self._called and name in self._elements:
                self._called[name] = ""
                said = [self._inline.said(p) for p in self._elements[name].iter(f"{W}p")]
                self._called[name] = clean_block(" ".join(one.text for one in said))
                self._left_out.drop("note_mark", str(len(self._called)))
            if text := self._called.get(name):
                texts.append(text)
        return tuple(texts)

    def _table(self, table: Any, *, on_white: bool) -> Iterator[Draft]:
        rows = [row for element in self._inside(table, "tr") if (row := self._row(element)) is not None]
        on_white = on_white and not self._coloured(table)
        if _lays_out(rows):
            for row in rows:
                for cell in row.cells:
                    yield from self.blocks(cell, on_white=on_white)
            return
        shown = self._cells(rows, on_white=on_white)
        texts = rows_with_header(shown, header=self._header(table, rows))
        for row, text in zip(rows, texts, strict=True):
            yield Draft(BlockKind.TABLE, text, notes=tuple(row.notes))

    def _inside(self, element: Any, name: str) -> Iterator[Any]:
        return (child for child in self._children(element) if child.tag == f"{W}{name}")

    def _row(self, element: Any) -> _Row | None:
        """A row that is shown."""
        properties = find(element, "trPr")
        if find(properties, "del") is not None:
            self._left_out.hide("finding.deletions", plain(element))
            return None
        if is_on(find(properties, "hidden")):
            self._left_out.hide("finding.hidden_text", plain(element))
            return None
        cells = list(self._inside(element, "tc"))
        before = integer(value(properties, "gridBefore"))
        return _Row(cells, is_on(find(properties, "tblHeader")), max(0, min(before, 100)))

    def _cells(self, rows: list[_Row], *, on_white: bool) -> list[list[str | Cell]]:
        """The cells of each row as the shared convention wants them: those that another covers are not there."""
        placed: list[list[tuple[int, int, str, Any]]] = []
        for row in rows:
            column, line = row.before, []
            for cell in row.cells:
                span = max(1, min(integer(value(cell, "tcPr/gridSpan"), 1), 1000))
                merge = find(cell, "tcPr/vMerge")
                state = "" if merge is None else (merge.get(f"{W}val") or "continue")
                line.append((column, span, state, cell))
                column += span
            placed.append(line)
        continued = [{column for column, _, state, _ in line if state == "continue"} for line in placed]
        started: set[int] = set()
        shown: list[list[str | Cell]] = []
        for index, line in enumerate(placed):
            cells: list[str | Cell] = [""] * rows[index].before
            for column, span, state, cell in line:
                if state == "continue" and column in started:
                    continue
                below = index + 1
                while state and below < len(placed) and column in continued[below]:
                    below += 1
                started = started | {column} if state else started - {column}
                text = " ".join(self._cell_texts(cell, rows[index].notes, on_white=on_white))
                cells.append(Cell(text, span, below - index))
            shown.append(cells)
        return shown

    def _cell_texts(self, cell: Any, notes: dict[str, None], *, on_white: bool) -> Iterator[str]:
        for draft in self.blocks(cell, on_white=on_white):
            notes.update(dict.fromkeys(draft.notes))
            if text := clean_block(draft.text).replace("\n", " "):
                yield text

    def _header(self, table: Any, rows: list[_Row]) -> int | None:
        """How many rows are headers: as repeated at the top of pages, drawn apart by the style, or alone in bold."""
        repeated = 0
        while repeated < len(rows) and rows[repeated].header:
            repeated += 1
        if repeated:
            return repeated
        filled = len(rows) > 1 and len(rows[0].cells) > 1 and all(plain(cell).strip() for cell in rows[0].cells[1:])
        if not filled:
            return None
        if self._styles.first_row_differs(table) or (
            all(_bold(cell) for cell in rows[0].cells)
            and not all(_bold(cell) for row in rows[1:] for cell in row.cells[-1:])
        ):
            return 1
        return None

    def _coloured(self, table: Any) -> bool:
        return next(table.iter(f"{W}shd"), None) is not None or self._styles.shaded(
            value(table, "tblPr/tblStyle") or ""
        )


def plain(element: Any) -> str:
    """All the text below an element, deleted or hidden."""
    return " ".join("".join(t.text or "" for t in p) for p in _runs(element))


def _runs(element: Any) -> Iterator[list[Any]]:
    for paragraph in (element, *element.iter(f"{W}p")) if element.tag != f"{W}p" else (element,):
        if paragraph is element and element.tag != f"{W}p" and next(element.iter(f"{W}p"), None) is not None:
            continue
        yield list(paragraph.iter(f"{W}t", f"{W}delText"))


def _in_fallback(element: Any) -> bool:
    return any(parent.tag == f"{MC}Fallback" for parent in element.iterancestors())


def _lays_out(rows: list[_Row]) -> bool:
    """A table that frames or arranges paragraphs: its cells are read one after the other."""
    if all(len(row.cells) <= 1 for row in rows):
        return True
    if len(rows) == 1 and any(len(cell.findall(f"{W}p")) > 2 for cell in rows[0].cells):
        return True
    return any(sum(len(t.text or "") for t in cell.iter(f"{W}t")) > _LONG_CELL for row in rows for cell in row.cells)


def _bold(cell: Any) -> bool:
    """Whether all the text of a cell is in bold, as far as its runs say; an empty cell is."""
    runs = [run for run in cell.iter(f"{W}r") if any((t.text or "").strip() for t in run.iter(f"{W}t"))]
    return all(is_on(find(run, "rPr/b")) for run in runs)
