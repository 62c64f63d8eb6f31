"""The activities of a kit: one function for each kind, from a line of the outline to what is done minute by minute."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sourcier.app.workshop.activities.debating import debate, position, sort
from sourcier.app.workshop.activities.making import Making
from sourcier.app.workshop.activities.meeting import closing, commit, opening, pause
from sourcier.app.workshop.activities.reading import detective, discover
from sourcier.app.workshop.activities.working import case_study, quiz
from sourcier.app.workshop.kit import Activity, ActivityKind, Planned

__all__ = ["Making", "write_activity"]

_WRITERS: Mapping[ActivityKind, Callable[[Planned, Making], Activity]] = {
    "opening": opening,
    "discover": discover,
    "detective": detective,
    "sort": sort,
    "case": case_study,
    "debate": debate,
    "position": position,
    "quiz": quiz,
    "commit": commit,
    "break": pause,
    "closing": closing,
}


def write_activity(planned: Planned, making: Making) -> Activity:
    """An activity as it is led: its steps last as long as the outline says."""
    return _WRITERS[planned.kind](planned, making)
