"""Questions made from sentences by rule, where no language model is there to write them.

French lets the question word stand where the answer stood (« Le programme a débuté quand ? »): the value is taken out of
the sentence and what it is asked by put in its place. Plain, sometimes clumsy, and for a person to review.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sourcier.eval.drafts.sources import Source

__all__ = ["Asked", "ask_by_pattern"]

_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_COUNTED = "deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|quarante|cinquante|soixante"
_AMOUNT = re.compile(
    r"(?P<of>d[’']environ |de plus de |de près de |[Ee]nviron |[Pp]rès de |[Pp]lus de )?"
    r"(?P<value>\d[\d\u00a0\u202f .,]*(?:k|M|(?:\s?(?:millions?|milliards?)(?: d[’'’e])?))?\s?(?:\$|€|dollars|euros))"
)
_SHARE = re.compile(r"(?P<of>[Ee]nviron |[Pp]rès de |[Pp]lus de )?(?P<value>\d+(?:,\d+)?[\u00a0\u202f ]?%)")
_DATE = re.compile(
    rf"\b(?P<of>le |du |depuis le |dès le |en |d[’']ici |depuis )(?P<value>(?:\d{{1,2}}(?:er)? )?(?:(?:{_MONTHS}) )?(?:19|20)\d\d)\b"
)
_COUNT = re.compile(
    rf"\b(?P<of>environ |près de |plus de )?(?P<value>\d{{1,3}}(?:[\u00a0\u202f ]\d{{3}})*|{_COUNTED}) (?P<noun>[a-zà-ÿœ]{{3,}}[sx])\b"
)
_DEFINITION = re.compile(
    r"^(?P<what>(?:Le|La|Les|L[’']|Une?)\s?[^,;:.()]{3,70}?) (?:est|sont|désigne) (?P<value>(?:une?|le|la|les|l[’']|des) .+)$"
)
_ROLE = re.compile(
    r"\b(?!(?:Selon|Pour|Avec|Par|Chez|Le|La|Les|Une?) )(?P<value>[A-ZÀ-ÖØ-Þ][\w’-]+(?: [A-ZÀ-ÖØ-Þ][\w’-]+){1,3}), (?P<role>(?:président|directeur|directrice|secrétaire|conseill|responsable"
    r"|porte-parole|fondat|cofondat|ministre|vice-président|coordonn|professeur)[^,.;]{0,80})"
)

_DETERMINED = re.compile(r"\b(?:les|des|ces|ses|leurs|nos|vos|aux|chacun des)(?: \w+)? $", re.IGNORECASE)
#: Words of a thing that is defined, at most: more are a whole clause.
_FEW = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its answer in the words of the source, and the value that any right answer holds."""

    question: str
    answer: str
    value: str
    kind: str


def ask_by_pattern(source: Source) -> Iterator[Asked]:
    """The questions that the patterns make of a sentence, the most telling first."""
    text = " ".join(source.text.split())
    for named in _ROLE.finditer(text):
        yield Asked(f"Qui est {named['role'].strip()} ?", text, named["value"], "fact_name")
    for pattern, word, kind in (
        (_AMOUNT, "combien", "fact_number"),
        (_SHARE, "quel pourcentage", "fact_number"),
        (_DATE, "quand", "fact_date"),
    ):
        found = pattern.search(text)
        if found and (asked := _put(text, found.start(), found.end(), _with_lead(found["of"] or "", word))):
            yield Asked(asked, text, found["value"].strip(), kind)
    counted = next((f for f in _COUNT.finditer(text) if not re.fullmatch(r"(?:19|20)\d\d", f["value"])), None)
    # « les 27 revendications » have been spoken of before: nobody asks « les combien de ».
    if counted and not _DETERMINED.search(text[: counted.start()]):
        of = "d’" if counted["noun"][0] in "aeiouyéèêàâîôœ" else "de "
        asked = _put(text, counted.start(), counted.end(), f"combien {of}{counted['noun']}")
        if asked:
            yield Asked(asked, text, counted["value"], "fact_number")
    defined = _DEFINITION.match(text.rstrip(" ."))
    if defined and len(defined["what"].split()) <= _FEW and not any(c.isdigit() for c in defined["value"]):
        what = defined["what"]
        yield Asked(f"Qu’est-ce que {what[0].lower()}{what[1:]} ?", text, defined["value"], "fact_definition")


def _with_lead(of: str, word: str) -> str:
    """The question word with the small word that came before the value: « d’ici 2030 » is asked by « d’ici quand »."""
    if of.startswith(("d’ici", "d'ici", "depuis")):
        return f"{of.split(maxsplit=1)[0]} {word}"
    if word == "quand":
        return f"de {word}" if of == "du " else word
    return f"de {word}" if of.startswith(("d’", "d'", "de ")) else word


def _put(text: str, start: int, end: int, word: str) -> str | None:
    """The clause that holds ``text[start:end]`` as a question, ``word`` in the place of that; ``None`` where it says little."""
    # What stands in brackets right after a value says it again: « 60 millions d’euros (60 M€) ».
    before, after = text[:start], re.sub(r"^ ?\([^)]*\d[^)]*\)", "", text[end:])
    if before.rstrip().endswith(",") and not after.strip(" .").startswith(tuple("abcdefghijklmnopqrstuvwxyzéàê")):
        return None  # « En France, en 2023, … » : the value is a remark of its own
    cut = max(before.rfind(" ; "), before.rfind(" : "), before.rfind(". "))
    if cut >= 0:
        before = before[cut + 3 if before[cut] == " " else cut + 2 :]
    after = re.split(r"[;:.]|, (?:qui|ce qui|dont|où|alors|mais|et|car|selon)\b", after, maxsplit=1)[0]
    asked = f"{before}{word}{after}".strip(" .,;:")
    if "«" in asked and asked.count("«") != asked.count("»"):
        asked = asked.replace("« ", "").replace(" »", "").replace("«", "").replace("»", "")
    if asked.count("(") != asked.count(")") or not 6 <= len(asked.split()) <= 28:
        return None
    return f"{asked[0].upper()}{asked[1:]} ?"
