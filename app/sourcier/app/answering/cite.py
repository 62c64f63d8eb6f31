"""Citations, attached by us: the exact stretches of the documents that carry a sentence, numbered once each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sourcier.core.types import Citation, Hit


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
    """The citations of one answer: the same quote keeps its number."""

    citations: list[Citation] = field(default_factory=list)
    _known: dict[tuple[str, int, int], int] = field(default_factory=dict)

    def add(self, quotes: Sequence[Quote]) -> tuple[tuple[int, ...], tuple[Citation, ...]]:
        """The markers of ``quotes``, and those of their citations that are new."""
        markers: list[int] = []
        new: list[Citation] = []
        for quote in join_neighbours(quotes):
            key = (quote.hit.passage.document_id, quote.start, quote.end)
            if key not in self._known:
                citation = _citation(len(self.citations) + 1, quote)
                self._known[key] = citation.marker
                self.citations.append(citation)
                new.append(citation)
            markers.append(self._known[key])
        return tuple(dict.fromkeys(markers)), tuple(new)


def _citation(marker: int, quote: Quote) -> Citation:
    hit = quote.hit
    return Citation(
        marker=marker,
        document_id=hit.passage.document_id,
        path=hit.path,
        title=hit.metadata.title,
        start=quote.start,
        end=quote.end,
        quote=quote.text,
        page=hit.passage.page,
        section=" › ".join(hit.passage.section) or None,
        publisher=hit.metadata.publisher,
        date=hit.metadata.date,
        reports=" ; ".join(hit.passage.notes) or None,
    )
