"""The shapes of a slide: where they are, what they inherit, what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sourcier.core.types import BlockKind
from sourcier.ingest.drafts import Draft
from sourcier.ingest.readers.charts import chart_drafts
from sourcier.ingest.readers.left_out import LeftOut
from sourcier.ingest.readers.markup import local
from sourcier.ingest.readers.ooxml import Package, R, diagram_lines
from sourcier.ingest.readers.pptx.text import A, lines, plain
from sourcier.ingest.readers.reading_order import Placed, in_order
from sourcier.ingest.tables import Cell, rows_with_header

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TITLES = frozenset({"title", "ctrTitle"})
_FURNITURE = frozenset({"sldNum", "ftr", "dt", "hdr"})
_LONGEST_TITLE = 90
_FAR = 10**9

Box = tuple[float, float, float, float]


class Layers:
    """The layout and the master under a slide: where placeholders are, and whether their lines have bullets."""

    def __init__(self, layout: Any, master: Any) -> None:
        self._layout = list(layout.iter(f"{P}sp")) if layout is not None else []
        self._master = list(master.iter(f"{P}sp")) if master is not None else []
        styles = master.find(f"{P}txStyles") if master is not None else None
        self._styles = {local(style): style for style in styles} if styles is not None else {}

    def behind(self, holder: Any) -> list[Any]:
        """The shapes that a placeholder inherits from, nearest first."""
        kind, index = holder.get("type", "obj"), holder.get("idx")
        found = [shape for shape in self._layout if _same(shape, kind, index)][:1]
        if found and (other := _holder(found[0])) is not None:
            kind = other.get("type", kind)
        wanted = {"ctrTitle": "title", "obj": "body", "subTitle": "body"}.get(kind, kind)
        return found + [s for s in self._master if (h := _holder(s)) is not None and h.get("type", "obj") == wanted][:1]

    def style(self, holder: Any) -> Any:
        """The style of its text in the master, None for a shape that is no placeholder."""
        kind = holder.get("type", "obj") if holder is not None else "other"
        return self._styles.get("titleStyle" if kind in _TITLES else "otherStyle" if kind == "other" else "bodyStyle")

    def furniture(self) -> Iterator[str]:
        """What they write on every slide themselves."""
        for shape in (*self._master, *self._layout):
            if _holder(shape) is None:
                yield "\n".join(plain(p) for p in shape.iter(f"{A}p"))


@dataclass(frozen=True, slots=True)
class _Item:
    """Blocks of one shape, in order. ``size`` is that of its largest letters, 0 when it does not say."""

    drafts: tuple[Draft, ...]
    size: int = 0


class Slide:
    """One slide, or what is on it."""

    def __init__(
        self, package: Package, part: str, layers: Layers, left_out: LeftOut, page: int, size: tuple[int, int]
    ) -> None:
        self._package = package
        self._part = part
        self._layers = layers
        self._left_out = left_out
        self._page = page
        self._width, self._height = size
        self._title: Draft | None = None

    def drafts(self, root: Any) -> list[Draft]:
        """The title, then the rest in reading order."""
        tree = root.find(f"{P}cSld/{P}spTree")
        items = in_order(list(self._items(tree))) if tree is not None else []
        if self._title is None:
            items = _with_title(items)
        head = [] if self._title is None else [self._title]
        return [*head, *(draft for item in items for draft in item.drafts)]

    def _items(self, tree: Any, *, inside: Box | None = None) -> Iterator[Placed[_Item]]:
        for shape in tree:
            name = local(shape)
            if name == "AlternateContent":
                choice = shape.find(f"{_MC}Choice")
                yield from self._items(choice if choice is not None else (), inside=inside)
                continue
            if name not in {"sp", "grpSp", "graphicFrame"}:
                continue
            holder = _holder(shape)
            behind = self._layers.behind(holder) if holder is not None else []
            box = inside or next((b for s in (shape, *behind) if (b := _box(s)) is not None), None)
            if _hidden(shape) or (inside is None and box is not None and self._off(box)):
                texts = [plain(p) for p in shape.iter(f"{A}p")]
                self._left_out.hide("finding.hidden_text", "\n".join(texts), page=self._page)
                continue
            if name == "grpSp":
                # The shapes of a group are read together, where the group is.
                yield _placed(_merged(in_order(list(self._group(shape)))), box)
            elif name == "graphicFrame":
                yield _placed(_Item(tuple(self._framed(shape))), box)
            elif (item := self._text(shape, holder, behind)) is not None:
                yield _placed(item, box)

    def _group(self, group: Any) -> Iterator[Placed[_Item]]:
        for child in group:
            yield from self._items([child], inside=_box(child) or (0, 0, 0, 0)) if local(child) else ()

    def _text(self, shape: Any, holder: Any, behind: list[Any]) -> _Item | None:
        body = shape.find(f"{P}txBody")
        if body is None:
            return None
        kind = holder.get("type", "obj") if holder is not None else ""
        if kind in _FURNITURE:
            self._left_out.drop("furniture", "\n".join(plain(p) for p in body.iter(f"{A}p")), page=self._page)
            return None
        lists = [s.find(f"{P}txBody/{A}lstStyle") for s in (shape, *behind)]
        styles = [style for style in (*lists, self._layers.style(holder)) if style is not None]
        shown = list(lines(body, styles, self._left_out))
        if kind in _TITLES and self._title is None:
            text = " ".join(line.text.replace("\n", " ") for line in shown)
            if text.strip():
                self._title = Draft(BlockKind.HEADING, text, 1 if kind == "ctrTitle" else 2, self._page)
            return None
        drafts = tuple(
            Draft(BlockKind.PARAGRAPH, line.text, page=self._page)
            if line.level is None
            else Draft(BlockKind.LIST_ITEM, line.text, line.level, self._page)
            for line in shown
        )
        sizes = [run.get("sz", "0") for run in body.iter(f"{A}rPr")]
        return _Item(drafts, max((int(size) for size in sizes if size.isdecimal()), default=0)) if drafts else None

    def _framed(self, frame: Any) -> Iterator[Draft]:
        """A table, a diagram, a chart; an embedded object is only counted."""
        table = next(frame.iter(f"{A}tbl"), None)
        if table is not None:
            yield from self._table(table)
            return
        for element in frame.iter():
            if local(element) == "relIds":
                relation = self._package.relations(self._part).get(element.get(f"{R}dm", ""))
                for line in diagram_lines(self._package, relation.target) if relation is not None else ():
                    yield Draft(BlockKind.LIST_ITEM, line, page=self._page)
            elif local(element) == "chart":
                relation = self._package.relations(self._part).get(element.get(f"{R}id", ""))
                chart = self._package.xml(relation.target) if relation is not None else None
                yield from chart_drafts(chart, page=self._page)
            elif local(element) == "oleObj":
                self._left_out.add("finding.embedded", page=self._page)

    def _table(self, table: Any) -> Iterator[Draft]:
        rows: list[list[str | Cell]] = []
        for row in table.findall(f"{A}tr"):
            cells: list[str | Cell] = []
            for cell in row.findall(f"{A}tc"):
                if cell.get("hMerge") in {"1", "true"} or cell.get("vMerge") in {"1", "true"}:
                    continue
                body = cell.find(f"{A}txBody")
                shown = lines(body, (), self._left_out) if body is not None else ()
                text = " ".join(line.text.strip() for line in shown)
                cells.append(Cell(text, _count(cell.get("gridSpan")), _count(cell.get("rowSpan"))))
            rows.append(cells)
        properties = table.find(f"{A}tblPr")
        marked = properties is not None and properties.get("firstRow") in {"1", "true"}
        texts = [cell.text if isinstance(cell, Cell) else cell for cell in rows[0]] if rows else []
        header = 1 if marked and len(rows) > 1 and len(texts) > 1 and all(texts[1:]) else None
        for text in rows_with_header(rows, header=header):
            yield Draft(BlockKind.TABLE, text, page=self._page)

    def _off(self, box: Box) -> bool:
        left, top, right, bottom = box
        known = self._width > 0 and self._height > 0
        return known and (right <= 0 or bottom <= 0 or left >= self._width or top >= self._height) and right > left


def _with_title(items: list[_Item]) -> list[_Item]:
    """A slide without a title placeholder: its first line is the title if it is short, alone and larger than the rest."""
    if len(items) < 2 or len(items[0].drafts) != 1 or items[0].size <= 1.2 * max(item.size for item in items[1:]):
        return items
    [first] = items[0].drafts
    if (
        first.kind is not BlockKind.PARAGRAPH
        or len(first.text) > _LONGEST_TITLE
        or first.text.endswith((".", ";", ","))
    ):
        return items
    title = Draft(BlockKind.HEADING, first.text.replace("\n", " "), 2, first.page)
    return [_Item((title,)), *items[1:]]


def _merged(items: list[_Item]) -> _Item:
    return _Item(tuple(d for item in items for d in item.drafts), max((item.size for item in items), default=0))


def _placed(item: _Item, box: Box | None) -> Placed[_Item]:
    left, top, right, bottom = box or (0, _FAR, 1, _FAR + 1)
    return Placed(item, left, top, right, bottom)


def _holder(shape: Any) -> Any:
    return shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph") if local(shape) == "sp" else None


def _same(shape: Any, kind: str, index: str | None) -> bool:
    holder = _holder(shape)
    if holder is None:
        return False
    return bool(holder.get("idx") == index if index is not None else holder.get("type", "obj") == kind)


def _hidden(shape: Any) -> bool:
    return any(local(e) == "cNvPr" and e.get("hidden") in {"1", "true"} for first in shape[:1] for e in first)


def _box(shape: Any) -> Box | None:
    """Left, top, right, bottom, as far as the shape says."""
    where = shape.find(f"{P}xfrm") if local(shape) == "graphicFrame" else None
    if where is None:
        properties = next((child for child in shape if local(child) in {"spPr", "grpSpPr"}), None)
        where = properties.find(f"{A}xfrm") if properties is not None else None
    if where is None:
        return None
    place, size = where.find(f"{A}off"), where.find(f"{A}ext")
    if place is None or size is None:
        return None
    try:
        left, top = int(place.get("x", "0")), int(place.get("y", "0"))
        return left, top, left + int(size.get("cx", "0")), top + int(size.get("cy", "0"))
    except ValueError:
        return None


def _count(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 5 else 1
