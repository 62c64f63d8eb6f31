"""From lines to blocks: what each one is, and at which level."""

from __future__ import annotations

from collections.abc import Sequence

from sourcier.core.types import BlockKind
from sourcier.ingest.drafts import Draft
from sourcier.ingest.layout.entries import Entry, label_runs, rejoin, to_entries
from sourcier.ingest.layout.footnotes import take_notes
from sourcier.ingest.layout.furniture import drop_buttons, drop_link_lists, drop_residue, is_print_mark
from sourcier.ingest.layout.headings import LONG, division_level, is_dated, is_named, is_prose, is_titled
from sourcier.ingest.layout.lines import Line, Marker, group_lines, wrapping
from sourcier.ingest.layout.losses import Losses
from sourcier.ingest.layout.words import KnownWords

_LONGEST_DEMAND = 220
"""A bullet that heads its paragraphs may be a whole sentence without its full stop."""
_OPENING = 3
"""Short lines that may precede a document's title, and one more."""
_SECTIONED = 5
"""Numbered headings of two levels or more from which a document is known to number its sections so."""
_INNER_BULLETS = frozenset("◦▫‣□○")


def structure(lines: Sequence[Line], *, guess_headings: bool = True, losses: Losses | None = None) -> tuple[Draft, ...]:
    """The blocks of laid-out lines, notes last.

    Args:
        losses: where to gather what can be seen in the lines and is not in the blocks: lists of links, print marks,
            buttons of web pages, marks of notes, hyphens of cut words, bullets. ``Reading(structure(lines,
            losses=losses), dropped=tuple(losses))`` then accounts for every visible character.
    """
    losses = Losses() if losses is None else losses
    chunks = drop_buttons(drop_link_lists(group_lines(drop_residue(lines, losses)), losses), losses)
    words = KnownWords(line for chunk in chunks for line in chunk.lines)
    entries, notes = take_notes(to_entries(chunks, words, losses), losses)
    body: list[Entry] = []
    for entry in entries:
        if entry.marker is Marker.NONE and is_print_mark(entry.text):
            losses.add("print_mark", entry.text, entry.page)
        else:
            body.append(entry)
    body = rejoin(body, words, losses, wrapped=wrapping(chunks))
    for entry in body:
        if entry.marker is Marker.BULLET:
            losses.add("markup", entry.label, entry.page)
    drafts = _Classifier(body, guess_headings=guess_headings).drafts()
    return (*drafts, *(Draft(BlockKind.NOTE, f"{note.label} {note.text}", page=note.page) for note in notes))


class _Classifier:
    """Says what each entry is, knowing those around it."""

    def __init__(self, entries: Sequence[Entry], *, guess_headings: bool) -> None:
        self._entries = entries
        self._guess = guess_headings
        runs = list(label_runs(entries))
        self._alone = {run[0] for run in runs if len(run) == 1}
        self._demands = {i for i in self._alone if self._heads_paragraphs(i)}
        if len(self._demands) < 2:
            self._demands = set()
        self._sectioned = False
        sections = sum(self._is_number_heading(i) and len(entries[i].numbers) > 1 for i in range(len(entries)))
        self._sectioned = sections >= _SECTIONED
        self._numbered = any(self._is_number_heading(i) for i in range(len(entries)))

    def drafts(self) -> list[Draft]:
        drafts: list[Draft] = []
        # Level of the division (« Annexe I ») that encloses numbered headings, and of the last heading that had a rank.
        division, ranked = 0, 0
        for index, entry in enumerate(self._entries):
            level = 0
            if entry.known is not None:
                drafts.append(Draft(entry.known, entry.text, entry.large, entry.page, entry.notes))
                continue
            if not self._guess:
                pass
            elif entry.marker is Marker.NONE and is_named(entry.text):
                division = division_level(entry.text) or 0
                level = ranked = division or 1
            elif entry.subtitle and division and self._entries[index - 1].title and is_titled(entry.text):
                division += 1
                level = ranked = division
            elif self._is_number_heading(index):
                level = ranked = division + len(entry.numbers)
            elif index in self._demands:
                level = ranked + 1
            elif entry.large and entry.marker is Marker.NONE and _may_be_large(entry.text):
                level = entry.large
            elif self._is_title(index):
                # A title may stand below its rubric, or its date; below prose, it is one of several.
                opens = not any(draft.kind is BlockKind.HEADING or is_prose(draft.text) for draft in drafts[-_OPENING:])
                level = 1 if opens and len(drafts) < _OPENING else (ranked + 1 if self._numbered else 2)
            drafts.append(_draft(entry, min(level, 6)))
        return drafts

    def _next(self, index: int) -> Entry | None:
        return self._entries[index + 1] if index + 1 < len(self._entries) else None

    def _is_number_heading(self, index: int) -> bool:
        entry, after = self._entries[index], self._next(index)
        if entry.marker is not Marker.NUMBER or after is None or not (entry.detached or entry.new_page or entry.large):
            return False
        if entry.title:
            return True
        if index not in self._alone:
            return False
        if self._sectioned and len(entry.numbers) > 1 and after.detached and after.marker is not Marker.NUMBER:
            # Where many sections are numbered « 1.2. », one more is not doubted for its small letter or what it holds.
            return is_titled(entry.text[:1].upper() + entry.text[1:], words=1, longest=LONG)
        if not is_titled(entry.text, words=1, longest=LONG):
            return False
        if after.marker is Marker.NUMBER:
            return len(after.numbers) > len(entry.numbers)
        return after.detached and (after.marker is Marker.BULLET or is_prose(after.text) or is_titled(after.text))

    def _heads_paragraphs(self, index: int) -> bool:
        entry, after = self._entries[index], self._next(index)
        return (
            entry.marker is Marker.BULLET
            and (entry.detached or entry.new_page)
            and is_titled(entry.text, longest=_LONGEST_DEMAND)
            and after is not None
            and after.marker is Marker.NONE
            and after.detached
            and is_prose(after.text)
            and not after.text[:1].islower()
        )

    def _is_title(self, index: int) -> bool:
        entry, after = self._entries[index], self._next(index)
        if entry.marker is not Marker.NONE or entry.lines > 1 or not entry.detached or not is_titled(entry.text):
            return False
        if after is not None and is_dated(after.text):
            after = self._next(index + 1)
        return after is not None and after.marker is Marker.NONE and after.detached and is_prose(after.text)


def _may_be_large(text: str) -> bool:
    return len(text) <= LONG and not text.endswith((".", ";", ","))


def _draft(entry: Entry, level: int) -> Draft:
    numbered = entry.marker is Marker.NUMBER
    text = f"{entry.label} {entry.text}" if numbered else entry.text
    if level:
        return Draft(BlockKind.HEADING, text.replace("\n", " "), level, entry.page, entry.notes)
    if entry.marker is Marker.NONE:
        return Draft(BlockKind.PARAGRAPH, text, 0, entry.page, entry.notes)
    depth = int(entry.label in _INNER_BULLETS) if not numbered else len(entry.numbers) - 1
    return Draft(BlockKind.LIST_ITEM, text, depth, entry.page, entry.notes)
