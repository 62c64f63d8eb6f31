"""What stands before an item of a list: its number, as a browser works it out, or nothing for a bullet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sourcier.ingest.readers.page.tree import tag_of

_NUMBER = re.compile(r"-?[0-9]{1,6}")
_STYLES = {
    "1": "decimal",
    "a": "lower-alpha",
    "A": "upper-alpha",
    "i": "lower-roman",
    "I": "upper-roman",
}
_CLASSES = {
    "loweralpha": "lower-alpha",
    "upperalpha": "upper-alpha",
    "lowerroman": "lower-roman",
    "upperroman": "upper-roman",
}
_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)", re.IGNORECASE)
_ROMANS = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"),
    (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_WORD_LEVEL = re.compile(r"mso-list\s*:[^;]*\blevel(\d)", re.IGNORECASE)
_WORD_MARK = re.compile(r"\(?\w{1,6}(?:\.\w{1,6})*[.)°]")


@dataclass(slots=True)
class OpenList:
    """A list being read: ``number`` is that of its next item, None between bullets."""

    number: int | None
    style: str = "decimal"
    step: int = 1

    def mark(self, item: Any) -> str:
        """What stands before ``item``; counts on."""
        if self.number is None:
            return ""
        said = (item.get("value") or "").strip()
        number = int(said) if _NUMBER.fullmatch(said) else self.number
        self.number = number + self.step
        return f"{_written(number, _style(item) or self.style)}. "


def open_list(element: Any) -> OpenList:
    """A list whose first item comes next."""
    style = _style(element)
    if tag_of(element) != "ol" or style == "none":
        return OpenList(None)
    reverse = element.get("reversed") is not None
    start = (element.get("start") or "").strip()
    if _NUMBER.fullmatch(start):
        first = int(start)
    else:
        first = sum(1 for child in element if tag_of(child) == "li") if reverse else 1
    return OpenList(first, style or "decimal", -1 if reverse else 1)


def _style(element: Any) -> str:
    """The way an element numbers its items, empty where it does not say."""
    if found := _STYLE.search(element.get("style") or ""):
        return found.group(1).lower()
    if named := _STYLES.get((element.get("type") or "").strip()):
        return named
    return next((_CLASSES[name] for name in (element.get("class") or "").split() if name in _CLASSES), "")


def _written(number: int, style: str) -> str:
    if number < 1 or not style.startswith(("lower-", "upper-")):
        return str(number)
    kind = style[6:]
    if kind == "roman" and number < 4000:
        text = ""
        for value, letters in _ROMANS:
            count, number = divmod(number, value)
            text += letters * count
    elif kind in {"alpha", "latin"}:
        text = ""
        while number:
            number, letter = divmod(number - 1, 26)
            text = chr(97 + letter) + text
    else:
        return str(number)
    return text.upper() if style.startswith("upper") else text


def word_level(element: Any) -> int | None:
    """Depth, from 0, of a paragraph that Word saved as an item of a list; None for any other."""
    style, name = element.get("style") or "", element.get("class") or ""
    if found := _WORD_LEVEL.search(style):
        return max(0, int(found.group(1)) - 1)
    return 0 if name.startswith("MsoListParagraph") and "mso-list" in style else None


def is_word_mark(element: Any) -> bool:
    """Whether it is the number or the bullet that Word wrote before an item."""
    return "mso-list" in (style := element.get("style") or "") and "ignore" in style.lower()


def word_mark(text: str) -> str:
    """The number that Word wrote before an item, empty for a bullet."""
    text = text.strip()
    return f"{text} " if _WORD_MARK.fullmatch(text) else ""
