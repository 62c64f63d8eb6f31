"""A whole kit, step by step: topics, outline, words, activities, quiz, glossary, timeline. Each part can be made again alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sourcier.app.energy import EnergyMeter
from sourcier.app.models.cancelling import current
from sourcier.app.workshop.activities import Making, write_activity
from sourcier.app.workshop.cases import make_cases
from sourcier.app.workshop.gather import Gathered, gather
from sourcier.app.workshop.glossary import make_glossary
from sourcier.app.workshop.kit import Activity, Brief, Case, Kit, Made, Outline, Piece, Planned, Reading, Source, Topic
from sourcier.app.workshop.outline import check_outline, draft_outline
from sourcier.app.workshop.papers.typography import typeset
from sourcier.app.workshop.quiz import make_quiz
from sourcier.app.workshop.sources import Sources
from sourcier.app.workshop.timeline import make_timeline
from sourcier.app.workshop.tools import NO_MODEL, Tools
from sourcier.app.workshop.writer import Writer
from sourcier.core.errors import UsageError
from sourcier.core.messages import message

__all__ = ["PARTS", "STAGES", "Progress", "Stage", "make_kit", "make_outline", "redo"]

Stage = Literal["gather", "outline", "words", "cases", "activities", "quiz", "glossary", "timeline", "done"]
STAGES: tuple[Stage, ...] = (
    "gather",
    "outline",
    "words",
    "cases",
    "activities",
    "quiz",
    "glossary",
    "timeline",
    "done",
)
Progress = Callable[[Stage, int, int], None]
"""Told of the stage that begins, and of how many of its things are done out of how many."""

#: The parts that ``redo`` knows beside the ids of activities and cases.
PARTS = ("cases", "quiz", "glossary", "timeline", "limits")
_SEED = 20_260
#: Facts of each topic that a model says again in plain words, and writes a question on.
_REWORDED = 3
#: Seconds that a model may take for its sentences, its questions and its situations. On two free cores it needs less; on a busy
#: machine, what it has not said by then stays a quote, and the kit is ready in the time that was promised.
_PLAIN_S, _QUESTIONS_S, _STORIES_S = 240.0, 120.0, 90.0
#: Minutes of quiz that one question takes; and how many at the least, and at the most.
_PER_QUESTION, _FEWEST, _MOST = 1.2, 6, 20


def _silent(stage: Stage, done: int, total: int) -> None:
    """Nobody is told."""


def make_outline(brief: Brief, tools: Tools) -> tuple[Outline, Gathered]:
    """The outline that is proposed for a brief, for the trainer to edit, and the topics it names.

    Raises:
        UsageError, QuestionError, EmptyIndexError: see :func:`~sourcier.app.workshop.gather.gather`.
    """
    gathered = gather(brief, tools, Sources(tools.searcher.document))
    return draft_outline(brief, gathered), gathered


def make_kit(
    brief: Brief,
    tools: Tools,
    *,
    kit_id: str,
    outline: Outline | None = None,
    progress: Progress = _silent,
    now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
) -> Kit:
    """A kit from a brief, along ``outline`` where one was edited.

    Without a language model the same index, brief and outline give the same kit, but for its date and how long it took.
    A cancellation in force (``sourcier.app.models.cancelling``) stops it between two things made; nothing is kept of it then.

    Raises:
        UsageError, QuestionError, EmptyIndexError: see :func:`~sourcier.app.workshop.gather.gather`.
        UsageError: the outline cannot be followed.
        CancelledAnswer: it was asked to stop.
    """
    started, meter = time.monotonic(), EnergyMeter(tools.settings.energy.watts)
    sources = Sources(tools.searcher.document)
    progress("gather", 0, 1)
    generation = tools.searcher.generation.name
    gathered = gather(brief, tools, sources)
    progress("outline", 0, 1)
    plan = outline or draft_outline(brief, gathered)
    check_outline(plan, brief, gathered.topics)
    model = tools.writer()
    writer = Writer(model, tools, sources) if model is not None else None
    words = _words(gathered.topics, writer, progress)
    if writer is not None:
        writer.give(_STORIES_S)
    cases = make_cases(brief, plan.activities, gathered.topics, sources, writer)
    progress("cases", len(cases), len(cases))
    making = Making(brief, plan.title, gathered.topics, cases, words.plain, words.asked)
    activities = []
    for n, planned in enumerate(plan.activities):
        current().check()
        progress("activities", n, len(plan.activities))
        activities.append(write_activity(planned, making))
    progress("quiz", 0, 1)
    quiz, refused = make_quiz(
        gathered.topics, sources, tools, count=_questions(plan), language=brief.language, seed=_SEED
    )
    current().check()
    progress("glossary", 0, 1)
    glossary = make_glossary(gathered.topics, sources, tools)
    current().check()
    progress("timeline", 0, 1)
    timeline = make_timeline(gathered.topics, sources, tools)
    info = model.info if model is not None else NO_MODEL
    kit = Kit(
        id=kit_id,
        brief=brief,
        outline=plan,
        topics=gathered.topics,
        activities=tuple(activities),
        quiz=quiz,
        cases=cases,
        glossary=glossary,
        timeline=timeline,
        limits=_limits(brief, tools, written=writer is not None),
        sources=sources.all(),
        left_out=(*(writer.left_out if writer is not None else ()), *refused),
        made=Made(
            when=now(),
            generation=generation,
            provider=info.provider,
            model=info.name,
            digest=info.digest,
            seconds=round(time.monotonic() - started, 1),
            energy_wh=round(meter.watt_hours(), 4),
        ),
    )
    progress("done", 1, 1)
    return _with_reading(kit)


def redo(kit: Kit, part: str, tools: Tools, progress: Progress = _silent) -> Kit:
    """The kit with one part made again, otherwise than it was: an activity or a case by its id, or one of :data:`PARTS`.

    Other parts, and the numbers of their sources, stay as they are; ``kit`` itself is not changed.

    Raises:
        UsageError: the kit has no such part, or its documents have changed so much that its topics are gone.
    """
    sources = Sources(tools.searcher.document, kit.sources)
    brief = kit.brief
    left = [one for one in kit.left_out if not _is_of(one.part, part)]
    planned = next((one for one in kit.outline.activities if one.id == part), None)
    known = [*(one.id for one in kit.outline.activities), *(case.id for case in kit.cases), *PARTS]
    if part not in known:
        raise UsageError("workshop.unknown_part", part=part, known=", ".join(known))
    model = tools.writer()
    writer = Writer(model, tools, sources) if model is not None else None
    changed: dict[str, object] = {}
    if planned is not None:
        before = next((one for one in kit.activities if one.id == part), None)
        topics = [topic for topic in kit.topics if planned.topic in {None, topic.id}]
        words = _words(topics, writer, progress, variant=1) if planned.kind != "break" else _Words({}, {})
        changed["activities"] = tuple(
            _another(planned, before, Making(brief, kit.outline.title, kit.topics, kit.cases, words.plain, words.asked))
            if one.id == part
            else one
            for one in kit.activities
        )
    elif part == "cases" or part in {case.id for case in kit.cases}:
        changed["cases"] = _other_cases(kit, part, sources, writer)
        making = Making(brief, kit.outline.title, kit.topics, changed["cases"])  # type: ignore[arg-type]
        cases_of = {one.id: one for one in kit.outline.activities if one.kind == "case"}
        changed["activities"] = tuple(
            write_activity(cases_of[one.id], making) if one.id in cases_of else one for one in kit.activities
        )
    elif part == "quiz":
        progress("quiz", 0, 1)
        seed = _SEED + sum(map(ord, "".join(item.stem for item in kit.quiz))) % 9973 + 1
        count = max(len(kit.quiz), _questions(kit.outline))
        quiz, refused = make_quiz(kit.topics, sources, tools, count=count, language=brief.language, seed=seed)
        changed["quiz"] = quiz
        left += refused
    elif part == "glossary":
        changed["glossary"] = make_glossary(kit.topics, sources, tools)
    elif part == "timeline":
        changed["timeline"] = make_timeline(kit.topics, sources, tools)
    else:
        changed["limits"] = _limits(brief, tools, written=kit.made.provider != "none")
    left += writer.left_out if writer is not None else ()
    progress("done", 1, 1)
    return _with_reading(kit.model_copy(update={**changed, "sources": sources.all(), "left_out": tuple(left)}))


@dataclass(frozen=True, slots=True)
class _Words:
    plain: Mapping[str, Sequence[Piece]]
    asked: Mapping[int, Piece]


def _words(topics: Iterable[Topic], writer: Writer | None, progress: Progress, variant: int = 0) -> _Words:
    """Plain sentences and questions on each topic's best facts; none without a model."""
    plain: dict[str, list[Piece]] = {}
    asked: dict[int, Piece] = {}
    if writer is None:
        return _Words(plain, asked)
    turned = [(topic, _turned(topic.facts, variant)) for topic in topics]
    # The best fact of each topic before the second of any: where time runs out, no topic is left without words.
    best = [(topic, facts[n]) for n in range(_REWORDED) for topic, facts in turned if n < len(facts)]
    writer.give(_PLAIN_S)
    # All sentences, then all questions: what comes before the extract stays the same, and an engine reads it once.
    for n, (topic, fact) in enumerate(best):
        current().check()
        progress("words", n, 2 * len(best))
        writer.part = topic.id
        if (said := writer.plain(fact)) is not None:
            plain.setdefault(topic.id, []).append(said)
    writer.give(_QUESTIONS_S)
    for n, (topic, fact) in enumerate(best, len(best)):
        current().check()
        progress("words", n, 2 * len(best))
        writer.part = topic.id
        if (question := writer.question(fact)) is not None:
            asked[fact.sources[0]] = question
    return _Words(plain, asked)


