"""A kit laid out: papers and slides that know nothing of file formats, so that every format says the same."""

from __future__ import annotations

from sourcier.app.workshop.kit import Kit
from sourcier.app.workshop.papers.blocks import Handout
from sourcier.app.workshop.papers.booklet import booklet
from sourcier.app.workshop.papers.cases import case_studies, debrief
from sourcier.app.workshop.papers.guide import guide
from sourcier.app.workshop.papers.quiz import answer_key, quiz
from sourcier.app.workshop.papers.reference import further_reading, glossary, left_out, limits, timeline
from sourcier.app.workshop.papers.session import session_plan

__all__ = ["FOR_PARTICIPANTS", "handouts"]

#: The papers that are given to participants: nothing in them tells an answer.
FOR_PARTICIPANTS = frozenset({"03-cahier", "04-quiz", "06-etudes-de-cas"})


def handouts(kit: Kit, organisation: str) -> tuple[Handout, ...]:
    """The papers of a kit, in the order they are used; those that it has nothing to put in are left out."""
    makers = [session_plan, guide, booklet]
    makers += [quiz, answer_key] if kit.quiz else []
    makers += [case_studies, debrief] if kit.cases else []
    makers += [glossary] if kit.glossary else []
    makers += [timeline] if kit.timeline else []
    makers += [further_reading, limits]
    makers += [left_out] if kit.left_out else []
    return tuple(make(kit, organisation) for make in makers)
