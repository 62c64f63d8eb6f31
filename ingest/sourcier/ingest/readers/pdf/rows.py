"""Pieces of lines: what stands on one line of a page without a wide gap, as text with its place and its looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sourcier.ingest.cleaning import clean_characters
from sourcier.ingest.readers.pdf.glyphs import HYPHEN, Glyph

RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
TO_RAISED = str.maketrans("0123456789", RAISED)
_SMALLER = 0.8
"""Digits smaller than this share of their line are raised: marks of notes."""
_WIDE = 0.8
"""A gap wider than this share of the letters' size may be the one between two columns."""
_MIN_WIDE = 6.0


@dataclass(frozen=True, slots=True)
class Row:
    """A piece of a line. Points from the bottom left corner; ``size`` is that of its letters as drawn.

    Attributes:
        line: pieces of one line have the same number, which rises in the order the page draws them.
        cells: the rows of a table that stands here as a whole; ``text`` is empty then.
        alone: it goes on from no other and to no other.
    """

    text: str
    left: float
    right: float
    base: float
    top: float
    size: float
    bold: bool = False
    mono: bool = False
    line: int = 0
    cells: tuple[str, ...] = ()
    alone: bool = False


def rows_of(lines: Sequence[Sequence[Glyph]]) -> list[Row]:
    """The pieces of all the lines of a page, without their hidden words."""
    rows: list[Row] = []
    for number, line in enumerate(lines):
        seen = [glyph for glyph in line if not glyph.hidden]
        if any(glyph.ink for glyph in seen):
            size = size_of(seen)
            rows += [_row(piece, size, number) for piece in _pieces(seen, size)]
    return rows


def joined(pieces: Sequence[Row]) -> Row:
    """Pieces of one line as one, from left to right."""
    if len(pieces) == 1:
        return pieces[0]
    first = pieces[0]
    return replace(
        first,
        text=" ".join(piece.text for piece in pieces),
        left=min(piece.left for piece in pieces),
        right=max(piece.right for piece in pieces),
        top=max(piece.top for piece in pieces),
        bold=all(piece.bold for piece in pieces),
        mono=all(piece.mono for piece in pieces),
    )


def size_of(glyphs: Sequence[Glyph]) -> float:
    """The size most of the letters have, the largest of those that are as frequent."""
    sizes = Counter(glyph.style.size for glyph in glyphs if glyph.char.isalpha())
    if not sizes:
        return max((glyph.style.size for glyph in glyphs if glyph.ink), default=0.0)
    return max(sizes, key=lambda size: (sizes[size], size))


def text_of(glyphs: Sequence[Glyph], size: float) -> str:
    """The text of glyphs of one line whose letters have ``size``: raised digits raised, the last hyphen a plain one."""
    text = ""
    for glyph in glyphs:
        if glyph.char in RAISED or (glyph.char in "0123456789" and glyph.style.size < _SMALLER * size):
            # PDFium puts a space between a word and the raised number that follows it.
            text = text.rstrip() + glyph.char.translate(TO_RAISED)
        else:
            text += "-" if glyph.char == HYPHEN else glyph.char
    return clean_characters(text).replace("\n", " ").strip()


def _row(piece: Sequence[Glyph], size: float, number: int) -> Row:
    inked = [glyph for glyph in piece if glyph.ink]
    letters = [glyph for glyph in inked if glyph.char.isalnum()] or inked
    full = [glyph for glyph in letters if glyph.style.size >= _SMALLER * size] or letters
    return Row(
        text_of(piece, size),
        left=min(glyph.left for glyph in inked),
        right=max(glyph.right for glyph in inked),
        base=Counter(round(glyph.bottom, 1) for glyph in full).most_common(1)[0][0],
        top=max(glyph.top for glyph in full),
        size=size,
        bold=2 * sum(glyph.style.bold for glyph in letters) > len(letters),
        mono=2 * sum(glyph.style.mono for glyph in letters) > len(letters),
        line=number,
    )


def _pieces(line: Sequence[Glyph], size: float) -> Iterator[list[Glyph]]:
    piece: list[Glyph] = []
    last: Glyph | None = None
    for glyph in line:
        if glyph.ink:
            # Whatever goes back to the left is another piece too: a line drawn out of order.
            gap = 0.0 if last is None else glyph.left - last.right
            if last is not None and (gap > max(_WIDE * size, _MIN_WIDE) or gap < -3 * size):
                yield piece
                piece = []
            last = glyph
        if glyph.ink or piece:
            piece.append(glyph)
    if piece:
        yield piece
