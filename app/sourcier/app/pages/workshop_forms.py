"""What a trainer types: her wish and her outline, kept as typed until it can be used.

Everything comes back with each form, so that nothing is kept between two of them; whatever comes may have been changed by whoever
sends it, and is read as such.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args
from urllib.parse import parse_qs

from pydantic import ValidationError

from sourcier.app.workshop.kit import ActivityKind, Brief, Level, Objective, Outline, Planned, Topic
from sourcier.app.workshop.outline import usual
from sourcier.core.errors import UsageError
from sourcier.core.messages import LANGUAGES

__all__ = ["KINDS", "LEVELS", "MOST_ROWS", "BriefForm", "Fields", "OutlineForm", "Row", "fields_of", "invalid"]

KINDS: tuple[ActivityKind, ...] = get_args(ActivityKind)
LEVELS: tuple[Level, ...] = get_args(Level)
#: Activities of an outline: a day of them in quarters of an hour, and as many again.
MOST_ROWS = 60
_MOST_FIELDS = 2000
_LINE, _MOST_LINES = 300, 40

Fields = Mapping[str, Sequence[str]]

#: The field that an error is about, where it is about one.
_FIELD = {
    "workshop.no_theme": "theme",
    "workshop.theme_too_long": "theme",
    "workshop.outside": "theme",
    "workshop.bad_minutes": "minutes",
    "workshop_page.minutes_number": "minutes",
    "workshop.bad_group": "group_size",
    "workshop_page.group_number": "group_size",
    "workshop.unknown_document": "others",
    "workshop.unknown_section": "others",
}


def fields_of(body: bytes) -> dict[str, list[str]]:
    """The fields of a posted form, each with all its values in order; nothing where there are too many to be one of ours."""
    try:
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}


def invalid(key: str) -> str:
    """The name of the field that an error of that key is about; "" where it is about none."""
    return _FIELD.get(key, "")


@dataclass(frozen=True, slots=True)
class BriefForm:
    """The wish as typed.

    Attributes:
        documents: paths that are ticked; ``others`` paths or ``path#section``, one a line; ``goals`` one a line.
    """

    theme: str = ""
    documents: tuple[str, ...] = ()
    others: str = ""
    audience: str = ""
    minutes: str = "90"
    level: str = "beginner"
    group_size: str = "12"
    language: str = "fr"
    goals: str = ""
    title: str = ""

    @classmethod
    def read(cls, fields: Fields) -> BriefForm:
        """The form of posted fields; one that is absent is as it is at first."""
        given = {name: values[-1] for name, values in fields.items() if name in _TYPED and values}
        # A button that proposes another theme comes after what was typed.
        if instead := (fields.get("instead") or [""])[-1].strip():
            given["theme"] = instead
        return cls(**given, documents=tuple(dict.fromkeys(fields.get("document", ()))))

    def brief(self) -> Brief:
        """What it asks for, the numbers and choices being some; :func:`~sourcier.app.workshop.asked.check_brief` says the rest.

        Raises:
            UsageError: a number is none, a choice is not offered, or a line is as long as a page.
        """
        minutes = _whole(self.minutes, "workshop_page.minutes_number")
        group = _whole(self.group_size, "workshop_page.group_number")
        goals, others = _lines(self.goals), _lines(self.others)
        for text in (*goals, *others, self.audience, self.title):
            if len(text) > _LINE:
                raise UsageError("workshop_page.too_long", n=len(text), most=_LINE)
        if len(goals) > _MOST_LINES or len(others) > _MOST_LINES:
            raise UsageError("workshop_page.too_many_lines", most=_MOST_LINES)
        if self.level not in LEVELS or self.language not in LANGUAGES:
            raise UsageError("workshop_page.not_offered")
        return Brief.model_validate(
            {
                "theme": " ".join(self.theme.split()), "documents": tuple(dict.fromkeys((*self.documents, *others))),
                "audience": " ".join(self.audience.split()), "minutes": minutes, "level": self.level, "group_size": group,
                "language": self.language, "goals": goals, "title": " ".join(self.title.split()),
            }
        )  # fmt: skip

    def hidden(self) -> list[tuple[str, str]]:
        """Names and values that carry it through another form."""
        return [*((name, str(getattr(self, name))) for name in _TYPED), *(("document", one) for one in self.documents)]


_TYPED = ("theme", "others", "audience", "minutes", "level", "group_size", "language", "goals", "title")


@dataclass(frozen=True, slots=True)
class Row:
    """An activity as typed; ``was`` and ``was_topic`` are its kind and topic before this form."""

    id: str
    kind: str
    title: str
    minutes: str
    bloom: str
    grouping: str
    topic: str = ""
    was: str = ""
    was_topic: str = ""

    @classmethod
    def of(cls, planned: Planned) -> Row:
        """The row of an activity."""
        topic = planned.topic or ""
        return cls(
            planned.id, planned.kind, planned.title, str(planned.minutes), planned.bloom, planned.grouping, topic,
            planned.kind, topic,
        )  # fmt: skip

    @property
    def length(self) -> int:
        """Its minutes; 0 where what is typed is no number."""
        return int(self.minutes) if self.minutes.isascii() and self.minutes.isdigit() and len(self.minutes) < 5 else 0


_ROW = ("id", "kind", "title", "minutes", "bloom", "grouping", "topic", "was", "was_topic")


@dataclass(frozen=True, slots=True)
class OutlineForm:
    """The outline as typed. ``objectives`` are ``(text, bloom, topic)``; one whose text is emptied is dropped."""

    wish: BriefForm
    title: str
    objectives: tuple[tuple[str, str, str], ...]
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, wish: BriefForm, outline: Outline) -> OutlineForm:
        """The form of an outline that is proposed."""
        meant = tuple((one.text, one.bloom, one.topic or "") for one in outline.objectives)
        return cls(wish, outline.title, meant, tuple(Row.of(one) for one in outline.activities))

    @classmethod
    def read(cls, fields: Fields) -> OutlineForm:
        """The form of posted fields."""
        columns = [list(fields.get(f"a_{name}", ()))[: MOST_ROWS + 1] for name in _ROW]
        rows = tuple(Row(*values) for values in zip(*columns, strict=False))
        meant = [list(fields.get(name, ()))[:20] for name in ("o_text", "o_bloom", "o_topic")]
        title = (fields.get("plan_title") or [""])[-1]
        return cls(BriefForm.read(fields), title, tuple((a, b, c) for a, b, c in zip(*meant, strict=False)), rows)

    @property
    def sum(self) -> int:
        """Minutes of all the activities."""
        return sum(row.length for row in self.rows)

    def settled(self, topics: Sequence[Topic], brief: Brief) -> OutlineForm:
        """With what follows from a kind or a topic that was changed: what is asked of people, and a title nobody wrote."""
        known = {topic.id: topic for topic in topics}
        rows = []
        for row in self.rows:
            if (row.kind, row.topic) != (row.was, row.was_topic) and row.kind in KINDS and row.was in KINDS:
                now = usual(1, row.kind, known.get(row.topic), brief)
                before = usual(1, row.was, known.get(row.was_topic), brief)
                title = now.title if row.title.strip() in {"", before.title} else row.title
                asked = {"bloom": now.bloom, "grouping": now.grouping} if row.kind != row.was else {}
                row = replace(row, title=title, was=row.kind, was_topic=row.topic, **asked)
            rows.append(row)
        return replace(self, rows=tuple(rows))

    def changed(self, order: str, kind: str, topic: str, topics: Sequence[Topic], brief: Brief) -> OutlineForm:
        """After a button: ``up:N``, ``down:N``, ``drop:N`` (N from 0) or ``add``; anything else changes nothing.

        Raises:
            UsageError: it has as many activities as it may.
        """
        rows = list(self.rows)
        name, _, number = order.partition(":")
        place = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1
        if name == "add" and kind in KINDS:
            if len(rows) >= MOST_ROWS:
                raise UsageError("workshop_page.too_many_rows", most=MOST_ROWS)
            taken = {row.id for row in rows}
            free = next(n for n in range(1, MOST_ROWS + 2) if f"A{n}" not in taken)
            about = next((one for one in topics if one.id == topic), None)
            rows.append(Row.of(usual(free, kind, about, brief)))
        elif 0 <= place < len(rows):
            other = place + {"up": -1, "down": 1}.get(name, 0)
            if name == "drop":
                del rows[place]
            elif 0 <= other < len(rows):
                rows[place], rows[other] = rows[other], rows[place]
        return replace(self, rows=tuple(rows))

    def outline(self, brief: Brief) -> Outline:
        """The outline that it is; :func:`~sourcier.app.workshop.outline.check_outline` says whether it can be followed.

        Raises:
            UsageError: minutes are no number, a title is empty, or something in it is not offered.
        """
        if len(self.rows) > MOST_ROWS:
            raise UsageError("workshop_page.too_many_rows", most=MOST_ROWS)
        title = " ".join(self.title.split()) or brief.title or brief.theme
        for text in (title, *(row.title for row in self.rows), *(text for text, _, _ in self.objectives)):
            if len(text) > _LINE:
                raise UsageError("workshop_page.too_long", n=len(text), most=_LINE)
        activities = []
        for n, row in enumerate(self.rows, 1):
            if not row.title.strip():
                raise UsageError("workshop_page.no_title", n=n)
            if row.length < 1:
                raise UsageError("workshop_page.row_number", n=n, title=row.title.strip(), value=row.minutes[:20])
            activities.append(
                _made(
                    {"id": row.id, "kind": row.kind, "title": " ".join(row.title.split()), "minutes": row.length,
                     "bloom": row.bloom, "grouping": row.grouping, "topic": row.topic or None}
                )
            )  # fmt: skip
        try:
            meant = tuple(
                Objective.model_validate({"text": " ".join(text.split()), "bloom": bloom, "topic": topic or None})
                for text, bloom, topic in self.objectives
                if text.strip()
            )
        except ValidationError as error:
            raise UsageError("workshop_page.not_offered") from error
        return Outline(title=title, objectives=meant, activities=tuple(activities))

    def hidden(self) -> list[tuple[str, str]]:
        """Names and values that carry the whole of it through another form."""
        rows = [(f"a_{name}", str(getattr(row, name))) for row in self.rows for name in _ROW]
        meant = [
            pair
            for text, bloom, topic in self.objectives
            for pair in (("o_text", text), ("o_bloom", bloom), ("o_topic", topic))
        ]
        return [*self.wish.hidden(), ("plan_title", self.title), *meant, *rows]


def _made(values: Mapping[str, object]) -> Planned:
    try:
        return Planned.model_validate(values)
    except ValidationError as error:
        raise UsageError("workshop_page.not_offered") from error


def _whole(text: str, key: str) -> int:
    told = text.strip()
    if not (told.isascii() and told.removeprefix("-").isdigit() and len(told) < 8):
        raise UsageError(key, value=told[:20] or "—")
    return int(told)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in (" ".join(one.split()) for one in text.splitlines()) if line)
