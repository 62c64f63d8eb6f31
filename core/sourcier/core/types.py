"""What passes from one stage to the next: plain frozen values, no behaviour of their own.

All offsets are Unicode code points into a document's canonical text, ``start`` included, ``end`` not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from sourcier.core.organisation import Contact

Status = Literal["answered", "quoted", "abstained"]


class BlockKind(StrEnum):
    """The role of a stretch of canonical text."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of canonical text with one role: ``text[start:end]``, without surrounding white space.

    Attributes:
        level: 1–6 for a heading, nesting depth (0 first) for a list item, 0 elsewhere.
        page: physical page, from 1, where the file has pages.
        notes: full texts of the notes this block points to. In the sheets of the corpus, the original it reports.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    page: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a document beside its text. Dates are ISO 8601, as precise as known.

    Attributes:
        kind: ``law``, ``agreement``, ``position``, ``news``, ``sheet``, or a word of the organisation's own.
        valid_from: first day it is in force; ``valid_until`` the last one.
        audience: whom it is written for, in the organisation's own words.
        collection: the set of documents it belongs to, where that is not its folder; levels are set apart by ``/``.
    """

    title: str
    publisher: str | None = None
    date: str | None = None
    language: str | None = None
    kind: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    valid_from: str | None = None
    valid_until: str | None = None
    audience: str | None = None
    collection: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What reading changed, left out or could not keep: what a steward has to know of a document.

    Attributes:
        key: sentence of the catalogue, ``finding.…``; it may name ``{count}``, ``{sample}`` and ``{page}``.
        sample: a short piece of what is concerned, as it was; never shown to members.
        page: first physical page it was met on, from 1.
    """

    key: str
    count: int = 1
    sample: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One source file (or one row of a collection) as read: canonical text and structure.

    Attributes:
        document_id: first 16 hexadecimal digits of the sha256 of the source's content.
        path: where it is in the corpus, with ``/``; ``FILE#id`` for a row of a collection.
        blocks: in reading order, not overlapping; every visible character of ``text`` is in one of them.
        findings: what reading changed, left out or could not keep, for the steward.
        page_labels: what is printed on each physical page (``iv``, ``12``), in order; empty when that is its number.
    """

    document_id: str
    path: str
    text: str
    blocks: tuple[Block, ...]
    metadata: Metadata
    findings: tuple[Finding, ...] = ()
    page_labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk of a document: ``document.text[start:end] == text``.

    Attributes:
        passage_id: hash of document, offsets and text; the same text at the same place keeps its id.
        section: headings above it, outermost first (the document's title is not repeated).
        notes: notes its blocks point to.
        clause: number of the article or clause it belongs to, as people write it (« art. 5-3.00 »).
        page_label: what is printed on its page, where that is not the page's number.
    """

    passage_id: str
    document_id: str
    start: int
    end: int
    text: str
    page: int | None = None
    section: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    clause: str | None = None
    page_label: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found, with all that is needed to show it. ``rank`` starts at 1."""

    rank: int
    score: float
    passage: Passage
    path: str
    metadata: Metadata
    dense: float = 0.0
    lexical: float = 0.0


@dataclass(frozen=True, slots=True)
class Citation:
    """Proof of a sentence: ``quote == canonical_text[start:end]`` of the document, exactly.

    Attributes:
        marker: the number shown in the answer as ``[1]``, from 1.
        page: physical page of the quote's first character, from 1; ``page_label`` what is printed on it, where known.
        reports: for a sheet, the original that the quoted paragraph reports.
        clause: number of the article or clause the quote is in, as people write it (« art. L. 1222-1, al. 2 »).
        valid_from: first day the document is in force; ``valid_until`` the last one.
        validity: ``in_force``, ``expired``, ``future`` or ``unknown``, on the day of the answer.
    """

    marker: int
    document_id: str
    path: str
    title: str
    start: int
    end: int
    quote: str
    page: int | None = None
    section: str | None = None
    publisher: str | None = None
    date: str | None = None
    reports: str | None = None
    clause: str | None = None
    page_label: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    validity: str = "unknown"


#: How an answer is to be written: as it comes, in brief, in detail, or in plain language.
Style = Literal["normal", "brief", "detailed", "plain"]


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence that may be shown: ``support`` is the verifier's probability that its citations entail it."""

    text: str
    citations: tuple[int, ...]
    support: float


@dataclass(frozen=True, slots=True)
class Removed:
    """A sentence the model wrote and the verifier refused.

    ``reason`` is a short code (``number``, ``name``…), ``explanation`` a sentence for people, where there is one.
    """

    text: str
    reason: str
    support: float = 0.0
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which model wrote an answer. ``provider`` is ``ollama``, ``embedded`` or ``none``."""

    provider: str
    name: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, in the shape of the contract (see ``docs/architecture.md``).

    Attributes:
        answer: one text, with markers like ``[1]``; for an abstention, the sentence that says so.
        timings_ms: ``retrieve``, ``first_source``, ``first_sentence`` and ``total``, milliseconds since the question.
        usage: ``prompt_tokens`` and ``completion_tokens`` of the language model, where it says them.
        energy_wh: estimate for this answer, watt-hours.
        standalone: the question that was searched for and answered, where a follow-up had to be completed; else "".
        style: how it was to be written.
        nearest: where nothing is answered, exact stretches close to the question. They prove nothing, are shown apart,
            and have no marker (0).
        outside: where the question is none for the documents, the short code of why (``poem``, ``medical``…).
        contacts: where nothing is answered, the persons of the settings to turn to about it, three at most.
        answerable: the probability, 0 to 1, that the passages found answer; None where it was not looked at.
        cached: whether the answer was verified before, for the same question, index, model and settings.
    """

    question: str
    status: Status
    answer: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    removed: tuple[Removed, ...]
    retrieved: tuple[Hit, ...]
    model: ModelInfo
    timings_ms: dict[str, float] = field(default_factory=dict)
    usage: dict[str, int] = field(default_factory=dict)
    energy_wh: float = 0.0
    notices: tuple[str, ...] = ()
    id: str | None = None
    standalone: str = ""
    style: Style = "normal"
    nearest: tuple[Citation, ...] = ()
    outside: str | None = None
    contacts: tuple[Contact, ...] = ()
    answerable: float | None = None
    cached: bool = False
