"""What an exported file holds, whatever its format: a short list of blocks, and the notes that its sentences call.

Renderers know these shapes alone, so that every format says the same thing in the same order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sourcier.core.messages import Language

__all__ = ["LOCALES", "Block", "Front", "Kind", "Note", "Noted", "Paper", "Span", "clean"]

#: ``heading`` is a question, ``sub`` a part of its answer, ``facts`` small print, ``notes`` where a format without
#: footnotes lists them, ``listed`` a document of the final list.
Kind = Literal["heading", "sub", "text", "quote", "item", "notice", "facts", "notes", "listed"]

#: BCP 47 tags of the languages that a file may be in.
LOCALES: dict[Language, str] = {"fr": "fr-CA", "en": "en-CA"}

#: What XML 1.0 cannot hold (its production 2), C1 controls, and the marks that would show a text in another order
#: than it is written (Unicode UAX 9: embeddings, overrides, isolates).
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Text on one line, with no character that a file cannot hold; no-break spaces stay."""
    return re.sub(r"[ \t\r\n\v\f\x1c-\x1f\u2028\u2029]+", " ", _UNPRINTABLE.sub("", text.replace("\x85", " "))).strip(
        " "
    )


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text, or the call of a note.

    Attributes:
        href: an ``http`` or ``https`` address it leads to.
        note: the number of the note called; the text is then empty.
    """

    text: str = ""
    strong: bool = False
    href: str | None = None
    note: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph. ``notes`` are the numbers that a ``notes`` block lists."""

    kind: Kind
    spans: tuple[Span, ...] = ()
    notes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """The proof of a sentence.

    Attributes:
        number: from 1, in the order the notes are first called.
        quote: between its quotation marks.
        place: document, section, article, page, publisher, date.
        lost: the warning to put before a quote that the documents do not hold; empty for the others.
        href: where the original is published.
    """

    number: int
    quote: str
    place: str
    lost: str = ""
    href: str | None = None

    def line(self) -> str:
        """The note as one line of text."""
        warning = f"[{self.lost}] " if self.lost else ""
        return f"{warning}{self.quote} — {self.place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What any paper says of itself, whatever its blocks are: renderers share what they do with it.

    Attributes:
        subject: what it is for; ``author`` the organisation.
    """

    title: str
    subject: str
    author: str
    language: Language
    made: datetime

    @property
    def locale(self) -> str:
        """``fr-CA`` or ``en-CA``."""
        return LOCALES[self.language]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Front):
    """A paper that calls notes, on numbered pages.

    Attributes:
        notes: those its sentences call, in that order, numbered from 1.
        words: the few labels that renderers add themselves (``sources``, ``page``).
    """

    notes: tuple[Note, ...] = ()
    words: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Noted):
    """A whole file."""

    blocks: tuple[Block, ...]
