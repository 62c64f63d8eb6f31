"""What the cells of an Excel workbook hold and how they show it: texts, styles, references."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LAST_COLUMN = 16_384
_BUILTIN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '#,##0 "$"', 6: '#,##0 "$"', 7: '#,##0.00 "$"', 8: '#,##0.00 "$"',
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm",
    37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)",
    41: '#,##0;(#,##0);"-"', 42: '#,##0 "$";(#,##0 "$");"-" "$"', 43: '#,##0.00;(#,##0.00);"-"',
    44: '#,##0.00 "$";(#,##0.00 "$");"-" "$"', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
# Characters that XML does not allow, or that end lines.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell shows its value: number format, bold, white font on no fill."""

    code: str = "General"
    bold: bool = False
    white: bool = False


def styles(root: Any) -> list[Style]:
    """The styles that cells name by their rank."""
    if root is None:
        return []
    codes = {integer(element.get("numFmtId"), -1): element.get("formatCode", "") for element in root.iter(f"{S}numFmt")}
    fonts = [_font(font) for font in root.findall(f"{S}fonts/{S}font")]
    fills = [_filled(fill) for fill in root.findall(f"{S}fills/{S}fill")]
    found = []
    for xf in root.findall(f"{S}cellXfs/{S}xf"):
        number, font, fill = (integer(xf.get(name), 0) for name in ("numFmtId", "fontId", "fillId"))
        bold, white = fonts[font] if font < len(fonts) else (False, False)
        filled = fill < len(fills) and fills[fill]
        found.append(Style(codes.get(number) or _BUILTIN.get(number, "General"), bold, white and not filled))
    return found


def _font(font: Any) -> tuple[bool, bool]:
    bold, color = font.find(f"{S}b"), font.find(f"{S}color")
    is_bold = bold is not None and bold.get("val", "1") not in {"0", "false"}
    is_white = color is not None and (
        (color.get("rgb") or "").upper() == "FFFFFFFF" or (color.get("theme") == "0" and color.get("tint") is None)
    )
    return is_bold, is_white


def _filled(fill: Any) -> bool:
    pattern = fill.find(f"{S}patternFill")
    return pattern is None or pattern.get("patternType", "none") != "none"


def string(item: Any) -> str:
    """A text, of one or several runs, without the reading aid of Japanese."""
    if item is None:
        return ""
    text = "".join(
        t.text or ""
        for child in item
        for t in ([child] if child.tag == f"{S}t" else child.findall(f"{S}t") if child.tag == f"{S}r" else [])
    )
    return _ESCAPED.sub(lambda escaped: chr(int(escaped.group(1), 16)), text) if "_x" in text else text


def area(reference: str | None) -> tuple[int, int, int, int] | None:
    """Top, left, bottom, right of « A1:C3 », from 0."""
    first, _, last = (reference or "").partition(":")
    places = [PLACE.fullmatch(place) for place in (first, last or first)]
    if places[0] is None or places[1] is None:
        return None
    (left, top), (right, bottom) = ((column(p.group(1)), int(p.group(2)) - 1) for p in places if p is not None)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def column(letters: str) -> int:
    """0 for A, 26 for AA."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


def integer(text: str | None, default: int) -> int:
    """A whole number, ``default`` where there is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 9 else default
