"""What opens, interrupts and closes a session: welcome, break, commitment, last round."""

from __future__ import annotations

from sourcier.app.workshop.activities.making import Making, Moment, slide_words, timed
from sourcier.app.workshop.kit import Activity, Planned, Slide, Task

__all__ = ["closing", "commit", "opening", "pause"]


def opening(planned: Planned, making: Making) -> Activity:
    """The subject, how the session goes, and what each person hopes for."""
    titles = [topic.title for topic in making.topics]
    subjects = [making.say("workshop.opening_subject", topic=title) for title in titles[:6]]
    expects = making.ask("workshop.opening_expects", theme=making.theme)
    moments = [
        Moment(
            2,
            do=[making.say("workshop.opening_hand_out")],
            say=[making.say("workshop.opening_welcome", theme=making.theme)],
        ),
        Moment(2, say=[making.say("workshop.opening_rule"), making.say("workshop.opening_ai")]),
        Moment(3, do=[making.say("workshop.opening_round")], ask=[expects]),
    ]
    return Activity(
        id=planned.id,
        aim=making.say("workshop.opening_aim"),
        steps=timed(planned.minutes, moments),
        late=making.say("workshop.opening_late"),
        early=making.say("workshop.opening_early"),
        material=(making.words("workshop.material_booklets"), making.words("workshop.material_projector")),
        tasks=(Task(prompt=expects, lines=3),),
        slides=(
            Slide(title=making.title, pieces=(making.say("workshop.opening_slide"),), notes=(making.say("workshop.opening_welcome", theme=making.theme),)),
            Slide(title=making.words("workshop.opening_menu"), pieces=tuple(subjects), notes=(making.say("workshop.opening_rule"),)),
        ),
    )  # fmt: skip


def pause(planned: Planned, making: Making) -> Activity:
    """A break."""
    return Activity(
        id=planned.id,
        aim=making.say("workshop.break_aim"),
        steps=timed(planned.minutes, [Moment(1, do=[making.say("workshop.break_do", minutes=planned.minutes)])]),
        late=making.say("workshop.break_late"),
    )


def commit(planned: Planned, making: Making) -> Activity:
    """One act that each person plans, and the sentence of the documents that it rests on."""
    found = making.demanded(planned, 4)
    prompt = making.say("workshop.commit_prompt")
    columns = tuple(making.words(f"workshop.commit_{name}") for name in ("act", "with", "when", "proof"))
    moments = [
        Moment(1, say=[making.say("workshop.commit_say")]),
        Moment(3, do=[making.say("workshop.commit_do")], ask=[making.ask("workshop.commit_ask")]),
        Moment(2, do=[making.say("workshop.commit_share")], expected=found[:2]),
    ]
    return Activity(
        id=planned.id,
        aim=making.say("workshop.commit_aim"),
        steps=timed(planned.minutes, moments),
        late=making.say("workshop.commit_late"),
        early=making.say("workshop.commit_early"),
        material=(making.words("workshop.material_booklets"),),
        tasks=(Task(prompt=prompt, columns=columns, rows=("1.", "2.")),),
        slides=(slide_words(planned.title, [making.ask("workshop.commit_ask")], [making.say("workshop.commit_do")]),),
    )


def closing(planned: Planned, making: Making) -> Activity:
    """What is kept in mind, what stays open, and where to check it."""
    told = making.told(planned, 3)
    moments = [
        Moment(2, say=[making.say("workshop.closing_say"), *told]),
        Moment(3, do=[making.say("workshop.closing_round")], ask=[making.ask("workshop.closing_ask")]),
        Moment(1, say=[making.say("workshop.closing_after")]),
    ]
    return Activity(
        id=planned.id,
        aim=making.say("workshop.closing_aim"),
        steps=timed(planned.minutes, moments),
        late=making.say("workshop.closing_late"),
        tasks=(Task(prompt=making.ask("workshop.closing_task"), lines=4),),
        slides=(slide_words(making.words("workshop.closing_slide"), told, [making.say("workshop.closing_after")]),),
    )
