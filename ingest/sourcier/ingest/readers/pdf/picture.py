"""A page as it looks: its pixels, and where each of its visible words stands on them.

Only for the process that reads untrusted files: pixels come back from it rather than an image file, for there is nothing
to decode in them.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from math import sqrt
from typing import Any

import pypdfium2.raw as pdfium

from sourcier.ingest.limits import Limits
from sourcier.ingest.readers.pdf import opening
from sourcier.ingest.readers.pdf.glyphs import Glyph, lines_of
from sourcier.ingest.readers.pdf.objects import page_objects
from sourcier.ingest.readers.pdf.visible import mark_hidden

__all__ = ["MAX_PIXELS", "MAX_SIDE", "PLACES", "picture_of"]

MAX_PIXELS = 3_000_000
MAX_SIDE = 4000
PLACES = 10_000
"""What the width and the height of a page count for in the places of words, whatever its size."""
_WIDTH = 1240
"""Pixels of an ordinary page: 150 dots an inch of a letter one."""
_SCALE = 3.0
"""A small page is not drawn larger than that."""
_MAX_WORDS = 20_000
_MAX_WORD = 200


def picture_of(data: bytes, number: int, limits: Limits, *, pixels: bool) -> tuple[dict[str, Any], bytes]:
    """A page of a file, by its number from 1: how many pages there are and its words, or its pixels.

    The frame holds ``pages``, ``width`` and ``height`` in pixels (0 where there is no such page), and ``words``: each its
    text, then left, top, right and bottom in ten-thousandths of the page. The bytes are rows of red, green, blue.

    Raises:
        UnreadableFileError: as :func:`~sourcier.ingest.readers.pdf.opening.opened`.
    """
    with opening.LOCK, opening.opened(data, limits) as document:
        pages = len(document)
        frame: dict[str, Any] = {"pages": pages, "width": 0, "height": 0, "words": []}
        if not 1 <= number <= pages:
            return frame, b""
        page = document[number - 1]
        try:
            wide, high = page.get_size()
            scale = min(_SCALE, _WIDTH / wide, sqrt(MAX_PIXELS / (wide * high)), MAX_SIDE / max(wide, high))
            if not pixels:
                frame |= {"width": max(1, round(wide * scale)), "height": max(1, round(high * scale))}
                frame["words"] = list(_words(page))
                return frame, b""
            bitmap = page.render(scale=scale, rev_byteorder=True, may_draw_forms=False, maybe_alpha=False)
            frame |= {"width": bitmap.width, "height": bitmap.height}
            return frame, _rows(bitmap)
        finally:
            page.close()


def _rows(bitmap: Any) -> bytes:
    """Red, green, blue, row after row, without what pads a row."""
    used, stride = bitmap.width * bitmap.n_channels, bitmap.stride
    buffer = bytes(bitmap.buffer)
    rows = b"".join(buffer[start : start + used] for start in range(0, stride * bitmap.height, stride))
    if bitmap.n_channels == 3:
        return rows
    shades = [rows[channel :: bitmap.n_channels] for channel in range(3)] if bitmap.n_channels == 4 else [rows] * 3
    mixed = bytearray(3 * len(shades[0]))
    for channel, shade in enumerate(shades):
        mixed[channel::3] = shade
    return bytes(mixed)


def _words(page: Any) -> Iterator[list[Any]]:
    """What can be seen, in the order of the file: hidden text is no one's to find."""
    box = page.get_bbox()
    textpage = page.get_textpage()
    lines = lines_of(textpage)
    mark_hidden(page, lines, page_objects(page, box), box)
    told = 0
    for line in lines:
        for word in _split(line):
            text = "".join(glyph.char for glyph in word)[:_MAX_WORD]
            place = _place(page, word)
            if place is not None and told < _MAX_WORDS:
                told += 1
                yield [text, *place]
    textpage.close()


def _split(line: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    word: list[Glyph] = []
    for glyph in line:
        if glyph.ink and not glyph.hidden:
            word.append(glyph)
        elif word:
            yield word
            word = []
    if word:
        yield word


def _place(page: Any, word: Sequence[Glyph]) -> list[int] | None:
    """Left, top, right and bottom on the page as it is drawn, turned and cut as it is; None off the page."""
    corners = [
        (min(glyph.left for glyph in word), min(glyph.bottom for glyph in word)),
        (max(glyph.right for glyph in word), max(glyph.top for glyph in word)),
    ]
    x, y = ctypes.c_int(), ctypes.c_int()
    xs, ys = [], []
    for across, up in corners:
        # In a device of ten thousand by ten thousand, PDFium rounds to what is wanted.
        if not pdfium.FPDF_PageToDevice(page, 0, 0, PLACES, PLACES, 0, across, up, x, y):
            return None
        xs.append(min(PLACES, max(0, x.value)))
        ys.append(min(PLACES, max(0, y.value)))
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    return [left, top, right, bottom] if left < right and top < bottom else None
