"""A kit as a page: its parts in order, each beside the quotes that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sourcier.app.pages.links import place_of
from sourcier.app.workshop.check import Checked, uses
from sourcier.app.workshop.kit import Activity, Case, Kit, LeftOut, Planned, QuizItem, Source
from sourcier.app.workshop.papers import FOR_PARTICIPANTS, handouts
from sourcier.app.workshop.papers.deck import deck
from sourcier.app.workshop.papers.layout import place_of as told_of
from sourcier.app.workshop.papers.layout import quoted_lines
from sourcier.core.messages import Language, catalogue, message

__all__ = ["Part", "Quoted", "anchor_of", "found_shape", "named", "papers_of", "parts_of_kit", "why"]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A source beside a part.

    Attributes:
        address: the document at that place, below the site.
    """

    number: int
    lines: Sequence[str]
    told: str
    address: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part that can be made again alone.

    Attributes:
        id: what ``redo`` is told; also where it stands in the page.
        kind: ``activity``, ``quiz``, ``cases``, ``glossary``, ``timeline`` or ``limits``.
        at: minutes since the session began, for an activity.
        content: what the template shows of it.
    """

    id: str
    kind: str
    content: Any
    quoted: Sequence[Quoted]
    planned: Planned | None = None
    at: int = 0


def parts_of_kit(kit: Kit) -> list[Part]:
    """Every part, the activities first, in the order in which they are led."""
    used, written = uses(kit), {one.id: one for one in kit.activities}
    sources = {source.number: source for source in kit.sources}

    def beside(ids: Iterable[str]) -> list[Quoted]:
        wanted = set(ids)
        numbers = {n for part, theirs in used.items() if part.partition("/")[0] in wanted for n in theirs}
        return [_quoted(sources[n], kit.brief.language) for n in sorted(numbers) if n in sources]

    parts, at = [], 0
    for planned in kit.outline.activities:
        activity: Activity | None = written.get(planned.id)
        if activity is not None:
            parts.append(Part(planned.id, "activity", activity, beside([planned.id]), planned, at))
        at += planned.minutes
    cases: tuple[Case, ...] = kit.cases
    quiz: tuple[QuizItem, ...] = kit.quiz
    glossary, timeline = kit.glossary, kit.timeline
    rest: list[tuple[str, Any, list[str]]] = [
        ("cases", cases, [one.id for one in cases]),
        ("quiz", quiz, [one.id for one in quiz]),
        ("glossary", glossary, [f"glossary:{one.term}".partition("/")[0] for one in glossary]),
        ("timeline", timeline, [f"timeline:{one.shown}".partition("/")[0] for one in timeline]),
        ("limits", kit.limits, ["limits"]),
    ]
    return [*parts, *(Part(name, name, content, beside(ids)) for name, content, ids in rest if content)]


def papers_of(kit: Kit, organisation: str) -> list[tuple[str, str, bool, bool]]:
    """What can be written: ``(name, title, for participants, slides)``, in the order in which they are used."""
    papers = [(paper.name, paper.title, paper.name in FOR_PARTICIPANTS, False) for paper in handouts(kit, organisation)]
    slides = deck(kit, organisation)
    return [*papers, (slides.name, slides.title, False, True)]


def why(left: LeftOut, language: Language) -> str:
    """Why a sentence was left out."""
    sentences: Mapping[str, str] = catalogue(language)
    return left.explanation or sentences.get(f"ui.reason_{left.reason}", sentences["ui.reason_other"])


def anchor_of(part: str) -> str:
    """Where a part that a check names stands in the page: a slide with its activity, an entry with its list."""
    return part.partition("/")[0].partition(":")[0]


def named(kit: Kit, part: str, language: Language) -> str:
    """What a part is called, for somebody who has never seen its id."""
    name, _, rest = part.partition(":")
    if rest:
        return message(
            "workshop_page.part_entry", language, part=message(f"workshop_page.part_{name}", language), entry=rest
        )
    name, _, slide = part.partition("/")
    planned = next((one for one in kit.outline.activities if one.id == name), None)
    if planned is not None:
        called = message("workshop_page.part_activity", language, id=name, title=planned.title)
        return message("workshop_page.part_slide", language, part=called, n=slide) if slide else called
    if (topic := next((one for one in kit.topics if one.id == name), None)) is not None:
        return topic.title
    if name[:1] == "Q" and name[1:].isdigit():
        return message("workshop_page.part_question", language, n=name[1:])
    if name[:1] == "C" and name[1:].isdigit():
        return message("workshop_page.part_case", language, n=name[1:])
    key = f"workshop_page.part_{name}"
    return message(key, language) if key in catalogue(language) else part


def found_shape(kit: Kit, checked: Checked, language: Language) -> dict[str, Any]:
    """What a check found, with the parts called by their names."""
    return {
        "same": not checked.findings,
        "sources": checked.sources,
        "moved": checked.moved,
        "findings": [
            {
                "number": one.source.number, "title": one.source.title, "path": one.source.path, "state": one.state,
                "quote": quoted_lines(one.source.quote), "now": quoted_lines(one.now),
                "parts": [(anchor_of(part), named(kit, part, language)) for part in one.parts],
            }
            for one in checked.findings
        ],
        "parts": list({anchor_of(part): named(kit, anchor_of(part), language) for part in checked.parts}.items()),
    }  # fmt: skip


def _quoted(source: Source, language: Language) -> Quoted:
    address = place_of(source.document_id, source.path, source.page, source.start, source.end)
    return Quoted(source.number, quoted_lines(source.quote), told_of(source, language), address)
