"""Words cut in two at the end of a line."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sourcier.ingest.layout.losses import Losses
from sourcier.ingest.vocabulary import word_set

_HYPHENS = ("-", "‐", "‑")
_TOKEN = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
_CUT = re.compile(r"([^\W\d_]+(?:[-‐‑][^\W\d_]+)*)[-‐‑]$")
_NEXT = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
_URL = re.compile(r"(?:https?:|www\.|/)\S*$|\S+\.\w+/\S*$")
_LONGEST = 400
"""Characters at the end of a line among which a cut word or an address is looked for. Both searches try every start:
on a line without any space, what they cost is the square of its length."""

# « main-d’œuvre », « peut-être », « est-ce » cut at their own hyphen keep it. First parts that are no syllable of a
# longer word, and second parts that count only behind a word which the document uses by itself.
_FIRST = word_set(
    """
    sous après avant arrière vice demi quasi semi saint sainte nord sud grand celui celle ceux celles elle elles lui
    eux nous vous moi toi soi dix vingt trente quarante cinquante soixante quatre vis est-à porte
    """
)
_SECOND = word_set(
    """
    être ci là même mêmes il elle on ils elles je tu nous vous ce moi toi lui leur le la les y en t dire à delà
    dessus dessous devant clé clés
    """
)
_COMPOUNDS = word_set(
    """
    peut-être est-à-dire vis-à-vis bien-être mieux-être savoir-faire savoir-être rendez-vous aide-mémoire mot-clé
    mots-clés est-ce ci-dessus ci-dessous ci-après ci-joint ci-jointe là-bas là-dessus par-delà par-dessus au-delà
    au-dessus au-dessous au-devant mi-temps mi-parcours non-respect non-conformité non-paiement court-circuit
    laissez-passer pot-de-vin procès-verbal procès-verbaux compte-rendu va-et-vient quelques-uns quelques-unes
    plus-value moins-value chef-lieu point-virgule post-scriptum
    """
)


class KnownWords:
    """The words that a document writes in one piece, as evidence for those it cuts."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: set[str] = set()
        for line in lines:
            text = line.strip().casefold()
            cut = _CUT.search(text[-_LONGEST:]) if text.endswith(_HYPHENS) else None
            self._words.update(_TOKEN.findall(text[: -len(cut.group())] if cut else text))

    def joined(self, line: str, following: str) -> str | None:
        """Both lines in one when ``line`` ends on a cut word, else ``None``."""
        if not line.endswith(_HYPHENS):
            return None
        cut, next_word = _CUT.search(line[-_LONGEST:]), _NEXT.match(following)
        if cut is None or next_word is None:
            return None
        if _URL.search(line[-_LONGEST:]) or self._keeps_hyphen(
            cut.group(1), next_word.group(), following[next_word.end() :]
        ):
            return line + following
        return line[:-1] + following

    def mended(self, text: str, losses: Losses, page: int | None = None) -> str:
        """Words that a line end now lost has left in two, « compi- lées », in one piece where nothing else can be meant."""

        def mend(found: re.Match[str]) -> str:
            first, second = found.groups()
            whole = (first + second).casefold() in self._words
            alone = first.casefold() in self._words or second.casefold() in self._words
            if alone and not whole:
                return found.group()
            losses.add("hyphen", "-", page)
            return first + second

        return _PARTED.sub(mend, text) if "- " in text else text

    def _keeps_hyphen(self, first: str, second: str, rest: str) -> bool:
        if second[0].isupper() or rest.startswith(("’", "'")):
            return True
        first, second = first.casefold(), second.casefold()
        if f"{first}-{second}" in _COMPOUNDS:
            return True
        one, two = first + second in self._words, f"{first}-{second}" in self._words
        if one != two:
            return two
        return first in _FIRST or (second in _SECOND and first in self._words)


# Not « sous- et surqualification », where the hyphen stands for a word to come.
_PARTED = re.compile(r"(?<![\w-])([^\W\d_]{2,})- (?!(?:et|ou|ni|à|de|puis|voire)\b)([a-zà-öø-ÿœæ]{2,})\b")
