"""What names or reaches the person who asks, taken out of what they wrote; what may, told to a reviewer.

Rules, so that they can be read and tested. They cannot find a name that nothing announces: such a text is flagged, and a
person looks at it before it is used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sourcier.eval.metrics.text import fold

__all__ = ["TAKEN_OUT", "Cleaned", "without_identity"]

#: Put in the place of what is taken out.
TAKEN_OUT = "[…]"

_PERSON = r"[A-ZÀ-ÖØ-Þ][\w’'.-]+(?:[ -][A-ZÀ-ÖØ-Þ][\w’'.-]+){0,3}"
#: Each takes out its group ``it``, or all of it.
_IDENTITY = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    # North American and French telephone numbers, with or without their country.
    re.compile(
        r"(?<![\w-])(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\d)(?:,? ?(?:poste|ext\.?) ?\d+)?", re.IGNORECASE
    ),
    re.compile(r"(?<![\w-])(?:\+33[ .-]?|0)[1-9](?:[ .-]?\d{2}){4}(?!\d)"),
    # A social insurance number, and numbers that say whose they are.
    re.compile(r"(?<![\w-])\d{3}[ -]\d{3}[ -]\d{3}(?![ -]?\d)"),
    re.compile(
        r"(?i:(?:num[ée]ro|matricule|no|n[o°]|code)(?: de| d[’']| du)?\s*(?:membre|employ[ée]e?|dossier|matricule|permanent)?\s*"
        r"(?:est |: ?|= ?)?(?:le )?)(?P<it>\b(?=[\w-]*\d{3})[A-Z\d][\w-]{3,})"
    ),
    re.compile(
        rf"(?i:je m[’']appelle|mon nom est|je me nomme|moi c[’']est|my name is|ici(?= [A-Z]))\s+(?P<it>{_PERSON})"
    ),
    # A signature: a name alone on the last line, or after thanks.
    re.compile(rf"(?i:merci|cordialement|salutations|thanks|regards|bien à vous)[ ,.!\n-]+(?P<it>{_PERSON})\W*$"),
    re.compile(rf"\n\s*(?:—|–|-)?\s*(?P<it>{_PERSON})\s*$"),
    re.compile(r"(?<![\w])@[A-Za-z][\w.-]{2,}"),
    re.compile(
        r"\b\d{1,5},? (?i:rue|avenue|av\.|boulevard|boul\.|chemin|ch\.|rang|place|street|st\.|road)\s+(?:[A-ZÀ-ÖØ-Þ][\w’'.-]+|(?:des|du|de|la|le)\b|l[’'])"
        r"(?:[ -](?:[A-ZÀ-ÖØ-Þ][\w’'.-]+|(?:des|du|de|la|le)\b))*"
    ),
)
_PERSONAL = re.compile(
    r"\b(?:mon|ma|mes) (?:dossier|cas|grief|salaire|patronn?e?|boss|employeur|sup[ée]rieure?|conjointe?|enfants?|fils|fille|maladie|congé"
    r"|diagnostic|médecin|école|poste|collègue)|\bj[’']ai été\b|\bje (?:suis|travaille|souffre)\b|\bmy (?:file|case|boss|manager|salary|child)\b",
    re.IGNORECASE,
)
_FULL_NAME = re.compile(
    r"(?<![.!?] )(?<!^)\b[A-ZÀ-ÖØ-Þ][a-zà-ÿ’'-]+ [A-ZÀ-ÖØ-Þ][a-zà-ÿ’'-]+\b|\b(?:M\.|Mme|Mr|Mrs|Me) [A-ZÀ-ÖØ-Þ]\w+"
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without what was found in it.

    Attributes:
        taken: the stretches that were taken out.
        flags: ``personal`` (a situation of someone's own), ``name`` (someone may be named).
    """

    text: str
    taken: tuple[str, ...]
    flags: tuple[str, ...] = ()


def without_identity(text: str, public: Sequence[str] = (), secrets: Sequence[str] = ()) -> Cleaned:
    """``text`` without addresses, numbers and names of the person who wrote it.

    Args:
        public: quotes of the documents; what one of them holds to the letter is no secret and stays.
        secrets: what was taken out of another text of the same person; its names go here too.
    """
    known = fold("\n".join(public))
    taken: list[str] = []

    def out(found: re.Match[str]) -> str:
        named = found.groupdict().get("it")
        secret = named if named is not None else found.group()
        if TAKEN_OUT in secret or fold(secret) in known:
            return found.group()
        taken.append(secret)
        start, end = found.span("it") if named is not None else found.span()
        return found.group()[: start - found.start()] + TAKEN_OUT + found.group()[end - found.start() :]

    names = [word for secret in secrets for word in re.findall(r"[A-ZÀ-ÖØ-Þ][\w-]{2,}", secret)]
    again = (re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") for name in names)
    for pattern in (*_IDENTITY, *again):
        text = pattern.sub(out, text)
    flags = []
    if _PERSONAL.search(text):
        flags.append("personal")
    if any(fold(found.group()) not in known for found in _FULL_NAME.finditer(text)):
        flags.append("name")
    return Cleaned(text, tuple(taken), tuple(flags))
