"""One document as it is read: its canonical text under its headings, every stretch knowing where it stands in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Literal

from sourcier.core.types import Block, BlockKind, Document

__all__ = ["Entry", "Group", "Stretch", "contents", "groups"]

#: The document's own title is the first level of its page.
_TITLE_LEVELS = 1
_DEEPEST = 6

Sort = Literal["heading", "paragraph", "list", "table", "note"]
_SORTS: dict[BlockKind, Sort] = {
    BlockKind.HEADING: "heading",
    BlockKind.PARAGRAPH: "paragraph",
    BlockKind.LIST_ITEM: "list",
    BlockKind.TABLE: "table",
    BlockKind.NOTE: "note",
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """``canonical_text[start:end]``. ``cut`` where a passage begins with it, its number from 1."""

    start: int
    end: int
    text: str
    cut: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A block: its stretches in order, of which none is empty. ``level`` is the heading's on its page, 2 to 6."""

    start: int
    level: int
    stretches: tuple[Stretch, ...]
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(stretch.text for stretch in self.stretches)


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks shown together: a heading alone, the items of a list, the rows of a table.

    Attributes:
        page: the physical page that begins with this group, else None; ``label`` what is printed on it.
    """

    sort: Sort
    entries: tuple[Entry, ...]
    page: int | None = None
    label: str = ""


@dataclass(slots=True)
class _Cuts:
    """Where passages begin."""

    starts: Sequence[int]
    numbers: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = {start: number for number, start in enumerate(self.starts, 1)}

    def within(self, start: int, end: int) -> list[int]:
        """Those in a block, its own beginning left out."""
        return list(self.starts[bisect_left(self.starts, start + 1) : bisect_left(self.starts, end)])


def groups(document: Document, cuts: Sequence[int] = (), page: int | None = None) -> list[Group]:
    """The blocks of a document, of one of its pages where ``page`` is given, in order.

    Args:
        cuts: where its passages begin, ascending.
    """
    known = _Cuts(sorted(set(cuts)))
    shown = document.blocks if page is None else _of_page(document.blocks, page)
    made: list[Group] = []
    last: int | None = None
    for (sort, at), blocks in groupby(shown, key=lambda block: (_SORTS[block.kind], block.page)):
        new = at if at != last and page is None else None
        last = at
        label = document.page_labels[new - 1] if new and new <= len(document.page_labels) else ""
        for number, together in enumerate(_together(sort, blocks)):
            entries = tuple(_entry(document.text, block, known) for block in together)
            begins = new if number == 0 else None
            made.append(Group(sort, entries, begins, label if begins else ""))
    return made


def contents(made: Iterable[Group]) -> list[Entry]:
    """The headings, in order."""
    return [entry for group in made if group.sort == "heading" for entry in group.entries]


def _of_page(blocks: Sequence[Block], page: int) -> Sequence[Block]:
    """Those that begin on a page, and the one before them, which may end on it."""
    first = next(
        (index for index, block in enumerate(blocks) if block.page is not None and block.page >= page), len(blocks)
    )
    return [block for block in blocks[max(0, first - 1) :] if block.page is not None and block.page <= page]


def _together(sort: Sort, blocks: Iterable[Block]) -> list[list[Block]]:
    """Items and rows stay together; headings, paragraphs and notes stand alone."""
    found = list(blocks)
    return [found] if sort in {"list", "table"} else [[block] for block in found]


def _entry(text: str, block: Block, cuts: _Cuts) -> Entry:
    edges = [block.start, *cuts.within(block.start, block.end), block.end]
    stretches = tuple(
        Stretch(start, end, text[start:end], cuts.numbers.get(start)) for start, end in pairwise(edges) if start < end
    )
    level = min(_DEEPEST, block.level + _TITLE_LEVELS) if block.kind is BlockKind.HEADING else block.level
    return Entry(block.start, level, stretches, block.notes)
