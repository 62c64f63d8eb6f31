"""Changes that must not move a verdict, and one that must: no label is needed to see a judge fail."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from sourcier.app.answering.verifier.attribution import bare
from sourcier.app.answering.verifier.overlap import coverage
from sourcier.app.answering.verifier.text import read
from sourcier.eval.judges import Judge
from sourcier.eval.judges.base import sentences_of
from sourcier.eval.trials.claims import Labelled, sample

__all__ = ["CHANGES", "changed_verdicts", "curly", "elsewhere", "far", "shuffled"]

#: In the order of the tables. The first three must leave the verdict as it is; ``sibling`` must end a support.
CHANGES = ("shuffled", "irrelevant", "quotes", "sibling")
#: Groups among which a passage on another subject, or the nearest one, is looked for.
_OTHERS = 60


def changed_verdicts(
    judge: Judge,
    claims: Sequence[Labelled],
    count: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, tuple[int, int]]:
    """By change, how many claims underwent it and how many verdicts did as they should.

    Args:
        count: claims to change, at most; a change that a claim does not allow (no « », one sentence alone, no support to
            end) leaves it out.
    """
    rng = random.Random(7)
    cases: list[tuple[str, Labelled, Labelled]] = []
    for one in sample(claims, count):
        apart = replace(one, sources=tuple(sentences_of(one.sources)) if len(one.sources) == 1 else one.sources)
        if len(apart.sources) > 1:
            cases.append(("shuffled", apart, shuffled(apart, rng)))
        cases.append(("irrelevant", one, far(one, claims, rng)))
        if one.supported:
            cases.append(("sibling", one, elsewhere(one, claims, rng)))
    # Quotation marks are rare: they are looked for among all the claims.
    marked = [one for one in claims if curly(one) != one]
    cases += [("quotes", one, curly(one)) for one in sample(marked, count)]
    found = dict.fromkeys(CHANGES, (0, 0))
    for done, (name, before, after) in enumerate(cases, 1):
        first = judge.judge(before.claim, before.sources, before.question).supported
        if name != "sibling" or first:
            second = judge.judge(after.claim, after.sources, after.question).supported
            right = not second if name == "sibling" else second == first
            total, held = found[name]
            found[name] = (total + 1, held + right)
        progress(done, len(cases))
    return found


def shuffled(one: Labelled, rng: random.Random) -> Labelled:
    """The same sources in another order."""
    order = list(range(len(one.sources)))
    while order == sorted(order):
        rng.shuffle(order)
    return replace(one, sources=tuple(one.sources[i] for i in order))


def curly(one: Labelled) -> Labelled:
    """The same claim and sources with “ ” for « »."""
    return replace(one, claim=_curly(one.claim), sources=tuple(_curly(source) for source in one.sources))


def _curly(text: str) -> str:
    for space in (" ", "\u00a0", "\u202f", ""):
        text = text.replace(f"«{space}", "“").replace(f"{space}»", "”")
    return text


def far(one: Labelled, claims: Sequence[Labelled], rng: random.Random) -> Labelled:
    """The same claim with one more passage, last, from the other group that shares least with it."""
    return replace(one, sources=(*one.sources, min(_others(one, claims, rng), key=lambda found: found[0])[1][0]))


def elsewhere(one: Labelled, claims: Sequence[Labelled], rng: random.Random) -> Labelled:
    """The same claim with the passages of the other group that shares most words with it."""
    return replace(one, sources=max(_others(one, claims, rng), key=lambda found: found[0])[1])


def _others(one: Labelled, claims: Sequence[Labelled], rng: random.Random) -> list[tuple[float, tuple[str, ...]]]:
    """Passages of other groups, with the share of the claim's words that they hold."""
    by_group = {other.group: other.sources for other in claims if other.group != one.group}
    groups = rng.sample(sorted(by_group), min(_OTHERS, len(by_group)))
    if not groups:
        raise ValueError("no other group to take a passage from")
    claim = read(bare(one.claim))
    return [(coverage(claim, set(_stems(by_group[group]))), by_group[group]) for group in groups]


@lru_cache(maxsize=1024)
def _stems(sources: tuple[str, ...]) -> frozenset[str]:
    return frozenset(token.stem for source in sources for token in read(source).tokens)
