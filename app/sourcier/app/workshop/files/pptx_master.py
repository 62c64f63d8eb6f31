"""Our own master and layouts, wide and sober; and, of any presentation, which layout each kind of slide is made on.

What is measured here is in EMU (914,400 to the inch) where python-pptx takes it, and in points where text is fitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches

from sourcier.app.workshop.files.colours import ACCENT, PALE
from sourcier.app.workshop.papers.fit import SMALLEST, Room

__all__ = ["Places", "our_presentation", "places_of"]

_POINT = 12700
#: Width of a wide slide and its height, in inches; and where things are on it: left, top, width, height.
_WIDE, _HIGH = 13.333, 7.5
_TITLE = (0.6, 0.35, 12.13, 1.2)
_BODY = (0.6, 1.7, 12.13, 4.75)
_FOOT = (0.6, 6.55, 11.0, 0.7)
_NUMBER = (11.8, 6.55, 0.93, 0.7)
_OPENING = ((0.9, 2.0, 11.5, 1.9), (0.9, 4.1, 11.5, 2.1))
#: Which layouts of python-pptx's own template are kept, by position: title, content, section, title alone.
_KEPT = (0, 1, 2, 5)
#: The types of layouts that each kind of slide is made on, best first (ECMA-376 part 1, 19.7.15).
_TYPES = {
    "title": ("title", "secHead", "obj", "tx"),
    "section": ("secHead", "title", "obj", "tx"),
    "content": ("obj", "tx", "objTx"),
    "table": ("titleOnly", "obj", "tx"),
}
_BODIES = {PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.SUBTITLE}
_TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@dataclass(frozen=True, slots=True)
class Places:
    """Where a kind of slide puts things.

    Attributes:
        body: the placeholder that takes its text, by index; None where the layout has none that is large enough.
        box, title_box, foot_box: left, top, width, height of the boxes to add where there is no placeholder.
    """

    layout: Any
    body: int | None
    room: Room
    title_room: Room
    box: tuple[Any, Any, Any, Any]
    title_box: tuple[Any, Any, Any, Any]
    foot_box: tuple[Any, Any, Any, Any]


def our_presentation() -> Any:
    """An empty presentation on our master."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Inches(_WIDE), Inches(_HIGH)
    layouts = list(presentation.slide_layouts)
    for index, layout in enumerate(layouts):
        if index not in _KEPT:
            presentation.slide_layouts.remove(layout)
    master = presentation.slide_master
    _coloured(master)
    _sized(master)
    for owner in (master, *presentation.slide_layouts):
        opening = owner is not master and owner._element.get("type") in {"title", "secHead"}
        _placed(owner, opening=opening)
        if opening:
            _dark(owner)
    return presentation


