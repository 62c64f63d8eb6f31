"""The participant's booklet: the same numbers as the guide, exercises, room to write, quotes in boxes, and no answer."""

from __future__ import annotations

from sourcier.app.exports.paper import Span, clean
from sourcier.app.workshop.kit import Kit, Task
from sourcier.app.workshop.papers.blocks import Box, Handout, Lines, PageBreak, Table
from sourcier.app.workshop.papers.layout import Layout

__all__ = ["booklet"]

#: Lines for notes under an activity that has no exercise, and on the last page.
_NOTES = 3
_LAST = 12


def booklet(kit: Kit, organisation: str) -> Handout:
    """The booklet of a participant: made of the outline and of the tasks alone, which hold no answer."""
    layout = Layout(kit, organisation)
    layout.text(layout.title(), "lead")
    layout.text("", label=layout.say("your_name"))
    layout.blocks.append(Lines(1))
    layout.heading(1, layout.say("objectives"))
    layout.text(layout.say("objectives_lead"))
    layout.listing((Span(layout.set(one.text)),) for one in kit.outline.objectives)
    tasks = {activity.id: activity.tasks for activity in kit.activities}
    for number, planned in enumerate(kit.outline.activities, 1):
        if planned.kind == "break":
            continue
        layout.heading(1, layout.numbered(planned, number))
        layout.text(f"{layout.minutes(planned.minutes)} · {layout.say(f'grouping_{planned.grouping}')}", "lead")
        for index, task in enumerate(tasks.get(planned.id, ()), 1):
            layout.heading(2, layout.say("exercise", number=f"{number}.{index}"))
            _task(layout, task)
        if not tasks.get(planned.id):
            layout.text(layout.say("your_notes"))
            layout.blocks.append(Lines(_NOTES))
    layout.blocks.append(PageBreak())
    layout.heading(1, layout.say("notes"))
    layout.blocks.append(Lines(_LAST))
    return layout.done("03-cahier", layout.say("booklet"), layout.say("booklet_subject"))


def _task(layout: Layout, task: Task) -> None:
    layout.pieces((task.prompt,))
    for number in task.boxed:
        source = layout.source(number)
        if source is not None:
            layout.blocks.append(Box(layout.boxed(source)))
    if task.columns:
        rows = tuple(
            tuple(layout.cell(row if not index else "") for index in range(len(task.columns)))
            for row in (task.rows or ("", "", ""))
        )
        columns = tuple(layout.set(title) for title in task.columns)
        share = 1 / len(columns)
        about = layout.say("fill_about", columns=clean(", ".join(columns)))
        layout.blocks.append(Table(columns, rows, tuple(share for _ in columns), about, to_fill=True))
    if task.lines:
        layout.blocks.append(Lines(task.lines))
