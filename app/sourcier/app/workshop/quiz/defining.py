"""Definitions in the documents' own words: what they define, and what their acronyms stand for, each an exact stretch.

Few forms are known, each of them plain: « X désigne… », « on entend par X… », « X : … » at the head of a line, « La X est une… »
and « Long Name (LN) ». A sentence that praises or judges (« est un levier essentiel ») defines nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sourcier.app.answering.evidence import units_of
from sourcier.app.answering.verifier.text import fold, read, words
from sourcier.app.workshop.quiz.reading import is_reference
from sourcier.core.types import Hit

__all__ = ["Definition", "acronym_of", "definitions_in"]

#: Words of a term, and of what it is said to be.
_LONGEST_TERM, _FEWEST_SAID = 6, 3
_PAREN = re.compile(r"\((?P<short>[A-ZÉÈÀ][A-Za-zÉÈÀéèà-]*[A-ZÉÈÀ0-9][A-Za-z0-9]*)\)")
_LINE = re.compile(
    r"^(?:[-•–*] ?|\d+[.)] )?(?P<term>[A-ZÉÈÀÂÎÔŒ«][^:.;!?|]{1,60}?)[\u00a0\u202f ]: (?P<said>[^|]+)$", re.DOTALL
)
_ARTICLE = r"(?:Le |La |Les |L[’']|Un |Une |Des )"
_SAYS = re.compile(
    rf"^(?P<term>{_ARTICLE}[^,;:.()|]{{2,60}}?|«[^»]{{2,60}}»|[A-ZÉÈÀ]{{2,}}[\w-]*),? "
    r"(?:désigne(?:nt)?\b|signifie(?:nt)?\b|s[’']entend(?:ent)? (?:de |d[’']|comme )|se définit comme|se définissent comme|means?\b|refers? to\b|is defined as\b)\s*"
    r"(?P<said>.+)$",
    re.DOTALL,
)
_MEANT = re.compile(
    r"^(?:On entend par|Par|By) (?P<term>«[^»]{2,60}»|[^,;:.()|]{2,60}?),? ?(?:on entend|il faut entendre|is meant|: )\s*(?P<said>.+)$"
    r"|^On entend par (?P<term2>«[^»]{2,60}»|[^,;:.()|]{2,60}?),? (?P<said2>(?:une? |le |la |les |l[’']|tout).+)$",
    re.DOTALL,
)
_IS = re.compile(
    rf"^(?P<term>{_ARTICLE}[^,;:.|()]{{2,50}}?|[A-ZÉÈÀ]{{2,}}[\w-]*|[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){{0,2}})"
    r"(?: \([^)]{2,60}\))? (?:est|sont|is|are) (?P<said>(?:une? |l[ea] |les |l[’']|des |an? |the ).+)$",
    re.DOTALL,
)
#: Nouns that speak of a matter instead of naming a thing, as a term or as what it is said to be.
_VAGUE = words("stop") | frozenset(
    fold(
        """objectif but enjeu defi raison principe theme probleme idee question resultat reponse point suite reste fait role
        levier exemple occasion condition moyen atout risque priorite outil instrument chose cas voie etape
        facteur source cle necessite chance menace danger autre texte document tableau fiche chiffre date personne
        meilleur meilleure seul seule premier premiere dernier derniere plus moins reflet signe preuve fruit cause consequence
        purpose aim goal issue challenge reason example condition means risk priority way fact"""
    ).split()
)
_PEOPLE = re.compile(
    r"^(?:l[ea’'] ?)?(?:président|vice-président|directeur|directrice|journaliste|auteure?s?\b|autrice|dirigeant|ministre|secrétaire|conseill"
    r"|porte-parole|personne|nom |fondat|cofondat|professeur|chercheu|responsable)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and where it is defined: ``canonical_text[start:end]`` of the passage's document says it whole.

    Attributes:
        said: where what the term is said to be starts; ``end`` ends it. Without the term itself, for who must guess it.
        expansion: what an acronym stands for, in the document's words; empty for what is no acronym.
        strength: 3 for a definition in so many words, 2 for « X : … », 1 for « X est une… », 0 for an expansion alone.
    """

    term: str
    hit: Hit
    start: int
    end: int
    said: int
    expansion: str
    strength: int


def definitions_in(hits: Iterable[Hit]) -> Iterator[Definition]:
    """Every definition of the passages, in reading order; a term may be defined several times."""
    for hit in hits:
        for unit in units_of(hit):
            if unit.is_list or unit.clear_start != unit.start or is_reference(unit.text):
                continue
            offset = unit.start
            defined = _defined(unit.text)
            if defined is not None:
                term, said, strength = defined
                short = acronym_of(term)
                expansion = _expansion(short, unit.text[said:]) if short else ""
                end = offset + len(unit.text.rstrip())
                yield Definition(short or term, hit, offset, end, offset + said, expansion, strength)
            for start, end, short, long in _expansions(unit.text):
                yield Definition(short, hit, offset + start, offset + end, offset + start, long, 0)


