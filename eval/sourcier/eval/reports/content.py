"""What a report says, before it is a page, Markdown or JSON: one model, three renderers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sourcier.core.messages import Language

__all__ = ["Block", "Cell", "Example", "Figure", "Pairs", "Paragraph", "Quote", "Report", "Row", "Section", "Table"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    Attributes:
        text: as it is shown; « – » where there is nothing to show.
        detail: in smaller type under it: an interval, an ``n``.
        best: the best of its row; said by a mark, not by a colour alone.
        strong: stands out without being the best of anything.
        value: the number behind it, for the JSON.
    """

    text: str
    detail: str = ""
    best: bool = False
    value: float | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its head, the same for people who do not know the word (``note``), and its cells."""

    head: str
    cells: tuple[Cell, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: ``columns`` names the head column first, then each cell's. ``groups`` are rows under a heading of theirs."""

    caption: str
    columns: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    note: str = ""

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of all groups."""
        return tuple(row for _, rows in self.groups for row in rows)


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing.

    Attributes:
        name: short and unlike the others'; the prefix of every ``id`` in ``svg``.
        alt: what the drawing shows, in words and figures, for who does not see it.
        svg: one ``<svg>`` element that names nothing outside itself.
        data: the figures drawn, as a table.
    """

    name: str
    title: str
    alt: str
    svg: str
    data: Table
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a ``warning`` stands out."""

    text: str
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names and values: settings, models, the machine. ``folded`` ones are long, and opened by who wants them."""

    title: str
    pairs: tuple[tuple[str, str], ...]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """What a citation shows: its marker, where it is, the exact words."""

    marker: int
    title: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Example:
    """One question that went wrong. All of it but ``reasons`` is written by others: nothing in it is trusted.

    Attributes:
        heading: which question, of which run.
        history: the turns before it, of a follow-up.
        reasons: what went wrong.
        expected: facts, each as the patterns that tell it.
        wanted: what was to be done, where that is not to give the facts expected.
        status: in words.
        sentences: text, markers, and support where the answer says one.
        removed: text and why it is not shown.
        retrieved: rank, path and score.
    """

    name: str
    heading: str
    run: str
    question: str
    history: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]
    expected: tuple[tuple[str, bool], ...]
    reference: str
    wanted: str
    status: str
    sentences: tuple[tuple[str, tuple[int, ...], str], ...]
    quotes: tuple[Quote, ...]
    removed: tuple[tuple[str, str], ...]
    retrieved: tuple[tuple[int, str, str], ...]


Block = Table | Figure | Paragraph | Pairs | Example


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report under a heading; ``name`` is its anchor."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole: ``summary`` is the few lines that come first, ``runs`` the names of the columns."""

    title: str
    language: Language
    summary: tuple[str, ...]
    runs: tuple[str, ...]
    sections: tuple[Section, ...] = field(default=())

    def figures(self) -> Iterator[Figure]:
        """Every drawing, in order."""
        for section in self.sections:
            yield from (block for block in section.blocks if isinstance(block, Figure))
