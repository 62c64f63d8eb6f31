"""Numbers as documents write them: the ones their lists and headings compute."""

from __future__ import annotations

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MARKS = "*†‡§"


def letters(number: int) -> str:
    """a, b … z, aa, bb: the letter is repeated, as offices do. Digits where that would be too long to be read."""
    if not 1 <= number <= 26 * 4:
        return str(number)
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def roman(number: int) -> str:
    """i, ii, iii, iv… up to 3999, digits elsewhere."""
    if not 1 <= number <= 3999:
        return str(number)
    written = []
    for value, sign in _ROMAN:
        times, number = divmod(number, value)
        written.append(sign * times)
    return "".join(written)


def marks(number: int) -> str:
    """*, †, ‡, §, **…"""
    if not 1 <= number <= 4 * len(_MARKS):
        return str(number)
    return _MARKS[(number - 1) % len(_MARKS)] * ((number - 1) // len(_MARKS) + 1)


def ordinal(number: int) -> str:
    """1er, 2e, 3e."""
    return f"{number}er" if number == 1 else f"{number}e"
