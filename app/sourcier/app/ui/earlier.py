"""The earlier turns of a page's conversation, as text that the page holds and sends along with the next question.

The server keeps none: what comes back may have been changed by whoever sends it, and concerns nobody else. It is read as
plain texts, cut to size, and used only to complete a follow-up.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import get_args

from sourcier.app.answering.manner import Exchange
from sourcier.core.types import Style

__all__ = ["STYLES", "read_earlier", "style_of", "written_earlier"]

STYLES: tuple[Style, ...] = get_args(Style)
#: Turns kept, and characters of each question and answer: enough to know what « elle » is.
MOST_TURNS, MOST_CHARACTERS = 20, 4000


def written_earlier(turns: Sequence[Exchange]) -> str:
    """The latest turns as text, oldest first."""
    kept = [[turn.question[:MOST_CHARACTERS], turn.answer[:MOST_CHARACTERS]] for turn in turns[-MOST_TURNS:]]
    return json.dumps(kept, ensure_ascii=True)


def read_earlier(text: object) -> tuple[Exchange, ...]:
    """The turns of a text; none where it is not one of :func:`written_earlier`."""
    try:
        turns = json.loads(text) if isinstance(text, str) and text else []
    except (ValueError, RecursionError):
        return ()
    if not isinstance(turns, list):
        return ()
    pairs = [turn for turn in turns[-MOST_TURNS:] if _is_pair(turn)]
    return tuple(Exchange(question[:MOST_CHARACTERS], answer[:MOST_CHARACTERS]) for question, answer in pairs)


def style_of(value: object) -> Style:
    """The style chosen; an answer as it comes where the value is none of them."""
    return next((style for style in STYLES if style == value), "normal")


def _is_pair(turn: object) -> bool:
    return isinstance(turn, list) and len(turn) == 2 and all(isinstance(part, str) for part in turn)
