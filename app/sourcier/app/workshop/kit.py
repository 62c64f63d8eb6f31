"""What a workshop kit is: one content, whatever files it is written to.

Every sentence that states something of the documents is a :class:`Piece` of kind ``fact`` or ``quote``, with the numbers
of the exact quotes that carry it; the model of the kit refuses one without. What is ours (instructions, questions,
made-up situations) is said to be so, and states nothing of the documents.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = [
    "LOWER_BLOOM",
    "SCHEMA",
    "Activity",
    "Bloom",
    "Brief",
    "Case",
    "Choice",
    "Event",
    "GlossaryEntry",
    "Kit",
    "LeftOut",
    "Made",
    "Objective",
    "Outline",
    "Pair",
    "Piece",
    "PieceKind",
    "Planned",
    "QuizItem",
    "QuizKind",
    "Reading",
    "Slide",
    "Source",
    "Step",
    "Task",
    "Topic",
]

#: Raised when a saved kit could not be read by the code before; ``shelf`` says what it does with another number.
SCHEMA = 1

#: The levels of the revised taxonomy (Anderson & Krathwohl, 2001), lowest first.
Bloom = Literal["remember", "understand", "apply", "analyse", "evaluate", "create"]
LOWER_BLOOM: frozenset[Bloom] = frozenset({"remember", "understand"})

#: ``fact`` is written and verified, ``quote`` is a source's own words; ``instruction`` and ``question`` are ours and state
#: nothing of the documents; ``fiction`` is a made-up situation, and is always announced as one.
PieceKind = Literal["fact", "quote", "instruction", "question", "fiction"]
_PROVEN = frozenset({"fact", "quote"})

Level = Literal["beginner", "intermediate", "advanced"]
ActivityKind = Literal[
    "opening", "discover", "detective", "sort", "case", "debate", "position", "quiz", "commit", "break", "closing"
]
Grouping = Literal["plenary", "alone", "pairs", "teams"]
QuizKind = Literal["single", "multiple", "true_false", "match", "short"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Frozen):
    """An exact quote: ``quote == canonical_text[start:end]`` of the document when the kit was made.

    Attributes:
        number: from 1, the same in every file of the kit.
        document_id: hash of the document's content: another one at the same ``path`` means that it has changed.
        section: headings above, joined by `` › ``; ``reports`` the original that a sheet reports.
    """

    number: int = Field(ge=1)
    document_id: str
    path: str
    title: str
    start: int = Field(ge=0)
    end: int
    quote: str
    section: str | None = None
    page: int | None = None
    page_label: str | None = None
    clause: str | None = None
    publisher: str | None = None
    date: str | None = None
    reports: str | None = None
    url: str | None = None


class Piece(_Frozen):
    """A sentence, or a few.

    Attributes:
        sources: numbers of the quotes that carry it, in the order they are called.
        support: the verifier's probability, 0 to 1, that they do; 1 for a quote; None for what states nothing.
    """

    kind: PieceKind
    text: str = Field(min_length=1)
    sources: tuple[int, ...] = ()
    support: float | None = Field(default=None, ge=0, le=1)

    @model_validator(mode="after")
    def _proven(self) -> Self:
        if (self.kind in _PROVEN) != bool(self.sources) or (self.kind in _PROVEN) != (self.support is not None):
            raise ValueError(f"a {self.kind} with sources {self.sources} and support {self.support}")
        return self


class Brief(_Frozen):
    """What the trainer asks for.

    Attributes:
        theme: in her own words; may be empty where ``documents`` are chosen.
        documents: paths of documents, or ``path#Section › Sub-section``, to make the kit from; empty for all.
        minutes: the whole session, breaks included.
        goals: what participants should be able to do, in her own words; proposed where empty.
        avoid: sentences, figures or names never to be used.
    """

    theme: str = ""
    documents: tuple[str, ...] = ()
    audience: str = ""
    minutes: int = 90
    level: Level = "beginner"
    group_size: int = 12
    language: Literal["fr", "en"] = "fr"
    goals: tuple[str, ...] = ()
    title: str = ""


class Topic(_Frozen):
    """One thing that the documents say on the theme: a heading of theirs, and their sentences, best first."""

    id: str
    title: str
    facts: tuple[Piece, ...]


class Objective(_Frozen):
    """What participants will be able to do. ``text`` starts with a verb of ``bloom``."""

    text: str
    bloom: Bloom
    topic: str | None = None


class Planned(_Frozen):
    """A line of the outline, that the trainer may move, stretch, drop or add to.

    Attributes:
        id: ``A1``, ``A2``…; it stays with the activity when the order changes.
        topic: the id of the topic it works on, where it works on one.
    """

    id: str
    kind: ActivityKind
    title: str
    minutes: int = Field(ge=1)
    bloom: Bloom
    grouping: Grouping = "plenary"
    topic: str | None = None


class Outline(_Frozen):
    """The agenda, in order; the minutes add up to the brief's."""

    title: str
    objectives: tuple[Objective, ...]
    activities: tuple[Planned, ...]

    @property
    def minutes(self) -> int:
        """How long the activities last together."""
        return sum(planned.minutes for planned in self.activities)


