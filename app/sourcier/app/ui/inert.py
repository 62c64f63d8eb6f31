"""Text of documents, of models and of people made into HTML that holds no markup of its own.

Every character that HTML or Markdown could read as anything but itself becomes a character reference, so that the
text means the same whether it is read as HTML, or as Markdown first and HTML after.
"""

from __future__ import annotations

import re

__all__ = ["inert", "marked"]

#: C0 and C1 controls except tab and line feed have no appearance, and character references to them are remapped;
#: a lone surrogate cannot be sent at all.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_MEANINGFUL = re.compile(r"[^\w ]|_", re.ASCII)
_ASCII_MAX = "\x7f"


def inert(text: str) -> str:
    """``text`` as HTML on one line: the same characters, and no tag, entity or Markdown of its own.

    Unprintable characters are left out, carriage returns included; line feeds and tabs stay, as references.
    """
    return _MEANINGFUL.sub(_reference, _UNPRINTABLE.sub("", text))


def marked(text: str, spans: list[tuple[int, int]]) -> str:
    """``text`` made inert, with ``<mark>`` around the spans given as offsets into it.

    Spans are clipped to the text; overlapping or touching ones are joined.
    """
    pieces: list[str] = []
    at = 0
    for start, end in _joined(spans, len(text)):
        pieces += [inert(text[at:start]), "<mark>", inert(text[start:end]), "</mark>"]
        at = end
    return "".join([*pieces, inert(text[at:])])


def _reference(found: re.Match[str]) -> str:
    character = found[0]
    return f"&#{ord(character)};" if character <= _ASCII_MAX else character


def _joined(spans: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(length, end)) for start, end in spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
