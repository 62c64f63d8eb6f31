"""The text of a group of lines: breaks that a page's width made become spaces, the others stay."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from sourcier.ingest.layout.losses import Losses
from sourcier.ingest.layout.words import KnownWords

_SHORT = 0.6
_IN_ADDRESS = re.compile(r"\S[./]\S*/$")


def join_lines(
    lines: Sequence[str], words: KnownWords, *, wrapped: bool, width: int, losses: Losses, page: int | None = None
) -> str:
    """One text of several lines. The hyphens of the words put together again go to ``losses``.

    Args:
        wrapped: whether the document's lines were cut to a width.
        width: length of its longest lines, in characters; a line much shorter was ended on purpose.
    """
    column = max(map(len, lines)) if len(lines) > 3 else width
    # Only the last piece is ever looked at again: a paragraph of many lines costs no more than its length.
    pieces = [lines[0].strip()]
    for line, following in pairwise(lines):
        last, after = pieces[-1], following.strip()
        if (joined := words.joined(last, after)) is not None and (wrapped or after[:1].islower()):
            pieces[-1] = joined[: len(joined) - len(after)]
            losses.add("hyphen", last[len(pieces[-1]) :], page)
            pieces.append(after)
        elif last.endswith("/") and _IN_ADDRESS.search(line.rstrip()):
            pieces.append(after)
        else:
            pieces.append(" " if _goes_on(line, after, wrapped=wrapped, column=column) else "\n")
            pieces.append(after)
    return words.mended("".join(pieces), losses, page)


def _goes_on(line: str, after: str, *, wrapped: bool, column: int) -> bool:
    if after[:1].islower() or line.endswith((" ", ",")):
        return True
    if not wrapped:
        return False
    # The next word would have found room: the break was meant.
    return len(line.rstrip()) + 1 + len(after.split(" ", maxsplit=1)[0]) > _SHORT * column
