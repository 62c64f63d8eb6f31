"""One paper being laid out: the catalogue's words, pieces with the calls of their notes, and the notes themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sourcier.app.exports.paper import Note, Span, clean
from sourcier.app.ui.words import Words
from sourcier.app.workshop.kit import Kit, Piece, Planned, Source
from sourcier.app.workshop.papers.blocks import Block, Cell, Handout, Heading, Listing, Look, Text
from sourcier.app.workshop.papers.typography import typeset
from sourcier.core.messages import Language, message

__all__ = ["Layout", "note_of", "place_of", "quoted_lines", "short_place"]


def quoted_lines(words: str) -> list[str]:
    """The lines of a quote: the items of an enumeration each have one."""
    return [line for line in map(clean, words.split("\n")) if line]


def place_of(source: Source, language: Language) -> str:
    """Where a quote is from: document, section, article, page, publisher, date, and the original where a sheet reports it."""
    page = source.page_label or source.page
    section = source.section or ""
    parts = (
        source.title,
        section.removeprefix(source.title).removeprefix(" › "),
        source.clause,
        message("export.page", language, page=page) if page else None,
        source.publisher,
        Words(language).date(source.date) if source.date else None,
        message("export.reports", language, original=source.reports) if source.reports else None,
    )
    return ", ".join(clean(part) for part in parts if part and clean(part))


def short_place(source: Source, language: Language) -> str:
    """The same for the foot of a slide: the document, and the one place in it that is told most precisely."""
    page = source.page_label or source.page
    inside = source.clause or (message("export.page", language, page=page) if page else None)
    inside = inside or (source.section or "").rpartition(" › ")[2]
    return ", ".join(clean(part) for part in (source.title, inside) if part and clean(part) != "")


def note_of(source: Source, number: int, language: Language) -> Note:
    """The note that proves a sentence. It begins with the source's number in the kit, that all files share."""
    quote = message("export.opened", language, quote=clean(source.quote))
    address = source.url if source.url and source.url.startswith(("http://", "https://")) else None
    label = message("workshop_files.source", language, number=source.number)
    return Note(number, f"{label} {quote}", place_of(source, language), href=clean(address) if address else None)


@dataclass(slots=True)
class Layout:
    """A paper being laid out. Its blocks are added in order; a source gets the next note the first time it is called."""

    kit: Kit
    organisation: str
    blocks: list[Block] = field(default_factory=list)
    _notes: dict[int, Note] = field(default_factory=dict)

    @property
    def language(self) -> Language:
        """The kit's."""
        return self.kit.brief.language

    def say(self, name: str, /, **values: object) -> str:
        """Our own words."""
        return message(f"workshop_files.{name}", self.language, **values)

    def quoted(self, words: str) -> str:
        """The words of a source between quotation marks."""
        return message("export.opened", self.language, quote=words)

    def set(self, text: str) -> str:
        """A sentence of the kit, clean and well spaced."""
        return typeset(clean(text), self.language)

    def source(self, number: int) -> Source | None:
        """A source of the kit by its number."""
        return next((source for source in self.kit.sources if source.number == number), None)

    # Blocks

    def heading(self, level: int, text: str) -> None:
        """Add a heading."""
        self.blocks.append(Heading(level, (Span(self.set(text)),)))

    def text(self, text: str, look: Look = "text", label: str = "") -> None:
        """Add a paragraph, after a label in bold."""
        self.blocks.append(Text((*self.label(label), Span(self.set(text))), look))

    def pieces(self, pieces: Iterable[Piece], label: str = "") -> None:
        """Add pieces, each a paragraph of its own."""
        self.blocks += self.paragraphs(pieces, label)

    def listing(self, items: Iterable[tuple[Span, ...]], mark: str = "bullet") -> None:
        """Add a list, unless it is empty."""
        listed = tuple(item for item in items if item)
        if listed:
            self.blocks.append(Listing(listed, mark))  # type: ignore[arg-type]

    # Spans

    def label(self, label: str) -> tuple[Span, ...]:
        """A label in bold, before what it names."""
        return (Span(label, strong=True), Span(" ")) if label else ()

    def calls(self, sources: Iterable[int]) -> tuple[Span, ...]:
        """The calls of the notes of some sources; one that the kit does not have is said to be missing."""
        spans: list[Span] = []
        for number in sources:
            source = self.source(number)
            if source is None:
                spans.append(Span(f" [{self.say('missing_source', number=number)}]", strong=True))
                continue
            if number not in self._notes:
                self._notes[number] = note_of(source, len(self._notes) + 1, self.language)
            spans.append(Span(note=self._notes[number].number))
        return tuple(spans)

    def piece(self, piece: Piece) -> tuple[Span, ...]:
        """A piece on one line: its text, between quotation marks where it is a quote, and the calls of its notes."""
        text = clean(piece.text)
        shown = self.quoted(text) if piece.kind == "quote" else self.set(text)
        return (Span(shown), *self.calls(piece.sources))

    def paragraphs(self, pieces: Iterable[Piece], label: str = "") -> tuple[Text, ...]:
        """Pieces as paragraphs; ``label`` stands before the first."""
        texts: list[Text] = []
        for piece in pieces:
            before = self.label(label) if not texts else ()
            if piece.kind == "quote":
                if before:
                    texts.append(Text(before[:1]))
                lines = self.quoted(piece.text.strip()).split("\n")
                spans: list[tuple[Span, ...]] = [(Span(line),) for line in map(clean, lines) if line]
                spans[-1] = (*spans[-1], *self.calls(piece.sources))
                texts += [Text(one, "quote") for one in spans]
            else:
                look: Look = "fiction" if piece.kind == "fiction" else "text"
                texts.append(Text((*before, *self.piece(piece)), look))
        return tuple(texts)

    def cell(self, text: str, *, strong: bool = False) -> Cell:
        """A cell of a table that holds one sentence."""
        return (Text((Span(self.set(text), strong=strong),)),)

    def boxed(self, source: Source) -> tuple[Text, ...]:
        """The exact words of a source, under its number and above where they are from."""
        lines = (Text((Span(line),), "quote") for line in quoted_lines(self.quoted(source.quote.strip())))
        title = Text((Span(self.say("extract", number=source.number), strong=True),))
        return (title, *lines, Text((Span(place_of(source, self.language)),), "small"))

    # What several papers say alike

    def numbered(self, planned: Planned, number: int) -> str:
        """The title of an activity, the same in every paper."""
        return self.say("activity", number=number, title=clean(planned.title))

    def minutes(self, minutes: int) -> str:
        """How long: « 25 min »."""
        return self.say("minutes", minutes=minutes)

    def clock(self, minutes: int) -> str:
        """How long since the session began: « 1 h 05 »."""
        return self.say("clock", hours=minutes // 60, minutes=f"{minutes % 60:02d}")

    def title(self) -> str:
        """The title of the session."""
        return self.set(self.kit.outline.title or self.kit.brief.title or self.kit.brief.theme)

    def done(self, name: str, title: str, subject: str) -> Handout:
        """The paper, whole."""
        return Handout(
            name=name,
            title=title,
            subject=f"{subject} — {self.title()}",
            author=clean(self.organisation),
            language=self.language,
            made=self.kit.made.when,
            blocks=tuple(self.blocks),
            notes=tuple(self._notes.values()),
            words={
                "page": message("export.page_of", self.language),
                "source": message("export.sources", self.language),
            },
        )