def _defined(text: str) -> tuple[str, int, int] | None:
    """Term, where what is said of it starts, and strength."""
    for pattern, strength in ((_MEANT, 3), (_SAYS, 3), (_LINE, 2), (_IS, 1)):
        found = pattern.match(text)
        if found is None:
            continue
        named = "term" if found["term"] else "term2"
        term, said = found[named].strip(" «»\u00a0\u202f"), found["said" if named == "term" else "said2"].strip()
        start = found.start("said" if named == "term" else "said2")
        if _defines(term, said, strength):
            return _bare(term), start, strength
    return None


def _defines(term: str, said: str, strength: int) -> bool:
    bare = _bare(term)
    inner = [token for token in read(bare).tokens if token.text.isalpha()]
    if not inner or len(bare.split()) > _LONGEST_TERM or len(said.split()) < _FEWEST_SAID:
        return False
    if fold(inner[0].text) in _VAGUE or any(mark in said for mark in ("?", "!")) or _PEOPLE.match(said):
        return False
    if strength == 3:
        return True
    # What a thing is said to be starts with a noun that names its kind.
    head = next((token for token in read(said).tokens if token.content or token.folded in _VAGUE - words("stop")), None)
    if head is None or head.folded in _VAGUE or not head.text[0].isalpha():
        return False
    if strength == 2:
        first = said.split(maxsplit=1)[0]
        # A sentence before a colon has an article or a verb of its own: « La CSQ admet une exception : … ».
        named = "," not in term and not re.match(_ARTICLE, term)
        verb = re.match(r"\w+(?:er|ir|re)\b", said) is not None  # « Axe 1 : mettre l'IA au service… »
        return named and not verb and (first[0].islower() or _expansion(acronym_of(term), said) != "")
    # « La formation est une priorité » judges; « La CPMT est la Commission… » and « X est une loi qui… » define.
    telling = re.search(
        r"\b(?:qui|que|qu[’']|dont|où|permettant|destinée?s?|visant|chargée?s?|par lequel|par laquelle|that|which|who)\b",
        said,
    )
    return bool(acronym_of(term) and said[:2].lower() in {"la", "le", "l’", "l'", "un"}) or (
        said.split(maxsplit=1)[0].lower().startswith("un") and telling is not None and len(bare.split()) <= 4
    )


def _bare(term: str) -> str:
    """Without its article, and without what its brackets add."""
    plain = re.sub(r"\s*\([^)]*\)\s*$", "", term)
    return re.sub(rf"^{_ARTICLE}", "", plain, flags=re.IGNORECASE).strip(" «»\u00a0\u202f")


def acronym_of(term: str) -> str:
    """The acronym that a term is, or nothing."""
    bare = _bare(term)
    return bare if re.fullmatch(r"[A-ZÉÈÀ][A-Za-z0-9]*[A-ZÉÈÀ0-9][A-Za-z0-9-]*", bare) and len(bare) <= 10 else ""


def _expansion(short: str, said: str) -> str:
    """The words that an acronym stands for, at the head of what is said of it."""
    said = re.sub(r"^(?:l[ea] |les |l[’']|une? )", "", said)
    head = re.split(r"[,;(.:]| qui | que ", said, maxsplit=1)[0].strip()
    return head if short and head[:1].isupper() and _spells(short, head) else ""


def _spells(short: str, long: str) -> bool:
    """Whether the initials of a name are, in order, the letters of an acronym."""
    letters = [fold(letter) for letter in short if letter.isalpha() and (letter.isupper() or short.islower())]
    initials = [fold(token.text)[0] for token in read(long).tokens if token.text[0].isalpha()]
    content = [fold(token.text)[0] for token in read(long).tokens if token.text[0].isalpha() and token.content]
    return len(letters) >= 2 and (content == letters or _in_order(letters, initials)) and initials[0] == letters[0]


def _in_order(letters: Sequence[str], initials: Sequence[str]) -> bool:
    rest = iter(initials)
    return all(letter in rest for letter in letters)


def _expansions(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Stretch, acronym and long form of every « Long Name (LN) »."""
    for found in _PAREN.finditer(text):
        before = text[: found.start()].rstrip()
        tokens = list(re.finditer(r"[\w’'-]+", before))[-12:]
        for token in tokens:
            start = token.start() + (2 if re.match(r"[ldLD][’']", token.group()) else 0)
            long = before[start:]
            if re.search(r"[,;:.()«»]", long) or not long or fold(long.split()[0]) in words("stop"):
                continue
            if _spells(found["short"], long) and len(read(long).content()) <= len(found["short"]) + 1:
                yield start, found.end(), found["short"], long
                break
