"""Numbered clauses: which article, clause, paragraph and letter each place of a text is in.

What opens a clause stands at the beginning of a block, and no number is taken for one without evidence:

- « Article 12 », « Art. L. 1222-1 », « Clause 8-2.05 », « R. 4121-1 », « 5-3.01 » (a collective agreement of Québec) and « § 3 »
  by themselves, unless what follows makes a reference of them (« Article 12 de la loi… »);
- decimals (« 12.1 », « 12.04 ») when their next or previous number is there too, what follows is a capital, and the document
  is made of clauses: its kind or title says so, it has articles, it refers to them as such, or three are written « 12.01 »;
- whole numbers (« 81. ») only in a law that has no other articles, where they go up.

So « 1.1 Contexte » of a report numbers a section, « 1. » an item of a list, and « 12.04 $ » nothing. Inside a clause,
letters, degrees and numbers go down a level when they begin at their first, and go on from one to the next. Paragraphs
(« alinéas ») are counted up to the first enumeration: whether its items count too differs from one law to another, and
a vague number is better than a wrong one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from sourcier.core.types import Block, BlockKind, Document
from sourcier.ingest.enumerations import Enumeration

__all__ = ["Clauses", "clause_at"]

_SPACE = "[ \u00a0\u202f]"
_LETTERED = rf"(?:LP|[LRDA])\.?{_SPACE}?\*{{0,2}}{_SPACE}?\d{{1,4}}"
_CODE = rf"{_LETTERED}(?:-\d{{1,3}}){{1,4}}(?:{_SPACE}[A-Z](?=\s*$))?"
_LATIN = rf"(?:{_SPACE}(?:bis|ter|quater|\w{{0,8}}(?:quies|sexies|septies|octies|nonies|decies))\b)?"
_QUEBEC = r"\d{1,2}-\d{1,2}\.\d{2}"
_NUMBER = rf"(?:{_CODE}|{_LETTERED}|{_QUEBEC}|\d{{1,4}}(?:[.-]\d{{1,3}}){{0,4}}(?:er)?|(?:[IVX][IVXLC]{{0,6}}|[LC][IVXLC]{{1,6}})(?![a-z])|premier|unique){_LATIN}"
_NAMED = re.compile(rf"(article|art\.|clause){_SPACE}+({_NUMBER})(?![\w])", re.IGNORECASE | re.MULTILINE)
_BARE_CODE = re.compile(rf"({_CODE}{_LATIN})(?![\w])", re.MULTILINE)
_BARE_QUEBEC = re.compile(rf"(?:chapitre{_SPACE}+)?({_QUEBEC})(?![\w%])", re.IGNORECASE)
_PARAGRAPH_SIGN = re.compile(rf"§{_SPACE}?(\d{{1,3}})(?!\d)")
_ANNEX = re.compile(rf"annexe{_SPACE}+([A-Z]|[IVXLC]{{1,7}}|\d{{1,3}})(?![\w])(.*)", re.IGNORECASE)
_DECIMAL = re.compile(rf"(\d{{1,3}}(?:\.\d{{1,3}}){{1,3}})(?![\d,])[.)]?(?:{_SPACE}*[-–—:])?(?:\s+|$)")
_WHOLE = re.compile(r"(\d{1,4})\.\s+(?=[^\W\d_])")
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ«“(]|$")
# After a number, what makes a reference of it: « Article 12 de la loi », « 5-3.01 et 5-3.02 », « Article 4, paragraphe 2 ».
_REFERS = re.compile(
    r"[\s,]*(?:et|ou|à|au|aux|de|du|des|d[’'’]|ci-|l[’'’]|le|la|les|est|sont|ne|s[’'’]|paragraphe|alinéa)\b"
)
_OF_CLAUSES = re.compile(
    r"\b(?:convention|entente|accord|loi|code|règlement|charte|statuts|décret|avenant)\b", re.IGNORECASE
)
_OF_LAW = re.compile(
    r"^\W*(?:loi|code|règlement|charte|décret)\s+(?:sur|concernant|relati|instituant|modifiant|visant|des?\b|du\b|d[’'])",
    re.IGNORECASE,
)
_TITLE = re.compile(rf"(?:^|[\s,:–—-])(?:(?:article|art\.){_SPACE}+({_NUMBER})|({_CODE}{_LATIN}))\s*$", re.IGNORECASE)
# « Article 12 vacances »: after the word, a number, and no stop, a common word goes on with a sentence.
_GOES_ON = re.compile(rf"(?:{_SPACE}[A-Z]\b)?[\s,]*\(?[a-zà-öø-ÿ]")
_LONGEST = 120
"""Characters looked at, at the beginning of a block."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the clauses: « annexe C », « art. 5-3.01 », its paragraph from 1 or 0, and what is enumerated there."""

    annex: str = ""
    clause: str = ""
    paragraph: int = 0
    inside: tuple[str, ...] = ()

    def label(self) -> str | None:
        """As people write it, « annexe C, art. 5-3.01 A) »; ``None`` outside of any clause."""
        if not (self.annex or self.clause):
            return None
        parts = [part for part in (self.annex, self.clause) if part]
        if self.paragraph:
            parts.append(f"al. {self.paragraph}")
        text = ", ".join(parts)
        for mark in self.inside:
            # « 5-3.01 A) b) », but « art. L. 1222-1, 1° » and « art. 5, par. 1 ».
            text += f" {mark}" if mark.endswith(")") else f", {mark}"
        return text


