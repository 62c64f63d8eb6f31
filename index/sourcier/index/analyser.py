"""French text to search terms: the same for passages and for questions, so that what is written can be found.

In this order: compatibility forms and case, ligatures, inclusive writing, accents folded, numbers and references kept,
elisions, stop words out, feminine endings, Snowball's French stemmer. Accents go before stemming so that ``assemblee``,
``ASSEMBLÉE`` and ``assemblée`` meet.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

__all__ = ["ANALYSER_VERSION", "analyse", "analyse_words", "is_stop_word", "stem", "without_accents"]

#: Changes whenever the terms of some text would change: an index is served only to the analyser it was built with.
ANALYSER_VERSION = 2

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘‛ʼ′´`", "'"))
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "‐": "-", "–": "-", "−": "-", "\u00ad": ""})

# "enseignant·e·s", "employé.e.s", "salarié(e)s", "délégué-e-s", "travailleur/euse": forms that inclusive writing adds to
# the end of a word.
_FEMININE = r"(?:es?|nes?|les?|ives?|ves?|euses?|ses?|trices?|rices?|eres?|ères?|esses?|sses?|tes?|elles?)"
_ENDING = rf"(?:{_FEMININE}|s|x)"
_INCLUSIVE = re.compile(
    rf"""
      (?<=\w\w)(?:[·•∙⋅‧.]{_ENDING}(?![\w@]))+
    | (?<=\w\w)(?:[·•∙⋅‧]{_ENDING}\b)+
    | (?<=\w\w)[-/]{_FEMININE}(?:[-/]s)?(?![\w'-])
    | (?<=\w\w)\(-?{_ENDING}\)s?
    """,
    re.VERBOSE,
)
_ARTICLE = re.compile(r"\barts?\.?\s(?=(?:[a-z]\.?\s?)?\d)")  # art. 12, art. L. 1222-1

_TERM = re.compile(
    r"""
      (?P<acronym>\b(?:[a-z]\.){2,}(?:[a-z]\b)?)                         # C.S.Q., c.a.
    | (?P<reference>\b(?:[a-z](?:\.\s?|\s?-\s?|)|[dlr]\s(?=\d{3,4}-))   # L. 1222-1, l 1222-1, C-27, P-39.1
        (?P<number>\d+(?:[.-]\d+)*))(?!\w)
    | (?P<thousands>(?<![\d.,-])\d{1,3}(?:\s\d{3})+(?:,\d+)?(?![\d-]))  # 12 000, 1 234,5
    | (?P<decimal>(?<![\d.,-])\d+,\d+(?![\d,-]))                        # 77,2
    | (?P<clock>\b\d{1,2}(?:h|\sh\s)[0-5]\d\b)                           # 14 h 30
    | \b(?P<hours>\d+)\s?h\b                                            # 35h
    | (?P<digits>\d+(?:[.-]\d+)+)                                       # 5-3.00, 78-17, 2023-2028, 77.2
    | (?P<word>\w+(?:'\w+)*)
    """,
    re.VERBOSE,
)
_YEARS = re.compile(r"((?:19|20)\d\d)-((?:19|20)\d\d)")
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|quelqu|presqu)'(?=\w)")

_MASCULINE = (("ee", "e"), ("iere", "ier"), ("illere", "iller"), ("trice", "teur"))
_SHORTEST_FEMININE = 6

_STOP_WORDS = """
    a à ai ainsi alors as au aucun aucune aussi autre autres aux avaient avait avant avec avez avoir
    avons ayant c ce ceci cela celle celles celui ces cet cette ceux chez comme d dans de des donc dont
    du elle elles en encore entre es est et étaient était étant été être eu eux fait faut font il ils j
    je l la là le les leur leurs lors lui m ma mais me même mes moi mon n ne ni nos notre nous on ont or
    ou où par pas peu peut peuvent plus pour puis qu quand que quel quelle quelles quels qui quoi s sa
    sans se sera seront ses si soi soit son sont sous sur t ta te tel telle telles tels tes toi ton tous
    tout toute toutes très tu un une vers vos votre vous y the of and to in is are for on with by an or
    at be this that it
    auquel combien comment cet dit duquel etc laquelle lequel lesquels lorsque no parce pourquoi quelque quelques selon
    does how what when which who
"""


def analyse(text: str) -> list[str]:
    """The search terms of ``text``, in order, repeated as often as they occur.

    A reference gives itself and its bare number (``L. 1222-1``: ``l1222-1`` and ``1222-1``), a span of years its two
    ends as well. A text of stop words alone has no term.
    """
    return [term for _, term in analyse_words(text)]


def analyse_words(text: str) -> list[tuple[str, str]]:
    """The same, each with the word it comes from: folded (no case, accents or elision), before stemming."""
    lower = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).lower().translate(_LIGATURES)
    folded = _ARTICLE.sub("article ", without_accents(_INCLUSIVE.sub("", lower)))
    stop = _folded_stop_words()
    return [(word, stem(word)) for word in _terms(folded) if word not in stop]


def is_stop_word(word: str) -> bool:
    """Whether a folded word says too little to be searched for."""
    return word in _folded_stop_words()


def stem(word: str) -> str:
    """The term of a folded word: its stem; a number or a reference is its own."""
    if any(map(str.isdigit, word)):
        return word
    with _stemming:  # PyStemmer objects keep a buffer
        stemmed: str = _stemmer().stemWord(_masculine(word))
    return stemmed


def _masculine(word: str) -> str:
    """A folded word without the feminine ending that Snowball would know by its accent: *salariée*, *ouvrière*.

    *Directrice* goes with *directeur*, which Snowball keeps apart.
    """
    if len(word) < _SHORTEST_FEMININE:
        return word
    singular = word.removesuffix("s")
    for ending, masculine in _MASCULINE:
        if singular.endswith(ending):
            return singular.removesuffix(ending) + masculine
    return word


def _terms(text: str) -> Iterator[str]:
    for match in _TERM.finditer(text):
        kind = match.lastgroup
        found = match.group()
        if match["acronym"]:
            yield found.replace(".", "")
        elif match["reference"]:
            yield re.sub(r"^(.)[.\s-]*", r"\1", found)
            yield match["number"]
        elif kind == "thousands":
            yield re.sub(r"\s", "", found).replace(",", ".")
        elif kind == "decimal":
            yield found.replace(",", ".")
        elif kind == "clock":
            yield re.sub(r"\s", "", found)
        elif kind == "hours":
            yield match["hours"]
            yield "heures"
        elif kind == "digits":
            yield found
            if years := _YEARS.fullmatch(found):
                yield from years.groups()
        else:
            # "d'aujourd'hui": one elision goes, what remains is one word.
            word = _ELISION.sub("", found)
            yield from filter(None, word.replace("'", "").split("_"))


def without_accents(text: str) -> str:
    """A text without its accents, cedillas and the like."""
    return "".join(
        character for character in unicodedata.normalize("NFD", text) if not unicodedata.combining(character)
    )


@cache
def _folded_stop_words() -> frozenset[str]:
    return frozenset(without_accents(_STOP_WORDS).split())


_stemming = threading.Lock()


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("french")
