"""The characters of a page: where each one stands, how large it is, and how it is drawn."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import degrees
from typing import Any

import pypdfium2.raw as pdfium

_MONOSPACED = ("mono", "courier", "consolas", "typewriter", "cmtt", "menlo")
_BOLD = re.compile(r"bold|black|heavy|demi|-bd|-medi(?!um)")
_BOLD_WEIGHT = 600
HYPHEN = "\u00ad"
"""Stands for the hyphen of a word that the end of a line cuts: it is printed, and PDFium knows that it is one."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of text is drawn. ``size`` is in points as drawn: many files set their font at size 1 and scale it.

    Attributes:
        turned: degrees, counterclockwise, a multiple of 90 where it is near one, else -1.
        ink: grey level of its fill, 0 black to 255 white; None where it is none of a plain colour.
        unseen: it is drawn with neither fill nor stroke, or is wholly transparent.
    """

    size: float
    bold: bool = False
    mono: bool = False
    turned: int = 0
    ink: int | None = 0
    unseen: bool = False


@dataclass(slots=True)
class Glyph:
    """A character, its box in points from the bottom left corner of the page turned upright.

    ``ink`` is false for white space, which has no box of any meaning.
    """

    char: str
    left: float
    bottom: float
    right: float
    top: float
    style: Style
    ink: bool = True
    hidden: bool = False


@dataclass(slots=True)
class PageGlyphs:
    """The lines of a page, upright; those turned another way are apart.

    Attributes:
        width, height: of the page as read, in points; ``turn`` how many degrees it was turned for that.
        lines: as PDFium strings them. A space among their glyphs has a box of no meaning.
    """

    width: float
    height: float
    turn: int = 0
    lines: list[list[Glyph]] = field(default_factory=list)
    turned: list[list[Glyph]] = field(default_factory=list)


def upright(lines: Sequence[list[Glyph]], box: tuple[float, float, float, float]) -> PageGlyphs:
    """The lines of a page whose visible ``box`` is (left, bottom, right, top), turned the way most of them are written.

    A landscape page may be a portrait one whose text is turned, or one that its viewer turns: here they are the same.
    """
    left, bottom, right, top = box
    turns: Counter[int] = Counter()
    for line in lines:
        turns[_turn(line)] += len(line)
    quarters = [turn for turn in (0, 90, 180, 270) if turn in turns]
    turn = max(quarters, key=lambda angle: turns[angle]) if quarters else 0
    found = PageGlyphs(right - left, top - bottom, turn)
    for line in lines:
        for glyph in line:
            place = (glyph.left - left, glyph.bottom - bottom, glyph.right - left, glyph.top - bottom)
            glyph.left, glyph.bottom, glyph.right, glyph.top = turned_box(place, turn, found.width, found.height)
        (found.lines if _turn(line) == turn else found.turned).append(line)
    if turn in {90, 270}:
        found.width, found.height = found.height, found.width
    return found


def turned_box(
    box: tuple[float, float, float, float], turn: int, width: float, height: float
) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of a box of a page ``width`` by ``height`` once that page is turned upright."""
    left, bottom, right, top = box
    if turn == 90:
        return bottom, width - right, top, width - left
    if turn == 180:
        return width - right, height - top, width - left, height - bottom
    if turn == 270:
        return height - top, left, height - bottom, right
    return box


def _turn(line: Sequence[Glyph]) -> int:
    """The way most of a line is written."""
    return Counter(glyph.style.turned for glyph in line if glyph.ink).most_common(1)[0][0]


def lines_of(textpage: Any) -> list[list[Glyph]]:
    """The lines of a page that have any ink, as PDFium strings them, where they stand in the page's own system."""
    return [line for line in _lines(textpage) if any(glyph.ink for glyph in line)]


def _lines(textpage: Any) -> Iterator[list[Glyph]]:
    styles: dict[int, Style] = {}
    rect = pdfium.FS_RECTF()
    box = ctypes.byref(rect)
    # Three calls for each character: what else there is to know is the same for a whole text object.
    unicode_of, box_of, object_of = (
        pdfium.FPDFText_GetUnicode,
        pdfium.FPDFText_GetLooseCharBox,
        pdfium.FPDFText_GetTextObject,
    )
    cast, pointer, raw = ctypes.cast, ctypes.c_void_p, textpage.raw
    line: list[Glyph] = []
    style, last = Style(0.0), 0
    for index in range(textpage.count_chars()):
        code = unicode_of(raw, index)
        if code in {10, 13}:
            if line:
                yield line
            line = []
            continue
        if code == 0 or code >= 0x110000 or 0xD800 <= code < 0xE000:
            continue
        cut = code in {2, 0xFFFE}
        char = HYPHEN if cut else chr(code)
        box_of(raw, index, box)
        drawn = cast(object_of(raw, index), pointer).value
        if drawn and drawn != last:
            if drawn not in styles:
                styles[drawn] = _style(raw, index)
            if line and line[-1].style.turned != styles[drawn].turned and not char.isspace():
                # PDFium takes what is written another way for the end of the line.
                yield line
                line = []
            style, last = styles[drawn], drawn
        line.append(Glyph(char, rect.left, rect.bottom, rect.right, rect.top, style, not char.isspace()))
        if cut:
            # PDFium joins both lines.
            yield line
            line = []
    if line:
        yield line


def _style(textpage: Any, index: int) -> Style:
    matrix = pdfium.FS_MATRIX()
    size = float(pdfium.FPDFText_GetFontSize(textpage, index))
    if pdfium.FPDFText_GetMatrix(textpage, index, ctypes.byref(matrix)):
        size *= float((matrix.c**2 + matrix.d**2) ** 0.5)
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(textpage, index, name, 128, flags)
    font = name.value.decode("latin-1").casefold().rpartition("+")[2]
    bold = pdfium.FPDFText_GetFontWeight(textpage, index) >= _BOLD_WEIGHT or _BOLD.search(font) is not None
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    plain = pdfium.FPDFText_GetFillColor(textpage, index, red, green, blue, alpha)
    mode = pdfium.FPDFTextObj_GetTextRenderMode(pdfium.FPDFText_GetTextObject(textpage, index))
    filled = mode in {
        pdfium.FPDF_TEXTRENDERMODE_FILL,
        pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE,
        pdfium.FPDF_TEXTRENDERMODE_FILL_CLIP,
        pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE_CLIP,
    }
    invisible = mode in {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP}
    grey = round(0.299 * red.value + 0.587 * green.value + 0.114 * blue.value)
    return Style(
        size=round(size * 2) / 2,
        bold=bold,
        mono=bool(flags.value & 1) or any(word in font for word in _MONOSPACED),
        turned=_quarter(-degrees(max(0.0, pdfium.FPDFText_GetCharAngle(textpage, index)))),
        ink=grey if plain and filled and alpha.value == 255 else None,
        unseen=invisible or (bool(plain) and filled and alpha.value == 0),
    )


def _quarter(angle: float) -> int:
    nearest = round(angle / 90) * 90
    return nearest % 360 if abs(angle - nearest) <= 3 else -1