class Clauses:
    """The clauses of one document.

    Attributes:
        starts: where clauses begin, in order: the best places to cut at, after headings.
    """

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._offsets = [0]
        self._places = [Place()]
        self.starts: tuple[int, ...] = ()
        heads = _heads(document)
        first = _of_title(document.metadata.title)
        if not heads and first is None:
            return
        self._walk(document.blocks, heads, first or Place())
        self.starts = tuple(start for start, (_, opens) in sorted(heads.items()) if opens)

    def place(self, offset: int) -> Place:
        """Where an offset of the canonical text is."""
        return self._places[bisect_right(self._offsets, offset) - 1]

    def at(self, offset: int) -> str | None:
        """The clause of an offset, as people write it; ``None`` where there is none."""
        return self.place(offset).label()

    def over(self, start: int, end: int) -> str | None:
        """The clause of a stretch, or the first and the last ones, « art. 5-3.01 à 5-3.04 »."""
        first = bisect_right(self._offsets, start) - 1
        last = bisect_right(self._offsets, max(start, end - 1)) - 1
        places = [place for place in self._places[first : last + 1] if place.clause or place.annex]
        if not places:
            return None
        clauses = list(dict.fromkeys((place.annex, place.clause) for place in places))
        (annex, clause), (other, last_clause) = clauses[0], clauses[-1]
        if len(clauses) == 1:
            shared = _shared(places)
            beyond = [place.inside[len(shared.inside) :] for place in places]
            if all(beyond) and _follow(beyond[0][0], beyond[-1][0]):
                # « art. 5-3.01 A) à C) »: all of it is in items of one level.
                first_item = replace(shared, inside=(*shared.inside, beyond[0][0]))
                return f"{first_item.label()} à {beyond[-1][0].removeprefix('par. ')}"
            return shared.label()
        if annex != other:
            return f"{Place(annex, clause).label()} à {Place(other, last_clause).label()}"
        named = [one for _, one in clauses if one]
        word, _, number = named[-1].partition(" ")
        end_label = number if len(named) > 1 and named[0].startswith(f"{word} ") else named[-1]
        label = Place(annex, named[0]).label()
        return label if len(named) == 1 else f"{label} à {end_label}"

    def _walk(self, blocks: Sequence[Block], heads: dict[int, tuple[Place, bool]], here: Place) -> None:
        """Go through the blocks, noting each change of place."""
        level: int | None = None
        enumeration = Enumeration()
        counted = True
        paragraphs: list[int] = []
        self._note(0, here)
        for block in blocks:
            if block.kind is BlockKind.NOTE:
                self._note(block.start, Place())
                continue
            if (head := heads.get(block.start)) is not None:
                self._settle(paragraphs)
                paragraphs = []
                found, _ = head
                here = found if found.annex or not here.annex else replace(found, annex=here.annex)
                level = block.level if block.kind is BlockKind.HEADING else 0
                enumeration, counted = Enumeration(), True
                self._note(block.start, here)
            elif block.kind is BlockKind.HEADING:
                if level is not None and (level == 0 or block.level <= level):
                    self._settle(paragraphs)
                    here, level, paragraphs = Place(here.annex if level == 0 else ""), None, []
                    enumeration = Enumeration()
                self._note(block.start, replace(here, paragraph=0, inside=()))
                continue
            if not (here.clause or here.annex) or block.kind is BlockKind.HEADING:
                continue
            paragraph = block.kind is BlockKind.PARAGRAPH and not enumeration.opens(self._text, block.start, block.end)
            if paragraph:
                enumeration.leave()
                sentence = bool(here.clause) and counted and _ends(self._text, block)
                self._note(block.start, replace(here, paragraph=len(paragraphs) + 1 if sentence else 0))
                if sentence:
                    paragraphs.append(len(self._places) - 1)
            for offset, inside in enumeration.marks(self._text, block.start, block.end):
                # Numbered paragraphs are not counted a second time.
                several = len(paragraphs) > 1 and bool(inside) and not inside[0].startswith("par.")
                self._note(offset, replace(here, inside=inside, paragraph=len(paragraphs) if several else 0))
                counted = False
        self._settle(paragraphs)

    def _settle(self, paragraphs: Sequence[int]) -> None:
        """A clause of one paragraph says nothing of it."""
        if len(paragraphs) == 1:
            self._places[paragraphs[0]] = replace(self._places[paragraphs[0]], paragraph=0)

    def _note(self, offset: int, place: Place) -> None:
        if self._offsets[-1] == offset:
            self._places[-1] = place
        else:
            self._offsets.append(offset)
            self._places.append(place)


