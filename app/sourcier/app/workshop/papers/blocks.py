"""What a paper of the kit is made of: blocks, whatever file they are written to.

Renderers know these shapes alone. The texts are clean (:func:`sourcier.app.exports.paper.clean`): one line each, with nothing
that a file could not hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sourcier.app.exports.paper import Noted, Span

__all__ = [
    "Block",
    "Box",
    "Cell",
    "Handout",
    "Heading",
    "Lines",
    "Listing",
    "Look",
    "PageBreak",
    "Table",
    "Text",
    "words_of",
]

#: ``quote`` is a source's own words, ``fiction`` a made-up situation, ``small`` what may be skipped, ``lead`` the line under
#: a title.
Look = Literal["text", "quote", "fiction", "small", "lead"]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    spans: tuple[Span, ...]
    look: Look = "text"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 (a part of the paper) to 3."""

    level: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list. ``mark`` is what stands before its items: a bullet, a number, a letter; each list begins again at 1 or A."""

    items: tuple[tuple[Span, ...], ...]
    mark: Literal["bullet", "number", "letter"] = "bullet"


Cell = tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a row of titles, that is repeated on each page.

    Attributes:
        widths: shares of the page's width, that add up to 1.
        about: what it holds, for who cannot see it.
        to_fill: whether its empty cells are to be written in.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    about: str
    to_fill: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """Framed paragraphs: the exact words of a source, and where they are from."""

    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines to write on."""

    count: int


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a page of its own."""


Block = Text | Heading | Listing | Table | Box | Lines | PageBreak


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout(Noted):
    """A paper of the kit.

    Attributes:
        name: of its files, without suffix: ASCII, numbered in the order they are used.
    """

    name: str
    blocks: tuple[Block, ...]


def words_of(block: Block) -> list[str]:
    """The texts of a block, in reading order, calls of notes left out."""
    match block:
        case Text() | Heading():
            return ["".join(span.text for span in block.spans)]
        case Listing():
            return ["".join(span.text for span in item) for item in block.items]
        case Box():
            return [text for one in block.texts for text in words_of(one)]
        case Table():
            return [
                *block.columns,
                *(text for row in block.rows for cell in row for one in cell for text in words_of(one)),
            ]
        case _:
            return []


def kept(blocks: Sequence[Block]) -> Iterator[tuple[Block, bool]]:
    """Each block, and whether it must stay on the page of the next: what introduces a list, a table, a box or lines,
    and the line under a title."""
    following = [*blocks[1:], PageBreak()]
    for block, after in zip(blocks, following, strict=True):
        told = isinstance(block, Text) and isinstance(after, Listing | Table | Box | Lines)
        yield block, told or (isinstance(block, Text) and block.look == "lead" and not isinstance(after, PageBreak))