def _turned(facts: Sequence[Piece], variant: int) -> list[Piece]:
    start = variant * _REWORDED % max(1, len(facts))
    return [*facts[start:], *facts[:start]]


def _another(planned: Planned, before: Activity | None, making: Making) -> Activity:
    """The same activity with other facts than it had, where there are others."""
    for variant in range(1, 5):
        written = write_activity(planned, _with_variant(making, variant))
        if written != before:
            return written
    return write_activity(planned, making)


def _with_variant(making: Making, variant: int) -> Making:
    parts = (making.brief, making.title, making.topics, making.cases, making.plain, making.asked)
    return Making(*parts, variant=variant)


def _other_cases(kit: Kit, part: str, sources: Sources, writer: Writer | None) -> tuple[Case, ...]:
    """The cases, those of ``part`` telling another situation than before."""
    before = {case.id: case for case in kit.cases}
    made = before
    for variant in range(1, 6):
        found = make_cases(kit.brief, kit.outline.activities, kit.topics, sources, writer, variant)
        made = {case.id: case for case in found}
        if all(made[one].story != before[one].story for one in made if part in {"cases", one} and one in before):
            break
    return tuple(made[one] if part in {"cases", one} and one in made else before[one] for one in before)


def _is_of(left: str, part: str) -> bool:
    return left == part or (part == "quiz" and left.startswith("Q")) or (part == "cases" and left.startswith("C"))