def clause_at(document: Document, offset: int) -> str | None:
    """The clause of an offset of a document's canonical text, as people write it: « art. L. 1222-1, al. 2 »."""
    return Clauses(document).at(offset)


def _heads(document: Document) -> dict[int, tuple[Place, bool]]:
    """What opens at each block that begins with a number, by its start; and whether it is worth cutting there."""
    strong: dict[int, tuple[Place, bool]] = {}
    decimals: list[tuple[Block, str]] = []
    wholes: list[tuple[Block, int]] = []
    for block in document.blocks:
        if block.kind in {BlockKind.NOTE, BlockKind.TABLE}:
            continue
        line = document.text[block.start : min(block.end, block.start + _LONGEST)]
        if (place := _opening(line, block)) is not None:
            strong[block.start] = place, not place.clause.startswith("chap.") or block.kind is not BlockKind.HEADING
        elif (found := _DECIMAL.match(line)) and _CAPITAL.match(line, found.end()):
            decimals.append((block, found[1]))
        elif (found := _WHOLE.match(line)) and block.level == 0:
            wholes.append((block, int(found[1])))
    if decimals:
        strong.update(_accepted(document, decimals, articles=any(place.clause for place, _ in strong.values())))
    if wholes and not any(place.clause for place, _ in strong.values()) and _is_law(document):
        numbers = [number for _, number in wholes]
        if len(numbers) >= 3 and all(a < b for a, b in pairwise(numbers)):
            strong.update({block.start: (Place(clause=f"art. {number}"), True) for block, number in wholes})
    return strong


def _opening(line: str, block: Block) -> Place | None:
    """What a line opens by itself."""
    if (found := _NAMED.match(line)) and not _refers(line, found.end(), block, named=True):
        word = "clause" if found[1].casefold() == "clause" else "art."
        return Place(clause=f"{word} {_written(found[2])}")
    if (found := _BARE_QUEBEC.match(line)) and not _refers(line, found.end(), block):
        return Place(clause=f"{'chap.' if found[1].endswith('-0.00') else 'art.'} {found[1]}")
    if (found := _BARE_CODE.match(line)) and not _refers(line, found.end(), block, named=True):
        return Place(clause=f"art. {_written(found[1])}")
    if (found := _PARAGRAPH_SIGN.match(line)) and not _refers(line, found.end(), block):
        return Place(clause=f"§ {found[1]}")
    if (found := _ANNEX.match(line.partition("\n")[0])) and (
        block.kind is BlockKind.HEADING or (len(found[2]) < 80 and not found[2].rstrip().endswith((".", ";", ",")))
    ):
        return None if _refers(line, found.end(1), block) else Place(annex=f"annexe {found[1].upper()}")
    return None


