"""What changed in the sources since a kit was made, and which of its parts rest on what changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from sourcier.app.answering.terms import content_stems
from sourcier.app.workshop.kit import Kit, Piece, Source
from sourcier.core.errors import StoreError
from sourcier.core.types import Document
from sourcier.index.records import DocumentRow
from sourcier.ingest.sentences import split_sentences

__all__ = ["Checked", "Finding", "Indexed", "check_kit", "parts_of", "uses"]

#: ``same``: the document at that place, or of another name where that place is empty, is the one it was; ``moved``: the words are
#: still in it, elsewhere; ``changed``: others are in their place; ``gone``: nothing near is left, or the document is not in the
#: index any more.
State = Literal["same", "moved", "changed", "gone"]
_WORST: tuple[State, ...] = ("same", "moved", "gone", "changed")
#: Share of the words of a quote that a sentence must hold to be what became of it.
_BECAME = 0.5
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one source.

    Attributes:
        now: the sentence that took its place, where it ``changed``; ``parts`` what rests on it, in the order of the kit.
    """

    source: Source
    state: State
    now: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A kit beside the index of today.

    Attributes:
        findings: the sources that changed or are gone, by number; ``moved`` how many are elsewhere, word for word.
        parts: every part to look at again, in the order of the kit.
    """

    generation: str
    sources: int
    moved: int
    findings: tuple[Finding, ...]
    parts: tuple[str, ...]


class Indexed(Protocol):
    """What is indexed today: the store, or a searcher where one is open already. No model is needed."""

    def documents(self) -> list[DocumentRow]:
        """The documents, by path."""
        ...

    def document(self, document_id_or_path: str, /) -> Document:
        """A document by its id."""
        ...


def check_kit(kit: Kit, index: Indexed, generation: str = "") -> Checked:
    """Compare each source of a kit with what is indexed today.

    Args:
        generation: the name of what is indexed; a searcher knows its own.
    """
    rows = index.documents()
    generation = generation or str(getattr(index, "version", ""))
    by_path: dict[str, list[str]] = {}
    for row in rows:
        for path in (row.path, *row.other_paths):
            by_path.setdefault(path, []).append(row.document_id)
    indexed = {row.document_id for row in rows}
    used = uses(kit)
    found: list[Finding] = []
    moved = 0
    states = _states(kit.sources, by_path, indexed, index)
    for source in kit.sources:
        state, now = states[source.number]
        moved += state == "moved"
        if state in {"changed", "gone"}:
            found.append(Finding(source, state, now, parts_of(used, [source.number])))
    touched = [finding.source.number for finding in found]
    return Checked(generation, len(kit.sources), moved, tuple(found), parts_of(used, touched))


def uses(kit: Kit) -> dict[str, frozenset[int]]:
    """The numbers of the sources that each part rests on, in the order of the kit.

    Parts are the ids of activities, questions and cases; ``A2/2`` is the second slide of an activity, ``glossary:TERM`` an
    entry, ``timeline:DATE`` an event, by the date as it is shown.
    """
    found: dict[str, set[int]] = {}
    for activity in kit.activities:
        own = [piece for step in activity.steps for piece in (*step.do, *step.say, *step.ask, *step.expected)]
        own += [activity.aim, activity.late, *([activity.early] if activity.early else [])]
        boxed = [number for task in activity.tasks for number in task.boxed]
        asked = [task.prompt for task in activity.tasks]
        found[activity.id] = {*_numbers([*own, *asked]), *boxed}
        for n, slide in enumerate(activity.slides, 1):
            found[f"{activity.id}/{n}"] = {*_numbers([*slide.pieces, *slide.notes])}
    for item in kit.quiz:
        pieces = [item.proof, *(choice.reason for choice in item.choices), *(pair.right for pair in item.pairs)]
        found[item.id] = {*_numbers(pieces)}
    for case in kit.cases:
        trap = [case.trap] if case.trap else []
        found[case.id] = {*_numbers([*case.story, *case.questions, *case.debrief, *trap])}
    for entry in kit.glossary:
        found.setdefault(f"glossary:{entry.term}", set()).update(entry.definition.sources)
    for event in kit.timeline:
        found.setdefault(f"timeline:{event.shown}", set()).update(event.text.sources)
    if used := {*_numbers(kit.limits)}:
        found["limits"] = used
    return {part: frozenset(numbers) for part, numbers in found.items()}


def parts_of(used: Mapping[str, frozenset[int]], numbers: Iterable[int]) -> tuple[str, ...]:
    """The parts that rest on any of these sources, in the order of the kit."""
    wanted = frozenset(numbers)
    return tuple(part for part, theirs in used.items() if theirs & wanted)


def _numbers(pieces: Iterable[Piece]) -> Iterator[int]:
    for piece in pieces:
        yield from piece.sources


def _states(
    sources: Sequence[Source], by_path: Mapping[str, Sequence[str]], indexed: set[str], index: Indexed
) -> dict[int, tuple[State, str]]:
    """What became of each source, by its number.

    Two folders may each have a file of one name. Those that hold at least half of what is cited of it are its versions: where
    they differ, nobody knows which one holds today, and what one of them does not say any more is told.
    """
    found: dict[int, tuple[State, str]] = {}
    for path in dict.fromkeys(source.path for source in sources):
        mine = [source for source in sources if source.path == path]
        here = by_path.get(path, ())
        if not here:
            # The same file, of another name.
            here = tuple(dict.fromkeys(source.document_id for source in mine if source.document_id in indexed))
        versions = [
            [_state_in(document, source) for source in mine] for one in here for document in [_document(index, one)]
        ]
        likely = [states for states in versions if 2 * sum(state != "gone" for state, _ in states) >= len(mine)]
        for place, source in enumerate(mine):
            states = [states[place] for states in likely or versions]
            found[source.number] = max(states, key=lambda state: _WORST.index(state[0]), default=("gone", ""))
    return found


def _state_in(document: Document | None, source: Source) -> tuple[State, str]:
    if document is None:
        return "gone", ""
    if document.document_id == source.document_id and document.text[source.start : source.end] == source.quote:
        return "same", ""
    if _plain(source.quote) in _plain(document.text):
        return "moved", ""
    now = _nearest(source.quote, document.text)
    return ("changed", now) if now else ("gone", "")


def _document(index: Indexed, document_id: str) -> Document | None:
    try:
        return index.document(document_id)
    except StoreError:
        return None


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _nearest(quote: str, text: str) -> str:
    """The sentence of a text that shares the most words with a quote; empty where none shares enough."""
    asked = content_stems(quote)
    best, share = "", 0.0
    for span in split_sentences(text):
        words = content_stems(text[span.start : span.end])
        found = len(asked & words) / max(1, len(asked | words))
        if found > share:
            best, share = text[span.start : span.end], found
    held = len(asked & content_stems(best)) / max(1, len(asked))
    return best if held >= _BECAME else ""
