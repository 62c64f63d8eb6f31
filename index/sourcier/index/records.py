"""Documents and passages to and from the rows of the store."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass
from typing import Any

from sourcier.core.types import Block, BlockKind, Document, Finding, Metadata, Passage

_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")

__all__ = [
    "DocumentRow",
    "DocumentValues",
    "document_from",
    "document_values",
    "metadata_from",
    "metadata_values",
    "passage_from",
    "passage_values",
]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document of the index, without its text. ``other_paths``: where exact copies of it are."""

    document_id: str
    path: str
    metadata: Metadata
    n_passages: int
    n_chars: int
    other_paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentValues:
    """A row of ``documents``; ``key`` is the sha256 of all the rest."""

    key: str
    document_id: str
    text: str
    blocks: str
    metadata: str
    findings: str
    page_labels: str


def document_values(document: Document) -> DocumentValues:
    """What is stored of a document: everything but its path."""
    text = _storable(document.text)
    blocks = _json([[b.kind.value, b.start, b.end, b.level, b.page, list(b.notes)] for b in document.blocks])
    values = (
        document.document_id,
        text,
        blocks,
        _json(metadata_values(document.metadata)),
        _json([list(astuple(f)) for f in document.findings]),
        _json(document.page_labels),
    )
    digest = hashlib.sha256()
    for value in values:
        encoded = value.encode()
        digest.update(len(encoded).to_bytes(8, "little") + encoded)
    return DocumentValues(digest.hexdigest()[:32], *values)


def document_from(values: DocumentValues, path: str) -> Document:
    """The document of a row of ``documents``, at one of its places."""
    return Document(
        document_id=values.document_id,
        path=path,
        text=values.text,
        blocks=tuple(
            Block(BlockKind(kind), start, end, level, page, tuple(notes))
            for kind, start, end, level, page, notes in json.loads(values.blocks)
        ),
        metadata=metadata_from(values.metadata),
        findings=tuple(Finding(*found) for found in json.loads(values.findings) if isinstance(found, list)),
        page_labels=tuple(json.loads(values.page_labels)),
    )


def metadata_values(metadata: Metadata) -> dict[str, Any]:
    """What is stored of metadata, by name.

    A collection that is not given is left out: what was stored before there were any keeps its key, and is not read again.
    """
    values = asdict(metadata)
    if values["collection"] is None:
        del values["collection"]
    return values


def metadata_from(stored: str) -> Metadata:
    """Metadata of a row of ``documents``."""
    raw = json.loads(stored)
    return Metadata(**{**raw, "authors": tuple(raw.get("authors", ()))})


def passage_values(passage: Passage, digest: str) -> tuple[object, ...]:
    """What is stored of a passage: all but its document and its text, which is a part of the document's."""
    section, notes = _json(passage.section), _json(passage.notes)
    place = (passage.passage_id, passage.start, passage.end, passage.page)
    return (*place, section, notes, digest, passage.clause, passage.page_label)


def passage_from(row: Iterable[Any], document_id: str, text: str) -> Passage:
    """A passage of a row ``(passage_id, start, end, page, section, notes, clause, page_label)``, with its text."""
    passage_id, start, end, page, section, notes, clause, page_label = row
    return Passage(
        passage_id=passage_id,
        document_id=document_id,
        start=start,
        end=end,
        text=text,
        page=page,
        section=tuple(json.loads(section)),
        notes=tuple(json.loads(notes)),
        clause=clause,
        page_label=page_label,
    )


def _json(value: object) -> str:
    return _storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _storable(text: str) -> str:
    # Half a surrogate pair is no text, and SQLite takes NUL for the end of one. One character for one, so that offsets hold.
    return _NOT_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)
