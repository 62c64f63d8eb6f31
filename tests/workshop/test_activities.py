"""Activities: minutes that add up however short they are, no answer in the booklet, and other facts when asked again."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.workshop.material import CASES, TOPICS, ours, quote

from sourcier.app.workshop.activities import Making, write_activity
from sourcier.app.workshop.activities.making import Moment, slide_words, timed
from sourcier.app.workshop.kit import ActivityKind, Brief, Piece, Planned
from sourcier.core.messages import Language

KINDS: tuple[ActivityKind, ...] = get_args(ActivityKind)


def making(language: Language = "fr", **changed: object) -> Making:
    brief = Brief(theme="le télétravail", language=language)
    return Making(brief, "Télétravail", TOPICS, CASES, **changed)  # type: ignore[arg-type]


@given(minutes=some.integers(1, 120), shares=some.lists(some.floats(0.1, 20), min_size=1, max_size=8))
def test_steps_last_what_the_activity_lasts_and_lose_nothing(minutes: int, shares: list[float]) -> None:
    moments = [Moment(share, do=[ours("instruction", f"Faire {n}.")]) for n, share in enumerate(shares)]
    steps = timed(minutes, moments)
    assert sum(step.minutes for step in steps) == minutes
    assert [step.at for step in steps] == [sum(s.minutes for s in steps[:n]) for n in range(len(steps))]
    assert [piece for step in steps for piece in step.do] == [moment.do[0] for moment in moments]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("topic", ["T1", "T2", None])
@pytest.mark.parametrize("minutes", [1, 3, 10, 45])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_kind_is_written_for_any_topic_and_length(
    kind: ActivityKind, topic: str | None, minutes: int, language: Language
) -> None:
    planned = Planned(id="A5", kind=kind, title="Titre", minutes=minutes, bloom="apply", grouping="teams", topic=topic)
    activity = write_activity(planned, making(language))
    assert activity.id == "A5"
    assert sum(step.minutes for step in activity.steps) == minutes
    for task in activity.tasks:
        # What answers is in the guide: the booklet asks, and prints extracts at most.
        assert task.prompt.kind in {"instruction", "question"}
    expected = {piece.text for step in activity.steps for piece in step.expected}
    assert not expected & {task.prompt.text for task in activity.tasks}
    for slide in activity.slides:
        assert len({piece.text for piece in slide.pieces}) == len(slide.pieces)


def test_nothing_of_ours_states_a_number_of_the_documents() -> None:
    for kind in KINDS:
        planned = Planned(id="A1", kind=kind, title="x", minutes=20, bloom="apply", topic="T1")
        activity = write_activity(planned, making())
        for step in activity.steps:
            for piece in (*step.do, *step.say, *step.ask):
                assert bool(piece.sources) == (piece.kind in {"fact", "quote"}), piece.text


def test_words_of_a_model_are_said_and_its_questions_asked_where_there_are_some() -> None:
    plain = Piece(kind="fact", text="C'est 55 $ chaque mois.", sources=(1,), support=0.9)
    asked = ours("question", "Combien l'allocation donne-t-elle?")
    planned = Planned(id="A1", kind="discover", title="x", minutes=20, bloom="understand", topic="T1")
    activity = write_activity(planned, making(plain={"T1": (plain,)}, asked={1: asked}))
    assert plain in [piece for step in activity.steps for piece in step.say]
    assert asked in [piece for step in activity.steps for piece in step.ask]
    assert asked in [task.prompt for task in activity.tasks]
    without = write_activity(planned, making())
    assert plain not in [piece for step in without.steps for piece in step.say]


def test_a_case_study_works_on_the_case_of_its_topic() -> None:
    planned = Planned(id="A4", kind="case", title="x", minutes=25, bloom="apply", topic="T2")
    activity = write_activity(planned, making())
    assert set(CASES[0].questions) <= {piece for step in activity.steps for piece in step.ask}
    assert set(CASES[0].debrief) <= {piece for step in activity.steps for piece in step.expected}
    assert any("C1" in thing for thing in activity.material)


def test_another_variant_takes_other_facts() -> None:
    planned = Planned(id="A2", kind="position", title="x", minutes=5, bloom="evaluate", topic="T2")
    boxes = {write_activity(planned, making(variant=variant)).tasks[0].boxed for variant in (0, 1)}
    assert len(boxes) == 2


def test_a_slide_keeps_what_can_be_read_from_the_back() -> None:
    long = ours("instruction", "mot " * 90)
    short = ours("instruction", "Court.")
    assert slide_words("x", [long, short, short]).pieces == (short,)
    assert slide_words("x", [long]).pieces == (long,)
    assert slide_words("x", [quote(1), quote(2), quote(6), quote(7)]).pieces == (quote(1), quote(2), quote(6))
