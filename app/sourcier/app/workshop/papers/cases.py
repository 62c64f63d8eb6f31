"""Case studies as they are handed to teams, and their debrief apart, for the person who leads."""

from __future__ import annotations

from sourcier.app.workshop.kit import Kit
from sourcier.app.workshop.papers.blocks import Handout, Lines, PageBreak
from sourcier.app.workshop.papers.layout import Layout

__all__ = ["case_studies", "debrief"]

#: Lines to write on under each question.
_LINES = 3


def case_studies(kit: Kit, organisation: str) -> Handout:
    """The situations and their questions, one case a page."""
    layout = Layout(kit, organisation)
    layout.text(layout.title(), "lead")
    layout.text(layout.say("cases_lead"))
    for number, case in enumerate(kit.cases, 1):
        if number > 1:
            layout.blocks.append(PageBreak())
        layout.heading(1, layout.say("case", number=number, title=case.title))
        layout.pieces(case.story, layout.say("invented"))
        for index, question in enumerate(case.questions, 1):
            layout.pieces((question,), f"{number}.{index}")
            layout.blocks.append(Lines(_LINES))
    return layout.done("06-etudes-de-cas", layout.say("cases"), layout.say("cases_subject"))


def debrief(kit: Kit, organisation: str) -> Handout:
    """What the documents allow to say of each case, and the answer that comes first and does not hold."""
    layout = Layout(kit, organisation)
    layout.text(layout.title(), "lead")
    layout.text(layout.say("debrief_lead"))
    for number, case in enumerate(kit.cases, 1):
        layout.heading(1, layout.say("case", number=number, title=case.title))
        layout.heading(2, layout.say("debrief_questions"))
        layout.listing((layout.piece(question) for question in case.questions), "number")
        layout.heading(2, layout.say("debrief_facts"))
        layout.pieces(case.debrief)
        if case.trap:
            layout.heading(2, layout.say("trap"))
            layout.pieces((case.trap,))
    return layout.done("07-retour-sur-les-cas", layout.say("debrief"), layout.say("debrief_subject"))
