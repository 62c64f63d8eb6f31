"""Chunks as texts: titles parted from what follows them, paragraphs that a page cut in two made whole again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sourcier.core.types import BlockKind
from sourcier.ingest.layout.headings import LONG, is_named, is_titled
from sourcier.ingest.layout.lines import Chunk, Marker, width, wrapping
from sourcier.ingest.layout.losses import Losses
from sourcier.ingest.layout.paragraphs import join_lines
from sourcier.ingest.layout.words import KnownWords


@dataclass(frozen=True, slots=True)
class Entry:
    """A chunk whose lines have become one text; the attributes that :class:`Chunk` shares mean the same.

    Attributes:
        title: it was parted from the lines below because it is their heading.
        subtitle: it stands right below such a heading.
        lines: how many lines it took.
        notes: texts of the notes it points to.
    """

    text: str
    marker: Marker = Marker.NONE
    label: str = ""
    gap: str = ""
    numbers: tuple[int, ...] = ()
    page: int | None = None
    detached: bool = True
    new_page: bool = False
    large: int = 0
    title: bool = False
    subtitle: bool = False
    lines: int = 1
    notes: tuple[str, ...] = ()
    known: BlockKind | None = None


_FINISHED = (".", "!", "?", ":", ";", "…", "»", "”", ")", "]")
_LINKING = re.compile(
    r"(?:\b(?:de|du|des|la|le|les|un|une|et|ou|à|au|aux|en|par|pour|dans|sur|que|qui)|[ld]’|,)$", re.IGNORECASE
)
_LONG_ENOUGH = 30


def to_entries(chunks: Sequence[Chunk], words: KnownWords, losses: Losses) -> list[Entry]:
    """The texts of all chunks, titles apart. The hyphens of words that line ends cut go to ``losses``."""
    wrapped, widest = wrapping(chunks), width(chunks)
    entries: list[Entry] = []
    for chunk in chunks:
        head = _head(chunk, widest if wrapped else 0)
        for number, lines in enumerate(part for part in (chunk.lines[:head], chunk.lines[head:]) if part):
            first = number == 0
            entries.append(
                Entry(
                    join_lines(
                        lines,
                        words,
                        wrapped=wrapped or (first and head > 0),
                        width=widest,
                        losses=losses,
                        page=chunk.page,
                    ),
                    marker=chunk.marker if first else Marker.NONE,
                    label=chunk.label if first else "",
                    gap=chunk.gap if first else "",
                    numbers=chunk.numbers if first else (),
                    page=chunk.page,
                    detached=chunk.detached if first else True,
                    new_page=chunk.new_page and first,
                    large=chunk.large,
                    title=head > 0 and first,
                    subtitle=not first and len(lines) == 1,
                    lines=len(lines),
                    known=chunk.known,
                )
            )
    return entries


def _head(chunk: Chunk, widest: int) -> int:
    """How many of the first lines are a heading standing right on its text: 0 when none is known to be."""
    if chunk.known is not None or len(chunk.lines) < 2 or not (chunk.detached or chunk.new_page):
        return 0
    if chunk.marker is Marker.NONE:
        return int(is_named(chunk.lines[0].strip()))
    if chunk.marker is not Marker.NUMBER or not widest:
        return 0
    end = 1
    while end < len(chunk.lines) and chunk.lines[end].strip()[:1].islower():
        end += 1
    if end == len(chunk.lines) or not chunk.lines[end].strip()[:1].isupper():
        return 0
    # A title's lines end early: had it been running text, the next word would have found room.
    short = all(len(line.rstrip()) < 0.75 * widest for line in chunk.lines[:end])
    return end if short and is_titled(" ".join(chunk.lines[:end]).strip(), words=1, longest=LONG) else 0


def rejoin(entries: Sequence[Entry], words: KnownWords, losses: Losses, *, wrapped: bool) -> list[Entry]:
    """Entries with those that a page's end, its notes, or a stray blank line cut in two put together again.

    Args:
        wrapped: whether the document's lines were cut to a width; where they were not, a blank line is never stray.
    """
    whole: list[Entry] = []
    # A paragraph that goes on and on is joined once, when it ends.
    pieces: list[str] = []

    def close() -> None:
        if len(pieces) > 1:
            whole[-1] = replace(whole[-1], text="".join(pieces))

    for entry in entries:
        if whole and _continues(whole[-1], pieces[-1], entry, wrapped=wrapped):
            joined = words.joined(pieces[-1], entry.text)
            if joined is None:
                pieces += [" ", entry.text]
            else:
                # The page's end cut a word.
                kept = joined[: len(joined) - len(entry.text)]
                losses.add("hyphen", pieces[-1][len(kept) :], entry.page)
                pieces[-1:] = [kept, entry.text]
            if entry.notes:
                whole[-1] = replace(whole[-1], notes=(*whole[-1].notes, *entry.notes))
        else:
            close()
            whole.append(entry)
            pieces = [entry.text]
    close()
    return whole


def _continues(last: Entry, ending: str, entry: Entry, *, wrapped: bool) -> bool:
    """Whether ``entry`` is what follows the text of ``last``, whose end is ``ending``."""
    if (
        entry.known
        or last.known
        or entry.marker is not Marker.NONE
        or last.title
        or entry.large != last.large
        or len(last.text) < _LONG_ENOUGH
    ):
        return False
    if ending.endswith(_FINISHED):
        return False
    linked = _LINKING.search(ending) is not None
    if entry.text[:1].islower():
        return wrapped or entry.new_page or linked
    return entry.new_page and linked


def label_runs(entries: Sequence[Entry]) -> Iterator[list[int]]:
    """Positions of neighbouring entries that carry on one list: same bullet kind, or numbers that follow each other."""
    run: list[int] = []
    for index, entry in enumerate(entries):
        if run and not _same_list(entries[run[-1]], entry):
            yield run
            run = []
        if entry.marker is not Marker.NONE and not entry.title:
            run.append(index)
    if run:
        yield run


def _same_list(last: Entry, entry: Entry) -> bool:
    if entry.marker is not last.marker or entry.title:
        return False
    if entry.marker is Marker.BULLET:
        return True
    return entry.numbers[:-1] == last.numbers[:-1] and entry.numbers[-1] == last.numbers[-1] + 1