def _questions(outline: Outline) -> int:
    """Questions of the quiz: what its minutes allow, or a few for afterwards where there is none in the session."""
    minutes = sum(planned.minutes for planned in outline.activities if planned.kind == "quiz")
    return max(_FEWEST, min(_MOST, round(minutes / _PER_QUESTION)))


def _limits(brief: Brief, tools: Tools, *, written: bool) -> tuple[Piece, ...]:
    """What the kit cannot promise."""
    by = "workshop.limits_model" if written else "workshop.limits_quotes"
    keys = (
        "workshop.limits_checked", by, "workshop.limits_silence", "workshop.limits_dates", "workshop.limits_people",
        "workshop.limits_advice",
    )  # fmt: skip
    name = tools.model_info.name or tools.model_info.provider
    return tuple(
        Piece(kind="instruction", text=typeset(message(key, brief.language, model=name), brief.language))
        for key in keys
    )


def _with_reading(kit: Kit) -> Kit:
    """The documents that the kit's sources come from, the most used first."""
    by_path: dict[str, list[Source]] = {}
    for source in kit.sources:
        by_path.setdefault(source.path, []).append(source)
    rows = [
        Reading(
            path=path,
            title=mine[0].title,
            publisher=mine[0].publisher,
            date=mine[0].date,
            url=mine[0].url,
            sources=tuple(source.number for source in mine),
        )
        for path, mine in sorted(by_path.items(), key=lambda row: (-len(row[1]), row[0]))
    ]
    return kit.model_copy(update={"reading": tuple(rows)})
