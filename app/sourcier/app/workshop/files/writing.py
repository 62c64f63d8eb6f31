"""What writers of a text document share, Word or OpenDocument: blocks one after the other, and the notes called so far."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from sourcier.app.workshop.papers.blocks import (
    Block,
    Box,
    Handout,
    Heading,
    Lines,
    Listing,
    PageBreak,
    Table,
    Text,
    kept,
)

__all__ = ["Writing"]


class Writing(ABC):
    """Writes a paper into a document of a library; what each block becomes is the format's own.

    Args:
        bare: whether the document is ours, rather than an organisation's template.
    """

    def __init__(self, document: Any, handout: Handout, *, bare: bool) -> None:
        self._document = document
        self._handout = handout
        self._bare = bare
        self._called: set[int] = set()

    def _blocks(self) -> None:
        for block, keep in kept(self._handout.blocks):
            self._block(block, keep)

    def _block(self, block: Block, keep: bool) -> None:
        match block:
            case Heading():
                self._heading(block)
            case Text():
                self._text(block, keep)
            case Listing():
                self._listing(block)
            case Table():
                self._table(block)
            case Box():
                self._box(block)
            case Lines():
                for _ in range(block.count):
                    self._line()
            case PageBreak():
                self._page_break()

    @abstractmethod
    def _heading(self, block: Heading) -> None: ...

    @abstractmethod
    def _text(self, block: Text, keep: bool) -> None:
        """A paragraph; whether it must ``keep`` on the page of what follows."""

    @abstractmethod
    def _listing(self, block: Listing) -> None: ...

    @abstractmethod
    def _table(self, block: Table) -> None: ...

    @abstractmethod
    def _box(self, block: Box) -> None: ...

    @abstractmethod
    def _line(self) -> None:
        """A line to write on."""

    @abstractmethod
    def _page_break(self) -> None: ...
