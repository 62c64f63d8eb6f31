"""What kind of value a question asks for, and whether a text holds one: « combien coûte… » wants an amount."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum


class Wanted(StrEnum):
    """A kind of value that a question can ask for."""

    AMOUNT = "amount"
    SHARE = "share"
    COUNT = "count"
    DATE = "date"
    CONTACT = "contact"
    PERSON = "person"


_MONTH = (
    r"janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre|décembre|decembre"
    r"|january|february|march|april|june|july|august|september|october|november|december"
)
_QUESTIONS: dict[Wanted, re.Pattern[str]] = {
    Wanted.AMOUNT: re.compile(
        r"\bcombien (?:co[uû]te|vaut|gagne|paie|paye|re[cç]oit)|\b(?:prix|salaire|budget|montant|co[uû]t|somme|tarif|cotisation"
        r"|amende|subvention|financement total)\b|\bhow much (?:does|is|did)\b|\b(?:salary|price|cost|fine)\b",
        re.IGNORECASE,
    ),
    Wanted.SHARE: re.compile(
        r"\b(?:pourcentage|proportion|taux|pour cent)\b|\bquelle (?:est la )?part\b|\bpercent(?:age)?\b|\bwhat share\b",
        re.IGNORECASE,
    ),
    Wanted.COUNT: re.compile(
        r"\bcombien\b|\bnombre de\b|\bquelle dur[ée]e\b|\bquel [âa]ge\b|\bhow (?:many|long)\b|\bnumber of\b",
        re.IGNORECASE,
    ),
    Wanted.DATE: re.compile(
        r"\bquand\b|\bquelle? (?:date|ann[ée]e|mois|jour)\b|\bdepuis quand\b|\bwhen\b|\bwhat (?:year|date)\b",
        re.IGNORECASE,
    ),
    Wanted.CONTACT: re.compile(
        r"\bt[ée]l[ée]phone\b|\bcourriel\b|\badresse\b|\be-?mail\b|\bphone\b|\bjoindre\b|\bnum[ée]ro de t",
        re.IGNORECASE,
    ),
    Wanted.PERSON: re.compile(r"^\W*(?:qui|who)\b|\b(?:de|par|à|selon) qui\b|\bnom (?:de|du|des)\b", re.IGNORECASE),
}

_SPELT = r"deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|cent|mille|dizaine|douzaine|vingtaine|trentaine|quarantaine|cinquantaine|soixantaine|centaine|millier|million|milliard"
_NOT_COUNTS = re.compile(
    # dates, years, references of laws and clauses, telephone numbers, addresses of pages
    rf"\b\d+/\d+\b|\b\d{{1,2}}(?:er)? (?:{_MONTH})\b(?: \d{{4}})?|\b(?:1[89]|20)\d\d\b|\b[A-Z]-\d+|\bloi \d+"
    r"|\b\d{3}[ -]\d{3}[ -]\d{4}\b|https?://\S+|\bp(?:ages?|\.) ?\d+|\b\d+ p\.|\bn[°o] ?\d+|\b\d+e\b|^\d+\. ",
    re.IGNORECASE | re.MULTILINE,
)
_HELD: dict[Wanted, re.Pattern[str]] = {
    Wanted.AMOUNT: re.compile(
        r"\d[\d\s.,]*(?:k|m|millions?|milliards?)?\s*(?:d[’']|de )?\s*(?:\$|€|euros?|dollars?)", re.IGNORECASE
    ),
    Wanted.SHARE: re.compile(
        r"\d\s*%|\bpour ?cent\b|\b(?:la moitié|le tiers|le quart|les deux tiers)\b", re.IGNORECASE
    ),
    Wanted.COUNT: re.compile(rf"\d|\b(?:{_SPELT})s?\b", re.IGNORECASE),
    Wanted.DATE: re.compile(rf"\b(?:1[89]|20)\d\d\b|\b(?:{_MONTH})\b", re.IGNORECASE),
    Wanted.CONTACT: re.compile(
        r"@|\b\d{3}[ .-]\d{3}[ .-]\d{4}\b|(?:\d{2}[ .]){4}\d{2}|\b\d+,? (?:rue|avenue|boul)", re.IGNORECASE
    ),
    Wanted.PERSON: re.compile(r"(?<!^)(?<![.!?:•«\n] )\b[A-ZÉÈÀÂÎÔ][\w’'-]+"),
}


def wanted_by(question: str) -> frozenset[Wanted]:
    """The kinds of value that ``question`` asks for; an amount or a share is not also a mere count."""
    found = {kind for kind, pattern in _QUESTIONS.items() if pattern.search(question)}
    if found & {Wanted.AMOUNT, Wanted.SHARE}:
        found.discard(Wanted.COUNT)
    if Wanted.CONTACT in found:
        found.discard(Wanted.PERSON)
    return frozenset(found)


def holds(kind: Wanted, text: str) -> bool:
    """Whether ``text`` holds a value of that kind. Dates and references are no counts."""
    return next(found_values(kind, text), None) is not None


def found_values(kind: Wanted, text: str) -> Iterator[tuple[int, int]]:
    """Where ``text`` holds values of that kind, as ``(start, end)`` offsets. Dates and references are no counts."""
    counting = kind in {Wanted.COUNT, Wanted.AMOUNT, Wanted.SHARE}
    # What is no count is blanked, not cut: offsets stay those of the text.
    searched = _NOT_COUNTS.sub(lambda found: " " * len(found.group()), text) if counting else text
    return (found.span() for found in _HELD[kind].finditer(searched))


_LIST = re.compile(
    r"\b(?:quels|quelles|lesquels|lesquelles)\b|\b(?:liste|[ée]num[éè]re\w*|nomme[rz]?|cite[rz]?)\b"
    rf"|\bles (?:{_SPELT}|\d+) |\bqui sont\b|\b(?:what|which|who) are\b|\blist\b",
    re.IGNORECASE,
)


def wants_list(question: str) -> bool:
    """Whether ``question`` asks for several things: « quels sont les trois temps… »."""
    return bool(_LIST.search(question))
