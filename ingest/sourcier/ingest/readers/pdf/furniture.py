"""What comes back around the text of each page: running titles, page numbers, marks of printers in the margins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sourcier.ingest.drafts import Dropped
from sourcier.ingest.readers.pdf.rows import Row

_NUMBER = re.compile(
    r"(?:page|p\.)?\s*[-–—|\[(]?\s*(?:\d{1,4}|[ivxlc]{1,8})\s*[-–—|\])]?(?:\s*(?:/|sur|de|of)\s*\d{1,4})?\s*[-–—|]?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{3}")
_MARGIN = 0.16
"""Share of a page's height, at its top and at its bottom, that is looked at."""
_DEEPEST = 3
"""Lines looked at from each edge."""
_WHITE = 0.4
"""Share of its letters' size between a line and the text for it to be set off."""
_ALIGNED = 2.5
"""Points within which lines of several pages stand at the same height."""


@dataclass(slots=True)
class PageRows:
    """The rows of one page, from 1, as drawn, and what was set apart from them.

    Attributes:
        label: what the file says is printed on it.
    """

    number: int
    height: float
    rows: list[Row]
    label: str = ""


_Shapes = Counter[tuple[str, int]]
"""How many lines of a text, every number alike, stand at or right by a height."""


def drop_furniture(pages: Sequence[PageRows], body: float, titles: Collection[str] = ()) -> list[Dropped]:
    """Take page furniture out of ``pages``, in place, and return it.

    Args:
        body: size of the running text.
        titles: headings the file has in its outline: running titles repeat them.
    """
    dropped: list[Dropped] = []
    known = {_plain(title) for title in titles} - {""}
    for top in (True, False):
        gone = _running(pages, known, body, top=top)
        for page in pages:
            rows = gone.get(page.number, [])
            dropped += [Dropped("furniture", row.text, page.number) for row in rows]
            page.rows = [row for row in page.rows if not any(row is other for other in rows)]
    return dropped


def _running(pages: Sequence[PageRows], known: Collection[str], body: float, *, top: bool) -> dict[int, list[Row]]:
    """The rows of each page that are furniture at its top, or at its bottom: whole groups of lines, set off from the
    text by white. Lines that go on in the text belong to it, however many pages begin with them.
    """
    left = [replace(page, rows=list(page.rows)) for page in pages]
    held: dict[int, list[Row]] = {}
    gone: dict[int, list[Row]] = {}
    for depth in range(_DEEPEST):
        found = _edge_furniture(left, known if depth == 0 else None, body, top=top)
        for page in left:
            line = found.get(page.number)
            if line is None:
                continue
            held.setdefault(page.number, []).extend(line)
            if _apart(page, line, top=top) or all(_is_number(row, page) for row in line):
                gone.setdefault(page.number, []).extend(held.pop(page.number))
            page.rows = [row for row in page.rows if not any(row is other for other in line)]
        if not found:
            break
    return gone


def _edge_furniture(
    pages: Sequence[PageRows], known: Collection[str] | None, body: float, *, top: bool
) -> dict[int, list[Row]]:
    """The outermost line of each page that is furniture.

    Args:
        known: titles that a line which is not repeated may still be one of, None where only repetition counts.
    """
    edges = {page.number: edge for page in pages if (edge := _edge(page, top=top))}
    if len(pages) < 2:
        return {}
    places = Counter(_place(page, edges[page.number], top=top) for page in pages if page.number in edges)
    shapes: _Shapes = Counter()
    for page in pages:
        if page.number in edges:
            place = _place(page, edges[page.number], top=top)
            # Neighbouring places count too: a height is never exactly the same.
            shapes.update(
                {(_shape(row.text), near) for row in edges[page.number] for near in (place - 1, place, place + 1)}
            )
    often = 2 if len(pages) <= 3 else max(3, len(pages) // 5)

    bands = (
        {place for place in places if _is_band(pages, edges, place, shapes, known, body, top=top)}
        if known is not None
        else set()
    )
    found: dict[int, list[Row]] = {}
    for page in pages:
        line = edges.get(page.number)
        if not line:
            continue
        place = _place(page, line, top=top)
        running = all(shapes[_shape(row.text), place] >= often or _is_number(row, page) for row in line)
        if running or (place in bands and _apart(page, line, top=top)):
            found[page.number] = line
    return found


def _edge(page: PageRows, *, top: bool) -> list[Row]:
    """The pieces of the outermost line, if it is in the margin."""
    rows = [row for row in page.rows if not row.cells]
    if not rows:
        return []
    outermost = max(rows, key=lambda row: row.base) if top else min(rows, key=lambda row: row.base)
    inside = outermost.base > (1 - _MARGIN) * page.height if top else outermost.base < _MARGIN * page.height
    if not inside:
        return []
    beyond = max if top else min
    tables = [row.top if top else row.base for row in page.rows if row.cells]
    if tables and beyond([outermost.base, *tables]) != outermost.base:
        return []
    return sorted((row for row in rows if abs(row.base - outermost.base) <= _ALIGNED), key=lambda row: row.left)


def _place(page: PageRows, line: Sequence[Row], *, top: bool) -> int:
    """How far from its edge of the page a line stands, so that pages of several sizes compare."""
    base = line[0].base
    return round((page.height - base if top else base) / _ALIGNED)


def _is_band(
    pages: Sequence[PageRows],
    edges: Mapping[int, list[Row]],
    place: int,
    shapes: _Shapes,
    known: Collection[str],
    body: float,
    *,
    top: bool,
) -> bool:
    """Whether running titles stand at a height: half of the pages have a line there, and half of these lines have a
    part that comes back, or that is a title of the outline.

    Whatever else stands there on other pages, apart from their text, is one too.
    """
    lines = [
        edges[page.number]
        for page in pages
        if page.number in edges
        and abs(_place(page, edges[page.number], top=top) - place) <= 1
        and _apart(page, edges[page.number], top=top)
    ]
    titled = sum(
        any(
            _WORD.search(row.text)
            and (shapes[_shape(row.text), place] >= 2 or (row.size <= body and _plain(row.text) in known))
            for row in line
        )
        for line in lines
    )
    return len(lines) >= max(3, 0.5 * len(pages)) and 2 * titled >= len(lines)


def _is_number(row: Row, page: PageRows) -> bool:
    return _NUMBER.fullmatch(row.text) is not None or (bool(page.label) and row.text == page.label)


def _apart(page: PageRows, line: Sequence[Row], *, top: bool) -> bool:
    """Whether white sets a line off from the others."""
    others = [row for row in page.rows if not any(row is other for other in line)]
    if not others:
        return True
    white = _WHITE * line[0].size
    if top:
        return min(row.base for row in line) - max(row.top for row in others) > white
    return min(row.base for row in others) - max(row.top for row in line) > white


def _shape(text: str) -> str:
    """The text with every number alike, so that « page 3 » and « page 4 » are the same."""
    return re.sub(r"\d+", "#", " ".join(text.split()).casefold())


def _plain(text: str) -> str:
    """Letters only, without the number in front."""
    return re.sub(
        r"^(?:chapitre|chapter|annexe|section)?[\s\d.A-Z]{0,8}[.\s]\s*", "", " ".join(text.split())
    ).casefold()
