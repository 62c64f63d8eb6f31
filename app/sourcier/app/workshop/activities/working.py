"""Activities that lead what stands in other papers of the kit: the case studies and the quiz."""

from __future__ import annotations

from sourcier.app.workshop.activities.making import Making, Moment, slide_words, timed
from sourcier.app.workshop.kit import Activity, Case, Planned, Task

__all__ = ["case_of", "case_study", "quiz"]


def case_of(planned: Planned, making: Making) -> Case | None:
    """The case that an activity works on: the one that was made for its topic."""
    mine = [case for case in making.cases if case.topic == planned.topic]
    return mine[0] if mine else None


def case_study(planned: Planned, making: Making) -> Activity:
    """A made-up situation is discussed in teams, then compared with what the documents allow to say."""
    about = making.about(planned)
    case = case_of(planned, making)
    asked = list(case.questions) if case is not None else [making.ask("workshop.case_ask")]
    debrief = list(case.debrief) if case is not None else making.facts(planned, 3)
    boxed = tuple(dict.fromkeys(number for piece in debrief for number in piece.sources))
    name = case.id if case is not None else planned.id
    trap = [case.trap] if case is not None and case.trap is not None else []
    moments = [
        Moment(2, do=[making.say("workshop.case_hand_out", case=name)], say=[making.say("workshop.case_say")]),
        Moment(9, do=[making.say("workshop.case_do")], ask=asked),
        Moment(6, do=[making.say("workshop.case_share")], expected=debrief),
        Moment(3, say=trap or [making.say("workshop.case_after")], ask=[making.ask("workshop.case_here")]),
    ]
    return Activity(
        id=planned.id,
        aim=making.say("workshop.case_aim", topic=about),
        steps=timed(planned.minutes, moments),
        late=making.say("workshop.case_late"),
        early=making.say("workshop.case_early"),
        material=(making.words("workshop.material_case", case=name), making.words("workshop.material_booklets")),
        tasks=(
            Task(prompt=making.say("workshop.case_prompt", case=name), boxed=boxed),
            *(Task(prompt=question, lines=3) for question in asked[:3]),
        ),
        slides=(slide_words(about, asked, [making.say("workshop.case_do")]),),
    )


def quiz(planned: Planned, making: Making) -> Activity:
    """The quiz, alone then together; the key and its proofs are in the paper of the key."""
    moments = [
        Moment(1, do=[making.say("workshop.quiz_hand_out")], say=[making.say("workshop.quiz_say")]),
        Moment(5, do=[making.say("workshop.quiz_do")]),
        Moment(4, do=[making.say("workshop.quiz_share")], ask=[making.ask("workshop.quiz_ask")]),
    ]
    return Activity(
        id=planned.id,
        aim=making.say("workshop.quiz_aim"),
        steps=timed(planned.minutes, moments),
        late=making.say("workshop.quiz_late"),
        early=making.say("workshop.quiz_early"),
        material=(making.words("workshop.material_quiz"), making.words("workshop.material_key")),
        tasks=(Task(prompt=making.say("workshop.quiz_prompt"), lines=2),),
        slides=(slide_words(planned.title, [making.say("workshop.quiz_say")], [making.say("workshop.quiz_share")]),),
    )
