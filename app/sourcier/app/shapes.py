"""The JSON that the command line and the HTTP interface give out, field by field (``docs/architecture.md``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sourcier.app.answering.events import Drafting, Event, Finished, Found, SentenceRemoved, SentenceShown, Understood
from sourcier.core.filters import collections_of
from sourcier.core.types import Answer, AnswerSentence, Citation, Document, Hit, Metadata, Removed
from sourcier.core.validity import validity
from sourcier.index.records import DocumentRow

__all__ = [
    "SECTION_SEPARATOR",
    "answer_to_json",
    "document_to_json",
    "documents_to_json",
    "event_to_json",
    "search_to_json",
    "section_line",
]

Json = dict[str, Any]

#: Between the headings above a passage, outermost first.
SECTION_SEPARATOR = " › "


def answer_to_json(answer: Answer) -> Json:
    """An answer as ``ask --json`` prints it and ``POST /api/ask`` returns it; times in milliseconds."""
    return {
        "id": answer.id,
        "question": answer.question,
        "status": answer.status,
        "answer": answer.answer,
        "sentences": [_sentence(sentence) for sentence in answer.sentences],
        "citations": [_citation(citation) for citation in answer.citations],
        "removed": [_removed(removed) for removed in answer.removed],
        "retrieved": [_retrieved(hit) for hit in answer.retrieved],
        "model": asdict(answer.model),
        "timings_ms": dict(answer.timings_ms),
        "usage": dict(answer.usage),
        "energy_wh": answer.energy_wh,
        "notices": list(answer.notices),
        "standalone": answer.standalone or None,
        "style": answer.style,
        "nearest": [_nearest(citation) for citation in answer.nearest],
        "outside": answer.outside,
        "contacts": [contact.model_dump(mode="json") for contact in answer.contacts],
        "answerable": answer.answerable,
        "cached": answer.cached,
    }


def search_to_json(
    query: str,
    hits: Sequence[Hit],
    timings: Mapping[str, float],
    index: str = "",
    corrections: Sequence[tuple[str, str]] = (),
    expansions: Sequence[tuple[str, str]] = (),
) -> Json:
    """Ranked passages as ``search --json`` prints them.

    Args:
        timings: in milliseconds.
        index: the one they come from.
        corrections: words as typed, and as they were read; ``expansions`` terms, and what else was searched for.
    """
    return {
        "query": query,
        "results": [_result(hit) for hit in hits],
        "read_as": {
            "corrections": [{"typed": typed, "read": read} for typed, read in corrections],
            "expansions": [{"term": term, "meaning": meaning} for term, meaning in expansions],
        },
        "index": index,
        "timings_ms": dict(timings),
    }


def event_to_json(event: Event) -> Json:
    """One step of an answer, as a line of ``POST /api/ask/stream``; ``event`` names the step."""
    match event:
        case Understood(standalone):
            return {"event": "understood", "standalone": standalone}
        case Found(hits):
            return {"event": "found", "results": [_result(hit) for hit in hits]}
        case Drafting(model):
            return {"event": "drafting", "model": asdict(model)}
        case SentenceShown(sentence, citations):
            shown = [_citation(citation) for citation in citations]
            return {"event": "sentence", "sentence": _sentence(sentence), "citations": shown}
        case SentenceRemoved(removed):
            return {"event": "removed", "removed": _removed(removed)}
        case Finished(answer):
            return {"event": "finished", "answer": answer_to_json(answer)}


def document_to_json(document: Document) -> Json:
    """A document with its canonical text, as ``documents ID --json`` prints it."""
    metadata = document.metadata
    return {
        "document_id": document.document_id,
        "path": document.path,
        "title": metadata.title,
        "publisher": metadata.publisher,
        "authors": list(metadata.authors),
        "date": metadata.date,
        "language": metadata.language,
        "kind": metadata.kind,
        "audience": metadata.audience,
        "url": metadata.url,
        **_validity(metadata),
        "text": document.text,
    }


def documents_to_json(rows: Iterable[DocumentRow]) -> list[Json]:
    """What is indexed, as ``documents --json`` lists it; lengths in passages and in characters."""
    return [
        {
            "document_id": row.document_id,
            "path": row.path,
            "title": row.metadata.title,
            "publisher": row.metadata.publisher,
            "date": row.metadata.date,
            "language": row.metadata.language,
            "kind": row.metadata.kind,
            "audience": row.metadata.audience,
            "collections": list(collections_of(row.metadata, (row.path, *row.other_paths))),
            **_validity(row.metadata),
            "passages": row.n_passages,
            "characters": row.n_chars,
        }
        for row in rows
    ]


def section_line(section: Sequence[str]) -> str | None:
    """The headings above a passage as one line, or nothing where there are none."""
    return SECTION_SEPARATOR.join(section) or None


def _validity(metadata: Metadata) -> Json:
    """The dates a document says it is in force, and whether it is today."""
    return {
        "valid_from": metadata.valid_from,
        "valid_until": metadata.valid_until,
        "validity": validity(metadata, date.today()),
    }


def _sentence(sentence: AnswerSentence) -> Json:
    return {"text": sentence.text, "citations": list(sentence.citations), "support": sentence.support}


def _citation(citation: Citation) -> Json:
    return asdict(citation)


def _nearest(citation: Citation) -> Json:
    shape = _citation(citation)
    del shape["marker"]  # it proves nothing
    return shape


def _removed(removed: Removed) -> Json:
    return asdict(removed)


def _retrieved(hit: Hit) -> Json:
    passage = hit.passage
    return {
        "document_id": passage.document_id,
        "path": hit.path,
        "start": passage.start,
        "end": passage.end,
        "score": hit.score,
    }


def _result(hit: Hit) -> Json:
    passage = hit.passage
    return {
        "rank": hit.rank,
        "score": hit.score,
        "document_id": passage.document_id,
        "path": hit.path,
        "title": hit.metadata.title,
        "page": passage.page,
        "page_label": passage.page_label,
        "section": section_line(passage.section),
        "clause": passage.clause,
        "publisher": hit.metadata.publisher,
        "date": hit.metadata.date,
        **_validity(hit.metadata),
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
    }
