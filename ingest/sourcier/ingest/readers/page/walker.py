"""From the elements of a page to blocks: a new one wherever a browser would begin a new line.

Every text of the page goes to one place and only one: a block, what is dropped on purpose, or what cannot be seen. The
tree is walked without recursion: pages are nested as deep as whoever wrote them liked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sourcier.core.types import BlockKind
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.drafts import Draft, Dropped
from sourcier.ingest.readers.page.content import Content, mark_of
from sourcier.ingest.readers.page.grids import cells_of, header_rows, is_data, rows_of, span
from sourcier.ingest.readers.page.lists import OpenList, is_word_mark, open_list, word_level, word_mark
from sourcier.ingest.readers.page.notes import Notes
from sourcier.ingest.readers.page.survey import Survey
from sourcier.ingest.readers.page.tree import BLOCKS, HEADINGS, NEVER, readable_text, tag_of
from sourcier.ingest.tables import Cell, rows_with_header

_SPACES = re.compile(r"[ \t\r\n\f]+")
_DIGITS = re.compile(r"\s*[0-9]{1,6}\s*")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_INLINE_IN_HEADING = frozenset({"div", "p", "header", "hgroup", "center", "details", "summary", "figure"})
_PARTS = {"table": {"caption", "thead", "tbody", "tfoot", "tr"}, "tr": {"td", "th"}}
_LONGEST_HEADING = 400
_LONGEST_NOTE = 4000
_MOST_NOTES = 4_000_000
"""Characters of notes that blocks may carry in all: a page can call one note a million times."""
_DISPLAYED = re.compile(r"display\s*:\s*(?:block|flex|grid|table|list-item)", re.IGNORECASE)
_TECHNICAL = re.compile(r"\s*(?:\[if|\[endif|<!\[|#|/)", re.IGNORECASE)
_TELLING_COMMENT = 8
"""Words from which a comment says something; shorter ones name parts of the page."""


@dataclass(slots=True)
class _Context:
    """What the text of an element becomes."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    prefix: str = ""
    holder: Any = None


@dataclass(slots=True)
class _Made:
    kind: BlockKind
    text: str
    level: int
    called: tuple[Any, ...]


@dataclass(slots=True)
class _Region:
    """A stretch that is not read into blocks: why, and its text."""

    why: str
    text: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Frame:
    element: Any
    children: Iterator[Any]
    region: _Region | None
    contexts: int
    lists: int
    preserved: bool
    block: bool
    after: str = ""


