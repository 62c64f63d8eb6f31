"""What an organisation sets of itself: its name and looks, the persons to turn to, what it tells and what it asks.

Read with the rest of the settings (:mod:`sourcier.core.settings`), which gives these names too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from sourcier.core.colours import DARK, LIGHT, TEXT, contrast


class Section(BaseModel):
    """A part of the settings: unknown keys are refused, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


#: Printable, on one line: what a person reads on the page, or a mail program takes as it is.
Line = Annotated[str, Field(max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
Phone = Annotated[str, Field(max_length=60, pattern=r"^([+(]?\d[\d\s()./-]*([ ,;]*(poste|ext\.?|p\.|#)\s*\d+)?)?$")]


Colour = Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6})?$")]


class Contact(Section):
    """A person, or a desk, that members can reach."""

    name: Annotated[Line, Field(min_length=1)]
    role: Line = ""
    region: Line = ""
    """Where they answer; empty is everywhere."""
    subjects: tuple[Line, ...] = ()
    """What they answer about; empty is everything."""
    phone: Phone = ""
    email: Annotated[str, Field(max_length=200, pattern=r"^([\w.+-]+@[\w-]+(\.[\w-]+)+)?$")] = ""
    hours: Line = ""
    url: Annotated[str, Field(max_length=500, pattern=r"^(https?://[^\s<>\"']+)?$")] = ""


class EmergencyLine(Section):
    """A line to call at once, shown with urgent subjects. None comes with the program."""

    name: Annotated[Line, Field(min_length=1)]
    phone: Annotated[Phone, Field(min_length=1)]
    hours: Line = ""
    subjects: tuple[Literal["distress", "violence", "harassment", "safety", "deadline"], ...] = ()
    """The urgent subjects it is for; empty is all of them but ``deadline``."""


class OrganisationSettings(Section):
    """Whose assistant it is, and the persons to turn to."""

    name: str = "Sourcier"
    contact: str = ""
    contacts: tuple[Contact, ...] = ()
    emergency: tuple[EmergencyLine, ...] = ()
    colour: Colour = ""
    """Of links and buttons on a light page; empty keeps the one delivered."""
    colour_dark: Colour = ""
    """The same on a dark page; empty makes one of ``colour``, lighter."""
    logo: Path | None = None
    """An SVG or PNG file, shown beside the name."""
    welcome: Annotated[str, Field(max_length=600)] = ""
    """What the page says before the first question; empty keeps the sentence delivered."""
    examples: Annotated[tuple[Line, ...], Field(max_length=6)] = ()
    """Questions to try; empty keeps those delivered."""

    @field_validator("colour")
    @classmethod
    def _read_on_light(cls, value: str) -> str:
        return _legible(value, LIGHT, "too_pale")

    @field_validator("colour_dark")
    @classmethod
    def _read_on_dark(cls, value: str) -> str:
        return _legible(value, DARK, "too_dark")


def _legible(value: str, backgrounds: tuple[str, ...], reason: str) -> str:
    ratio = min((contrast(value, ground) for ground in backgrounds), default=0.0) if value else TEXT
    if ratio < TEXT:
        raise PydanticCustomError(reason, "contrast", {"ratio": f"{ratio:.2f}", "least": f"{TEXT:g}"})
    return value


class FeedbackSettings(Section):
    """What members think of an answer, kept only where the organisation wants it and the member agrees."""

    enabled: bool = False
    keep_days: Annotated[int, Field(ge=1, le=1095)] = 90
    """Days after which an opinion is erased, whoever has read it."""
    reader: str = ""
    """Who reads the opinions, in a few words; empty names the organisation."""
    most: Annotated[int, Field(ge=1, le=1_000_000)] = 5000
    """Opinions kept at once; past it, the next ones are refused in a sentence."""


class TransparencySettings(Section):
    """What the public page of facts cannot find out by itself."""

    figures: tuple[Path, ...] = ()
    """Accepted figures: folders or files that ``sourcier eval`` accepted, or folders of runs."""
    source: Annotated[str, Field(pattern=r"^(https?://[^\s<>\"]+)?$")] = ""
    """Where the source code of this installation can be read; an address that members may follow."""
    complaint: str = ""
    """How to complain, and to whom, in a sentence; empty names the contact."""
