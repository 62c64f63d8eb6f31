"""Which documents a search may find: what a filter is, and what it asks of one document.

Words are compared without regard to case, accents or spacing: « csq » is « CSQ ». Languages and collections have
levels: ``fr`` holds ``fr-CA``, and ``conventions`` holds ``conventions/santé``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, get_args

from sourcier.core.types import Metadata
from sourcier.core.validity import days_of, validity

__all__ = ["CONDITIONS", "Condition", "Filter", "collections_of", "fold", "is_within", "levels_of", "values_of"]

Condition = Literal["publisher", "kind", "language", "collection", "audience"]
CONDITIONS: tuple[Condition, ...] = get_args(Condition)
"""The conditions whose values are words; the others are dates."""

# What a document of a collection or of an archive is called: « FILE#id ».
_CONTAINER = re.compile(r"(.*?)\.(?:jsonl|jsonl\.gz|zip)#", re.IGNORECASE)
_LEVELS: dict[Condition, str] = {"language": "-", "collection": "/"}
_WRITTEN_TOGETHER = str.maketrans({"œ": "oe", "æ": "ae", "’": "'"})


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents a search may find. Every condition that is set must hold; none set lets all through.

    Of several values of one condition, any will do. A document that says nothing of what a condition asks is left out,
    but for ``in_force``: most texts say nothing of it.

    Attributes:
        publisher: who published it, in full.
        kind: its kind, as :attr:`~sourcier.core.types.Metadata.kind` has it.
        language: a tag; ``fr`` lets ``fr-CA`` through.
        collection: see :func:`collections_of`; a folder lets what is below it through.
        audience: whom it is written for.
        since: published on that day or later. A document that gives a year or a month alone stays if it may be meant.
        until: published on that day or earlier.
        in_force: leaves out what is known to be expired, or not yet in force, on that day.
    """

    publisher: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    collection: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    in_force: date | None = None

    def wanted(self, condition: Condition) -> tuple[str, ...]:
        """The values of a condition, none where it is not set."""
        values: tuple[str, ...] = getattr(self, condition)
        return values

    def allows(self, metadata: Metadata, paths: Sequence[str] = ()) -> bool:
        """Whether a document of this ``metadata``, found at these ``paths`` of the corpus, may be found."""
        for condition in CONDITIONS:
            if wanted := self.wanted(condition):
                held = [fold(value) for value in values_of(condition, metadata, paths)]
                if not any(is_within(condition, held, fold(value)) for value in wanted):
                    return False
        if self.since or self.until:
            published = days_of(metadata.date) if metadata.date else None
            if published is None or not (self.since or date.min) <= published[1]:
                return False
            if not published[0] <= (self.until or date.max):
                return False
        return self.in_force is None or validity(metadata, self.in_force) not in {"expired", "future"}


def values_of(condition: Condition, metadata: Metadata, paths: Sequence[str]) -> tuple[str, ...]:
    """What a document says of a condition, as it is written; empty where it says nothing."""
    if condition == "collection":
        return collections_of(metadata, paths)
    value: str | None = getattr(metadata, condition)
    return (value,) if value else ()


def is_within(condition: Condition, held: Iterable[str], wanted: str) -> bool:
    """Whether one of the values held is the one wanted, or is below it. Both as :func:`fold` gives them."""
    separator = _LEVELS.get(condition)
    return any(mine == wanted or (separator is not None and mine.startswith(wanted + separator)) for mine in held)


def levels_of(condition: Condition, value: str) -> list[str]:
    """A value and those it is below, the widest first: ``a``, ``a/b`` for ``a/b``."""
    separator = _LEVELS.get(condition)
    if separator is None:
        return [value]
    parts = value.split(separator)
    return [separator.join(parts[:end]) for end in range(1, len(parts) + 1)]


def collections_of(metadata: Metadata, paths: Sequence[str]) -> tuple[str, ...]:
    """The collections that a document is in: the one it is given, or the folder of each place where it is.

    A row of ``lois/code.jsonl`` and a member of ``lois/code.zip`` are in ``lois/code``; a file at the top of the corpus is
    in none.
    """
    if metadata.collection and (named := metadata.collection.strip("/ ")):
        return (named,)
    found = (_folder_of(path) for path in paths)
    return tuple(dict.fromkeys(folder for folder in found if folder))


def _folder_of(path: str) -> str:
    # The id of a row may hold a slash: what stands before the first container's name is all that is a place.
    container = _CONTAINER.match(path)
    return container[1] if container else path.rpartition("/")[0]


@lru_cache(maxsize=4096)
def fold(value: str) -> str:
    """A value as it is compared: without case, accents or needless spaces."""
    bare = unicodedata.normalize("NFD", value.casefold().translate(_WRITTEN_TOGETHER))
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())
