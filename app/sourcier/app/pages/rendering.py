"""Templates made into pages: whatever is put in them is escaped, and a name that is not given is a mistake."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from starlette.responses import HTMLResponse

from sourcier.app.pages.looks import logo_address
from sourcier.app.pages.wording import Wording
from sourcier.app.pages.workshop_access import is_open
from sourcier.core.messages import Language
from sourcier.core.settings import Settings

__all__ = ["STYLES", "printable", "render"]

#: Sheets and scripts of these pages, served under ``/page/``, and their types.
STYLES = {
    "site.css": "text/css; charset=utf-8",
    "reading.js": "text/javascript; charset=utf-8",
    "picturing.js": "text/javascript; charset=utf-8",
    "browsing.js": "text/javascript; charset=utf-8",
    "workshop.css": "text/css; charset=utf-8",
    "workshop.js": "text/javascript; charset=utf-8",
}

#: What HTML would drop, join or remap: each becomes one visible character, so that offsets into the text stay true.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def render(name: str, settings: Settings, language: Language, status: int = 200, **values: Any) -> HTMLResponse:
    """The page of a template, with what every page shows.

    Args:
        values: ``here`` is the page's own address without its language, for the link to the other one.
    """
    html = (
        _environment()
        .get_template(name)
        .render(
            t=Wording(language),
            language=language,
            other="en" if language == "fr" else "fr",
            prefix="" if language == settings.language else f"/{language}",
            other_prefix="/en" if language == "fr" else "/fr",
            organisation=settings.organisation,
            logo=logo_address(settings.organisation),
            trains=is_open(settings),
            **values,
        )
    )
    return HTMLResponse(html, status)


def printable(value: object) -> object:
    """A text without what could not be shown, character for character; anything else as it is."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", value.replace("\r", " "))
    return value


@cache
def _environment() -> Environment:
    def load(name: str) -> str:
        return (files(__package__) / "templates" / name).read_text(encoding="utf-8")

    return Environment(
        autoescape=True,
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
        finalize=printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
