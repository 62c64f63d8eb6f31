"""The sources of a kit: every exact quote once, under one number, with its page, clause and section."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sourcier.app.answering.cite import Numbering, Quote
from sourcier.app.answering.verifier import Evidence
from sourcier.app.workshop.kit import Piece, Source
from sourcier.core.types import Citation, Document, Hit

__all__ = ["Sources", "shown_words"]

#: White space that a reader does not see; no-break spaces are typography, and stay.
_BLANKS = re.compile(r"[ \t\r\f\v]+")
_LINES = re.compile(r" ?\n[ \n]*")


def shown_words(quote: str) -> str:
    """A quote's own words as they are shown: the items of an enumeration stay on lines of their own."""
    return _LINES.sub("\n", _BLANKS.sub(" ", quote)).strip()


@dataclass(frozen=True, slots=True)
class _Place:
    hit: Hit
    start: int
    end: int


class Sources:
    """Collects the sources of one kit; not for several threads.

    Args:
        document: gives a document of the index by its id (``Searcher.document``), for the quote's own page and clause.
        known: the sources of a kit that is being mended: their numbers stay theirs.
    """

    def __init__(self, document: Callable[[str], Document] | None = None, known: Iterable[Source] = ()) -> None:
        self._numbering = Numbering(document)
        self._sources: list[Source] = sorted(known, key=lambda source: source.number)
        self._numbers = {(one.document_id, one.start, one.end): one.number for one in self._sources}
        self._places: dict[int, _Place] = {}

    def add(self, hit: Hit, start: int, end: int) -> int:
        """The number of ``canonical_text[start:end]``, a part of the passage found; the same quote, the same number.

        Raises:
            ValueError: the stretch is not in the passage, or blank.
        """
        passage = hit.passage
        if not passage.start <= start < end <= passage.end:
            raise ValueError(f"{start}–{end} is not in the passage {passage.start}–{passage.end} of {hit.path}")
        key = passage.document_id, start, end
        if key not in self._numbers:
            quote = Quote(hit, start, end)
            if not quote.text.strip():
                raise ValueError(f"{start}–{end} of {hit.path} is blank")
            number = max(self._numbers.values(), default=0) + 1
            self._sources.append(_source(number, self._numbering.described(quote), hit))
            self._numbers[key] = number
        self._places.setdefault(self._numbers[key], _Place(hit, start, end))
        return self._numbers[key]

    def quote(self, hit: Hit, start: int, end: int) -> Piece:
        """The words themselves, with their number."""
        number = self.add(hit, start, end)
        return Piece(kind="quote", text=shown_words(self.source(number).quote), sources=(number,), support=1.0)

    def fact(self, text: str, quotes: Sequence[tuple[Hit, int, int]], support: float) -> Piece:
        """A sentence that was verified against ``quotes``, with their numbers; ``support`` is the verifier's, 0 to 1.

        Raises:
            ValueError: there is no quote.
        """
        numbers = tuple(dict.fromkeys(self.add(hit, start, end) for hit, start, end in quotes))
        return Piece(kind="fact", text=text, sources=numbers, support=support)

    def source(self, number: int) -> Source:
        """A source by its number.

        Raises:
            KeyError: no source has it.
        """
        for source in self._sources:
            if source.number == number:
                return source
        raise KeyError(number)

    def place(self, number: int) -> tuple[Hit, int, int] | None:
        """Where a source was found, as :meth:`add` was told; None for one that was only ``known``."""
        found = self._places.get(number)
        return None if found is None else (found.hit, found.start, found.end)

    def evidence(self, numbers: Iterable[int]) -> list[Evidence]:
        """What the verifier is given of sources: their quotes, with the headings and the words that come before them."""
        return [Evidence(source.quote, self._context(source)) for source in map(self.source, numbers)]

    def _context(self, source: Source) -> str:
        heading = " › ".join(part for part in (source.title, source.section) if part)
        place = self._places.get(source.number)
        if place is None:
            return heading
        passage = place.hit.passage
        before = passage.text[: place.start - passage.start].rstrip()[-200:]
        return f"{heading} … {before}" if before else heading

    def all(self) -> tuple[Source, ...]:
        """Every source, in the order of the numbers."""
        return tuple(self._sources)


def _source(number: int, citation: Citation, hit: Hit) -> Source:
    return Source(
        number=number,
        document_id=citation.document_id,
        path=citation.path,
        title=citation.title,
        start=citation.start,
        end=citation.end,
        quote=citation.quote,
        section=citation.section,
        page=citation.page,
        page_label=citation.page_label,
        clause=citation.clause,
        publisher=citation.publisher,
        date=citation.date,
        reports=citation.reports,
        url=hit.metadata.url,
    )
