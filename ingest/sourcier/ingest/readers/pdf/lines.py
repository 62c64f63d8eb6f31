"""From rows in reading order to the lines that the layout makes blocks of: blank ones between paragraphs, headings told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median

from sourcier.core.types import BlockKind
from sourcier.ingest.layout.lines import Line
from sourcier.ingest.layout.losses import Losses
from sourcier.ingest.readers.pdf.furniture import PageRows
from sourcier.ingest.readers.pdf.headings import Headings
from sourcier.ingest.readers.pdf.rows import RAISED, TO_RAISED, Row

_WIDER_GAP = 1.3
"""Lines further apart than this share of the usual distance belong to two paragraphs."""
_NOTE_SIZE = 0.95
"""Text smaller than this share of the running text may be a note."""
_INDENT = 6.0
"""Points from the left edge of the text."""
_MAX_BOLD = 110
_NOTE_NUMBER = re.compile(r"^\d{1,3}(?=\s+\S)")
_NOTE_LABEL = re.compile(r"^(\d{1,3})([.)]?)(?=\s+\S)")
_CALL = re.compile(rf"(?<=[^\s{RAISED}])[{RAISED}]{{1,3}}(?![{RAISED}])")
_FROM_RAISED = str.maketrans(RAISED, "0123456789")
_LEADER = re.compile(r"(?:\s*[.…·]){4,}\s*(?=\w{1,7}$)")
"""The dots between a title and its page, in a table of contents."""
_SENTENCE_END = (".", "!", "?", ":", "…", "»", ";")


def body_size(pages: Sequence[PageRows]) -> float:
    """The size that most characters have."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for row in page.rows:
            sizes[row.size] += len(row.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def spacing(pages: Sequence[PageRows]) -> dict[float, float]:
    """The usual distance between two lines of each size."""
    gaps: dict[float, list[float]] = {}
    for page in pages:
        for above, below in pairwise(page.rows):
            if above.size == below.size and above.base > below.base:
                gaps.setdefault(below.size, []).append(above.base - below.base)
    return {size: median(found) for size, found in gaps.items()}


def page_lines(
    page: PageRows,
    regions: Sequence[Sequence[Row]],
    body: float,
    headings: Headings,
    usual: Mapping[float, float],
    losses: Losses,
) -> Iterator[Line]:
    """The lines of a page, a blank one between paragraphs and between regions.

    Args:
        losses: where to gather the dots of tables of contents, and the full stops behind the numbers of notes.
    """
    place = 0
    for region in regions:
        if place:
            yield Line("", page.number)
        yield from _region(page, region, place, body, headings, usual, losses)
        place += len(region)


def _region(
    page: PageRows,
    rows: Sequence[Row],
    offset: int,
    body: float,
    headings: Headings,
    usual: Mapping[float, float],
    losses: Losses,
) -> Iterator[Line]:
    if not rows:
        return
    plain = [row for row in rows if not row.cells] or rows
    left = Counter(round(row.left) for row in plain).most_common(1)[0][0]
    right = max(row.right for row in plain)
    calls = {call.translate(_FROM_RAISED) for row in page.rows for call in _CALL.findall(row.text)}
    blank, index = True, 0
    while index < len(rows):
        row, above = rows[index], rows[index - 1] if index else None
        certain = headings.certain.get((page.number, offset + index))
        if row.cells or certain is not None:
            yield Line("", page.number)
            taken = 1
            if certain is None:
                yield from (Line(text, page.number, known=BlockKind.TABLE) for text in row.cells)
            else:
                level, taken = certain
                text = " ".join(part.text for part in rows[index : index + taken])
                yield Line(text, page.number, level, BlockKind.HEADING)
            yield Line("", page.number)
            blank, index = True, index + taken
            continue
        if above is not None and not blank and _apart(above, row, usual.get(row.size, 0.0), left, right):
            yield Line("", page.number)
            blank = True
        text = row.text
        # The number of a note is written like its text as often as it is raised.
        if row.size < _NOTE_SIZE * body:
            called = (number := _NOTE_LABEL.match(text)) is not None and number.group(1) in calls
            if called and not blank:
                yield Line("", page.number)
            if number is not None and called:
                losses.add("note_mark", number.group(2), page.number)
                text = number.group(1).translate(TO_RAISED) + text[number.end() :]
            elif blank:
                text = _NOTE_NUMBER.sub(lambda found: found.group().translate(TO_RAISED), text, count=1)
        if leader := _LEADER.search(text):
            # One line for each entry of a table of contents, and its page behind it.
            losses.add("markup", leader.group(), page.number)
            yield from (Line("", page.number), Line(f"{text[: leader.start()]} {text[leader.end() :]}", page.number))
            yield Line("", page.number)
            blank, index = True, index + 1
            continue
        level = _level(row, body, headings)
        if level and headings.outlined and not text.endswith((".", ";", ",")):
            yield Line(text, page.number, level, BlockKind.HEADING)
            blank = True
        else:
            indent = "  " if row.left > left + _INDENT else ""
            yield Line(indent + text, page.number, 0 if headings.outlined else level)
            blank = False
        index += 1


def _level(row: Row, body: float, headings: Headings) -> int:
    if row.text in headings.labels:
        return 0
    if row.size in headings.sizes and len(row.text) <= 160:
        return headings.sizes[row.size]
    near = 0.95 * body <= row.size
    if headings.bold and row.bold and near and len(row.text) <= _MAX_BOLD and not row.text.endswith((".", ",", ";")):
        return headings.bold
    return 0


def _apart(above: Row, row: Row, usual: float, left: float, right: float) -> bool:
    gap = above.base - row.base
    if (
        above.alone
        or row.alone
        or gap < 0
        or gap > _WIDER_GAP * max(usual, 1.1 * row.size)
        or abs(above.size - row.size) > 0.5
    ):
        return True
    # A last line that ends early, before one that opens a sentence.
    early = above.right < right - 0.2 * (right - left)
    return early and above.text.endswith(_SENTENCE_END[:6]) and row.text[:1].isupper()
