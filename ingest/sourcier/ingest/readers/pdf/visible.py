"""Which words of a page nobody can see: white on white, minute, covered, off the page, transparent, clipped.

What decides is what is seen: the page is drawn with its text and without it, and a glyph that changes no pixel of its
box is hidden. A word is hidden when most of its glyphs are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium

from sourcier.ingest.readers.pdf.glyphs import Glyph
from sourcier.ingest.readers.pdf.objects import Box, PageObjects, light

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DPI = 100
_MAX_SIDE = 3000
"""Pixels: a page as large as a poster is drawn smaller."""
_CONTRAST = 30
"""Grey levels, of 256."""
_SMALLEST = 4.0
"""Points."""
_PALE = 200
_SCANNED = 0.8
"""Share of a page that an image takes when the page is one."""
_LAYER = 0.9
"""Share of its words that are then hidden, when they are what OCR read on that image."""


def mark_hidden(page: Any, lines: Sequence[Sequence[Glyph]], objects: PageObjects, box: Box) -> bool:
    """Mark the glyphs of hidden words, and say whether the page is an image with the text that OCR read on it.

    That text is as invisible as can be, and is what the image shows: it is not marked.
    """
    words = [word for line in lines for word in words_of(line)]
    flat = [glyph for word in words for glyph in word]
    hidden = [not _may_show(glyph, box) for glyph in flat]
    # Dark text on a page that has nothing else on it hides nothing: most pages are never drawn.
    if flat and (objects.covers or any(light(glyph.style.ink) for glyph in flat)):
        hidden = [one or two for one, two in zip(hidden, _unpainted(page, flat, objects, box), strict=True)]
    start, states = 0, []
    for word in words:
        count = sum(hidden[start : start + len(word)])
        states.append(2 * count > len(word))
        start += len(word)
    letters = [state for word, state in zip(words, states, strict=True) if _readable(word)]
    if objects.image >= _SCANNED and letters and sum(letters) >= _LAYER * len(letters):
        return True
    previous = False
    for word, state in zip(words, states, strict=True):
        # A full stop or a rule is too thin to be judged alone.
        previous = state if _readable(word) else previous and state
        for glyph in word:
            glyph.hidden = previous
    return False


def words_of(line: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """The glyphs between two spaces."""
    word: list[Glyph] = []
    for glyph in line:
        if glyph.ink:
            word.append(glyph)
        elif word:
            yield word
            word = []
    if word:
        yield word


def _readable(word: Sequence[Glyph]) -> bool:
    return any(glyph.char.isalnum() for glyph in word)


def _may_show(glyph: Glyph, box: Box) -> bool:
    if glyph.style.unseen or glyph.style.size < _SMALLEST:
        return False
    x, y = (glyph.left + glyph.right) / 2, (glyph.bottom + glyph.top) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _unpainted(page: Any, glyphs: Sequence[Glyph], objects: PageObjects, box: Box) -> list[bool]:
    """For each glyph, whether drawing the text changes nothing where it stands."""
    import numpy as np

    scale = min(_DPI / 72, _MAX_SIDE / max(1.0, box[2] - box[0], box[3] - box[1]))
    with_text = _drawn(page, scale)
    for item in objects.texts:
        pdfium.FPDFPageObj_SetIsActive(item, False)
    try:
        without = _drawn(page, scale)
    finally:
        for item in objects.texts:
            pdfium.FPDFPageObj_SetIsActive(item, True)
    height, width = without.shape
    across = [(g.left - box[0], box[3] - g.top, g.right - box[0], box[3] - g.bottom) for g in glyphs]
    places = np.clip(np.nan_to_num(np.array(across)) * scale, 0, (width, height, width, height))
    spans = np.hstack((np.floor(places[:, :2]), np.ceil(places[:, 2:]))).astype(int).tolist()
    # The larger less the smaller: unsigned numbers have no negative difference.
    changed = np.maximum(with_text, without) - np.minimum(with_text, without) >= _CONTRAST
    hidden = [not changed[top:bottom, left:right].any() for left, top, right, bottom in spans]
    for index, (glyph, (left, top, right, bottom)) in enumerate(zip(glyphs, spans, strict=True)):
        # Pale text under other text takes that one's pixels for its own: its own colour is compared to the paper.
        if not hidden[index] and glyph.style.ink is not None and glyph.style.ink >= _PALE:
            paper = without[top:bottom, left:right].astype(np.int16)
            hidden[index] = not (np.abs(paper - glyph.style.ink) >= _CONTRAST).any()
    return hidden


def _drawn(page: Any, scale: float) -> NDArray[np.uint8]:
    bitmap = page.render(scale=scale, grayscale=True, rotation=-page.get_rotation() % 360, may_draw_forms=False)
    pixels: NDArray[np.uint8] = bitmap.to_numpy()
    return pixels.reshape(bitmap.height, bitmap.width)
