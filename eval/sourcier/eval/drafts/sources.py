"""The sentences of a person's documents that a question can be made of: whole, clear alone, and saying something."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sourcier.core.types import BlockKind, Document
from sourcier.eval.drafts.rows import DraftError
from sourcier.eval.metrics.retrieval import same_document
from sourcier.index.search import Searcher
from sourcier.ingest.sentences import split_sentences

__all__ = ["Source", "chosen_documents", "names_in", "shuffled_sources"]

_WORDS = (8, 40)
#: What points at a sentence before it: nobody knows what is spoken of without that one.
_LEANING = re.compile(
    r"\W*(?:elles?|ils?|cela|ceci|ce|cet|cette|ces|celui|celles?|ceux|l[’']une?|on|or|mais|ainsi|donc|toutefois|cependant"
    r"|de plus|en outre|par ailleurs|ensuite|enfin|it|they|this|that|these|those|but|so|however)\b",
    re.IGNORECASE,
)
_INSIDE = re.compile(
    r"\b(?:ce|cet|cette|ces) (?:projet|document|texte|article|rapport|fiche|programme|mesure|règle)s?\b", re.IGNORECASE
)
_NAME = re.compile(r"(?<=[\wà-ÿ,’'] )(?:l[’']|d[’'])?((?:[A-ZÀ-ÖØ-Þ][\w’-]*[\wà-ÿ])(?: (?:[A-ZÀ-ÖØ-Þ][\w’-]+))*)")


@dataclass(frozen=True, slots=True)
class Source:
    """An exact sentence: ``document.text[start:end] == text``. ``heading``: title and nearest heading."""

    document_id: str
    path: str
    title: str
    heading: str
    start: int
    end: int
    text: str


def chosen_documents(searcher: Searcher, labels: Sequence[str]) -> list[Document]:
    """The documents that ``labels`` name (id, path, or the end of a path), or all, in the order of their paths.

    Raises:
        DraftError: a label names no document of the index.
    """
    rows = sorted(searcher.documents(), key=lambda row: row.path)
    for label in labels:
        if not any(_names(label, row.document_id, row.path) for row in rows):
            raise DraftError("drafting.no_such_document", label=label)
    wanted = [row for row in rows if not labels or any(_names(label, row.document_id, row.path) for label in labels)]
    return [searcher.document(row.document_id) for row in wanted]


def shuffled_sources(documents: Sequence[Document], seed: int) -> Iterator[Source]:
    """Sentences of all documents in turn, so that a long one does not take the place of the others; a seeded order."""
    generator = random.Random(seed)
    queues: list[list[Source]] = []
    for document in documents:
        found = list(_sources(document))
        generator.shuffle(found)
        queues.append(found)
    while any(queues):
        for queue in queues:
            if queue:
                yield queue.pop()


def names_in(text: str) -> list[str]:
    """Proper names and acronyms, those at the start of a sentence left out: any word has a capital there."""
    return list(dict.fromkeys(found.group(1) for found in _NAME.finditer(text)))


def _names(label: str, document_id: str, path: str) -> bool:
    return same_document(label, document_id, path) or path.startswith(f"{label.rstrip('/')}/")


def _sources(document: Document) -> Iterator[Source]:
    heading = ""
    for block in document.blocks:
        if block.kind is BlockKind.HEADING:
            heading = document.text[block.start : block.end]
            continue
        if block.kind is not BlockKind.PARAGRAPH:
            continue  # items, cells and notes say little without what stands around them
        for start, end in split_sentences(document.text, block.start, block.end):
            text = document.text[start:end]
            if _is_clear(text):
                title = document.metadata.title
                shown = " › ".join(dict.fromkeys(part for part in (title, heading) if part))
                yield Source(document.document_id, document.path, title, shown, start, end, text)


def _is_clear(text: str) -> bool:
    words = len(text.split())
    whole = text.rstrip("»” )").endswith((".", "!")) and "\n" not in text
    return _WORDS[0] <= words <= _WORDS[1] and whole and not _LEANING.match(text) and not _INSIDE.search(text)
