"""Every pair of colours that carries text reaches the contrast of WCAG 2.2, level AA, in both schemes."""

from __future__ import annotations

import re

import pytest

from sourcier.app.ui.shell import asset

SHEET = asset("page.css").decode()
#: Text and its background, then edges of controls and theirs.
TEXT = [
    ("ink", "paper"), ("ink", "surface"), ("ink", "sunk"), ("soft", "paper"), ("soft", "surface"), ("soft", "slate-wash"),
    ("ink", "slate-wash"), ("ink", "accent-wash"), ("soft", "accent-wash"), ("accent", "accent-wash"), ("accent-ink", "accent"),
    ("bubble-ink", "bubble"), ("highlight-ink", "highlight"), ("amber", "amber-wash"), ("red", "red-wash"), ("red", "sunk"),
    ("red", "surface"),
]  # fmt: skip
EDGES = [("edge", "paper"), ("edge", "surface"), ("accent", "paper"), ("amber", "surface"), ("red", "paper")]


def scheme(name: str) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[0 if name == "light" else 1]))


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2, section 1.4.3."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_and_edges_have_enough_contrast(name: str) -> None:
    colours = scheme(name)
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in TEXT}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    edges = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in EDGES}
    assert {pair: ratio for pair, ratio in edges.items() if ratio < 3} == {}


def test_the_sheet_and_the_script_name_no_outside_address() -> None:
    for name in ("page.css", "page.js"):
        assert not re.search(r"https?:|//[a-z]|@import|url\(", asset(name).decode())
