"""Master pages of an OpenDocument presentation: ours, one light and one dark, or an organisation's as they are.

Presentation styles are named after their master page (ISO/IEC 26300-1, 16.41): « sourcier-title », « sourcier-outline1 »…
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from odfdo import Element, Style

from sourcier.app.workshop.files.colours import ACCENT, PALE
from sourcier.app.workshop.papers.fit import CELL, SMALLEST, SMALLEST_TITLE, TABLE, Room

__all__ = ["Box", "Master", "add_styles", "our_masters", "their_masters"]

#: Left, top, width and height, in centimetres.
Box = tuple[float, float, float, float]

_POINTS = 72 / 2.54
_WIDE, _HIGH = 28.0, 15.75
_LIGHT: dict[str, Box] = {"title": (1.3, 0.6, 25.4, 2.6), "outline": (1.3, 3.5, 25.4, 9.8)}
_DARK: dict[str, Box] = {"title": (1.9, 3.9, 24.2, 4.2), "outline": (1.9, 8.5, 24.2, 4.4)}
_FEET: dict[str, Box] = {"footer": (1.3, 13.7, 22.0, 1.6), "page-number": (24.0, 13.7, 2.7, 1.6)}
_LETTERS = {"title": 30.0, "outline": 24.0}
_LENGTH = re.compile(r"([\d.]+)(cm|mm|in|pt)")
_CENTIMETRES = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72}
#: What a frame leaves between its edge and its words, on two sides, in points.
_INSETS = 16.0


@dataclass(frozen=True, slots=True)
class Master:
    """A master page: its name, where its title and its text are, and how much they hold."""

    name: str
    title: Box
    body: Box
    title_room: Room
    room: Room


def our_masters(document: Any) -> dict[str, Master]:
    """Make our two master pages of that of the library, wide; the master of each kind of slide."""
    styles = document.get_part("styles.xml")
    light = styles.get_element("//style:master-page")
    old = light.get_attribute("style:name")
    layout = document.get_style("page-layout", light.get_attribute("style:page-layout-name"))
    layout.get_element("style:page-layout-properties").set_attribute("fo:page-width", f"{_WIDE}cm")
    layout.get_element("style:page-layout-properties").set_attribute("fo:page-height", f"{_HIGH}cm")
    dark = light.clone
    light.parent.append(dark)
    made = {}
    for page, name, boxes in ((light, "sourcier", _LIGHT), (dark, "ouverture", _DARK)):
        _copied(styles, old, name)
        _renamed(page, old, name)
        _placed(page, boxes)
        _looks(document, name, dark=page is dark)
        made[name] = Master(name, boxes["title"], boxes["outline"], _room(boxes["title"], _LETTERS["title"], gap=0),
                            _room(boxes["outline"], _LETTERS["outline"], gap=8))  # fmt: skip
    dark.set_attribute("draw:style-name", "SourcierDark")
    # Said twice: the standard has it on the page, LibreOffice takes it from the style of the background.
    filled = {"draw:fill": "solid", "draw:fill-color": f"#{ACCENT}"}
    fill = Style("drawing-page", name="SourcierDark")
    fill.set_properties({"draw:background-size": "border", **filled}, area="drawing-page")
    styles.get_element("//office:automatic-styles").append(fill)
    document.get_style("presentation", "ouverture-background").set_properties(filled, area="graphic")
    _feet(styles, light, "SourcierFoot", "#000000")
    _feet(styles, dark, "SourcierFootDark", "#FFFFFF")
    opening = made["ouverture"]
    return {"title": opening, "section": opening, "content": made["sourcier"], "table": made["sourcier"]}


def _copied(styles: Any, old: str, name: str) -> None:
    holder = styles.get_element("//office:styles")
    for style in styles.get_elements("//office:styles/style:style"):
        if style.get_attribute("style:family") == "presentation" and str(style.name).startswith(f"{old}-"):
            copy = style.clone
            _renamed(copy, old, name)
            holder.append(copy)


def _renamed(element: Any, old: str, name: str) -> None:
    for one in (element, *element.get_elements("descendant::*")):
        for attribute in ("style:name", "style:parent-style-name", "presentation:style-name"):
            value = one.get_attribute(attribute)
            if value and (value == old or value.startswith(f"{old}-")):
                one.set_attribute(attribute, name + value[len(old) :])


def _placed(page: Any, boxes: dict[str, Box]) -> None:
    for frame in page.get_elements("draw:frame"):
        box = {**boxes, **_FEET}.get(frame.get_attribute("presentation:class"))
        if box is None:  # the date: a kit has its own, and the foot of a slide is for its sources
            frame.delete()
            continue
        for name, value in zip(("x", "y", "width", "height"), box, strict=True):
            frame.set_attribute(f"svg:{name}", f"{value}cm")


def _feet(styles: Any, page: Any, name: str, colour: str) -> None:
    """The letters of the sources and of the number at the foot of the slides; the sources begin on the left."""
    holder = styles.get_element("//office:automatic-styles")
    letters = Style("text", name=name)
    letters.set_properties({"fo:font-size": "13pt", "fo:font-family": "Arial", "fo:color": colour}, area="text")
    holder.append(letters)
    left = Style("paragraph", name=f"{name}Left")
    left.set_properties({"fo:text-align": "start"}, area="paragraph")
    holder.append(left)
    for frame in page.get_elements("draw:frame"):
        for span in frame.get_elements("descendant::text:span"):
            span.set_attribute("text:style-name", name)
        if frame.get_attribute("presentation:class") == "footer":
            for paragraph in frame.get_elements("descendant::text:p"):
                paragraph.set_attribute("text:style-name", f"{name}Left")


def _looks(document: Any, name: str, *, dark: bool) -> None:
    colour = "#FFFFFF" if dark else f"#{ACCENT}"
    for kind, letters, weight, align in (
        ("title", "36pt" if dark else f"{_LETTERS['title']}pt", "bold", "bottom" if dark else "middle"),
        ("outline1", f"{_LETTERS['outline']}pt", "normal", "top"),
    ):
        style = document.get_style("presentation", f"{name}-{kind}")
        looks = {"fo:font-size": letters, "fo:font-weight": weight, "fo:font-family": "Arial"}
        if dark or kind == "title":
            looks |= {"fo:color": colour, "style:use-window-font-color": "false", "loext:opacity": "100%"}
        style.set_properties(looks, area="text")
        for bullet in style.get_elements("descendant::text:list-level-style-bullet/style:text-properties"):
            bullet.set_attribute("fo:font-size", "70%")
        style.set_properties({"fo:text-align": "start", "fo:margin-bottom": "0.28cm"}, area="paragraph")
        style.set_properties({"draw:textarea-vertical-align": align, "draw:fit-to-size": "false",
                              "draw:auto-grow-height": "false"}, area="graphic")  # fmt: skip


def _room(box: Box, size: float, *, gap: float) -> Room:
    return Room(box[2] * _POINTS - _INSETS, box[3] * _POINTS - _INSETS / 2, size, gap, 34)


def their_masters(document: Any) -> dict[str, Master]:
    """The first master page of an organisation's template, for every kind of slide."""
    page = document.get_part("styles.xml").get_element("//style:master-page")
    name = page.get_attribute("style:name")
    layout = document.get_style("page-layout", page.get_attribute("style:page-layout-name"))
    properties = layout.get_element("style:page-layout-properties")
    wide = _length(properties.get_attribute("fo:page-width")) or _WIDE
    high = _length(properties.get_attribute("fo:page-height")) or _HIGH
    boxes: dict[str, Box] = {"title": (wide * 0.05, high * 0.05, wide * 0.9, high * 0.16),
                             "outline": (wide * 0.05, high * 0.24, wide * 0.9, high * 0.6)}  # fmt: skip
    for frame in page.get_elements("draw:frame"):
        found = [_length(frame.get_attribute(f"svg:{side}")) for side in ("x", "y", "width", "height")]
        kind = frame.get_attribute("presentation:class")
        if kind in boxes and found[2] and found[3]:
            boxes[kind] = (found[0], found[1], found[2], found[3])
    title = max(_letters(document, f"{name}-title", 36), 20)
    size = max(_letters(document, f"{name}-outline1", 24), SMALLEST)
    master = Master(name, boxes["title"], boxes["outline"], _room(boxes["title"], title, gap=0),
                    _room(boxes["outline"], size, gap=size / 2))  # fmt: skip
    return dict.fromkeys(("title", "section", "content", "table"), master)


