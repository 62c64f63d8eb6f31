"""Which short lines are headings: guessed with care, since a wrong heading hides a passage's real one."""

from __future__ import annotations

import re

_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_DATED = re.compile(
    rf"\b(?:\d{{1,2}}|1er)\s(?:{_MONTHS})\s\d{{4}}|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}|\b\d{{1,2}}\s?[h:]\s?\d{{2}}\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"@|https?:|www\.|©|\b\d{3}[\s.-]\d{3}[\s.-]\d{4}\b|\d{5,}")
_ENDS_AS_TEXT = re.compile(r"[.,;:…!]$")
_STANDALONE = re.compile(
    r"(?:introduction|conclusion|préambule|avant-propos|préface|sommaire|résumé|remerciements|bibliographie|"
    r"références|glossaire|annexes?|table des matières|liste des \w+)",
    re.IGNORECASE,
)
_DIVISION = re.compile(
    r"(?:annexe|chapitre|titre|partie|section|livre|article|axe|volet)\s+(?:[IVXL]{1,6}|\d{1,4}(?:[.-]\d{1,3})*|[A-Z])"
    r"(?:\s*[.:–—-]\s*\S.*|\s*\.)?",
    re.IGNORECASE,
)
_LEVELS = {
    "livre": 1,
    "partie": 1,
    "titre": 1,
    "annexe": 1,
    "axe": 1,
    "volet": 1,
    "chapitre": 2,
    "section": 3,
    "article": 4,
}
MAX_LENGTH = 110
LONG = 160


def is_named(text: str) -> bool:
    """A line that says itself that it is a heading: « Introduction », « Annexe I », « Chapitre 2 – … »."""
    if len(text) > LONG or text.endswith((",", ";")):
        return False
    return _STANDALONE.fullmatch(text.rstrip(" :")) is not None or (
        _DIVISION.fullmatch(text) is not None and text[:1].isupper()
    )


def division_level(text: str) -> int | None:
    """The rank of a numbered division, 1 for the widest; ``None`` when the line names none."""
    return _LEVELS.get(text.split(maxsplit=1)[0].casefold()) if _DIVISION.fullmatch(text) else None


def is_titled(text: str, *, words: int = 2, longest: int = MAX_LENGTH) -> bool:
    """A line that could be a title by its looks: short, capitalised, no full stop, no date or contact in it."""
    if len(text.split()) < words or len(text) > longest or "\n" in text or _ENDS_AS_TEXT.search(text):
        return False
    first = text.lstrip("«“\"' \u00a0\u202f")[:1]
    return (first.isupper() or first.isdigit()) and not is_dated(text) and not _CONTACT.search(text)


def is_dated(text: str) -> bool:
    """A short line that holds a date or a time, such as the one between a title and its text."""
    return len(text) <= MAX_LENGTH and _DATED.search(text) is not None


def is_prose(text: str) -> bool:
    """A paragraph that a title may stand above."""
    return len(text) >= 60 and (len(text) >= 200 or text.rstrip(' \u00a0»”")')[-1:] in ".:!?…;")