class Walker:
    """Goes through a page once.

    Attributes:
        dropped: what can be seen and was left out on purpose.
        unseen: what cannot be seen, one text for each place; ``remarks`` comments of whoever made the page.
    """

    def __init__(
        self, found: Survey, content: Content, notes: Notes, *, quotes: tuple[str, str] = ("«\u00a0", "\u00a0»")
    ) -> None:
        self._found = found
        self._content = content
        self._notes = notes
        self._quotes = quotes
        self._made: list[_Made] = []
        self._text: list[str] = []
        self._contexts = [_Context()]
        self._lists: list[OpenList | None] = []
        self._called: list[Any] = []
        self._preserved = False
        self._region: _Region | None = None
        self._cell: list[str] | None = None
        self._written: dict[Any, list[str]] = {}
        self.dropped: list[Dropped] = []
        self.unseen: list[str] = []
        self.remarks: list[str] = []

    def read(self, body: Any) -> tuple[Draft, ...]:
        """The blocks of a page, its notes where they stand."""
        if body not in self._content.roots:
            self._region = _Region("navigation")
        self._walk(body)
        self._close()
        self._change_region(None)
        return tuple(self._drafts())

    def _drafts(self) -> Iterator[Draft]:
        left = _MOST_NOTES
        for made in self._made:
            notes = []
            for holder in dict.fromkeys(made.called):
                note = "\n".join(self._written.get(holder) or [" ".join("".join(holder.itertext()).split())])
                if len(note) <= left:
                    left -= len(note)
                    notes.append(note[:_LONGEST_NOTE])
            yield Draft(made.kind, made.text, made.level, notes=tuple(notes))

    def _walk(self, root: Any) -> None:
        first = self._enter(root)
        if first is None:
            return
        path = [first]
        while path:
            frame = path[-1]
            child = next(frame.children, None)
            if child is None:
                self._leave(path.pop())
                if path:
                    self._add(frame.element.tail)
                continue
            entered = self._enter(child)
            if entered is None:
                self._add(child.tail)
            else:
                path.append(entered)

    def _enter(self, element: Any) -> _Frame | None:
        """Begin an element; None when all of it is dealt with."""
        tag = tag_of(element)
        if not tag:
            self._remark(element)
            return None
        if element in self._found.hidden or tag in {"noscript", "template"}:
            self._hide(element)
            return None
        if tag in NEVER:
            return None
        frame = _Frame(
            element, iter(element), self._region, len(self._contexts), len(self._lists), self._preserved, tag in BLOCKS
        )
        if element in self._content.roots or element in self._notes.holders:
            self._change_region(None)
        elif self._region is None:
            if element in self._notes.calls or element in self._notes.marks:
                self._mark(element)
                return None
            if why := mark_of(element, tag):
                self._change_region(_Region(why))
            elif self._content.is_furniture(element, tag):
                self._change_region(_Region("navigation"))
        if self._region is not None:
            if frame.block:
                self._close()
            self._region.text.append("\n" if frame.block or tag == "br" else "")
            self._region.text.append(element.text or "")
            return frame
        return self._shown(element, tag, frame)

    def _shown(self, element: Any, tag: str, frame: _Frame) -> _Frame | None:
        style = element.get("style") or ""
        if tag == "br":
            self._break()
            return None
        if is_word_mark(element):
            text = "".join(element.itertext())
            if mark := word_mark(text):
                self._text.append(mark)
            else:
                self._drop("markup", text)
            return None
        if tag == "sup" and len(element) == 0 and _DIGITS.fullmatch(element.text or ""):
            self._add((element.text or "").strip().translate(_RAISED))
            return None
        if tag == "table" and self._is_data(element):
            self._close()
            self._table(element)
            return None
        frame.block = frame.block or (bool(style) and _DISPLAYED.search(style) is not None)
        if frame.block:
            frame.block = self._begin(element, tag)
        self._preserved = self._preserved or tag in {"pre", "listing", "xmp", "plaintext"}
        if tag == "q":
            self._text.append(self._quotes[0])
            frame.after = self._quotes[1]
        self._add(element.text)
        return frame

    def _leave(self, frame: _Frame) -> None:
        if self._region is None and frame.after:
            self._text.append(frame.after)
        if self._region is not None:
            if frame.block:
                self._region.text.append("\n")
        elif frame.block:
            self._close()
        if self._region is not frame.region:
            self._change_region(frame.region)
        del self._contexts[frame.contexts :], self._lists[frame.lists :]
        self._preserved = frame.preserved

    def _begin(self, element: Any, tag: str) -> bool:
        """Begin a block; False where it only goes on with a heading."""
        context = self._contexts[-1]
        if context.kind is BlockKind.HEADING:
            if tag in _INLINE_IN_HEADING:
                self._text.append(" ")
                return False
            self._close()
            context.kind = BlockKind.PARAGRAPH
        self._close()
        context = self._contexts[-1]
        kind = BlockKind.NOTE if context.kind is BlockKind.NOTE else BlockKind.LIST_ITEM
        level = max(0, len(self._lists) - 1)
        holder = context.holder
        if tag in HEADINGS or (element.get("role") == "heading" and kind is not BlockKind.NOTE):
            new = _Context(BlockKind.HEADING, _level(element, tag))
        elif tag in {"ul", "ol", "dl"}:
            self._lists.append(None if tag == "dl" else open_list(element))
            new = _Context(context.kind, context.level, "", holder)
        elif tag == "li":
            opened = self._lists[-1] if self._lists else None
            new = _Context(kind, level, opened.mark(element) if opened else "", holder)
        elif tag in {"dt", "dd"} and self._lists:
            new = _Context(kind, level + (tag == "dd"), "", holder)
        elif (depth := word_level(element)) is not None:
            new = _Context(kind, depth, "", holder)
        else:
            new = _Context(context.kind, context.level, "", holder)
        if element in self._notes.holders:
            new = _Context(BlockKind.NOTE, 0, self._notes.holders[element] or new.prefix, element)
        if context.prefix and new.kind is context.kind and not new.prefix and tag not in {"ul", "ol", "dl"}:
            # The paragraph inside an item, or a note, is what its number stands before.
            new.prefix, context.prefix = context.prefix, ""
        self._contexts.append(new)
        return True

    def _close(self) -> None:
        """End the block under way."""
        text = "".join(self._text).strip()
        self._text = []
        if not text:
            return
        context = self._contexts[-1]
        kind, prefix = context.kind, context.prefix
        context.prefix = ""
        if kind is BlockKind.NOTE and prefix:
            bare = text.lstrip(".:)] \u00a0")
            self._drop("note_mark", text[: len(text) - len(bare)])
            text = bare
        text = prefix + text
        if self._cell is not None:
            self._cell.append(text)
            return
        if kind is BlockKind.HEADING:
            text = text.replace("\n", " ")
            kind = kind if len(text) <= _LONGEST_HEADING else BlockKind.PARAGRAPH
        level = 0 if kind in {BlockKind.PARAGRAPH, BlockKind.NOTE} else context.level
        if context.holder is not None:
            self._written.setdefault(context.holder, []).append(clean_block(text))
        self._made.append(_Made(kind, text, level, tuple(self._called)))
        self._called = []

    def _is_data(self, table: Any) -> bool:
        # Inside a cell, or around a note, rows are not data.
        return self._cell is None and table not in self._notes.holders and is_data(table, self._found)

    def _table(self, table: Any) -> None:
        """The rows of a table of data, its caption first."""
        for caption in table:
            if tag_of(caption) == "caption":
                self._walk(caption)
                self._close()
        self._strays(table)
        shown = []
        for row in rows_of(table):
            if self._found.hidden.isdisjoint({row, row.getparent()}):
                shown.append(row)
            else:
                self._hide(row)
        calls: list[tuple[Any, ...]] = []
        lines: list[list[Cell]] = []
        for row in shown:
            line = []
            for cell in cells_of(row):
                line.append(Cell(self._cell_text(cell), span(cell, "colspan"), span(cell, "rowspan")))
            lines.append(line)
            calls.append(tuple(self._called))
            self._called = []
        for text, called in zip(rows_with_header(lines, header=header_rows(shown)), calls, strict=True):
            if text.strip():
                self._made.append(_Made(BlockKind.TABLE, text, 0, called))

    def _strays(self, table: Any) -> None:
        """What stands in a table and in none of its cells, which browsers show before it."""
        parts = [table, *(part for part in table if tag_of(part) in {"thead", "tbody", "tfoot"}), *rows_of(table)]
        for part in parts:
            if part in self._found.hidden or part.getparent() in self._found.hidden:
                continue
            self._add(part.text)
            for child in part:
                if tag_of(child) not in _PARTS.get(tag_of(part), {"tr"}):
                    self._walk(child)
                self._add(child.tail)
        self._close()

    def _cell_text(self, cell: Any) -> str:
        if len(cell) == 0 and cell not in self._found.hidden and cell not in self._notes.holders:
            return clean_block((cell.text or "").replace("\n", " "))
        saved = self._text, self._contexts, self._lists, self._cell
        self._text, self._contexts, self._lists, self._cell = [], [_Context()], [], []
        self._walk(cell)
        self._close()
        text = " ".join(self._cell).replace("\n", " ")
        self._text, self._contexts, self._lists, self._cell = saved
        return clean_block(text)

    def _break(self) -> None:
        """A new line; two of them are the space between paragraphs."""
        if not self._preserved:
            for piece in reversed(self._text):
                if piece.endswith("\n"):
                    self._close()
                    return
                if piece.strip(" "):
                    break
        self._text.append("\n")

    def _add(self, text: str | None) -> None:
        if not text:
            return
        if self._region is not None:
            self._region.text.append(text)
        else:
            self._text.append(text if self._preserved else _SPACES.sub(" ", text))

    def _mark(self, element: Any) -> None:
        self._drop("note_mark", "".join(element.itertext()))
        holder = self._notes.calls.get(element)
        if holder is not None:
            self._called.append(holder)

    def _change_region(self, following: _Region | None) -> None:
        """Go from one region to another, keeping what the first one held."""
        region, self._region = self._region, following
        if region is not None and region.text:
            self._drop(region.why, "".join(region.text))
            region.text = []

    def _drop(self, why: str, text: str) -> None:
        if text := clean_block(_lines(text)):
            self.dropped.append(Dropped(why, text))

    def _hide(self, element: Any) -> None:
        if self._region is None and (text := " ".join(readable_text(element).split())):
            self.unseen.append(text)

    def _remark(self, element: Any) -> None:
        text = element.text or ""
        if (
            self._region is None
            and not _TECHNICAL.match(text)
            and len(re.findall(r"[^\W\d_]{2,}", text)) >= _TELLING_COMMENT
        ):
            self.remarks.append(" ".join(text.split()))


def _lines(text: str) -> str:
    return "\n".join(_SPACES.sub(" ", line) for line in text.split("\n"))


def _level(element: Any, tag: str) -> int:
    said = (element.get("aria-level") or "").strip()
    if tag in HEADINGS:
        return int(tag[1])
    return int(said) if said in {"1", "2", "3", "4", "5", "6"} else 2
