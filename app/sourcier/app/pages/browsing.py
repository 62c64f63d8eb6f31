"""The corpus, open to all: what documents there are, and a search among them that no language model takes part in.

What people look for travels in the body of a form, never in an address: addresses are kept by browsers and by whatever
stands between, and a question may say more of a person than they would want kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from urllib.parse import parse_qsl

from sourcier.app.answering.question import check_question
from sourcier.app.filters import filter_of
from sourcier.core.errors import SourcierError
from sourcier.core.filters import Filter
from sourcier.core.settings import Settings
from sourcier.core.types import Hit
from sourcier.core.validity import days_of, validity
from sourcier.index.filtering import known_values
from sourcier.index.records import DocumentRow

__all__ = ["Asked", "Found", "Searching", "browse", "choices", "choices_of", "extract", "form_of"]

PER_PAGE = 20
#: As many as the interface gives; whoever looks further down asks otherwise.
MAX_PASSAGES = 100
#: Characters of a passage that are shown before it is opened.
_SHOWN = 320
#: The last index whose documents were counted.
_counted: dict[tuple[str, int, str], dict[str, list[tuple[str, int]]]] = {}
_FIELDS = ("q", "publisher", "kind", "year", "current", "page")


class Searching(Protocol):
    """What is asked of an index."""

    def documents(self) -> Iterable[DocumentRow]:
        """All that is indexed."""
        ...

    def search(self, query: str, k: int, only: Filter | None = None) -> Any:
        """Ranked passages."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for; everything empty is everything. ``page`` counts from 1."""

    query: str = ""
    publisher: str = ""
    kind: str = ""
    year: str = ""
    current: bool = False
    page: int = 1

    def only(self) -> Filter | None:
        """The documents that may be found.

        Raises:
            UsageError: a value cannot be used.
        """
        return filter_of(
            {
                "publisher": self.publisher or None,
                "kind": self.kind or None,
                "since": self.year or None,
                "until": self.year or None,
                "in_force": "today" if self.current else None,
            }
        )


@dataclass(frozen=True, slots=True)
class Found:
    """One page of documents, or of passages where something was searched for. ``total`` is of all pages.

    Attributes:
        read_as: ``(typed, read)`` of the words that were read otherwise than typed.
        refused: what could not be used; nothing is found then.
    """

    asked: Asked
    total: int = 0
    documents: Sequence[DocumentRow] = ()
    hits: Sequence[Hit] = ()
    read_as: Sequence[tuple[str, str]] = ()
    refused: SourcierError | None = None

    @property
    def pages(self) -> int:
        """How many pages there are, 1 where nothing is found."""
        return max(1, -(-self.total // PER_PAGE))

    @property
    def states(self) -> Mapping[str, str]:
        """What is known today of each document shown, by its id."""
        today = date.today()
        known = {row.document_id: validity(row.metadata, today) for row in self.documents}
        return known | {hit.passage.document_id: validity(hit.metadata, today) for hit in self.hits}


def form_of(body: bytes) -> Asked:
    """What a form asks for; fields that are not ours are left out, and a page that is none is the first."""
    try:
        given = dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=20))
    except ValueError:
        given = {}
    told = {name: " ".join(given.get(name, "").split()) for name in _FIELDS}
    page = int(told["page"]) if told["page"].isascii() and told["page"].isdigit() and len(told["page"]) < 6 else 1
    return Asked(told["q"], told["publisher"], told["kind"], told["year"], bool(told["current"]), max(1, page))


def browse(searcher: Searching, asked: Asked, settings: Settings) -> Found:
    """A page of what is asked for: documents by title, or, for a query, passages by how well they fit.

    Raises:
        SourcierError: the index cannot be read.
    """
    try:
        only = asked.only()
        query = check_question(asked.query, settings.answer.max_question_chars) if asked.query else ""
    except SourcierError as error:
        return Found(asked, refused=error)
    first = PER_PAGE * (asked.page - 1)
    if not query:
        rows = [row for row in searcher.documents() if only is None or _allowed(only, row)]
        rows.sort(key=lambda row: (row.metadata.title.casefold(), row.path))
        return Found(asked, len(rows), rows[first : first + PER_PAGE])
    try:
        result = searcher.search(query, MAX_PASSAGES, only)
    except SourcierError as error:
        if error.exit_code != 2:
            raise
        return Found(asked, refused=error)
    hits = list(result.hits)
    corrections = tuple(getattr(result, "corrections", ()))
    return Found(asked, len(hits), hits=hits[first : first + PER_PAGE], read_as=corrections)


def choices(rows: Sequence[DocumentRow]) -> dict[str, list[tuple[str, int]]]:
    """What the filters may be set to, each with its number of documents."""
    known = known_values(rows)
    years: dict[str, int] = {}
    for row in rows:
        days = days_of(row.metadata.date) if row.metadata.date else None
        if days is not None:
            year = f"{days[0].year:04d}"
            years[year] = years.get(year, 0) + 1
    return {
        "publisher": list(known["publisher"].items()),
        "kind": list(known["kind"].items()),
        "year": sorted(years.items(), reverse=True),
    }


def choices_of(searcher: Searching) -> dict[str, list[tuple[str, int]]]:
    """:func:`choices` of all that is indexed, counted once for each index: of 50,000 documents, it takes a second."""
    rows = list(searcher.documents())
    version = str(getattr(searcher, "version", ""))
    if not version or not rows:
        return choices(rows)
    key = (version, len(rows), rows[0].document_id)
    if key not in _counted:
        _counted.clear()
        _counted[key] = choices(rows)
    return _counted.get(key) or choices(rows)


def extract(text: str) -> str:
    """The beginning of a passage on one line, cut between words."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[:_SHOWN].rsplit(" ", 1)[0] + " …"


def _allowed(only: Filter, row: DocumentRow) -> bool:
    return only.allows(row.metadata, (row.path, *row.other_paths))
