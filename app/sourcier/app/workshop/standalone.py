"""Sentences that say something alone: out of their page, in a booklet, a reader knows of whom and of what they speak."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sourcier.app.answering.evidence import Unit
from sourcier.core.types import Hit

__all__ = ["Said", "demands", "is_figure", "shortened", "standing_alone", "verbs_of_asking"]

#: Characters. Shorter is a label; longer is read by nobody in a booklet.
_SHORTEST, _LONGEST, _LONGEST_LIST = 40, 430, 650
_FEW_WORDS = 7
_ENDS = re.compile(r"[.!…][»”\"')\]\s\u00a0\u202f]*$")
_QUESTION = re.compile(r"\?[»”\"')\]\s\u00a0\u202f]*$")
#: What ties a sentence to the one before without changing what it says.
_TIE = re.compile(
    r"(?:or|de plus|par ailleurs|en outre|de surcroît|également|enfin|ensuite|toutefois|cependant|néanmoins|en effet|ainsi"
    r"|en somme|en bref|bref|donc|par conséquent|conséquemment|d[’']ailleurs|au demeurant|en revanche|par contre|d[’']abord"
    r"|premièrement|deuxièmement|finalement|moreover|however|furthermore|also|finally|indeed|thus|therefore|in addition)\s*,\s*",
    re.IGNORECASE,
)
#: « elle », « ce projet », « face à cette situation », « à l’inverse »: it speaks of what was said before.
_LEANS = re.compile(
    r"\W*(?:(?:mais|et|or|car|donc|bien qu[’']|lorsqu[’']|afin qu[’']|alors qu[’']|puisqu[’'])\s*)?"
    r"(?:elles?|ils?|on y|cela|ceci|ça|celui|celle|ceux|celles|celui-ci|celle-ci|l[’']une?|les deux|it|they|this|these|those|he|she)\b"
    r"|\W*(?:mais|et|car|ni|and|but)\s"
    r"|\W*(?:à l[’']inverse|au contraire|autrement dit|c[’']est|ce sont|ce qui|ce que|de son côté|de leur côté|d[’']où|pour ce faire|dans ce cas|il en)\b"
    r"|.{0,60}?\b(?:ces|cette|cet|ce|celui-ci|celle-ci|ceux-ci|celles-ci|précédemment|such|above|below)\b(?! qu| dont| type)",
    re.IGNORECASE,
)
_LEANS_LATER = re.compile(
    r"\b(?:ci-dessus|ci-dessous|ci-contre|ci-après|celle-ci|celui-ci|cela|ceci|un tel|une telle|de tels|de telles|voir (?:le|la|les|p\.|page))\b"
    r"|\balors\b(?! qu)",
    re.IGNORECASE,
)
_THIS = re.compile(
    r"\b(?:ces|cette|cet|ce)\s+(?!qu|dont|type|sont|serait|sera|n[’'])((?:[^\W\d_]|[-’'])+)", re.IGNORECASE
)
_BYLINE = re.compile(
    r"\W*(?:par|texte|photo|crédit|source|rédaction|propos recueillis)\s*(?::|par)?\s*[A-ZÀ-Þ][\w’'-]+\s+[A-ZÀ-Þ]"
    r"|.{0,80}\b(?:publié le|mis à jour|cliquez|retrouvez|lire aussi|en savoir plus|abonnez|inscrivez-vous|tous droits|copyright|©|newsletter|infolettre)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"https?://|www\.|\[(?:en ligne|online|consulté)|\bISBN\b|\b(?:p|pp|vol|n[o°º])\.\s?\d|\(\d{4}\)\.|\bdoi\b|^\W*\d{1,3}\.\s",
    re.IGNORECASE,
)
_DEMAND = re.compile(
    r"\b(?:demand(?:e|ent|ons)|exig(?:e|ent|eons)|réclam(?:e|ent)|recommand(?:e|ent|ons)|revendiqu(?:e|ent)|propos(?:e|ent|ons)|souhait(?:e|ent)"
    r"|doi(?:t|vent)|devr(?:a|ont|ait|aient)|il faut|il est (?:urgent|nécessaire|essentiel|primordial|important|impératif)"
    r"|must|shall|should|require[sd]?|demands?|recommends?)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d[\d\s\u00a0\u202f.,]*\s?(?:%|\$|€|million|milliard|personnes|heures|jours|ans\b|fois)|\b\d{4,}\b|\d[\u00a0\u202f ]\d{3}"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as it can be said alone.

    Attributes:
        text: the words; ``start`` and ``end`` where they are in the document.
        whole: whether they are the document's own words from the first to the last; where not, a word that tied the sentence
            to the one before was left out, and the first letter became a capital.
    """

    hit: Hit
    text: str
    start: int
    end: int
    whole: bool


