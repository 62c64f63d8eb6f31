"""Questions that hold several: two asked at once, or two things to compare. Each part must find its own sentences.

One search for « SéCoIA Deal ou l'Occitanie : lequel dure le plus longtemps ? » brings what speaks of both, most often
of the better known one. A part is searched for alone, without the other's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sourcier.app.answering.terms import content_stems

__all__ = ["MOST_PARTS", "parts_of"]

#: More are not searched for: a question that names five organisations is a list, which one search brings.
MOST_PARTS = 3
#: A name that is in more than this share of what can be told apart tells nothing apart (« IA », « CSQ »).
_TELLING = 0.45

_COMPARES = re.compile(
    r"\b(?:compar\w+|diff[ée]r\w+|distingu\w+|entre|ou|versus|vs|contrairement|par rapport|en commun|tous les deux|toutes les deux"
    r"|chacune?|respectiv\w+|autant|(?:le|la|les) (?:plus|moins)|plus|moins|davantage|mieux|or|both|between|differ\w*|each|than)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:[A-ZÀ-ÖØ-Þ][\w’'-]*)(?:\s+(?:(?:de|du|des|la|le)\s+)?[A-ZÀ-ÖØ-Þ][\w’'-]*)*")
_ASKS = (
    r"(?:à |a |de |d[’']|en |pour |par |avec |depuis |dans |sur |from |in |by )?"
    r"(?:combien|quels?|quelles?|quand|qui|quoi|o[ùu]|comment|pourquoi|lequel|laquelle|qu[’']|what|who|when|where|why|how|which)\b"
)
_ASKED = re.compile(rf"\b{_ASKS}" + r"|^(?:est|a|does|is|do|are)\b|-(?:il|elle|on|ils|elles|ce)\b", re.IGNORECASE)
_BESIDE = re.compile(
    r",?\s+(?:et|ou|que|and|or|vs\.?|versus)\s+(?:(?:à|de|celles?|ceux|celui)\s+)*(?:l[ea]s?\s+|l[’'])?", re.IGNORECASE
)
_AND = re.compile(rf"(?:[,;]\s*(?:et|puis|and)?|\s(?:et|puis|and))\s+(?={_ASKS})", re.IGNORECASE)
_MARK = re.compile(r"\s*\?+\s*")


def parts_of(question: str, weight_of: Callable[[str], float]) -> tuple[str, ...]:
    """The questions in ``question``, each to be searched for alone; empty where there is only the whole.

    Args:
        weight_of: how rare an analysed term is in the documents; what none holds weighs the most.
    """
    sides = _sides(question, weight_of)
    return sides or _asked_at_once(question)


def _asked_at_once(question: str) -> tuple[str, ...]:
    whole = [piece.strip(" ,;") for piece in _MARK.split(question) if piece.strip(" ,;.!")]
    pieces = [piece.strip(" ,;") for one in whole for piece in _AND.split(one) if piece.strip(" ,;")]
    told: list[str] = []
    for piece in pieces:
        if told and (len(content_stems(piece)) < 2 or not _NAME.search(piece[1:])):
            # « …, et pourquoi ? », « …, comment s'est-il terminé ? »: nothing alone, so it goes with what it is about.
            told.append(f"{told[0]}, {piece}")
        elif len(content_stems(piece)) >= 2:
            told.append(piece)
        else:
            return ()  # « En quel mois et quelle année… »: one question in two words
    distinct = [piece for piece in dict.fromkeys(told) if _ASKED.search(piece)]
    return tuple(f"{piece} ?" for piece in distinct) if 1 < len(distinct) <= MOST_PARTS else ()


def _sides(question: str, weight_of: Callable[[str], float]) -> tuple[str, ...]:
    if not _COMPARES.search(question):
        return ()
    rarest = weight_of("") or 1.0
    names: list[tuple[int, int]] = []
    for found in _NAME.finditer(question):
        stems = content_stems(found.group())
        if not stems:
            continue
        telling = max(map(weight_of, stems)) >= _TELLING * rarest
        # « Solidaires et la CSQ »: beside a name that tells, one that is everywhere is the other side.
        if telling or (names and _BESIDE.fullmatch(question[names[-1][1] : found.start()])):
            names.append(found.span())
    texts = {question[start:end].casefold() for start, end in names}
    if not 1 < len(texts) <= MOST_PARTS:
        return ()
    sides = []
    for kept in names:
        side = question
        for start, end in reversed(names):
            if question[start:end].casefold() != question[slice(*kept)].casefold():
                side = side[:start] + side[end:]
        sides.append(" ".join(side.split()))
    return tuple(dict.fromkeys(sides))
