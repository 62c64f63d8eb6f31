"""Citations, attached by us: the exact stretches of the documents that carry a sentence, numbered once each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sourcier.app.answering.evidence import Unit
from sourcier.core.errors import SourcierError
from sourcier.core.types import Citation, Document, Hit
from sourcier.core.validity import validity
from sourcier.ingest.clauses import Clauses
from sourcier.ingest.passages import label_of


@dataclass(frozen=True, slots=True)
class Quote:
    """An exact stretch of canonical text, ``start`` to ``end``, inside a passage that was found."""

    hit: Hit
    start: int
    end: int

    @property
    def text(self) -> str:
        """The stretch itself."""
        passage = self.hit.passage
        return passage.text[self.start - passage.start : self.end - passage.start]


def clear_quote(unit: Unit) -> Quote:
    """What to show of a unit when it is shown word for word: with what its « elle » stands for."""
    return Quote(unit.hit, unit.clear_start, unit.end)


def join_neighbours(quotes: Sequence[Quote]) -> list[Quote]:
    """Quotes in reading order; those that only white space separates in one passage become one."""
    joined: list[Quote] = []
    for quote in sorted(quotes, key=lambda q: (q.hit.rank, q.start, q.end)):
        last = joined[-1] if joined else None
        if last is not None and last.hit.passage.passage_id == quote.hit.passage.passage_id:
            passage = quote.hit.passage
            if (
                quote.start <= last.end
                or not passage.text[last.end - passage.start : quote.start - passage.start].strip()
            ):
                joined[-1] = Quote(last.hit, last.start, max(last.end, quote.end))
                continue
        joined.append(quote)
    return joined


@dataclass(slots=True)
class Numbering:
    """The citations of one answer: the same quote keeps its number.

    Args:
        document: gives a document by its id, so that a quote's own page and clause are found; without it, or where it
            raises ``SourcierError``, those of the passage are said.
    """

    document: Callable[[str], Document] | None = None
    citations: list[Citation] = field(default_factory=list)
    _known: dict[tuple[str, int, int], int] = field(default_factory=dict)
    _read: dict[str, tuple[Document, Clauses] | None] = field(default_factory=dict)

    def add(self, quotes: Sequence[Quote]) -> tuple[tuple[int, ...], tuple[Citation, ...]]:
        """The markers of ``quotes``, and those of their citations that are new."""
        markers: list[int] = []
        new: list[Citation] = []
        for quote in join_neighbours(quotes):
            key = (quote.hit.passage.document_id, quote.start, quote.end)
            if key not in self._known:
                citation = self._citation(len(self.citations) + 1, quote)
                self._known[key] = citation.marker
                self.citations.append(citation)
                new.append(citation)
            markers.append(self._known[key])
        return tuple(dict.fromkeys(markers)), tuple(new)

    def described(self, quote: Quote) -> Citation:
        """A quote that is shown without carrying anything: marker 0, and not among the citations."""
        return self._citation(0, quote)

    def _citation(self, marker: int, quote: Quote) -> Citation:
        hit, known = quote.hit, quote.hit.metadata
        page, label, clause = hit.passage.page, hit.passage.page_label, hit.passage.clause
        notes = hit.passage.notes
        if (read := self._document(hit.passage.document_id)) is not None:
            document, clauses = read
            if document.text[quote.start : quote.end] == quote.text:
                page = _page(document, quote.start) or page
                label = label_of(document, page)
                clause = clauses.over(quote.start, quote.end)
                notes = _notes(document, quote)
        return Citation(
            marker=marker,
            document_id=hit.passage.document_id,
            path=hit.path,
            title=known.title,
            start=quote.start,
            end=quote.end,
            quote=quote.text,
            page=page,
            section=" › ".join(hit.passage.section) or None,
            publisher=known.publisher,
            date=known.date,
            reports=" ; ".join(notes) or None,
            clause=clause,
            page_label=label,
            valid_from=known.valid_from,
            valid_until=known.valid_until,
            validity=validity(known, date.today()),
        )

    def _document(self, document_id: str) -> tuple[Document, Clauses] | None:
        if self.document is None:
            return None
        if document_id not in self._read:
            try:
                found = self.document(document_id)
                self._read[document_id] = found, Clauses(found)
            except SourcierError:
                # Removed from the index since: what the passage says is still true.
                self._read[document_id] = None
        return self._read[document_id]


def _notes(document: Document, quote: Quote) -> tuple[str, ...]:
    """The originals that the quote's own paragraphs report, not those of all its passage."""
    own = [block for block in document.blocks if block.start < quote.end and quote.start < block.end]
    held = dict.fromkeys(note for block in own for note in block.notes)
    return tuple(note for note in held if note in quote.hit.passage.notes)


def _page(document: Document, offset: int) -> int | None:
    """The physical page of an offset: that of the last block that begins at or before it."""
    place = bisect_right(document.blocks, offset, key=lambda block: block.start) - 1
    return document.blocks[place].page if place >= 0 else None
