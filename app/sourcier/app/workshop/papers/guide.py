"""The facilitator's guide: minute by minute, what to do, say and ask, what may be answered with its source, and if it runs late."""

from __future__ import annotations

from sourcier.app.exports.paper import Span
from sourcier.app.workshop.kit import Activity, Kit, Planned, Step
from sourcier.app.workshop.papers.blocks import Cell, Handout, Table, Text
from sourcier.app.workshop.papers.layout import Layout

__all__ = ["guide"]

_WIDTHS = (0.16, 0.84)


def guide(kit: Kit, organisation: str) -> Handout:
    """The guide of the person who leads the session."""
    layout = Layout(kit, organisation)
    layout.text(layout.title(), "lead")
    layout.text(layout.say("guide_lead"))
    activities = {activity.id: activity for activity in kit.activities}
    at = 0
    for number, planned in enumerate(kit.outline.activities, 1):
        layout.heading(1, layout.numbered(planned, number))
        when = layout.say("from_to", begin=layout.clock(at), end=layout.clock(at + planned.minutes))
        facts = [when, layout.minutes(planned.minutes), layout.say(f"grouping_{planned.grouping}")]
        if planned.kind != "break":
            facts.append(layout.say("aims_at", bloom=layout.say(f"bloom_{planned.bloom}")))
        layout.text(" · ".join(facts), "lead")
        if planned.id in activities:
            _activity(layout, activities[planned.id], planned, number)
        at += planned.minutes
    return layout.done("02-guide-d-animation", layout.say("guide"), layout.say("guide_subject"))


def _activity(layout: Layout, activity: Activity, planned: Planned, number: int) -> None:
    layout.pieces((activity.aim,), layout.say("aim"))
    if activity.material:
        layout.text(" · ".join(layout.set(thing) for thing in activity.material), label=layout.say("material_is"))
    if activity.tasks:
        exercises = ", ".join(f"{number}.{task}" for task in range(1, len(activity.tasks) + 1))
        layout.text(layout.say("in_booklet", exercises=exercises))
    if activity.steps:
        columns = (layout.say("column_minutes"), layout.say("column_course"))
        rows = tuple((layout.cell(_span(layout, step)), _course(layout, step)) for step in activity.steps)
        about = layout.say("course_about", activity=layout.numbered(planned, number))
        layout.blocks.append(Table(columns, rows, _WIDTHS, about))
    layout.pieces((activity.late,), layout.say("late"))
    if activity.early:
        layout.pieces((activity.early,), layout.say("early"))


def _span(layout: Layout, step: Step) -> str:
    return layout.say("minute_to", begin=step.at, end=step.at + step.minutes)


def _course(layout: Layout, step: Step) -> Cell:
    texts: list[Text] = []
    for name, pieces in (("do", step.do), ("tell", step.say), ("ask", step.ask), ("expected", step.expected)):
        texts += layout.paragraphs(pieces, layout.say(name))
    return tuple(texts) or (Text((Span(""),)),)
