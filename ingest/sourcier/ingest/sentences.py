"""French sentences, as offsets: what a citation may point at.

Ready-made splitters cut after « art. », « p. ex. » or « M. » (seven to eleven pieces for four sentences of a
collective agreement); this one errs on the side of the longer sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sourcier.ingest.vocabulary import word_set

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_CLOSERS = "»”’\"')\\]›"
# A stop, the quotation marks and brackets that close with it (French ones after a space), and the space that follows.
# Possessive quantifiers keep it linear on a page of dots.
_STOP = re.compile(
    rf"(?<![.!?…])[.!?…]++(?:[ \u00a0\u202f][!?…]++)*+(?:[ \u00a0\u202f\u2009]?»|[{_CLOSERS}])*+[.!?…]*+(?=\s)"
)
_LEADER = "...."
_OPENERS = "«“„\"'‘(\\[‹–—•·-"
_STARTS = re.compile(rf"[\s{_OPENERS}]*(\S)")
_WORD_BEFORE = re.compile(r"[^\s(\[«“\"’'/]+$")
_ENCLOSED = re.compile(r"«[^«»\n]{0,200}»|\([^()\n]{0,200}\)|“[^“”\n]{0,200}”")
_LABEL = re.compile(r"[\s•–—-]*\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[IVXLC]{1,6})\.(?=\s)")

# Never the last word of a sentence: something always follows.
_ALWAYS = word_set(
    """
    M MM Mme Mmes Mlle Mlles Mᵐᵉ Me Mes Mgr Dr Dre Drs Pr Pre Prof St Ste Sts cf Cf c.-à-d c-à-d i.e e.g p.ex ex Ex
    vs art Art arts al alin chap Chap fig Fig tabl Tabl réf Réf tél Tél téléc Téléc éd coll vol Vol paragr sect env
    boul av n° N° nᵒ nos Nos nºs p pp c
    """
)
# An abbreviation only when a number follows: « no. 5 », « par. 3 », « 3 sept. 2024 », but « ils étaient sept. ».
_BEFORE_NUMBER = word_set(
    """
    no No par Par ch Ch t n s ss f v l L R D A règl Règl décr ann Ann doc jur janv févr fév avr juill juil sept oct
    nov déc lun mar mer jeu ven sam dim
    """
)
# The same, before the mark of a law or of a form: « ch. C-27.1 », « règl. R-2 ».
_BEFORE_REFERENCE = word_set("no No par Par ch Ch règl Règl ann Ann doc")
_REFERENCE = re.compile(r"\s*[A-Z]{1,3}-?\d")
# May end a sentence: what follows decides.
_LETTERED = word_set(
    """
    annexe plan vitamine groupe catégorie niveau type classe option volet partie lettre point axe hépatite série
    """
)


class Span(NamedTuple):
    """A stretch of text, ``start`` included, ``end`` not."""

    start: int
    end: int


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of ``text[start:end]``, trimmed of white space, in order.

    A line feed always ends a sentence (headings, list items and rows are sentences of their own); every visible
    character is in exactly one span. Offsets are into ``text``.
    """
    return list(_spans(text, start, len(text) if end is None else min(end, len(text))))


def _spans(text: str, start: int, end: int) -> Iterator[Span]:
    for line in _LINE.finditer(text, start, end):
        begin = line.start()
        for stop in _stops(text, line.start(), line.end()):
            yield from _trimmed(text, begin, stop)
            begin = stop
        yield from _trimmed(text, begin, line.end())


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)


def _stops(text: str, start: int, end: int) -> Iterator[int]:
    """Where the sentences of one line end, the last one excepted."""
    line = text[start:end]
    enclosed = [found.span() for found in _ENCLOSED.finditer(line)]
    label = _LABEL.match(line)
    inside = 0
    for stop in _STOP.finditer(line, label.end() if label else 0):
        while inside < len(enclosed) and enclosed[inside][1] <= stop.start():
            inside += 1
        # Within a short quotation or bracket, the sentence is the one around it.
        if inside < len(enclosed) and enclosed[inside][0] < stop.start() and stop.end() < enclosed[inside][1]:
            continue
        if stop.group().startswith(_LEADER):
            continue
        follows = _STARTS.match(line, stop.end())
        if follows and _begins(follows.group(1)) and not _abbreviated(line, stop, follows.group(1)):
            yield start + stop.end()


def _begins(character: str) -> bool:
    return not character.islower() and character not in ",;:!?.…»)]%/=+*"


def _abbreviated(line: str, stop: re.Match[str], follows: str) -> bool:
    """Whether the full stop belongs to the word before it."""
    if stop.group() != ".":
        return False
    found = _WORD_BEFORE.search(line, max(0, stop.start() - 40), stop.start())
    if found is None:
        return False
    word = found.group()
    if word in _ALWAYS:
        # « 142 p. Le rapport » is a sentence's end, « p. 12 » is not; the same goes for « al. » after « et ».
        return not _counted(line[: found.start()], word, follows)
    if word in _BEFORE_REFERENCE and _REFERENCE.match(line, stop.end()):
        return True
    if word in _BEFORE_NUMBER and (follows.isdigit() or len(word) == 1):
        return word not in {"A", "D", "L", "R"} or follows.isdigit() or _initial(line, found.start())
    if len(word) == 1 and word.isalpha() and word.isupper():
        return _initial(line, found.start())
    # « J.-P. », « S.E. », « U.S. »: letters, each with its full stop.
    return bool(re.fullmatch(r"(?:[^\W\d_]\.-?)+[^\W\d_]", word))


def _counted(before: str, word: str, follows: str) -> bool:
    if word in {"p", "pp", "vol"}:
        return bool(re.search(r"\d[\s\u00a0\u202f]*$", before)) and not follows.isdigit()
    return word == "al" and before.rstrip().endswith(" et") and not follows.isdigit()


def _initial(line: str, start: int) -> bool:
    before = line[:start].rstrip().rpartition(" ")[2].casefold()
    return before.rpartition("’")[2].rpartition("'")[2] not in _LETTERED
