"""The language of a text, told by the small words that no sentence goes without."""

from __future__ import annotations

import re
from collections import Counter

from sourcier.ingest.vocabulary import word_set

__all__ = ["FUNCTION_WORDS", "language_of"]

FUNCTION_WORDS = {
    "fr": word_set(
        """
        le la les des du un une et est que qui quoi quel quelle quels quelles comment pourquoi combien où quand dans
        pour par sur avec sont ce cette ces au aux en il elle ils elles on nous vous ne pas plus sa son ses leur leurs
        est-ce qu c d l j n s
        """
    ),
    "en": word_set(
        """
        the of and is are was were what which who whom when where why how many much does do did in to for with by on
        from this that these those it they we you not has have had its their can should
        """
    ),
}
"""The commonest words of each language that the other does not share, « on » excepted: enough for four words."""

# Beside these, for texts: words that a question in French may hold too, and the commonest of neighbouring languages that
# would else pass for French (« la », « que », « un », « en »). No single letters: tables of codes are full of them.
_MORE = {
    "en": word_set("be an at if or as will may but all any been there than such must into use your no when more only"),
    "es": word_set("el los las del es por para con se su sus una como más pero no al lo este esta ser han fue"),
    "it": word_set("il lo gli dei della delle di è per con non si che una sono come anche più nel alla"),
    "pt": word_set("os as do da dos das em no na por para com não uma se mais como ao foi são ou sua"),
    "de": word_set("der die das und ist nicht ein eine zu den dem mit von für auf im sich auch als wird oder"),
}
_WORDS = {tag: FUNCTION_WORDS.get(tag, frozenset()) | _MORE.get(tag, frozenset()) for tag in (*FUNCTION_WORDS, *_MORE)}
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 6000
"""Characters looked at, from the beginning: a page or two."""
_LEAST_WORDS, _LEAST_SHARE, _MARGIN = 3, 0.15, 1.3


def language_of(text: str) -> str | None:
    """The language of ``text`` as a BCP 47 tag (``fr``, ``en``, ``es``…), or ``None`` where it cannot be told.

    A few lines of prose are needed: a title, a table of figures or a list of names has no function words to go by.
    """
    counts = Counter(_WORD.findall(text[:_SAMPLE].lower()))
    total = sum(counts.values())
    if not total:
        return None
    found = sorted(((sum(counts[word] for word in words), tag) for tag, words in _WORDS.items()), reverse=True)
    (most, tag), (second, _) = found[:2]
    if most < _LEAST_WORDS or most < _LEAST_SHARE * total or most < _MARGIN * second:
        return None
    return tag
