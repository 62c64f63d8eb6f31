"""Tables as text (CSV): whatever sets the cells apart, each row with its header."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Literal

from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.drafts import Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers import plain
from sourcier.ingest.readers.sheets import Meter, Sheet, sheet_drafts

# In the order they are preferred when they cut as well: a comma is also in numbers and sentences.
_DELIMITERS = (";", "\t", "|", ",")
_SAMPLE = 100
_MAX_FIELD = 1_000_000
_STRAY_LINES = 40
"""Lines in one field from which its opening quote is taken for a mere character."""

_BLANK = "".join(_DELIMITERS) + '" '
_DECLARED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def read(data: bytes, *, limits: Limits) -> Reading:
    """A ``.csv`` or ``.tsv`` file; one in which nothing cuts the lines into as many cells is read as plain text.

    Raises:
        UnreadableFileError: the bytes are not text, or hold too many cells.
    """
    text, findings = plain.decoded(data)
    rows = _rows(text)
    if rows is None:
        # Rows without any cell are nothing that a reader sees.
        lines = (line for line in text.splitlines() if line.strip(_BLANK) or not line)
        return Reading(plain.blocks_of("\n".join(lines)), findings=findings)
    sheet, meter = Sheet(""), Meter()
    for number, row in enumerate(rows):
        cells = {column: clean for column, cell in enumerate(row) if (clean := clean_block(cell))}
        for cell in cells.values():
            meter.count(cell)
        if cells:
            sheet.rows[number] = cells
    return Reading(tuple(sheet_drafts(sheet, titled=False, likely=True)), findings=findings)


def source_text(data: bytes, *, limits: Limits) -> str:
    """All the text of the file, a row a line, cells set apart by a space.

    Raises:
        UnreadableFileError: the bytes are not text.
    """
    text, _ = plain.decoded(data)
    rows = _rows(text)
    return text if rows is None else "\n".join(" ".join(filter(None, row)) for row in rows)


def _rows(text: str) -> list[list[str]] | None:
    """The rows of the file, None when it is no table."""
    declared = _DECLARED.match(text)
    if declared is not None:
        text, delimiter = text[declared.end() :], declared.group(1)
    else:
        best = max(_DELIMITERS, key=lambda each: _agreement(text, each))
        if _agreement(text, best) <= 0.5:
            return None
        delimiter = best
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        try:
            rows = list(_parsed(text, delimiter, quoting))
        except csv.Error:
            continue
        if quoting == csv.QUOTE_NONE or not any(cell.count("\n") > _STRAY_LINES for row in rows for cell in row):
            return rows
    return None


def _agreement(text: str, delimiter: str) -> float:
    """How well a delimiter cuts: the share of the first rows that have the same number of cells, more than one."""
    sample = text[:200_000]
    # A quote that is never closed swallows lines, and quotes hold lines and delimiters: both ways of cutting are tried.
    plainly = [line.split(delimiter) for line in sample.splitlines()[:_SAMPLE]]
    try:
        quoted = list(islice(_parsed(sample, delimiter, csv.QUOTE_MINIMAL), _SAMPLE))
    except csv.Error:
        quoted = []
    return max(_same_width(plainly), _same_width(quoted))


def _same_width(rows: list[list[str]]) -> float:
    filled = [row for row in rows if any(cell.strip(_BLANK) for cell in row)]
    widths = Counter(len(row) for row in filled if len(row) > 1)
    return widths.most_common(1)[0][1] / len(filled) if widths else 0.0


def _parsed(text: str, delimiter: str, quoting: Literal[0, 3]) -> Iterator[list[str]]:
    csv.field_size_limit(_MAX_FIELD)
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, skipinitialspace=True)
