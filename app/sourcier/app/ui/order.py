"""A question asked again from the page: in another style, without AI, or past the answers remembered.

The page's script writes the order as JSON in a hidden box, beside the conversation so far: what comes may have been changed by whoever
sends it, and is read as such.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sourcier.app.ui.earlier import style_of
from sourcier.core.types import Style

__all__ = ["Order", "read_order"]


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked again, and how.

    Attributes:
        fresh: not to be answered by an answer remembered.
    """

    question: str
    style: Style = "normal"
    quotes_only: bool = False
    fresh: bool = False


def read_order(text: object) -> Order | None:
    """The order that a text holds; None where it is empty, or none of ours."""
    try:
        given = json.loads(text) if isinstance(text, str) and text else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, dict) or not isinstance(given.get("question"), str):
        return None
    return Order(
        given["question"], style_of(given.get("style")), given.get("quotes_only") is True, given.get("fresh") is True
    )
