"""While the model writes: the quote that it draws on can be shown at once, and what only says it again is not shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from sourcier.app.answering.cite import Quote
from sourcier.app.answering.terms import content_stems
from sourcier.app.answering.verifier.text import classes

__all__ = ["adds_nothing", "drawn_from"]

#: Of the words of meaning written so far, how many the quote must hold, and which share of them.
LEAST = 4
SHARE = 0.8
#: A sentence that takes up this share of a quote's words says it again; a shorter one is the answer picked out of it.
WHOLE = 0.6
_YES_NO = re.compile(r"^\W*(?:oui|non|yes|no)\b", re.IGNORECASE)


def drawn_from(begun: str, quotes: Sequence[Quote]) -> Quote | None:
    """The quote that a sentence in the making takes its words from, if one stands out.

    Args:
        begun: what is written of it.
        quotes: best first; of two that hold as many of its words, neither stands out.
    """
    said = content_stems(begun)
    held = [len(said & content_stems(quote.text)) for quote in quotes]
    most = max(held, default=0)
    if most < LEAST or most < SHARE * len(said) or held.count(most) > 1:
        return None
    return quotes[held.index(most)]


def adds_nothing(sentence: str, shown: Iterable[str]) -> bool:
    """Whether a sentence only repeats one that was shown, whole or nearly; a yes or a no says something by itself.

    « La CSQ exige que… » adds nothing to « La CSQ demande aussi que… », nor « les entreprises devraient… » to either.
    """
    if _YES_NO.match(sentence):
        return False
    said = content_stems(sentence)
    claimed = said - _saying()
    return any(
        len(said) >= WHOLE * len(held) and (said if len(claimed) < LEAST else claimed) <= held
        for held in map(content_stems, shown)
    )


@cache
def _saying() -> frozenset[str]:
    """Stems of the verbs by which one says, asks or must: how a thing is put, not the thing."""
    return content_stems(" ".join([*classes("reporting"), *classes("modalities")]))