def standing_alone(unit: Unit) -> Said | None:
    """The unit as it can be said alone; None where it cannot be."""
    text = unit.text
    longest = _LONGEST_LIST if unit.is_list else _LONGEST
    if not _SHORTEST <= len(text) <= longest or len(text.split()) < _FEW_WORDS:
        return None
    if _QUESTION.search(text) or _BYLINE.match(text) or _REFERENCE.search(text):
        return None
    if unit.is_list:
        # The first line must announce the others: a heap of labels says nothing.
        first = text.split("\n", 1)[0].rstrip()
        return (
            None if not first.endswith(":") or _LEANS.match(first) else Said(unit.hit, text, unit.start, unit.end, True)
        )
    if not _ENDS.search(text) or text.count("«") != text.count("»") or text.count("(") != text.count(")"):
        return None
    tie = _TIE.match(text)
    said = text[tie.end() :] if tie else text
    if _LEANS.match(said) or _LEANS_LATER.search(said) or (not said[:1].isalpha() and said[:1] not in "«0123456789"):
        return None
    if any(this[1][:5].casefold() not in said[: this.start()].casefold() for this in _THIS.finditer(said)):
        return None  # « cette technologie », of which nothing was said yet
    if not tie and not (said[:1].isupper() or said[:1] in "«0123456789"):
        return None
    shown = said[:1].upper() + said[1:]
    return Said(unit.hit, shown, unit.start + len(text) - len(said), unit.end, said == shown)


def demands(text: str) -> bool:
    """Whether a sentence asks, recommends, obliges or forbids."""
    return bool(_DEMAND.search(text))


def is_figure(text: str) -> bool:
    """Whether a sentence gives an amount, a share or a year."""
    return bool(_FIGURE.search(text))


#: Characters of a heading that still is a title, in an agenda, in an objective or on a slide; of a clause that says what the rest
#: adds to; and of what may be left where there is no clause.
_TITLE, _CLAUSED, _LEFT = 72, 20, 40
_LAST_WORD = re.compile(r"[\s,;:(«]+\S*$")
#: Where a heading may be cut so that what is left says something: after a clause, else before what only adds to it.
_CLAUSE = re.compile(r"\s*[:;(]\s|[.?!]\s|\s[–—-]\s")
_ADDS = re.compile(
    r",\s|\s(?=(?:afin|pour|dans|par|qui|que|dont|lorsque|selon|avec|sans|so|for|in|by|that|which|when|with)\s)"
)
_HANGING = re.compile(
    r"(?:[\s,;:(«]+(?:l[eas]|les|un|une|des?|du|d[’']|l[’']|aux?|à|en|et|ou|par|pour|sur|dans|avec|sans|ses?|son|sa|leurs?"
    r"|qui|que|ne|the|an?|of|to|in|on|and|or|for|with|by))+[\s,;:(«]*$",
    re.IGNORECASE,
)


def shortened(title: str) -> str:
    """A long heading as a title: its first clause, else its first words up to where they say something, and an ellipsis."""
    if len(title) <= _TITLE:
        return title
    for boundary, fewest in ((_CLAUSE, _CLAUSED), (_ADDS, _LEFT)):
        ends = [found.start() for found in boundary.finditer(title, fewest, _TITLE)]
        if ends:
            return _closed(title[: ends[-1]])
    return _closed(_LAST_WORD.sub("", title[:_TITLE]))


def _closed(cut: str) -> str:
    """What is left of a heading: no small word hanging at its end, no bracket or quotation mark left open."""
    for opening, closing in (("«", "»"), ("(", ")"), ("“", "”")):
        if cut.count(opening) > cut.count(closing) and cut.rindex(opening) > _LEFT:
            cut = cut[: cut.rindex(opening)]
    cut = _HANGING.sub("", cut).rstrip(" \u00a0\u202f,;:.«(–—-")
    return f"{cut}\u00a0»…" if cut.count("«") > cut.count("»") else f"{cut}…"


_ASKING = re.compile(
    r"\b(souhait|demand|exig|réclam|recommand|propos|sugg|revendiqu|impos|oblig|interdi|wish|ask|demand|require|recommend|propose|suggest)\w*",
    re.IGNORECASE,
)


def verbs_of_asking(text: str) -> frozenset[str]:
    """How a sentence asks: to wish is not to demand, though a reader may take one for the other."""
    return frozenset(found[1].casefold() for found in _ASKING.finditer(text))
