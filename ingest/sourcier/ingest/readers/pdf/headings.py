"""Which rows are headings, and of which level: what the outline says first, then how large and how bold they are."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sourcier.ingest.readers.pdf.furniture import PageRows
from sourcier.ingest.readers.pdf.opening import Bookmark
from sourcier.ingest.readers.pdf.rows import Row

_LARGER = 1.15
"""Letters larger than this share of the running text are those of a heading."""
_LONGEST = 160
_MAX_ROWS = 5
"""Rows that one heading may take."""
_LABELLED = 4
_BOLD_SHARE = 0.2
"""Share of a document's characters beyond which bold marks nothing."""
_LABEL = re.compile(
    r"(?:(?:chapitre|chapter|partie|part|titre|livre|annexe|appendix|section|article)\s*)?[\divxlc.\-–—A-Z:) ]{0,14}",
    re.IGNORECASE,
)
_ABOVE = re.compile(r"(?:chapitre|chapter|partie|part|titre|livre|annexe|appendix)\s+[\divxlcA-Z.]{1,6}", re.IGNORECASE)


@dataclass(slots=True)
class Headings:
    """What is known of the headings of a file.

    Attributes:
        certain: first row of a heading (its page, its place there) -> its level and how many rows it takes.
        sizes: level of each size that is larger than the running text.
        bold: level of bold rows of the size of the running text, 0 where bold says nothing.
        labels: texts that come back too often to be the heading of anything: « Note », « Astuce ».
        outlined: the outline has told the headings: nothing else has to be guessed.
    """

    certain: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    sizes: dict[float, int] = field(default_factory=dict)
    bold: int = 0
    labels: set[str] = field(default_factory=set)
    outlined: bool = False


def find_headings(pages: Sequence[PageRows], bookmarks: Sequence[Bookmark], body: float) -> Headings:
    """The headings of ``pages``, whose rows are in reading order; ``body`` is the size of the running text."""
    found = Headings()
    matched = _matched(pages, bookmarks, found) if bookmarks else 0
    found.outlined = matched >= max(2, 0.5 * len(bookmarks))
    if not found.outlined:
        found.certain.clear()
    rows = {page.number: page.rows for page in pages}
    texts = Counter(row.text for page in pages for row in page.rows)
    found.labels = {text for text, count in texts.items() if count >= _LABELLED}
    larger = sorted(
        {row.size for page in pages for row in page.rows if _is_larger(row, body) and row.text not in found.labels},
        reverse=True,
    )
    if found.outlined:
        seen: dict[float, Counter[int]] = {}
        for (number, place), (level, _) in found.certain.items():
            seen.setdefault(rows[number][place].size, Counter())[level] += 1
        usual = {size: levels.most_common(1)[0][0] for size, levels in seen.items()}
        found.sizes = {size: _level_by(usual, size) for size in larger}
    else:
        found.sizes = {size: min(level, 5) for level, size in enumerate(larger, 1)}
        found.bold = _bold_level(pages, body, len(larger))
    return found


def _is_larger(row: Row, body: float) -> bool:
    return row.size > _LARGER * body and len(row.text) <= _LONGEST and any(map(str.isalpha, row.text))


def _level_by(usual: dict[float, int], size: float) -> int:
    """The level of a size the outline does not name: that of the nearest smaller one that it does, or one below all."""
    smaller = [known for known in usual if known <= size]
    return usual[max(smaller)] if smaller else min(6, max(usual.values(), default=0) + 1)


def _bold_level(pages: Sequence[PageRows], body: float, above: int) -> int:
    bold = total = 0
    for page in pages:
        for row in page.rows:
            total += len(row.text)
            bold += len(row.text) * (row.bold and row.size <= _LARGER * body)
    return min(above + 1, 6) if 0 < bold <= _BOLD_SHARE * total else 0


def _matched(pages: Sequence[PageRows], bookmarks: Sequence[Bookmark], found: Headings) -> int:
    """Find each bookmark's heading; how many have one."""
    order = {page.number: index for index, page in enumerate(pages)}
    texts = [[plain(row.text) for row in page.rows] for page in pages]
    count = 0
    for bookmark in bookmarks:
        index = order.get(bookmark.page + 1)
        title = plain(bookmark.title)
        if index is None or not title:
            continue
        # What TeX points to may stand at the end of the page before.
        for near in range(index, min(index + 2, len(pages))):
            place = _find(pages[near], texts[near], title, bookmark.top if near == index else None, found)
            if place is not None:
                start, rows = place
                found.certain[pages[near].number, start] = (min(bookmark.level, 6), rows)
                count += 1
                break
    return count


def _find(
    page: PageRows, texts: Sequence[str], title: str, top: float | None, found: Headings
) -> tuple[int, int] | None:
    """The first row of a heading and how many it takes: the nearest to where the bookmark points."""
    best: tuple[float, int, int] | None = None
    for start, rows in _candidates(page, texts, title):
        if (page.number, start) in found.certain:
            continue
        distance = abs(page.rows[start].top - top) if top is not None else float(start)
        if best is None or distance < best[0]:
            best = (distance, start, rows)
    if best is None:
        return None
    _, start, rows = best
    # « Chapitre 1 » stands above its title, which is all that the outline repeats.
    if start and _ABOVE.fullmatch(page.rows[start - 1].text) and (page.number, start - 1) not in found.certain:
        return start - 1, rows + 1
    return start, rows


def _candidates(page: PageRows, texts: Sequence[str], title: str) -> Iterator[tuple[int, int]]:
    for start, row in enumerate(page.rows):
        if row.cells:
            continue
        text = ""
        for rows in range(1, _MAX_ROWS + 1):
            at = start + rows - 1
            if at >= len(texts) or page.rows[at].cells or abs(page.rows[at].size - row.size) > 0.5:
                break
            text += texts[at]
            if len(text) > len(title) + 30:
                break
            if text == title or (text.endswith(title) and _LABEL.fullmatch(_start(row.text, len(text) - len(title)))):
                yield start, rows
                break


def _start(text: str, letters: int) -> str:
    """The beginning of a text that holds that many letters and digits."""
    counts, total = [], 0
    for char in text:
        total += len(plain(char))
        counts.append(total)
    return text[: bisect_left(counts, letters) + 1].rstrip()


def plain(text: str) -> str:
    """Letters and digits only, however they are written."""
    return "".join(char for char in unicodedata.normalize("NFKD", text).casefold() if char.isalnum())
