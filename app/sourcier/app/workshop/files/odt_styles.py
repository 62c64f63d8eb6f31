"""The styles of a paper of the kit in an OpenDocument text: named ones, so that they are changed in one place."""

from __future__ import annotations

import re
from typing import Any

from odfdo import Element, Style

from sourcier.app.exports.odt_parts import paragraph_style
from sourcier.app.workshop.files.colours import ACCENT, PALE

__all__ = ["LISTS", "LOOKS", "add_styles"]

LOOKS = {
    "text": "Text_20_body",
    "quote": "Quotations",
    "fiction": "Sourcier_20_Fiction",
    "small": "Small",
    "lead": "Sourcier_20_Lead",
}
LISTS = {"bullet": "Sourcier_20_Bullets", "number": "Sourcier_20_Numbers", "letter": "Sourcier_20_Letters"}
_BORDER = f"0.75pt solid #{ACCENT}"
_LENGTH = re.compile(r"([\d.]+)(cm|mm|in|pt)")
_CENTIMETRES = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72}


def add_styles(document: Any, *, bare: bool) -> None:
    """Add the styles that a paper needs; those that an organisation's template has already stay as they are there.

    Args:
        bare: the document is ours: its page and the looks of its headings are set too.
    """
    if bare:
        _letter(document)
        _unnumbered(document)
    base = {"fo:color": f"#{ACCENT}"}
    body = "Text_20_body"
    _add(document, body, paragraph_style(body, "Standard", margin_bottom="0.2cm"), over=bare)
    title = paragraph_style("Title", "Standard", {**base, "fo:font-size": "24pt", "fo:font-weight": "bold"},
                            margin_bottom="0.3cm")  # fmt: skip
    _add(document, "Title", title, over=bare)
    for level, size in ((1, "15pt"), (2, "12.5pt"), (3, "11.5pt")):
        name = f"Heading_20_{level}"
        looks = {**base, "fo:font-size": size, "fo:font-weight": "bold", "fo:font-style": "normal"}
        heading = paragraph_style(name, "Standard", looks, margin_top="0.5cm", margin_bottom="0.15cm",
                                  keep_with_next="always")  # fmt: skip
        heading.set_attribute("style:default-outline-level", str(level))
        _add(document, name, heading, over=bare)
    before = paragraph_style("Sourcier_20_New_20_Page", "Heading_20_1", break_before="page")
    for style in (
        before,
        paragraph_style("Quotations", body, margin_left="0.8cm", margin_right="0.8cm"),
        paragraph_style("Sourcier_20_Before", body, keep_with_next="always"),
        paragraph_style("Sourcier_20_Lead", body, {"fo:font-style": "italic"}, keep_with_next="always"),
        paragraph_style("Sourcier_20_Fiction", body, border_left=f"2pt solid #{ACCENT}", padding_left="0.25cm"),
        paragraph_style("Sourcier_20_Item", body, margin_bottom="0.1cm"),
        paragraph_style("Sourcier_20_Cell", "Standard", {"fo:font-size": "10pt"}, margin_bottom="0.1cm"),
        paragraph_style("Sourcier_20_Extract", "Standard", border=_BORDER, background_color=f"#{PALE}", padding="0.15cm",
                        margin_left="0.2cm", margin_right="0.2cm", keep_together="always", keep_with_next="always"),
        paragraph_style("Sourcier_20_Extract_20_End", "Sourcier_20_Extract", keep_with_next="auto"),
        _line(document),
    ):  # fmt: skip
        _add(document, str(style.name), style)
    fine = Style("text", name="Sourcier_20_Fine")
    fine.set_properties({"fo:font-size": "9pt"}, area="text")
    _add(document, "Sourcier_20_Fine", fine, family="text")
    for name, format_, suffix in (("Bullets", "", ""), ("Numbers", "1", "."), ("Letters", "A", ".")):
        _add(document, f"Sourcier_20_{name}", _list(f"Sourcier_20_{name}", format_, suffix), family="list")
    _tables(document)


def _add(document: Any, name: str, style: Any, *, family: str = "paragraph", over: bool = False) -> None:
    if family == "list":
        if document.get_style("list", name) is None:
            document.get_part("styles.xml").get_element("//office:styles").append(style)
    elif over or document.get_style(family, name) is None:
        document.insert_style(style)


