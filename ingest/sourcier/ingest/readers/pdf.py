"""PDF: the text layer of each page, its lines told apart by where they stand and how large they are."""

from __future__ import annotations

import ctypes
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import Finding
from sourcier.ingest.cleaning import clean_block, clean_characters
from sourcier.ingest.drafts import Reading
from sourcier.ingest.layout.furniture import drop_repeated
from sourcier.ingest.layout.lines import Line
from sourcier.ingest.layout.structure import structure
from sourcier.ingest.limits import Limits

if TYPE_CHECKING:
    import pypdfium2

#: PDFium is not thread-safe: two threads in it can get each other's text, without any error.
LOCK = threading.Lock()

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SMALLER = 0.8
"""Digits smaller than this share of their line are raised: marks of notes."""
_LARGER = 1.15
"""Letters larger than this share of the running text are those of a heading."""
_WIDER_GAP = 1.3
"""Lines further apart than this share of the usual distance belong to two paragraphs."""
_NOTE_SIZE = 0.95
"""Text smaller than this share of the running text may be a note."""
_INDENT = 6.0
"""Points from the left edge of the text."""
_NOTE_NUMBER = re.compile(r"^\d{1,3}(?=\s+\S)")
_NO_TITLE = re.compile(r"microsoft|untitled|sans titre|\.(?:docx?|indd|pdf|odt|pptx?|rtf)\b", re.IGNORECASE)


@dataclass(slots=True)
class _Row:
    """A line of a page. Points, from the bottom left corner; ``size`` is that of its letters as drawn."""

    text: str
    left: float
    right: float
    base: float
    size: float


def read(data: bytes, *, limits: Limits) -> Reading:
    """A PDF file: pages are kept, page numbers and running titles are not.

    Raises:
        UnreadableFileError: damaged, locked by a password, or too many pages. Without text, the reading is empty.
    """
    with LOCK:
        pages, title = _pages(data, limits.max_pages)
    body = _body_size(pages)
    levels, spacing = _heading_levels(pages, body), _spacing(pages)
    lines = drop_repeated([_lines(rows, number, body, levels, spacing) for number, rows in enumerate(pages, 1)])
    given = {"title": title} if title else {}
    findings = (Finding("finding.empty_pages", pages.count([])),) if any(pages) and not all(pages) else ()
    return Reading(structure(lines), given, findings)


def _pages(data: bytes, max_pages: int) -> tuple[list[list[_Row]], str]:
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower()
        raise UnreadableFileError("ingest.pdf_locked" if locked else "ingest.damaged", detail="PDF") from error
    try:
        if len(document) > max_pages:
            raise UnreadableFileError("ingest.pdf_pages", pages=len(document), limit=max_pages)
        title = clean_block(document.get_metadata_value("Title") or "")
        pages = [list(_rows(document[number])) for number in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise UnreadableFileError("ingest.damaged", detail="PDF") from error
    finally:
        document.close()
    return pages, title if len(title.split()) > 1 and not _NO_TITLE.search(title) else ""


def _rows(page: pypdfium2.PdfPage) -> Iterator[_Row]:
    """The lines of a page, in the order PDFium reads them."""
    import pypdfium2.raw as pdfium

    textpage = page.get_textpage()
    try:
        characters: list[tuple[int, str]] = []
        for index in range(textpage.count_chars()):
            code = pdfium.FPDFText_GetUnicode(textpage, index)
            if code in {10, 13}:
                yield from _row(textpage, characters)
                characters = []
            elif code == 2 or code == 0xFFFE:
                # The hyphen of a word that the end of a line cuts: PDFium joins both lines.
                yield from _row(textpage, [*characters, (index, "-")])
                characters = []
            elif 0 < code < 0x110000 and not 0xD800 <= code < 0xE000:
                characters.append((index, chr(code)))
        yield from _row(textpage, characters)
    finally:
        textpage.close()
        page.close()


def _row(textpage: Any, characters: Sequence[tuple[int, str]]) -> Iterator[_Row]:
    inked = [index for index, character in characters if not character.isspace()]
    if not inked:
        return
    letters = [index for index, character in characters if character.isalpha()] or inked
    size = max(_size(textpage, letters[0]), _size(textpage, letters[-1]))
    text = ""
    for index, character in characters:
        if character in "0123456789" and _size(textpage, index) < _SMALLER * size:
            # PDFium puts a space between a word and the raised number that follows it.
            text = text.rstrip() + character.translate(_RAISED)
        else:
            text += character
    left, base, _, _ = textpage.get_charbox(inked[0], loose=True)
    right = textpage.get_charbox(inked[-1], loose=True)[2]
    yield _Row(clean_characters(text).replace("\n", " ").strip(), left, right, base, size)


def _size(textpage: Any, index: int) -> float:
    """Height of a character as drawn: many files set their font at size 1 and scale it."""
    import pypdfium2.raw as pdfium

    matrix = pdfium.FS_MATRIX()
    size = float(pdfium.FPDFText_GetFontSize(textpage, index))
    if pdfium.FPDFText_GetMatrix(textpage, index, ctypes.byref(matrix)):
        size *= float((matrix.c**2 + matrix.d**2) ** 0.5)
    return round(size * 2) / 2


def _body_size(pages: Sequence[Sequence[_Row]]) -> float:
    """The size that most characters have."""
    sizes: Counter[float] = Counter()
    for rows in pages:
        for row in rows:
            sizes[row.size] += len(row.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _heading_levels(pages: Sequence[Sequence[_Row]], body: float) -> dict[float, int]:
    larger = sorted({row.size for rows in pages for row in rows if row.size > _LARGER * body}, reverse=True)
    return {size: min(level, 3) for level, size in enumerate(larger, 1)}


def _spacing(pages: Sequence[Sequence[_Row]]) -> dict[float, float]:
    """The usual distance between two lines of each size."""
    gaps: dict[float, list[float]] = {}
    for rows in pages:
        for above, below in pairwise(rows):
            if above.size == below.size and above.base > below.base:
                gaps.setdefault(below.size, []).append(above.base - below.base)
    return {size: median(found) for size, found in gaps.items()}


def _lines(
    rows: Sequence[_Row], page: int, body: float, levels: Mapping[float, int], spacing: Mapping[float, float]
) -> list[Line]:
    """The lines of a page, a blank one between paragraphs."""
    if not rows:
        return []
    left = Counter(round(row.left) for row in rows).most_common(1)[0][0]
    right = max(row.right for row in rows)
    lines: list[Line] = []
    for index, row in enumerate(rows):
        above = rows[index - 1] if index else None
        if above is not None and _apart(above, row, spacing.get(row.size, 0.0), left, right):
            lines.append(Line("", page))
        indent = "  " if row.left > left + _INDENT else ""
        text = row.text
        # The number of a note is written like its text as often as it is raised.
        if row.size < _NOTE_SIZE * body and (above is None or lines[-1].blank):
            text = _NOTE_NUMBER.sub(lambda found: found.group().translate(_RAISED), text, count=1)
        lines.append(Line(indent + text, page, levels.get(row.size, 0)))
    return lines


def _apart(above: _Row, row: _Row, usual: float, left: float, right: float) -> bool:
    gap = above.base - row.base
    if gap < 0 or gap > _WIDER_GAP * max(usual, 1.1 * row.size) or abs(above.size - row.size) > 0.5:
        return True
    # A last line that ends early, before one that opens a sentence.
    early = above.right < right - 0.2 * (right - left)
    return early and above.text.endswith((".", "!", "?", ":", "…", "»")) and row.text[:1].isupper()
