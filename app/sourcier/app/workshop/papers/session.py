"""The session plan: for whom, what for, the agenda in minutes that add up, and what must be on the tables."""

from __future__ import annotations

from sourcier.app.exports.paper import Span, clean
from sourcier.app.ui.words import Words
from sourcier.app.workshop.kit import LOWER_BLOOM, Kit, Piece, Planned
from sourcier.app.workshop.papers.blocks import Handout, Table
from sourcier.app.workshop.papers.layout import Layout

__all__ = ["proven", "session_plan"]

_WIDTHS = (0.19, 0.11, 0.38, 0.16, 0.16)


def session_plan(kit: Kit, organisation: str) -> Handout:
    """The plan of the session."""
    layout = Layout(kit, organisation)
    brief = kit.brief
    layout.text(layout.title(), "lead")
    facts = (
        ("audience", clean(brief.audience)),
        ("length", layout.minutes(kit.outline.minutes)),
        ("group", layout.say("persons", count=brief.group_size)),
        ("level", layout.say(f"level_{brief.level}")),
        ("theme", clean(brief.theme)),
    )
    layout.listing((*layout.label(layout.say(f"{name}_is")), Span(layout.set(value))) for name, value in facts if value)
    layout.heading(1, layout.say("objectives"))
    layout.text(layout.say("objectives_lead"))
    layout.listing(
        (
            (Span(f"{layout.set(one.text).rstrip('.')} ({layout.say(f'bloom_{one.bloom}')})"),)
            for one in kit.outline.objectives
        ),
        "number",
    )
    layout.heading(1, layout.say("agenda"))
    layout.blocks.append(_agenda(layout))
    layout.text(_above(layout), "small")
    _material(layout)
    if kit.reading:
        layout.heading(1, layout.say("documents"))
        layout.listing((Span(clean(one.title)),) for one in kit.reading)
    layout.heading(1, layout.say("checked"))
    _checked(layout)
    return layout.done("01-plan-de-seance", layout.say("plan"), layout.say("plan_subject"))


def _agenda(layout: Layout) -> Table:
    rows = []
    at = 0
    for number, planned in enumerate(layout.kit.outline.activities, 1):
        named = layout.numbered(planned, number)
        cells = (f"{layout.clock(at)} – {layout.clock(at + planned.minutes)}", layout.minutes(planned.minutes), named,
                 layout.say(f"grouping_{planned.grouping}"), _bloom(layout, planned))  # fmt: skip
        rows.append(tuple(layout.cell(cell) for cell in cells))
        at += planned.minutes
    total = ("", layout.minutes(at), layout.say("total"), "", "")
    rows.append(tuple(layout.cell(cell, strong=True) for cell in total))
    columns = tuple(layout.say(f"column_{name}") for name in ("moment", "length", "activity", "grouping", "bloom"))
    return Table(columns, tuple(rows), _WIDTHS, layout.say("agenda_about", minutes=layout.minutes(at)))


def _bloom(layout: Layout, planned: Planned) -> str:
    return "" if planned.kind == "break" else layout.say(f"bloom_{planned.bloom}")


def _above(layout: Layout) -> str:
    """How many activities ask for more than to understand; breaks are not counted."""
    worked = [planned for planned in layout.kit.outline.activities if planned.kind != "break"]
    above = [planned for planned in worked if planned.bloom not in LOWER_BLOOM]
    minutes = sum(planned.minutes for planned in above)
    total = sum(planned.minutes for planned in worked)
    return layout.say("above", above=len(above), activities=len(worked), minutes=minutes, total=total)


def _material(layout: Layout) -> None:
    needed: dict[str, list[int]] = {}
    activities = {activity.id: activity for activity in layout.kit.activities}
    for number, planned in enumerate(layout.kit.outline.activities, 1):
        activity = activities.get(planned.id)
        for thing in activity.material if activity else ():
            needed.setdefault(layout.set(thing), []).append(number)
    if needed:
        layout.heading(1, layout.say("material"))
        layout.listing(
            (Span(f"{thing} ({layout.say('for_activities', numbers=', '.join(map(str, numbers)))})"),)
            for thing, numbers in needed.items()
        )


def proven(kit: Kit) -> list[Piece]:
    """Every sentence of the kit that states something of the documents, in order."""
    found: list[Piece] = [piece for topic in kit.topics for piece in topic.facts]
    for activity in kit.activities:
        found += [activity.aim, activity.late, *((activity.early,) if activity.early else ())]
        for step in activity.steps:
            found += [*step.do, *step.say, *step.ask, *step.expected]
        found += [task.prompt for task in activity.tasks]
        found += [piece for slide in activity.slides for piece in (*slide.pieces, *slide.notes)]
    for item in kit.quiz:
        found += [item.proof, *(choice.reason for choice in item.choices), *(pair.right for pair in item.pairs)]
    for case in kit.cases:
        found += [*case.story, *case.questions, *case.debrief, *((case.trap,) if case.trap else ())]
    found += [entry.definition for entry in kit.glossary]
    found += [event.text for event in kit.timeline]
    return [piece for piece in (*found, *kit.limits) if piece.sources]


def _checked(layout: Layout) -> None:
    kit = layout.kit
    pieces = proven(kit)
    written = [piece for piece in pieces if piece.kind == "fact"]
    layout.text(
        layout.say("checked_of", facts=len(written), quotes=len(pieces) - len(written), sources=len(kit.sources))
    )
    if kit.left_out:
        layout.text(layout.say("checked_left_out", count=len(kit.left_out)))
    made = layout.say(
        "made", when=Words(layout.language).moment(kit.made.when.astimezone()), index=clean(kit.made.generation)
    )
    who = clean(kit.made.model) if kit.made.provider != "none" else ""
    layout.text(f"{made} {layout.say('made_by', model=who) if who else layout.say('made_by_none')}", "small")
    layout.text(layout.say("caution"), "small")