def _ends(text: str, block: Block) -> bool:
    """Whether a paragraph is one, and not a title without the look of it."""
    return text[block.end - 1] in ".;:!?…»"


def _refers(line: str, end: int, block: Block, *, named: bool = False) -> bool:
    """Whether a number is a reference to a clause, and not the clause."""
    if block.kind is BlockKind.HEADING:
        return False
    rest = line[end : end + 40]
    if named and _GOES_ON.match(rest) and "\n" not in rest[: len(rest) - len(rest.lstrip())]:
        return True
    return bool(_REFERS.match(rest)) or rest.lstrip(" \u00a0\u202f")[:1] in {"%", "$", "€", "°", ",", "/", ";"}


def _accepted(
    document: Document, found: Sequence[tuple[Block, str]], *, articles: bool
) -> Iterator[tuple[int, tuple[Place, bool]]]:
    numbers = {number for _, number in found}
    padded = sum(bool(re.fullmatch(r"\d{1,2}\.\d{2}", number)) for number in numbers) >= 3
    if not (articles or padded or _is_of_clauses(document) or _named_as_articles(document.text, numbers)):
        return
    for block, number in found:
        if articles or _neighbours(number) & numbers:
            yield block.start, (Place(clause=f"art. {number}"), True)


def _neighbours(number: str) -> set[str]:
    before, _, last = number.rpartition(".")
    near = {f"{int(last) + step:0{len(last)}}" for step in (-1, 1) if int(last) + step >= 0}
    # 12.9 is followed by 12.10, and 12.10 preceded by 12.9.
    return {f"{before}.{one}" for one in near | {str(int(last) - 1)}}


def _is_of_clauses(document: Document) -> bool:
    known = document.metadata
    return known.kind in {"law", "agreement"} or bool(_OF_CLAUSES.search(known.title))


def _is_law(document: Document) -> bool:
    return document.metadata.kind == "law" or bool(_OF_LAW.match(document.metadata.title))


def _named_as_articles(text: str, numbers: set[str]) -> bool:
    said = re.findall(rf"\b(?:articles?|clauses?|art\.){_SPACE}+(\d{{1,3}}(?:\.\d{{1,3}})+)", text, re.IGNORECASE)
    return bool(numbers & set(said))


def _of_title(title: str) -> Place | None:
    """The article that a whole document is: « Code du travail, article L. 1222-1 »."""
    found = _TITLE.search(title.strip())
    return Place(clause=f"art. {_written(found[1] or found[2])}") if found else None


def _written(number: str) -> str:
    """« L1222-1 » as « L. 1222-1 », with common spaces."""
    text = re.sub(_SPACE, " ", number).strip()
    found = re.fullmatch(r"(LP|[LRDA])\.? ?(\*{0,2}) ?(\d.*)", text, re.IGNORECASE)
    return f"{found[1].upper()}. {found[2]}{found[3]}" if found else text


def _follow(first: str, last: str) -> bool:
    """Whether two labels are of one list: « A) » and « C) », « 1° » and « 3° », not « 2° » and « b) »."""
    return first != last and (first[:-1].isdigit(), first[-1:] == ")", first.isupper()) == (
        last[:-1].isdigit(),
        last[-1:] == ")",
        last.isupper(),
    )


def _shared(places: Sequence[Place]) -> Place:
    """What places of one clause have in common."""
    first = places[0]
    paragraph = first.paragraph if all(place.paragraph == first.paragraph for place in places) else 0
    inside: list[str] = []
    for marks in zip(*(place.inside for place in places), strict=False):
        if len(set(marks)) > 1:
            break
        inside.append(marks[0])
    return Place(first.annex, first.clause, paragraph, tuple(inside))
