"""Word-for-word alignment of a claim with one text: what was kept in place, put in, taken out or put instead."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from sourcier.app.answering.verifier.text import Reading, Token, weight


@dataclass(frozen=True, slots=True)
class Alignment:
    """A claim laid over a text.

    Attributes:
        place: for each token of the claim, the index of the token of the text it stands on, -1 for none.
        gaps: ``(claim tokens, text tokens)`` between two kept stretches, either possibly empty.
    """

    place: tuple[int, ...]
    gaps: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    longest: int


def align(claim: Reading, text: Reading) -> Alignment:
    """Longest kept stretches first (Ratcliff and Obershelp's gestalt matching), on stems."""
    mine, theirs = claim.stems(), text.stems()
    place = [-1] * len(mine)
    gaps: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    longest = 0
    i = j = 0
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    for a, b, size in matcher.get_matching_blocks():
        if a > i or b > j:
            gaps.append((tuple(range(i, a)), tuple(range(j, b))))
        for step in range(size):
            place[a + step] = b + step
        longest = max(longest, size)
        i, j = a + size, b + size
    return Alignment(tuple(place), tuple(gaps), longest)


@dataclass(frozen=True, slots=True)
class EditFeatures:
    """What separates a claim from the text it is nearest to, as shares of the claim's content where not said otherwise."""

    kept: float
    """Share of the claim's tokens, grammar words included, kept in order."""
    longest: float
    inserted: float
    replaced: float
    """Weight of content words that stand in the place of other content words."""
    moved: float
    """Weight of content words that the text has, but elsewhere: a sign of swapped roles."""
    replaced_tight: int
    """Content words replaced one for one between two kept neighbours: nearly verbatim, except for that word."""
    stray: int
    """Content words kept from a sentence that the claim takes fewer than three from: words put in from elsewhere."""
    taken_out: int
    """Content words of the text missing from inside the kept stretch (not before or after it)."""


def edits(claim: Reading, text: Reading, alignment: Alignment, *, starts: Sequence[int] = (0,)) -> EditFeatures:
    """Read an alignment as an edition of the text, whose sentences begin at the offsets ``starts``."""
    content = claim.content()
    total = sum(weight(t) for t in content) or 1.0
    kept = sum(p >= 0 for p in alignment.place)
    present = {t.stem for t in text.tokens}
    inserted = replaced = moved = 0.0
    tight = taken_out = 0
    last = len(alignment.gaps) - 1
    for k, (mine, theirs) in enumerate(alignment.gaps):
        new = _content(claim.tokens, mine)
        old = _content(text.tokens, theirs)
        edge = (k == 0 and 0 in mine) or (k == last and len(claim.tokens) - 1 in mine)
        for token in new:
            if token.stem in present:
                moved += weight(token)
            elif old and len(old) <= 2 * len(new) + 1:
                replaced += weight(token)
            else:
                inserted += weight(token)
        if new and old and len(new) <= 3 and len(old) <= 4 and not edge:
            tight += 1
        if (mine and not edge and theirs and not new and old) or (not mine and old and 0 < k < last):
            taken_out += len(old)
    return EditFeatures(
        kept=kept / max(1, len(claim.tokens)),
        longest=alignment.longest / max(1, len(claim.tokens)),
        inserted=inserted / total,
        replaced=replaced / total,
        moved=moved / total,
        replaced_tight=tight,
        stray=_stray(claim, text, alignment, starts),
        taken_out=taken_out,
    )


def _content(tokens: Sequence[Token], indices: Sequence[int]) -> list[Token]:
    return [tokens[i] for i in indices if tokens[i].content]


def _stray(claim: Reading, text: Reading, alignment: Alignment, starts: Sequence[int]) -> int:
    taken = [0] * len(starts)
    for token, place in zip(claim.tokens, alignment.place, strict=True):
        if place >= 0 and token.content:
            taken[bisect_right(starts, text.tokens[place].start) - 1] += 1
    return sum(n for n in taken if n < 3) if len(starts) > 1 else 0