def _letter(document: Any) -> None:
    for style in document.get_styles():
        if style.family == "page-layout":
            properties = style.get_element("style:page-layout-properties")
            for name, value in (("page-width", "21.59cm"), ("page-height", "27.94cm"), ("margin-left", "2.3cm"),
                                ("margin-right", "2.3cm"), ("margin-top", "2.2cm"), ("margin-bottom", "2.2cm")):  # fmt: skip
                properties.set_attribute(f"fo:{name}", value)
            _footer_room(style)


def _footer_room(layout: Any) -> None:
    footer = layout.get_element("style:footer-style")
    if footer is None:
        footer = Element.from_tag("style:footer-style")
        layout.append(footer)
    properties = footer.get_element("style:header-footer-properties")
    if properties is None:
        properties = Element.from_tag("style:header-footer-properties")
        footer.append(properties)
    for name, value in (("min-height", "0.9cm"), ("margin-top", "0.4cm")):
        properties.set_attribute(f"fo:{name}", value)


def _unnumbered(document: Any) -> None:
    """Titles say their own numbers."""
    for level in document.get_part("styles.xml").get_elements("//text:outline-level-style"):
        level.set_attribute("style:num-format", "")
        for suffix in ("style:num-suffix", "style:num-list-format", "loext:num-list-format"):
            if level.get_attribute(suffix) is not None:
                level.del_attribute(suffix)


def _width(document: Any) -> float:
    """Between the margins of the first page layout, in centimetres."""
    for style in document.get_styles():
        if style.family == "page-layout":
            properties = style.get_element("style:page-layout-properties")
            lengths = []
            for name in ("page-width", "margin-left", "margin-right"):
                found = _LENGTH.fullmatch((properties.get_attribute(f"fo:{name}") if properties else None) or "")
                lengths.append(float(found[1]) * _CENTIMETRES[found[2]] if found else 0.0)
            if lengths[0]:
                return lengths[0] - lengths[1] - lengths[2]
    return 17.0


def _line(document: Any) -> Any:
    style = paragraph_style("Sourcier_20_Line", "Standard", margin_top="0.45cm")
    stops, stop = Element.from_tag("style:tab-stops"), Element.from_tag("style:tab-stop")
    for name, value in (("position", f"{_width(document):.2f}cm"), ("type", "right"), ("leader-style", "solid"),
                        ("leader-text", "_")):  # fmt: skip
        stop.set_attribute(f"style:{name}", value)
    stops.append(stop)
    style.get_element("style:paragraph-properties").append(stops)
    return style


def _list(name: str, format_: str, suffix: str) -> Any:
    style = Element.from_tag("text:list-style")
    style.set_attribute("style:name", name)
    level = Element.from_tag(f"text:list-level-style-{'number' if format_ else 'bullet'}")
    level.set_attribute("text:level", "1")
    if format_:
        level.set_attribute("style:num-format", format_)
        level.set_attribute("style:num-suffix", suffix)
    else:
        level.set_attribute("text:bullet-char", "•")
    properties = Element.from_tag("style:list-level-properties")
    properties.set_attribute("text:list-level-position-and-space-mode", "label-alignment")
    alignment = Element.from_tag("style:list-level-label-alignment")
    for key, value in (("text:label-followed-by", "listtab"), ("fo:margin-left", "1.2cm"), ("fo:text-indent", "-0.6cm"),
                       ("text:list-tab-stop-position", "1.2cm")):  # fmt: skip
        alignment.set_attribute(key, value)
    properties.append(alignment)
    level.append(properties)
    style.append(level)
    return style


def _tables(document: Any) -> None:
    table = Style("table", name="SourcierTable")
    table.set_properties({"style:rel-width": "100%", "table:align": "margins"}, area="table")
    cell = {"fo:border": _BORDER, "fo:padding": "0.12cm"}
    plain, head = Style("table-cell", name="SourcierCell"), Style("table-cell", name="SourcierHead")
    plain.set_properties(cell, area="table-cell")
    head.set_properties({**cell, "fo:background-color": f"#{PALE}"}, area="table-cell")
    row, fill = Style("table-row", name="SourcierRow"), Style("table-row", name="SourcierFill")
    row.set_properties({"fo:keep-together": "always"}, area="table-row")
    fill.set_properties({"fo:keep-together": "always", "style:min-row-height": "1.3cm"}, area="table-row")
    for style in (table, plain, head, row, fill):
        document.insert_style(style, automatic=True)
