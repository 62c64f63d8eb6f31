"""Who can be reached: the organisation's own list, or the one contact of its settings; which of them an urgent subject needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sourcier.app.relay.urgency import Subject, folded, names_of
from sourcier.core.settings import Contact, EmergencyLine, OrganisationSettings

__all__ = ["about", "contacts_of", "lines_for", "regions_of", "shown_for", "subjects_of"]

#: Contacts shown at once; the page has all of them one button away.
MOST_SHOWN = 3


def contacts_of(organisation: OrganisationSettings) -> tuple[Contact, ...]:
    """The contacts listed; else the one line of ``organisation.contact``; else none."""
    if organisation.contacts:
        return organisation.contacts
    line = " ".join(organisation.contact.split())[:300]
    return (Contact(name=line),) if line else ()


def regions_of(contacts: Iterable[Contact]) -> tuple[str, ...]:
    """The regions named, in alphabetical order."""
    return _sorted(contact.region for contact in contacts)


def subjects_of(contacts: Iterable[Contact]) -> tuple[str, ...]:
    """The subjects named, in alphabetical order."""
    return _sorted(subject for contact in contacts for subject in contact.subjects)


def about(contacts: Sequence[Contact], urgent: Sequence[Subject]) -> tuple[Contact, ...]:
    """The contacts for urgent subjects: those who name one of them, else those who answer about everything, else all."""
    names = {name for subject in urgent for name in names_of(subject)}
    named = tuple(contact for contact in contacts if any(_says(subject, names) for subject in contact.subjects))
    return named or tuple(contact for contact in contacts if not contact.subjects) or tuple(contacts)


def shown_for(organisation: OrganisationSettings, urgent: Sequence[Subject]) -> tuple[Contact, ...]:
    """The few to show with a question: those for its urgent subjects; without any, those who answer about everything first."""
    contacts = contacts_of(organisation)
    first = about(contacts, urgent) if urgent else sorted(contacts, key=lambda contact: bool(contact.subjects))
    return tuple(first[:MOST_SHOWN])


def lines_for(organisation: OrganisationSettings, urgent: Sequence[Subject]) -> tuple[EmergencyLine, ...]:
    """The lines to call at once about ``urgent``. A line that names no subject is not for deadlines alone."""
    pressing = set(urgent) - {"deadline"}
    return tuple(
        line for line in organisation.emergency if (set(line.subjects) & set(urgent) if line.subjects else pressing)
    )


def _says(subject: str, names: set[str]) -> bool:
    said = folded(subject)
    return any(name in said for name in names)


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}, key=folded))
