"""What a page draws besides text: rules, which make tables, and whatever may cover or carry text."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""

_THIN = 2.5
"""Points: what is thinner is a rule, whatever it is long."""
_MAX_OBJECTS = 50_000
_MAX_RULES = 5_000
_DEEP = 6
"""Levels of drawings within drawings."""
_DARK = 160
"""Grey of a text that is seen on any paper."""


@dataclass(slots=True)
class PageObjects:
    """Attributes:
    texts: handles of the text objects.
    rules: boxes of horizontal and vertical rules, the sides of drawn rectangles among them.
    image: the share of the page that its largest image takes.
    covers: something there may hide text, carry it, or clip it: pixels have to be looked at.
    paths: how many drawings there are: letters may be drawn as such.
    """

    texts: list[Any] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    image: float = 0.0
    covers: bool = False
    paths: int = 0


def page_objects(page: Any, box: Box) -> PageObjects:
    """All that is drawn on a page whose visible ``box`` is given."""
    found = PageObjects()
    area = max(1.0, (box[2] - box[0]) * (box[3] - box[1]))
    for count, item in enumerate(page.get_objects(max_depth=_DEEP)):
        if count >= _MAX_OBJECTS:
            found.covers = True
            break
        if item.type == pdfium.FPDF_PAGEOBJ_TEXT:
            found.texts.append(item)
            found.covers = found.covers or _clipped(item) or _layered(item)
        elif item.type == pdfium.FPDF_PAGEOBJ_PATH:
            # A drawing within a drawing is told in that one's system: only what is on the page itself makes tables.
            found.paths += 1
            _path(item, found, placed=item.level == 0)
        elif item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            found.covers = True
            left, bottom, right, top = _bounds(item)
            inside = max(0.0, min(right, box[2]) - max(left, box[0])) * max(0.0, min(top, box[3]) - max(bottom, box[1]))
            found.image = max(found.image, inside / area if item.level == 0 else 0.0)
        else:
            # A shading, or a drawing of its own, which may be clipped or belong to a layer that is off.
            found.covers = True
    return found


def light(ink: int | None) -> bool:
    """Whether text of that grey may be lost on its paper."""
    return ink is None or ink > _DARK


def _clipped(item: Any) -> bool:
    clip = pdfium.FPDFPageObj_GetClipPath(item)
    return bool(clip) and pdfium.FPDFClipPath_CountPaths(clip) > 0


def _layered(item: Any) -> bool:
    """Whether it belongs to a layer, which may be off."""
    for index in range(pdfium.FPDFPageObj_CountMarks(item)):
        mark = pdfium.FPDFPageObj_GetMark(item, index)
        name, length = (ctypes.c_ushort * 8)(), ctypes.c_ulong()
        if pdfium.FPDFPageObjMark_GetName(mark, name, 16, length) and bytes(name).startswith(b"O\0C\0\0\0"):
            return True
    return False


def _bounds(item: Any) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
        return 0.0, 0.0, 0.0, 0.0
    return left.value, bottom.value, right.value, top.value


def _path(item: Any, found: PageObjects, *, placed: bool) -> None:
    left, bottom, right, top = _bounds(item)
    thin = min(right - left, top - bottom) <= _THIN
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    if fill.value and not thin:
        found.covers = True
    if not placed or not (fill.value or stroke.value) or len(found.rules) >= _MAX_RULES:
        return
    if thin:
        found.rules.append((left, bottom, right, top))
    elif pdfium.FPDFPath_CountSegments(item) <= 64:
        found.rules += _sides(item)


def _sides(item: Any) -> list[Box]:
    """The straight sides of a path that run along the page: of a frame, of a cell's background, of a whole grid."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, matrix)
    sides: list[Box] = []
    start = last = (0.0, 0.0)
    for index in range(pdfium.FPDFPath_CountSegments(item)):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        x, y = ctypes.c_float(), ctypes.c_float()
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            return []
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        else:
            sides += _side(last, point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            sides += _side(point, start)
        last = point
    return sides


def _side(one: tuple[float, float], two: tuple[float, float]) -> list[Box]:
    left, right = sorted((one[0], two[0]))
    bottom, top = sorted((one[1], two[1]))
    return (
        [(left, bottom, right, top)] if min(right - left, top - bottom) < 0.5 < max(right - left, top - bottom) else []
    )