class Step(_Frozen):
    """A moment of an activity, for the person who leads it.

    Attributes:
        at: minutes since the activity began; ``minutes`` how long it lasts.
        do, say, ask: what to do, to say and to ask, each possibly nothing.
        expected: what participants may be expected to answer, with its proof.
    """

    at: int = Field(ge=0)
    minutes: int = Field(ge=1)
    do: tuple[Piece, ...] = ()
    say: tuple[Piece, ...] = ()
    ask: tuple[Piece, ...] = ()
    expected: tuple[Piece, ...] = ()


class Task(_Frozen):
    """An exercise of the participant's booklet: no answer in it.

    Attributes:
        boxed: numbers of the sources printed in a box, word for word.
        columns: titles of a table to fill; ``rows`` what stands in its first column.
        lines: lines to write on, under the prompt.
    """

    prompt: Piece
    boxed: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    lines: int = Field(default=0, ge=0, le=30)


class Slide(_Frozen):
    """One idea. ``notes`` are for the person who speaks."""

    title: str
    pieces: tuple[Piece, ...] = ()
    notes: tuple[Piece, ...] = ()


class Activity(_Frozen):
    """An activity, written: the same ``id``, title and minutes as in the outline.

    Attributes:
        aim: what it is for.
        late: what to do if it runs late; ``early`` if there is time left.
        material: what must be on the tables.
    """

    id: str
    aim: Piece
    steps: tuple[Step, ...]
    late: Piece
    early: Piece | None = None
    material: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()
    slides: tuple[Slide, ...] = ()


class Choice(_Frozen):
    """A choice of a question. ``reason`` says why it is right or wrong, with its proof."""

    text: str
    right: bool
    reason: Piece


class Pair(_Frozen):
    """What goes together: a term and what the documents say of it."""

    left: str
    right: Piece


class QuizItem(_Frozen):
    """A question whose key was checked against the documents.

    Attributes:
        id: ``Q1``, ``Q2``…
        choices: for ``single``, ``multiple`` and ``true_false`` (two: true, false), in the order they are printed.
        pairs: for ``match``. ``answers``: for ``short``, every wording that is accepted.
        proof: why the key is right.
        support: the verifier's probability that the proof carries the key; ``worst_wrong`` the highest it gives to a wrong
            choice against the whole corpus; None where there is no wrong choice.
    """

    id: str
    kind: QuizKind
    stem: str
    bloom: Bloom
    proof: Piece
    topic: str | None = None
    choices: tuple[Choice, ...] = ()
    pairs: tuple[Pair, ...] = ()
    answers: tuple[str, ...] = ()
    support: float = Field(ge=0, le=1)
    worst_wrong: float | None = Field(default=None, ge=0, le=1)


class Case(_Frozen):
    """A made-up situation to discuss.

    Attributes:
        story: fiction, and said to be; no real person, no fact of the documents.
        debrief: what the documents allow to say, with its proof.
        trap: the answer that comes first and does not hold, and why.
    """

    id: str
    title: str
    story: tuple[Piece, ...]
    questions: tuple[Piece, ...]
    debrief: tuple[Piece, ...]
    trap: Piece | None = None
    topic: str | None = None


class GlossaryEntry(_Frozen):
    """A term, in the documents' own definition. ``expansion`` is what an acronym stands for."""

    term: str
    definition: Piece
    expansion: str | None = None


class Event(_Frozen):
    """What happened, or will. ``date`` is ISO 8601, as precise as the source; ``shown`` as the source writes it."""

    date: str
    shown: str
    text: Piece


class Reading(_Frozen):
    """A document to read further, and the sources of the kit that come from it."""

    path: str
    title: str
    publisher: str | None = None
    date: str | None = None
    url: str | None = None
    sources: tuple[int, ...] = ()


class LeftOut(_Frozen):
    """A sentence that was written and not kept, for the trainer to see. ``part`` is the id of where it would have been."""

    part: str
    text: str
    reason: str
    explanation: str = ""


class Made(_Frozen):
    """How the kit was made.

    Attributes:
        generation: name of the index generation its passages come from.
        seconds: how long it took; ``energy_wh`` an estimate.
    """

    when: datetime
    generation: str
    provider: str
    model: str = ""
    digest: str = ""
    seconds: float = 0.0
    energy_wh: float = 0.0


class Kit(_Frozen):
    """A whole kit. Every number in ``sources`` of any piece is that of one of :attr:`sources`."""

    schema_number: Annotated[int, Field(alias="schema")] = SCHEMA
    id: str
    brief: Brief
    outline: Outline
    topics: tuple[Topic, ...]
    activities: tuple[Activity, ...]
    quiz: tuple[QuizItem, ...] = ()
    cases: tuple[Case, ...] = ()
    glossary: tuple[GlossaryEntry, ...] = ()
    timeline: tuple[Event, ...] = ()
    reading: tuple[Reading, ...] = ()
    limits: tuple[Piece, ...] = ()
    sources: tuple[Source, ...]
    left_out: tuple[LeftOut, ...] = ()
    made: Made

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
