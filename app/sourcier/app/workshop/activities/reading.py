"""Activities on the texts themselves: to discover what they say, and to find the proof of a sentence."""

from __future__ import annotations

import re

from sourcier.app.workshop.activities.making import Making, Moment, slide_words, timed
from sourcier.app.workshop.kit import Activity, Piece, Planned, Slide, Task

__all__ = ["detective", "discover"]

#: Minutes that a pair takes to read an extract and to say it again.
_EACH = 4
_ROW_CHARS = 120
_CUT = re.compile(r"\s+\S*$")


def discover(planned: Planned, making: Making) -> Activity:
    """The documents' own words are read in pairs and said again; the questions are answered by the extracts."""
    count = max(2, min(6, planned.minutes // _EACH))
    if making.topic(planned) is None:
        # Each topic is read of, were it in one extract.
        count = max(count, min(8, len(making.topics)))
    facts = making.facts(planned, count)
    boxed = tuple(dict.fromkeys(number for piece in facts for number in piece.sources))
    questions = list(dict.fromkeys(making.question_on(piece) for piece in facts))
    about = making.about(planned)
    told = making.told(planned, 2)
    moments = [
        Moment(2, say=[making.say("workshop.discover_say", topic=about), *told[:1]]),
        Moment(6, do=[making.say(f"workshop.discover_do_{planned.grouping}")], ask=[making.ask("workshop.discover_ask", topic=about)]),
        Moment(5, do=[making.say("workshop.discover_share")], ask=questions, expected=facts),
    ]  # fmt: skip
    tasks = [Task(prompt=making.say("workshop.discover_prompt", topic=about), boxed=boxed, lines=3)]
    tasks += [Task(prompt=question, lines=2) for question in questions[:4]]
    return Activity(
        id=planned.id,
        aim=making.say("workshop.discover_aim", topic=about),
        steps=timed(planned.minutes, moments),
        late=making.say("workshop.discover_late"),
        early=making.say("workshop.discover_early"),
        material=(making.words("workshop.material_booklets"), making.words("workshop.material_board")),
        tasks=tuple(tasks),
        slides=_told_slides(about[:1].upper() + about[1:], [*told, *facts], making),
    )


def detective(planned: Planned, making: Making) -> Activity:
    """Find the clause yourself: who says it, where, in which words; and what a writing machine cannot promise."""
    count = max(2, min(6, planned.minutes // 3))
    facts = making.facts(planned, count, skip=len(making.topics))
    columns = tuple(making.words(f"workshop.detective_{name}") for name in ("said", "where", "words", "around"))
    moments = [
        Moment(2, say=[making.say("workshop.detective_say"), making.say("workshop.detective_ai")]),
        Moment(6, do=[making.say("workshop.detective_do")], ask=[making.ask("workshop.detective_ask")]),
        Moment(4, do=[making.say("workshop.detective_share")], ask=[making.ask("workshop.detective_missing")], expected=facts),
    ]  # fmt: skip
    return Activity(
        id=planned.id,
        aim=making.say("workshop.detective_aim"),
        steps=timed(planned.minutes, moments),
        late=making.say("workshop.detective_late"),
        early=making.say("workshop.detective_early"),
        material=(making.words("workshop.material_documents"), making.words("workshop.material_booklets")),
        tasks=(
            Task(prompt=making.say("workshop.detective_prompt"), columns=columns, rows=tuple(_beginning(piece) for piece in facts)),
            Task(prompt=making.ask("workshop.detective_doubt"), lines=3),
        ),
        slides=(
            Slide(
                title=making.words("workshop.detective_slide"),
                pieces=tuple(making.ask(f"workshop.detective_check_{n}") for n in ("who", "where", "words", "date")),
                notes=(making.say("workshop.detective_ai"),),
            ),
        ),
    )  # fmt: skip


def _beginning(piece: Piece) -> str:
    """The first words of a fact: enough to look for it, not to know where it is."""
    text = piece.text.split("\n", 1)[0].rstrip(" :")
    return text if len(text) <= _ROW_CHARS else _CUT.sub("", text[:_ROW_CHARS]).rstrip(" ,;:") + "…"


def _told_slides(title: str, pieces: list[Piece], making: Making) -> tuple[Slide, ...]:
    notes = [making.say("workshop.discover_note")]
    first = slide_words(title, pieces, notes)
    rest = [piece for piece in pieces if piece not in first.pieces and not set(piece.sources) & _numbers(first)]
    return (first, slide_words(title, rest, notes)) if len(rest) >= 2 else (first,)


def _numbers(slide: Slide) -> set[int]:
    return {number for piece in slide.pieces for number in piece.sources}
