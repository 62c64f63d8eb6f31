"""Answers laid out as a paper: every quote compared again with the documents, and numbered in the order it is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime

from sourcier.app.exports.body import ExportedAnswer, ExportedCitation
from sourcier.app.exports.paper import Block, Kind, Note, Paper, Span, clean
from sourcier.app.ui.words import Words
from sourcier.core.errors import StoreError
from sourcier.core.messages import Language, message
from sourcier.core.types import Document, Metadata
from sourcier.core.validity import validity

__all__ = ["compose"]

#: An address that a reader may be sent to: written whole, without white space.
_ADDRESS = re.compile(r"https?://[^\s<>\"'\\^`{|}\x00-\x1f]{1,2000}", re.IGNORECASE)

Find = Callable[[str], Document]


def compose(
    answers: Sequence[ExportedAnswer], find: Find, language: Language, organisation: str, made: datetime
) -> Paper:
    """The paper of a conversation.

    Args:
        find: gives a document of the index by its id; raises ``StoreError`` where there is none.
        made: when, with its time zone.
    """
    return _Composer(find, language, organisation, made).paper(answers)


class _Composer:
    def __init__(self, find: Find, language: Language, organisation: str, made: datetime) -> None:
        self._find = find
        self._language = language
        self._words = Words(language)
        self._organisation = clean(organisation)
        self._made = made
        self._documents: dict[str, Document | None] = {}
        self._notes: list[Note] = []
        self._cited: dict[str, ExportedCitation] = {}

    def paper(self, answers: Sequence[ExportedAnswer]) -> Paper:
        blocks = [block for answer in answers for block in self._answer(answer)]
        total = len(self._notes)
        found = sum(not note.lost for note in self._notes)
        ending = self._say("made", when=self._when(self._made), organisation=self._organisation)
        ending += " " + self._say("checked", found=found, total=total) if total else ""
        if self._cited:
            blocks += [Block("heading", (Span(self._say("documents")),)), *map(self._listed, self._cited.values())]
        blocks.append(Block("facts", (Span(f"{ending} {self._say('caution')}"),)))
        return Paper(
            title=self._say("title_one") if len(answers) == 1 else self._say("title_many"),
            subject=self._say("subject"),
            author=self._organisation,
            language=self._language,
            made=self._made,
            blocks=tuple(blocks),
            notes=tuple(self._notes),
            words={"sources": self._say("sources"), "page": self._say("page_of")},
        )

    def _answer(self, answer: ExportedAnswer) -> list[Block]:
        blocks = [_block("heading", answer.question)]
        if answer.asked_at:
            blocks.append(_block("facts", self._say("asked", when=self._when(answer.asked_at))))
        if answer.standalone:
            blocks.append(_block("text", self._say("understood", standalone=answer.standalone)))
        status = self._status(answer)
        blocks.append(Block("notice", (Span(status, strong=True),)))
        blocks += [_block("notice", notice) for notice in answer.notices]
        first = len(self._notes) + 1
        if answer.status == "abstained":
            blocks += [_block("text", answer.answer)] if clean(answer.answer) != status else []
        else:
            blocks += self._sentences(answer)
        blocks += self._nearest(answer.nearest)
        blocks.append(_block("facts", self._facts(answer)))
        numbers = tuple(range(first, len(self._notes) + 1))
        if numbers:
            blocks.append(Block("notes", notes=numbers))
        return [block for block in blocks if block.notes or any(span.text for span in block.spans)]

    def _status(self, answer: ExportedAnswer) -> str:
        if answer.outside:
            return self._say("outside")
        return message(f"export.{answer.status}", self._language)

    def _sentences(self, answer: ExportedAnswer) -> list[Block]:
        """Quotes each by itself, list items too, and the other sentences run on."""
        known = {citation.marker: citation for citation in answer.citations}
        numbers: dict[int, int] = {}
        blocks: list[Block] = []
        running: list[Span] = []

        def end() -> None:
            if running:
                blocks.append(Block("text", tuple(running)))
                running.clear()

        for sentence in answer.sentences:
            text = clean(sentence.text)
            spans = [Span(text)]
            for marker in dict.fromkeys(sentence.citations):
                if marker in known:
                    if marker not in numbers:
                        numbers[marker] = self._note(known[marker])
                    spans.append(Span(note=numbers[marker]))
            if len(spans) == 1:
                spans.append(Span(f" [{self._say('unsourced')}]", strong=True))
            item = _ITEM.match(text)
            if answer.status == "quoted" or item:
                end()
                spans[0] = Span(text[item.end() :]) if item else spans[0]
                blocks.append(Block("item" if item else "quote", tuple(spans)))
            else:
                running += [Span(" "), *spans] if running else spans
        end()
        return blocks

    def _note(self, citation: ExportedCitation) -> int:
        number = len(self._notes) + 1
        document = self._document(citation.document_id)
        lost = "" if document is not None and _holds(document, citation) else self._say("lost")
        quote = self._say("opened", quote=clean(citation.quote))
        place = self._place(citation, document)
        self._notes.append(Note(number, quote, place, lost, _address(document.metadata.url if document else None)))
        if document is not None:
            self._cited.setdefault(document.document_id, citation)
        return number

    def _place(self, citation: ExportedCitation, document: Document | None) -> str:
        """Where the quote is. What the index knows of the document is preferred to what was sent."""
        metadata = document.metadata if document else Metadata(citation.title, citation.publisher, citation.date)
        page = citation.page_label or citation.page
        parts = [
            metadata.title,
            citation.section,
            citation.clause,
            self._say("page", page=page) if page else None,
            metadata.publisher,
            self._words.date(metadata.date) if metadata.date else None,
            self._validity(metadata),
            self._say("reports", original=citation.reports) if citation.reports else None,
        ]
        return ", ".join(clean(part) for part in parts if part and clean(part))

    def _validity(self, metadata: Metadata) -> str | None:
        match validity(metadata, date.today()):
            case "expired":
                return self._say("expired", date=self._words.date(metadata.valid_until or ""))
            case "future":
                return self._say("future", date=self._words.date(metadata.valid_from or ""))
        return None

    def _listed(self, citation: ExportedCitation) -> Block:
        document = self._document(citation.document_id)
        assert document is not None
        metadata = document.metadata
        parts = [metadata.publisher, self._words.date(metadata.date) if metadata.date else None]
        rest = "".join(f", {clean(part)}" for part in parts if part)
        spans = [Span(clean(metadata.title), strong=True), Span(f"{rest} ({clean(document.path)})")]
        address = _address(metadata.url)
        if address:
            spans += [Span(" — "), Span(address, href=address)]
        return Block("listed", tuple(spans))

    def _nearest(self, nearest: Sequence[ExportedCitation]) -> list[Block]:
        if not nearest:
            return []
        blocks = [_block("sub", self._say("nearest")), _block("text", self._say("nearest_note"))]
        for citation in nearest:
            document = self._document(citation.document_id)
            held = document is not None and _holds(document, citation)
            warning = () if held else (Span(f"[{self._say('lost')}] ", strong=True),)
            quote = self._say("opened", quote=clean(citation.quote))
            blocks.append(Block("item", (*warning, Span(f"{quote} — {self._place(citation, document)}"))))
        return blocks

    def _facts(self, answer: ExportedAnswer) -> str:
        model = answer.model
        if answer.status == "answered" and model.provider != "none":
            provider = message(f"export.provider_{model.provider}", self._language)
            facts = [self._say("written", model=model.name or provider, provider=provider)]
        else:
            facts = [self._say("written_none")]
        if "total" in answer.timings_ms:
            facts.append(self._say("duration", seconds=self._words.number(answer.timings_ms["total"] / 1000, 1)))
        if answer.energy_wh:
            digits = 2 if answer.energy_wh >= 0.1 else 3
            facts.append(self._say("energy", energy=self._words.number(answer.energy_wh, digits)))
        if answer.removed:
            count = len(answer.removed)
            facts.append(self._say("removed_one") if count == 1 else self._say("removed_many", count=count))
        return " · ".join(facts)

    def _document(self, identity: str) -> Document | None:
        if identity not in self._documents:
            try:
                self._documents[identity] = self._find(identity)
            except StoreError:
                self._documents[identity] = None
        return self._documents[identity]

    def _when(self, moment: datetime) -> str:
        day = self._words.date(moment.date().isoformat())
        return self._say("when", date=day, hour=moment.hour, minute=f"{moment.minute:02}")

    def _say(self, name: str, **values: object) -> str:
        return clean(message(f"export.{name}", self._language, **values))


_ITEM = re.compile(r"(?:[-–—•*]|\d{1,2}[.)])\s+")


def _holds(document: Document, citation: ExportedCitation) -> bool:
    """Whether the document holds the quote, at its place or, if the text moved since, at another."""
    if not citation.quote.strip():
        return False
    return document.text[citation.start : citation.end] == citation.quote or citation.quote in document.text


def _address(url: str | None) -> str | None:
    return url if url and _ADDRESS.fullmatch(url) else None


def _block(kind: Kind, text: str) -> Block:
    return Block(kind, (Span(clean(text)),))
