"""Case studies: a made-up situation, said to be one, and what the documents allow to say of it, with its proof."""

from __future__ import annotations

from collections.abc import Sequence

from sourcier.app.workshop.kit import Brief, Case, Piece, Planned, Topic
from sourcier.app.workshop.papers.typography import typeset
from sourcier.app.workshop.sources import Sources
from sourcier.app.workshop.standalone import demands
from sourcier.app.workshop.writer import Writer
from sourcier.core.messages import Language, message

__all__ = ["make_cases"]

#: The situations of the catalogue, and who lives them: first names that say nothing of a gender.
_WAYS = ("doubt", "announce", "colleague", "friday", "summary", "news")
_NAMES = ("Camille", "Dominique", "Claude", "Sacha", "Andréa", "Maxime", "Morgan", "Charlie")
_PLACES: dict[Language, tuple[str, ...]] = {
    "fr": (
        "une école",
        "un bureau",
        "un centre de services",
        "une bibliothèque",
        "un établissement de santé",
        "un cégep",
    ),
    "en": ("a school", "an office", "a service centre", "a library", "a health centre", "a college"),
}
_DEBRIEF = 4


def make_cases(
    brief: Brief,
    planned: Sequence[Planned],
    topics: Sequence[Topic],
    sources: Sources,
    writer: Writer | None,
    variant: int = 0,
) -> tuple[Case, ...]:
    """A case for each case study of the outline, on its topic; with a model, its situation is written anew where it holds.

    Args:
        planned: the activities of the outline.
        variant: another number tells another situation.
    """
    by_id = {topic.id: topic for topic in topics}
    cases = []
    for n, one in enumerate(activity for activity in planned if activity.kind == "case"):
        topic = by_id.get(one.topic or "") or (topics[n % len(topics)] if topics else None)
        if topic is not None:
            cases.append(_case(f"C{n + 1}", n + variant, brief, one, topic, sources, writer))
    return tuple(cases)


def _case(
    case_id: str, turn: int, brief: Brief, planned: Planned, topic: Topic, sources: Sources, writer: Writer | None
) -> Case:
    language = brief.language
    way, name = _WAYS[turn % len(_WAYS)], _NAMES[turn % len(_NAMES)]

    def said(key: str) -> str:
        return typeset(message(key, language, name=name, topic=topic.title), language)

    story = Piece(kind="fiction", text=said(f"workshop.case_story_{way}"))
    if writer is not None:
        writer.part = case_id
        place = _PLACES[language][turn % len(_PLACES[language])]
        written = writer.story(topic.title, name, place, [piece.text for piece in topic.facts])
        if written is not None:
            # What is made up is announced as such, whoever wrote it; the situation of the catalogue then gives the question.
            story = Piece(kind="fiction", text=f"{said('workshop.case_made_up')} {written.text}")
            way = "colleague"
    debrief = [piece for piece in topic.facts if demands(piece.text)]
    debrief += [piece for piece in topic.facts if piece not in debrief]
    asked = (f"workshop.case_ask_{way}", "workshop.case_ask_proof", "workshop.case_ask_gap")
    return Case(
        id=case_id,
        title=said(f"workshop.case_title_{way}") if story.text == said(f"workshop.case_story_{way}") else topic.title,
        story=(story,),
        questions=tuple(Piece(kind="question", text=said(key)) for key in asked),
        debrief=tuple(debrief[:_DEBRIEF]),
        trap=Piece(kind="instruction", text=said(f"workshop.case_trap_{way}")),
        topic=planned.topic or topic.id,
    )
