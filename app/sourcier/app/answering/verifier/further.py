"""One more of a kind: « un autre atelier », « a second meeting ». A source that speaks of one says nothing of another.

The word is grammar to everything else here, and the claim that adds it holds all the source's words.
"""

from __future__ import annotations

from dataclasses import dataclass

from sourcier.app.answering.verifier.text import Reading, words

__all__ = ["FurtherFeatures", "compare"]


@dataclass(frozen=True, slots=True)
class FurtherFeatures:
    """Another of a kind."""

    added: int
    """Whether the claim speaks of another one, and its text of nothing that could be it."""


def compare(claim: Reading, text: Reading) -> FurtherFeatures:
    """Look for a word that adds one of a kind on either side; set phrases (« d'autre part », « entre autres ») add none."""
    adding, set_phrases = words("further", "adding"), words("further", "set_phrases")
    folded = [token.folded for token in claim.tokens]
    mine = {
        word
        for place, word in enumerate(folded)
        if word in adding and not {*folded[max(0, place - 1) : place], *folded[place + 1 : place + 2]} & set_phrases
    }
    theirs = words("further", "equal") | adding
    return FurtherFeatures(int(bool(mine) and not theirs & {token.folded for token in text.tokens}))
