"""Headings that a line of signs underlines, as texts made from Markdown or reStructuredText have them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sourcier.core.types import BlockKind
from sourcier.ingest.layout.lines import Line
from sourcier.ingest.layout.losses import Losses

_UNDERLINE = re.compile(r"([=~*^#+\"\'`_-])\1{2,}")
_LONGEST = 200
_CLOSE = 3
"""Characters by which an underline may be longer or shorter than its title; a fifth of the title at least."""


def underlined(lines: Sequence[Line], losses: Losses) -> list[Line]:
    """The lines with each underlined title known for a heading, without its underline.

    A title stands below a blank line, takes one line or two, and is as long as what underlines it. The first sign met is that of
    level 1, the next new one that of level 2, as in reStructuredText.
    """
    levels: dict[str, int] = {}
    kept: list[Line] = []
    title: list[Line] = []
    for index, line in enumerate(lines):
        found = _UNDERLINE.fullmatch(line.text.rstrip()) if title else None
        blank_below = index + 1 == len(lines) or lines[index + 1].blank
        if found is not None and blank_below and _fits(title, found.group()):
            level = levels.setdefault(found[1], min(len(levels) + 1, 6))
            text = " ".join(one.text.strip() for one in title)
            kept[len(kept) - len(title) :] = [replace(title[0], text=text, large=level, known=BlockKind.HEADING)]
            losses.add("markup", found.group(), line.page)
            title = []
            continue
        kept.append(line)
        opens = not line.blank and (index == 0 or lines[index - 1].blank)
        title = [line] if opens else ([*title, line] if title and not line.blank and len(title) < 2 else [])
    return kept


def _fits(title: Sequence[Line], underline: str) -> bool:
    lengths = [len(line.text.strip()) for line in title]
    if sum(lengths) > _LONGEST or not any(character.isalnum() for character in title[-1].text):
        return False
    # On two lines, the underline is as long as both or as one of them.
    return any(abs(len(underline) - length) <= max(_CLOSE, length // 5) for length in {*lengths, sum(lengths) + 1})
