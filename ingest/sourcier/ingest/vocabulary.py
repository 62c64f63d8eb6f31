"""How lists of words are written in this package."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of ``text``, set apart by white space."""
    return frozenset(text.split())
