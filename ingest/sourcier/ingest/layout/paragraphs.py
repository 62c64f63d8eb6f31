"""The text of a group of lines: breaks that a page's width made become spaces, the others stay."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from sourcier.ingest.layout.words import KnownWords

_SHORT = 0.6
_IN_ADDRESS = re.compile(r"\S[./]\S*/$")


def join_lines(lines: Sequence[str], words: KnownWords, *, wrapped: bool, width: int) -> str:
    """One text of several lines.

    Args:
        wrapped: whether the document's lines were cut to a width.
        width: length of its longest lines, in characters; a line much shorter was ended on purpose.
    """
    text = lines[0].strip()
    column = max(map(len, lines)) if len(lines) > 3 else width
    for line, following in pairwise(lines):
        after = following.strip()
        soft = text.endswith("\u00ad")
        if soft:
            text = text[:-1] + after
        elif (joined := words.joined(text, after)) is not None and (wrapped or after[:1].islower()):
            text = joined
        elif _IN_ADDRESS.search(text):
            text += after
        elif _goes_on(line, after, wrapped=wrapped, column=column):
            text += " " + after
        else:
            text += "\n" + after
    return words.mended(text)


def _goes_on(line: str, after: str, *, wrapped: bool, column: int) -> bool:
    if after[:1].islower() or line.endswith((" ", ",")):
        return True
    if not wrapped:
        return False
    # The next word would have found room: the break was meant.
    return len(line.rstrip()) + 1 + len(after.split(" ", maxsplit=1)[0]) > _SHORT * column
