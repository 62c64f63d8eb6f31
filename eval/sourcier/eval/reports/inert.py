"""Text of documents and of models as text: what hides, turns around or breaks out of a page is made visible."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["markdown", "visible"]

#: Marks that reorder what is read after them (Unicode Annex 9): a quote must not be shown backwards unseen.
_TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_SPACES = "\n\t"
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~$&]|:(?=//)|(?<!\w)@|^[#+=-])")


def visible(text: str) -> str:
    """``text`` with control characters and marks of direction written as ``⟦U+202E⟧``; line feeds and tabs stay.

    Soft hyphens and joiners, which French and other scripts use, stay too.
    """
    return "".join(f"⟦U+{ord(c):04X}⟧" if _hidden(c) else c for c in text.replace("\r\n", "\n").replace("\r", "\n"))


def markdown(text: str) -> str:
    """``text`` on one line of Markdown, with no markup, link, tag or cell border of its own."""
    return _MARKDOWN.sub(r"\\\1", " ".join(visible(text).split())).replace("\\<", "&lt;").replace("\\&", "&amp;")


def _hidden(character: str) -> bool:
    if character in _SPACES:
        return False
    return character in _TURNING or unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"}
