"""An organisation's looks: its colours, as a style sheet that comes after ours, and its logo, checked when the page is built."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sourcier.core.colours import DARK, LIGHT, TEXT, contrast, ink_on, lightened, mixed, washed
from sourcier.core.errors import SettingsError
from sourcier.core.settings import OrganisationSettings

__all__ = ["Logo", "logo_address", "logo_of", "looks"]

MAX_KB = 512
_PNG = b"\x89PNG\r\n\x1a\n"
#: The beginning of an SVG file: a declaration, comments and a document type may stand before its root.
_SVG = re.compile(rb"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE\s+svg[^>\[]*>\s*)*<svg[\s>]", re.DOTALL)
_BOM = b"\xef\xbb\xbf"
#: ``--ink`` of the dark page, and how much of a colour a bubble on it may have.
_DARK_INK = "#e7eaee"
_BUBBLE = (0.35, 0.3, 0.25, 0.2, 0.15, 0.1)


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture, as it is in its file; a policy that lets nothing in it run goes with it."""

    address: str
    media_type: str
    data: bytes


def looks(organisation: OrganisationSettings) -> str:
    """The style sheet of the organisation's colours, empty where it keeps ours. On paper, everything stays black."""
    light, dark = organisation.colour.lower(), organisation.colour_dark.lower()
    if light and not dark:
        dark = lightened(light)
    blocks = []
    if light:
        ink = ink_on(light)
        blocks.append(_root(light, ink, washed(light, LIGHT[1]), light, ink))
    if dark:
        blocks.append(f"@media (prefers-color-scheme: dark) {{ {_root(dark, ink_on(dark), *_on_dark(dark))} }}")
    return f"@media screen {{ {' '.join(blocks)} }}\n" if blocks else ""


def logo_of(organisation: OrganisationSettings) -> Logo | None:
    """The logo of the settings.

    Raises:
        SettingsError: it cannot be read, is too large, or is neither SVG nor PNG.
    """
    path, address = organisation.logo, logo_address(organisation)
    if path is None:
        return None
    try:
        data = path.read_bytes() if path.stat().st_size <= 1000 * MAX_KB else b""
    except OSError as error:
        raise SettingsError("settings.logo_absent", path=path) from error
    if data.startswith(_PNG):
        return Logo(address, "image/png", data)
    if _SVG.match(data.removeprefix(_BOM)):
        return Logo(address, "image/svg+xml", data)
    raise SettingsError("settings.logo_unusable", path=Path(path), most=MAX_KB)


def logo_address(organisation: OrganisationSettings) -> str:
    """Where the logo is served, empty where there is none. Its content says what it is, not its name."""
    if organisation.logo is None:
        return ""
    return "/page/logo.svg" if organisation.logo.suffix.lower() == ".svg" else "/page/logo.png"


def _on_dark(colour: str) -> tuple[str, str, str]:
    """A tint for what stands out, and a bubble with its ink, on the dark page."""
    bubbles = (mixed(colour, DARK[1], share) for share in _BUBBLE)
    bubble = next((one for one in bubbles if contrast(_DARK_INK, one) >= TEXT), DARK[1])
    return washed(colour, DARK[1]), bubble, _DARK_INK


def _root(accent: str, ink: str, wash: str, bubble: str, bubble_ink: str) -> str:
    told = {"accent": accent, "accent-ink": ink, "accent-wash": wash, "bubble": bubble, "bubble-ink": bubble_ink}
    return f":root {{ {' '.join(f'--{name}: {value};' for name, value in told.items())} }}"