def _length(value: str | None) -> float:
    found = _LENGTH.fullmatch(value or "")
    return float(found[1]) * _CENTIMETRES[found[2]] if found else 0.0


def _letters(document: Any, name: str, otherwise: float) -> float:
    style = document.get_style("presentation", name)
    properties = style.get_element("style:text-properties") if style is not None else None
    return _length(properties.get_attribute("fo:font-size")) * _POINTS if properties is not None else otherwise


def add_styles(document: Any) -> None:
    """The automatic styles of the slides: what is seen on them, quotes, calls, and the cells of tables."""
    page = Style("drawing-page", name="SourcierPage")
    page.set_properties({f"presentation:{name}": "true" for name in
                         ("background-visible", "background-objects-visible", "display-footer", "display-page-number")},
                        area="drawing-page")  # fmt: skip
    quote = Style("paragraph", name="SourcierQuote")
    quote.set_properties({"fo:margin-left": "0.9cm", "fo:text-indent": "0cm"}, area="paragraph")
    text = Style("paragraph", name="SourcierText")
    text.set_properties({"fo:margin-left": "0cm", "fo:text-indent": "0cm"}, area="paragraph")
    cell_text = Style("paragraph", name="SourcierCellText")
    cell_text.set_properties({"fo:font-size": f"{CELL:g}pt"}, area="text")
    italic, raised = Style("text", name="SourcierItalic"), Style("text", name="SourcierRaised")
    italic.set_properties({"fo:font-style": "italic"}, area="text")
    raised.set_properties({"style:text-position": "super 58%"}, area="text")
    small_title = Style("text", name="SourcierSmallTitle")
    small_title.set_properties({"fo:font-size": f"{SMALLEST_TITLE:g}pt"}, area="text")
    made = [page, quote, text, cell_text, italic, raised, small_title]
    for index, share in enumerate(TABLE):
        column = Style("table-column", name=f"SourcierColumn{index}")
        column.set_properties({"style:column-width": f"{_LIGHT['outline'][2] * share:.3f}cm"}, area="table-column")
        made.append(column)
    for name, colour in (("SourcierHead", PALE), ("SourcierCell", "FFFFFF")):
        cell = Style("table-cell", name=name)
        cell.set_properties({"draw:fill": "solid", "draw:fill-color": f"#{colour}"}, area="graphic")
        borders = Element.from_tag("style:paragraph-properties")
        borders.set_attribute("fo:border", f"0.5pt solid #{ACCENT}")
        cell.append(borders)
        made.append(cell)
    for style in made:
        document.insert_style(style, automatic=True)
