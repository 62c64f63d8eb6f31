"""The table of contents of a book, and the headings that it gives to chapters which have none."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from sourcier.ingest.readers.page.tree import HEADINGS, body_of, tag_of

_MAX_ENTRIES = 5000
_MAX_DEPTH = 6
_LONGEST = 300
_LOOKED_AT = 6
"""Blocks at the beginning of a chapter among which its title may be, written as a paragraph."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents: ``chapter`` counts from 0, ``level`` from 1."""

    label: str
    chapter: int
    place: str
    level: int


def entries_of(root: Any, path: str, numbers: Mapping[str, int]) -> Iterator[Entry]:
    """The lines of a table of contents, of version 3 (``nav``) or 2 (``navMap``), in its order.

    Args:
        path: of the file it is in; ``numbers`` those of the chapters, by path.
    """
    folder = posixpath.dirname(path)
    for count, (label, href, level) in enumerate(_links(root)):
        if count >= _MAX_ENTRIES:
            return
        target, _, place = href.partition("#")
        number = numbers.get(posixpath.normpath(posixpath.join(folder, unquote(target))))
        if number is not None and label and level <= _MAX_DEPTH:
            yield Entry(label[:_LONGEST], number, unquote(place), level)


def _links(root: Any) -> Iterator[tuple[str, str, int]]:
    for point in root.iter("{*}navPoint"):
        label = next(("".join(text.itertext()) for text in point.iter("{*}text")), "")
        content = next(point.iter("{*}content"), None)
        depth = 1 + sum(1 for parent in point.iterancestors() if tag_of(parent) == "navpoint")
        yield " ".join(label.split()), "" if content is None else content.get("src") or "", depth
    tables = [nav for nav in root.iter("nav") if "toc" in (nav.get("epub:type") or "toc").split()]
    for table in tables[:1]:
        for link in table.iter("a"):
            depth = sum(1 for parent in link.iterancestors() if parent.tag == "li")
            yield " ".join("".join(link.itertext()).split()), link.get("href") or "", depth


def add_headings(whole: Any, entries: Sequence[Entry]) -> None:
    """Give chapters without any heading those of the table of contents.

    The paragraph that says the same, at that place, becomes the heading; where there is none, the heading is added,
    as a reader of the book sees it in the table.
    """
    chapters = list(body_of(whole))
    bare = {number for number, chapter in enumerate(chapters) if next(chapter.iter(*HEADINGS), None) is None}
    wanted = [entry for entry in entries if entry.chapter in bare and entry.chapter < len(chapters)]
    if not wanted:
        return
    places = {element.get("id"): element for element in whole.iter("*") if element.get("id")}
    for entry in wanted:
        target = places.get(f"{entry.chapter}:{entry.place}")
        if target is None:
            continue
        written = next((block for block in _first_blocks(target) if _same(block, entry.label)), None)
        if written is not None:
            written.tag = f"h{entry.level}"
        else:
            _insert(target, entry)


def _first_blocks(target: Any) -> Iterator[Any]:
    """The first blocks of text from a place on: the one it is in, then those that follow."""
    around = next(
        (e for e in (target, *target.iterancestors()) if tag_of(e) in {"p", "div", "body", "section"}), target
    )
    count = 0
    for block in around.iter("p", "div", "span", "td"):
        if tag_of(block) == "p" or next(block.iter("p", "div"), block) is block:
            yield block
            count += 1
        if count >= _LOOKED_AT:
            return


def _same(block: Any, label: str) -> bool:
    text = ""
    for piece in block.itertext():
        text += piece
        if len(text) > 2 * _LONGEST:
            return False
    return " ".join(text.split()).casefold() == label.casefold()


def _insert(target: Any, entry: Entry) -> None:
    heading = target.makeelement(f"h{entry.level}")
    heading.text = entry.label
    if entry.place:
        block = next((e for e in (target, *target.iterancestors()) if tag_of(e) in {"p", "div", "section"}), target)
        block.addprevious(heading)
    else:
        heading.tail, target.text = target.text, None
        target.insert(0, heading)
