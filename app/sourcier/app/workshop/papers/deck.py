"""The slides of a session: one idea each, with what to say in the notes and where it is from at the foot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from sourcier.app.exports.paper import Front, clean
from sourcier.app.workshop.kit import Kit, Piece, Planned, QuizItem
from sourcier.app.workshop.papers.layout import Layout, note_of, quoted_lines, short_place
from sourcier.app.workshop.papers.quiz import offered

__all__ = ["Deck", "Line", "Panel", "deck"]

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of a slide. ``sources`` are the numbers, in the kit, of what carries it."""

    text: str
    look: Literal["text", "quote", "bullet", "fiction"] = "text"
    sources: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """A slide.

    Attributes:
        many: what is said in the place of the foot, after the numbers, where it would be too long.
        kind: ``title`` opens the session, ``section`` an activity; ``table`` shows ``rows`` under ``columns``.
        notes: what to say, for the person who speaks.
        places: where what it says is from, by the numbers of the sources. foot: the same in a line, for what it shows.
    """

    kind: Literal["title", "section", "content", "table"]
    title: str
    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    foot: str = ""
    places: tuple[tuple[int, str], ...] = ()
    many: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck(Front):
    """The slides, and what their file says of itself."""

    name: str
    panels: tuple[Panel, ...]


def deck(kit: Kit, organisation: str) -> Deck:
    """The slides of the session; the questions of the quiz are shown without their key, which is in the notes."""
    maker = _Maker(Layout(kit, organisation))
    layout = maker.layout
    subject = f"{layout.say('slides_subject')} — {layout.title()}"
    author = clean(organisation)
    return Deck(
        name="13-diapositives",
        title=layout.title(),
        subject=subject,
        author=author,
        language=layout.language,
        made=kit.made.when,
        panels=tuple(maker.panels()),
    )


@dataclass(frozen=True, slots=True)
class _Maker:
    layout: Layout

    def panels(self) -> Iterator[Panel]:
        layout, kit = self.layout, self.layout.kit
        told = " · ".join(filter(None, (layout.set(kit.brief.audience), layout.minutes(kit.outline.minutes))))
        lines = (Line(told), Line(clean(layout.organisation)))
        yield Panel("title", layout.title(), lines, (layout.say("slides_lead"),))
        goals = tuple(Line(layout.set(one.text), "bullet") for one in kit.outline.objectives)
        yield Panel("content", layout.say("objectives"), (Line(layout.say("objectives_lead")), *goals))
        yield self._agenda()
        activities = {activity.id: activity for activity in kit.activities}
        for number, planned in enumerate(kit.outline.activities, 1):
            activity = activities.get(planned.id)
            yield self._section(planned, number, (activity.aim, activity.late) if activity else ())
            for slide in activity.slides if activity else ():
                yield self._panel(layout.set(slide.title), slide.pieces, slide.notes)
            if planned.kind == "quiz":
                yield from (self._question(item, index) for index, item in enumerate(kit.quiz, 1))
        if kit.limits:
            yield self._panel(layout.say("limits_ai"), kit.limits, (), "bullet")

    def _agenda(self) -> Panel:
        layout = self.layout
        rows = []
        at = 0
        for number, planned in enumerate(layout.kit.outline.activities, 1):
            rows.append((layout.clock(at), layout.numbered(planned, number), layout.minutes(planned.minutes)))
            at += planned.minutes
        columns = (layout.say("column_moment"), layout.say("column_activity"), layout.say("column_length"))
        about = layout.say("agenda_about", minutes=layout.minutes(at))
        return Panel("table", layout.say("agenda"), columns=columns, rows=tuple(rows), about=about)

    def _section(self, planned: Planned, number: int, told: tuple[Piece, ...]) -> Panel:
        layout = self.layout
        line = f"{layout.minutes(planned.minutes)} · {layout.say(f'grouping_{planned.grouping}')}"
        labels = (layout.say("aim"), layout.say("late"))
        notes = [f"{label} {layout.set(piece.text)}" for label, piece in zip(labels, told, strict=False)]
        used = dict.fromkeys(number for piece in told for number in piece.sources)
        return Panel("section", layout.numbered(planned, number), (Line(line),), (*notes, *self._proofs(used)))

    def _panel(
        self, title: str, pieces: Iterable[Piece], notes: Iterable[Piece], look: Literal["text", "bullet"] = "text"
    ) -> Panel:
        lines: list[Line] = []
        shown = list(pieces)
        for piece in shown:
            lines += self._lines(piece, look if len(shown) < 2 else "bullet")
        on_slide = dict.fromkeys(number for piece in shown for number in piece.sources)
        told = list(notes)
        spoken = [self.layout.quoted(clean(p.text)) if p.kind == "quote" else self.layout.set(p.text) for p in told]
        used = dict.fromkeys([*on_slide, *(number for piece in told for number in piece.sources)])
        return Panel("content", title, tuple(lines), (*spoken, *self._proofs(used)), places=self._places(on_slide),
                     many=self.layout.say("foot_many"))  # fmt: skip

    def _lines(self, piece: Piece, look: Literal["text", "bullet"]) -> Iterator[Line]:
        layout = self.layout
        if piece.kind == "quote":
            lines = [Line(line, "quote") for line in quoted_lines(layout.quoted(piece.text.strip()))]
            yield from lines[:-1]
            yield replace(lines[-1], sources=piece.sources)
        elif piece.kind == "fiction":
            yield Line(f"{layout.say('invented')} {layout.set(piece.text)}", "fiction")
        else:
            yield Line(layout.set(piece.text), look, piece.sources)

    def _question(self, item: QuizItem, number: int) -> Panel:
        layout = self.layout
        lines = [Line(layout.set(item.stem))]
        if item.kind == "match":
            lines += [Line(f"{index}. {layout.set(pair.left)}") for index, pair in enumerate(item.pairs, 1)]
            lines += [Line(f"{_LETTERS[i]}. {layout.set(right)}") for i, right in enumerate(offered(item))]
            key = " · ".join(f"{clean(pair.left)} – {layout.set(pair.right.text)}" for pair in item.pairs)
        else:
            lines += [Line(f"{_LETTERS[i]}. {layout.set(one.text)}") for i, one in enumerate(item.choices)]
            right = [f"{_LETTERS[i]}. {layout.set(one.text)}" for i, one in enumerate(item.choices) if one.right]
            key = " · ".join(right) or f" {layout.say('or')} ".join(layout.set(answer) for answer in item.answers)
        notes = (f"{layout.say('answer_is')} {key}", layout.set(item.proof.text), *self._proofs(item.proof.sources))
        return Panel("content", layout.say("question_number", number=number), tuple(lines), notes)

    def _proofs(self, numbers: Iterable[int]) -> tuple[str, ...]:
        found = (self.layout.source(number) for number in numbers)
        return tuple(note_of(source, 0, self.layout.language).line() for source in found if source)

    def _places(self, numbers: Iterable[int]) -> tuple[tuple[int, str], ...]:
        layout = self.layout
        found = [source for source in map(layout.source, numbers) if source]
        return tuple((source.number, short_place(source, layout.language)) for source in found)