def _coloured(master: Any) -> None:
    """The theme's colours and typeface: what is drawn later in the presentation takes them too."""
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root = etree.fromstring(theme.blob)
    for name, colour in (("dk2", ACCENT), ("accent1", ACCENT), ("lt2", PALE)):
        holder = root.find(f".//{_A}{name}")
        for child in list(holder):
            holder.remove(child)
        etree.SubElement(holder, f"{_A}srgbClr", val=colour)
    for typeface in (*root.iter(f"{_A}majorFont"), *root.iter(f"{_A}minorFont")):
        typeface.find(f"{_A}latin").set("typeface", "Arial")
    theme._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _sized(master: Any) -> None:
    """Titles at 34 points on the left, texts at 28, in a typeface that every machine has or replaces at the same widths."""
    styles = master._element.find(qn("p:txStyles"))
    title = styles.find(f"{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    title.set("algn", "l")
    letters = title.find(qn("a:defRPr"))
    letters.set("sz", "3400")
    letters.set("b", "1")
    letters.find(f"{qn('a:solidFill')}/{qn('a:schemeClr')}").set("val", "tx2")
    for level, size in ((1, "2800"), (2, "2400"), (3, "1800"), (4, "1800"), (5, "1800")):
        styles.find(f"{qn('p:bodyStyle')}/{qn(f'a:lvl{level}pPr')}/{qn('a:defRPr')}").set("sz", size)


def _placed(owner: Any, *, opening: bool) -> None:
    boxes = {PP_PLACEHOLDER.FOOTER: _FOOT, PP_PLACEHOLDER.SLIDE_NUMBER: _NUMBER}
    title, body = _OPENING if opening else (_TITLE, _BODY)
    boxes |= dict.fromkeys(_TITLES, title) | dict.fromkeys(_BODIES, body)
    for shape in list(owner.placeholders):
        box = boxes.get(shape.placeholder_format.type)
        if box is None:  # the date: a kit has its own, and the foot of a slide is for its sources
            shape._element.getparent().remove(shape._element)
            continue
        shape.left, shape.top, shape.width, shape.height = map(Inches, box)
        properties = shape._element.txBody.find(qn("a:bodyPr"))
        for child in list(properties):
            properties.remove(child)  # no fitting of the letters to the box: the text is what is fitted
        if box is title:
            properties.set("anchor", "b" if opening else "ctr")
        elif box is body:
            properties.set("anchor", "t")
        else:
            level = shape._element.txBody.find(f"{qn('a:lstStyle')}/{qn('a:lvl1pPr')}")
            if level is not None:
                level.set("algn", "l" if box is _FOOT else "r")
                for tint in list(level.iter(qn("a:tint"))):
                    tint.getparent().remove(tint)  # grey on white is read by few


def _dark(layout: Any) -> None:
    """The slides that open a session or an activity: white on the accent."""
    layout.background.fill.solid()
    layout.background.fill.fore_color.rgb = RGBColor(*bytes.fromhex(ACCENT))  # type: ignore[no-untyped-call]
    for shape in layout.placeholders:
        kind = shape.placeholder_format.type
        style = shape._element.txBody.find(qn("a:lstStyle"))
        for child in list(style):
            style.remove(child)
        level = etree.SubElement(style, qn("a:lvl1pPr"), marL="0", indent="0", algn="l")
        etree.SubElement(level, qn("a:buNone"))
        size = "4000" if kind in _TITLES else "2400" if kind in _BODIES else "1200"
        letters = etree.SubElement(level, qn("a:defRPr"), sz=size, b="1" if kind in _TITLES else "0")
        etree.SubElement(etree.SubElement(letters, qn("a:solidFill")), qn("a:schemeClr"), val="bg1")


def places_of(presentation: Any) -> dict[str, Places]:
    """The place of each kind of slide, in our presentation or in an organisation's."""
    return {kind: _place(presentation, types) for kind, types in _TYPES.items()}


def _place(presentation: Any, types: tuple[str, ...]) -> Places:
    layouts = list(presentation.slide_layouts)
    order = [layout for kind in types for layout in layouts if layout._element.get("type") == kind]
    layout = next(iter(order), None) or next((one for one in layouts if _body(one) and _title(one)), layouts[0])
    width, high = presentation.slide_width, presentation.slide_height
    box = tuple(Emu(int(value)) for value in (width * 0.05, high * 0.24, width * 0.9, high * 0.6))
    title_box = tuple(Emu(int(value)) for value in (width * 0.05, high * 0.06, width * 0.9, high * 0.16))
    foot_box = tuple(Emu(int(value)) for value in (width * 0.05, high * 0.88, width * 0.8, high * 0.09))
    body, title = _body(layout), _title(layout)
    room = _room(body, "body", SMALLEST) if body is not None else None
    if room is None or room.height < 3 * room.size:
        body, room = None, Room(box[2] / _POINT - 15, box[3] / _POINT - 8, SMALLEST, 10, 30)
    title_room = _room(title, "title", 20) if title is not None else None
    title_room = title_room or Room(title_box[2] / _POINT - 15, title_box[3] / _POINT - 8, 28, 0, 0)
    index = body.placeholder_format.idx if body is not None else None
    return Places(layout, index, room, title_room, box, title_box, foot_box)  # type: ignore[arg-type]


def _title(layout: Any) -> Any:
    return next((one for one in layout.placeholders if one.placeholder_format.type in _TITLES), None)


def _body(layout: Any) -> Any:
    found = [one for one in layout.placeholders if one.placeholder_format.type in _BODIES and one.width and one.height]
    return max(found, key=lambda one: one.width * one.height, default=None)


def _room(shape: Any, style: str, smallest: float) -> Room | None:
    if not shape.width or not shape.height:
        return None
    size = max(_letters(shape, style), smallest)
    return Room(shape.width / _POINT - 15, shape.height / _POINT - 8, size, size * 0.2, 30)


def _letters(shape: Any, style: str) -> float:
    """The size of a placeholder's first level, in points: its own, or that of the master."""
    path = f"{qn('a:lvl1pPr')}/{qn('a:defRPr')}"
    own = shape._element.txBody.find(f"{qn('a:lstStyle')}/{path}")
    master = shape.part.slide_layout.slide_master._element.find(f"{qn('p:txStyles')}/{qn(f'p:{style}Style')}/{path}")
    for letters in (own, master):
        if letters is not None and letters.get("sz"):
            return int(letters.get("sz")) / 100
    return 24.0
