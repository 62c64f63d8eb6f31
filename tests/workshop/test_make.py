"""A whole kit without a language model: every sentence proven, every minute counted, and the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pydantic import BaseModel

from sourcier.app.models import Cancellation, CancelledAnswer, cancelled_by
from sourcier.app.workshop.check import uses
from sourcier.app.workshop.kit import Brief, Kit, Outline, Piece, Planned
from sourcier.app.workshop.make import make_kit, make_outline, redo
from sourcier.app.workshop.outline import ABOVE, share_above
from sourcier.app.workshop.tools import Tools
from sourcier.core.errors import UsageError

DAY = datetime(2026, 11, 29, 15, 4, tzinfo=UTC)


def pieces(kit: Kit) -> Iterator[Piece]:
    """Every piece of a kit, wherever it is."""

    def walk(value: object) -> Iterator[Piece]:
        if isinstance(value, Piece):
            yield value
        elif isinstance(value, tuple):
            for one in value:
                yield from walk(one)
        elif isinstance(value, BaseModel):
            for name in type(value).model_fields:
                yield from walk(getattr(value, name))

    yield from walk(kit)


def test_every_statement_has_its_exact_source_and_its_support(made_kit: Kit, tools: Tools) -> None:
    numbers = {source.number: source for source in made_kit.sources}
    assert list(numbers) == list(range(1, len(numbers) + 1))
    for source in made_kit.sources:
        assert tools.searcher.document(source.document_id).text[source.start : source.end] == source.quote
    stated = [piece for piece in pieces(made_kit) if piece.kind in {"fact", "quote"}]
    assert len(stated) > 30
    for piece in stated:
        assert set(piece.sources) <= set(numbers), piece.text
        assert piece.support is not None
        assert piece.support >= tools.threshold, piece.text


def test_steps_fill_their_activity_and_activities_the_session(made_kit: Kit) -> None:
    assert [activity.id for activity in made_kit.activities] == [one.id for one in made_kit.outline.activities]
    assert made_kit.outline.minutes == 90
    assert share_above(made_kit.outline.activities) >= ABOVE
    for activity, planned in zip(made_kit.activities, made_kit.outline.activities, strict=True):
        assert sum(step.minutes for step in activity.steps) == planned.minutes
        at = 0
        for step in activity.steps:
            assert step.at == at
            at += step.minutes
            assert step.do or step.say or step.ask or step.expected


def test_the_booklet_gives_no_answer_and_the_boxes_are_sources(made_kit: Kit) -> None:
    numbers = {source.number for source in made_kit.sources}
    for activity in made_kit.activities:
        for task in activity.tasks:
            assert task.prompt.kind in {"instruction", "question"}
            assert set(task.boxed) <= numbers
            assert not task.rows or task.columns


def test_what_is_made_up_says_so_and_its_debrief_is_proven(made_kit: Kit) -> None:
    assert made_kit.cases
    for case in made_kit.cases:
        assert all(piece.kind == "fiction" for piece in case.story)
        assert case.story[0].text.startswith("Situation inventée.")
        assert all(piece.kind in {"fact", "quote"} for piece in case.debrief)


def test_the_same_brief_gives_the_same_kit(made_kit: Kit, tools: Tools) -> None:
    again = make_kit(made_kit.brief, tools, kit_id="essai", now=lambda: DAY)
    same = {"made": again.made}
    assert again == made_kit.model_copy(update=same)
    assert again.made.generation == made_kit.made.generation == tools.searcher.generation.name


def test_an_edited_outline_is_followed(tools: Tools) -> None:
    brief = Brief(theme="le télétravail", minutes=30)
    outline, gathered = make_outline(brief, tools)
    mine = Outline(
        title="Mon atelier",
        objectives=outline.objectives,
        activities=(
            Planned(
                id="A7", kind="debate", title="On débat", minutes=20, bloom="evaluate", topic=gathered.topics[0].id
            ),
            Planned(id="A1", kind="closing", title="Fin", minutes=10, bloom="understand"),
        ),
    )
    kit = make_kit(brief, tools, kit_id="edite", outline=mine)
    assert [activity.id for activity in kit.activities] == ["A7", "A1"]
    assert kit.outline == mine
    with pytest.raises(UsageError, match="30"):
        make_kit(brief.model_copy(update={"minutes": 40}), tools, kit_id="edite", outline=mine)


def test_a_part_made_again_changes_alone(made_kit: Kit, tools: Tools) -> None:
    discover = next(one.id for one in made_kit.outline.activities if one.kind == "discover")
    after = redo(made_kit, discover, tools)
    assert after.sources[: len(made_kit.sources)] == made_kit.sources
    for before, now in zip(made_kit.activities, after.activities, strict=True):
        assert (before == now) == (before.id != discover)
    assert (after.quiz, after.cases, after.glossary) == (made_kit.quiz, made_kit.cases, made_kit.glossary)
    case = made_kit.cases[0].id
    told = redo(made_kit, case, tools)
    assert told.cases[0].story != made_kit.cases[0].story
    assert told.cases[1:] == made_kit.cases[1:]
    with pytest.raises(UsageError, match="A99"):
        redo(made_kit, "A99", tools)


def test_a_cancelled_kit_is_not_made(tools: Tools) -> None:
    stop = Cancellation()

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "activities" and done == 2:
            stop.ask()

    with cancelled_by(stop), pytest.raises(CancelledAnswer):
        make_kit(Brief(theme="le télétravail", minutes=60), tools, kit_id="arret", progress=progress)


def test_every_part_with_a_statement_is_known_to_use_it(made_kit: Kit) -> None:
    used = uses(made_kit)
    assert {activity.id for activity in made_kit.activities} <= set(used)
    assert {item.id for item in made_kit.quiz} <= set(used)
    assert {case.id for case in made_kit.cases} <= set(used)
    in_parts = set().union(*used.values())
    in_topics = {number for topic in made_kit.topics for piece in topic.facts for number in piece.sources}
    assert in_parts <= {source.number for source in made_kit.sources}
    assert len(in_topics - in_parts) <= len(in_topics) // 3  # what a topic has beyond what is used
