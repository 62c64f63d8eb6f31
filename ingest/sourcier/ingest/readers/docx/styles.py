"""Styles of a Word document, with all that they inherit."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from sourcier.ingest.readers.docx.names import VAL, W, find, integer, is_on, value

_HEADING = re.compile(r"(?:heading|titre|überschrift|title)\s*(\d)", re.IGNORECASE)
_TITLE = re.compile(r"(?:title|titre)", re.IGNORECASE)
_LIST = re.compile(r"(?:list|liste|puces?)\b", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|tm)\s*(?:\d|heading)|table of figures|table des illustrations|index \d", re.IGNORECASE)
_WHITE = frozenset({"FFFFFF"})
_POINT = 2
"""Half-points: text of one point is not there to be read."""


class Styles:
    """What paragraphs, runs and tables get from their styles.

    Args:
        root: of ``styles.xml``, None when the file has none.
    """

    def __init__(self, root: Any) -> None:
        styles = [] if root is None else root.findall(f"{W}style")
        self._styles = {style.get(f"{W}styleId", ""): style for style in styles}
        self._default = next(
            (
                style.get(f"{W}styleId", "")
                for style in styles
                if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in {"1", "true", "on"}
            ),
            "",
        )
        self._defaults = find(root, "docDefaults/rPrDefault/rPr")
        self.language = (
            (find(self._defaults, "lang").get(VAL) or "") if find(self._defaults, "lang") is not None else ""
        )
        self.chain = cache(self._chain)
        self.named = cache(self._named)
        self.run_value = cache(self._run_value)
        self.shaded = cache(self._shaded)

    def _chain(self, style_id: str) -> tuple[Any, ...]:
        """A style and those it is based on, nearest first."""
        found: list[Any] = []
        seen: set[str] = set()
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            found.append(self._styles[style_id])
            style_id = value(found[-1], "basedOn") or ""
        return tuple(found)

    def of_paragraph(self, paragraph: Any) -> str:
        """The identifier of its style."""
        return value(paragraph, "pPr/pStyle") or self._default

    def paragraph_property(self, paragraph: Any, name: str) -> Any:
        """A property of a paragraph: its own, or else the nearest of its styles'. The style's comes with its level."""
        own = find(paragraph, f"pPr/{name}")
        if own is not None:
            return own
        return self.style_property(self.of_paragraph(paragraph), name)

    def style_property(self, style_id: str, name: str) -> Any:
        """A paragraph property that a style gives, None where neither it nor those it is based on have one."""
        return next((f for style in self.chain(style_id) if (f := find(style, f"pPr/{name}")) is not None), None)

    def _named(self, style_id: str) -> tuple[str, ...]:
        return tuple(value(style, "name") or "" for style in self.chain(style_id))

    def heading_level(self, paragraph: Any) -> int:
        """1–6 for a heading, by the name of its style, of one it is based on, or by its outline level; else 0."""
        names = self.named(self.of_paragraph(paragraph))
        for name in names:
            if found := _HEADING.match(name):
                return max(1, min(int(found.group(1)), 6))
        if names and _TITLE.fullmatch(names[0]):
            return 1
        outline = self.paragraph_property(paragraph, "outlineLvl")
        level = integer(outline.get(VAL), 9) + 1 if outline is not None else 0
        return level if 1 <= level <= 6 else 0

    def is_title(self, paragraph: Any) -> bool:
        """Whether it has the style of the document's title."""
        names = self.named(self.of_paragraph(paragraph))
        return bool(names) and _TITLE.fullmatch(names[0]) is not None

    def is_list(self, paragraph: Any) -> bool:
        """Whether its style is that of a list."""
        return any(_LIST.match(name) for name in self.named(self.of_paragraph(paragraph)))

    def is_contents(self, paragraph: Any) -> bool:
        """Whether it is a line of a table of contents, of figures, or of an index."""
        names = self.named(self.of_paragraph(paragraph))
        return bool(names) and _CONTENTS.match(names[0]) is not None

    def hidden(self, run: Any, paragraph_style: str, *, on_white: bool) -> bool:
        """Whether a run cannot be seen: hidden, of one point, or white where ``on_white``."""
        own = run.find(f"{W}rPr")
        run_style = value(own, "rStyle") or ""
        own_vanish = find(own, "vanish")
        if (
            is_on(own_vanish)
            if own_vanish is not None
            else self.run_value(run_style, paragraph_style, "vanish") == "on"
        ):
            return True
        size = value(own, "sz") or self.run_value(run_style, paragraph_style, "sz")
        if size and 0 < integer(size, 99) <= _POINT:
            return True
        if not on_white:
            return False
        color = value(own, "color") or self.run_value(run_style, paragraph_style, "color")
        if not color or color.upper() not in _WHITE:
            return False
        drawn = any(find(own, name) is not None for name in ("shd", "highlight", "effect", "glow"))
        return not (drawn or self.shaded(run_style) or self.shaded(paragraph_style))

    def font(self, run: Any, paragraph_style: str) -> str:
        """The font of Latin letters of a run, as far as it is said by the run or its styles."""
        fonts = find(run, "rPr/rFonts")
        if fonts is not None and (name := fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi")):
            return str(name)
        return self.run_value(value(run, "rPr/rStyle") or "", paragraph_style, "rFonts") or ""

    def _run_value(self, run_style: str, paragraph_style: str, name: str) -> str | None:
        """What the styles say of a property of runs: the character's first, then the paragraph's, then the defaults."""
        properties = [find(style, "rPr") for s in (run_style, paragraph_style) for style in self.chain(s)]
        for element in (*properties, self._defaults):
            found = find(element, name)
            if found is None:
                continue
            if name == "vanish":
                return "on" if is_on(found) else "off"
            if name == "rFonts":
                if font := found.get(f"{W}ascii") or found.get(f"{W}hAnsi"):
                    return str(font)
                continue
            return str(found.get(VAL) or "")
        return None

    def _shaded(self, style_id: str) -> bool:
        """Whether a style puts a colour behind anything."""
        return any(next(style.iter(f"{W}shd"), None) is not None for style in self.chain(style_id))

    def first_row_differs(self, table: Any) -> bool:
        """Whether the style of a table draws its first row apart, and the table asks for it."""
        look = find(table, "tblPr/tblLook")
        if look is None:
            return False
        flags = look.get(VAL) or ""
        try:
            asked = look.get(f"{W}firstRow") in {"1", "true", "on"} or bool(int(flags or "0", 16) & 0x20)
        except ValueError:
            asked = False
        styles = self.chain(value(table, "tblPr/tblStyle") or "")
        return asked and any(part.get(f"{W}type") == "firstRow" for s in styles for part in s.iter(f"{W}tblStylePr"))
