"""Whether text can be read in a colour: contrast as WCAG 2.2 measures it, and colours made from another until it is enough."""

from __future__ import annotations

__all__ = ["DARK", "LIGHT", "TEXT", "contrast", "ink_on", "lightened", "mixed", "washed"]

#: Least contrast of text with what is behind it (WCAG 2.2, 1.4.3, level AA).
TEXT = 4.5

#: What text stands on, on a light page and on a dark one: ``--paper`` and ``--surface`` of the style sheets.
LIGHT = ("#f6f5f1", "#ffffff")
DARK = ("#12161b", "#1b2128")

_WHITE, _BLACK = "#ffffff", "#000000"
_STEPS = 100


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours ``#rrggbb``, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(colour: str, ground: str, share: float) -> str:
    """``share`` of a colour over a ground, channel by channel."""
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


def ink_on(colour: str) -> str:
    """White or black, whichever reads better on a colour; one of them always reaches 4.58."""
    return max((_WHITE, _BLACK), key=lambda ink: contrast(ink, colour))


def washed(colour: str, ground: str) -> str:
    """The strongest tint of a ground, up to an eighth, on which text of that colour still reads."""
    tints = (mixed(colour, ground, share / 1000) for share in range(125, -1, -5))
    return next((tint for tint in tints if contrast(colour, tint) >= TEXT), ground)


def lightened(colour: str, grounds: tuple[str, ...] = DARK) -> str:
    """The colour, or the least lighter one that reads on every ground, tinted with it too."""
    for step in range(_STEPS + 1):
        lighter = mixed(_WHITE, colour, step / _STEPS)
        if all(contrast(lighter, mixed(lighter, ground, 0.125)) >= TEXT for ground in grounds):
            return lighter
    return _WHITE


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definition of relative luminance), 0 to 1."""
    shares = (channel / 255 for channel in _channels(colour))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
