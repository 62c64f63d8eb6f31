"""Activities where people take the texts apart and take a stand: to sort, to place oneself, to debate."""

from __future__ import annotations

from sourcier.app.workshop.activities.making import Making, Moment, slide_words, timed
from sourcier.app.workshop.kit import Activity, Planned, Task
from sourcier.app.workshop.standalone import demands

__all__ = ["debate", "position", "sort"]


def sort(planned: Planned, making: Making) -> Activity:
    """What is, and what is asked for: extracts are put in one heap or the other, and the choice is defended."""
    facts = making.facts(planned, max(3, min(6, planned.minutes // 3)))
    asked = [piece for piece in facts if demands(piece.text)]
    # With extracts of one kind alone, the line that parts them would be given away: nearness parts them instead.
    mixed = 0 < len(asked) < len(facts)
    way = "kind" if mixed else "near"
    boxed = tuple(dict.fromkeys(number for piece in facts for number in piece.sources))
    about = making.about(planned)
    columns = tuple(making.words(f"workshop.sort_{name}") for name in ("extract", f"heap_{way}", "why_column"))
    expected = [*asked, *(piece for piece in facts if piece not in asked)]
    moments = [
        Moment(2, say=[making.say(f"workshop.sort_say_{way}")]),
        Moment(6, do=[making.say("workshop.sort_do")], ask=[making.ask(f"workshop.sort_ask_{way}")]),
        Moment(
            5, do=[making.say(f"workshop.sort_share_{way}")], ask=[making.ask("workshop.sort_why")], expected=expected
        ),
    ]
    return Activity(
        id=planned.id,
        aim=making.say("workshop.sort_aim", topic=about),
        steps=timed(planned.minutes, moments),
        late=making.say("workshop.sort_late"),
        early=making.say("workshop.sort_early"),
        material=(making.words("workshop.material_booklets"), making.words("workshop.material_cards")),
        tasks=(
            Task(
                prompt=making.say(f"workshop.sort_prompt_{way}"),
                boxed=boxed,
                columns=columns,
                rows=tuple(making.words("workshop.sort_row", n=n) for n in range(1, len(boxed) + 1)),
            ),
        ),
        slides=(slide_words(about, [making.ask(f"workshop.sort_ask_{way}")], [making.say("workshop.sort_do")]),),
    )


def position(planned: Planned, making: Making) -> Activity:
    """Each person takes a stand on what the documents ask for, then hears the others' reasons."""
    facts = making.demanded(planned, max(1, min(4, planned.minutes // 4)))
    boxed = tuple(dict.fromkeys(number for piece in facts for number in piece.sources))
    columns = tuple(making.words(f"workshop.position_{name}") for name in ("extract", "before", "after", "reason"))
    moments = [
        Moment(1, say=[making.say("workshop.position_say")]),
        Moment(5, do=[making.say("workshop.position_do")], say=facts, ask=[making.ask("workshop.position_ask")]),
        Moment(3, do=[making.say("workshop.position_share")], ask=[making.ask("workshop.position_moved")]),
    ]
    return Activity(
        id=planned.id,
        aim=making.say("workshop.position_aim"),
        steps=timed(planned.minutes, moments),
        late=making.say("workshop.position_late"),
        early=making.say("workshop.position_early"),
        tasks=(
            Task(
                prompt=making.say("workshop.position_prompt"),
                boxed=boxed,
                columns=columns,
                rows=tuple(making.words("workshop.sort_row", n=n) for n in range(1, len(boxed) + 1)),
            ),
        ),
        slides=(slide_words(planned.title, facts, [making.say("workshop.position_do")], most=1),),
    )


def debate(planned: Planned, making: Making) -> Activity:
    """Two sides, drawn by lot, argue on something the documents ask for; only what is proven counts."""
    found = making.demanded(planned, 6)
    proposal, others = found[:1], found[1:5]
    about = making.about(planned)
    boxed = tuple(dict.fromkeys(number for piece in (*proposal, *others) for number in piece.sources))
    moments = [
        Moment(2, say=[making.say("workshop.debate_say"), *proposal], do=[making.say("workshop.debate_sides")]),
        Moment(6, do=[making.say("workshop.debate_prepare")], ask=[making.ask("workshop.debate_for"), making.ask("workshop.debate_against")]),
        Moment(7, do=[making.say("workshop.debate_do")], expected=others),
        Moment(4, do=[making.say("workshop.debate_share")], ask=[making.ask("workshop.debate_moved"), making.ask("workshop.debate_missing")]),
    ]  # fmt: skip
    return Activity(
        id=planned.id,
        aim=making.say("workshop.debate_aim", topic=about),
        steps=timed(planned.minutes, moments),
        late=making.say("workshop.debate_late"),
        early=making.say("workshop.debate_early"),
        material=(making.words("workshop.material_booklets"), making.words("workshop.material_watch")),
        tasks=(
            Task(
                prompt=making.say("workshop.debate_prompt"),
                boxed=boxed,
                columns=(making.words("workshop.debate_argument"), making.words("workshop.debate_proof")),
                rows=(making.words("workshop.debate_row_for"), making.words("workshop.debate_row_against")),
            ),
            Task(prompt=making.ask("workshop.debate_missing"), lines=3),
        ),
        slides=(slide_words(about, proposal, [making.say("workshop.debate_sides")], most=1),),
    )
