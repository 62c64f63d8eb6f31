"""A server with contacts, emergency lines and feedback, for the tests of what stands beside the conversation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.ui.conftest import Service, running
from tests.ui.material import ANSWERED
from tests.ui.scripted import ScriptedAssistant

from sourcier.core.settings import (
    Contact,
    EmergencyLine,
    FeedbackSettings,
    OrganisationSettings,
    ServeSettings,
    Settings,
)

__all__ = ["CONTACTS", "LINE", "PATIENT_MS", "served"]

#: For an answer to be drawn where other tests run beside.
PATIENT_MS = 30_000

CONTACTS = (
    Contact(
        name="Nadia Roy",
        role="Conseillère aux relations du travail",
        region="Mauricie",
        subjects=("Griefs", "Convention"),
        phone="819 555-0142, poste 214",
        email="nadia.roy@livre.example",
        hours="lundi au vendredi, 8 h 30 à 16 h 30",
    ),
    Contact(
        name="Équipe d'écoute <b>É&P</b>",
        role="Harcèlement et violence",
        subjects=("Harcèlement", "Violence"),
        phone="418 555-0177",
        email="ecoute@livre.example",
    ),
    Contact(name="Karim Haddad", region="Estrie", subjects=("Santé et sécurité",), url="https://livre.example/sst"),
)
LINE = EmergencyLine(name="Ligne d'écoute de la Fédération", phone="418 555-0199", hours="24 h sur 24")


def served(home: Path, *, feedback: bool = False, language: str = "fr") -> Iterator[Service]:
    """The service, whatever is asked being answered by the same play."""
    settings = Settings(
        home=home,
        language=language,  # type: ignore[arg-type]
        serve=ServeSettings(port=0),
        organisation=OrganisationSettings(name="Fédération des métiers du livre", contacts=CONTACTS, emergency=(LINE,)),
        feedback=FeedbackSettings(enabled=feedback, keep_days=30, reader="le comité des communications"),
    )
    yield from running(settings, ScriptedAssistant(default=ANSWERED))
