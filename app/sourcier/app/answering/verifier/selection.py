"""Which sentences of the evidence could carry a claim: a few small sets, whatever the order they were given in."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from itertools import accumulate

from sourcier.app.answering.verifier.closeness import Vectors
from sourcier.app.answering.verifier.overlap import coverage
from sourcier.app.answering.verifier.text import Reading

MAX_SIZE = 3
SHORTLIST = 6
_GAIN = 0.04  # share of the claim's content that a further sentence must add
_RIVAL = 0.7  # a second sentence stands alone too when it is nearly as near as the first


def scores(
    claim: Reading, evidence: Sequence[Reading], mine: Vectors | None, theirs: Sequence[Vectors] | None
) -> list[float]:
    """Nearness of each sentence: shared content, shared pairs of words and, with vectors, closeness."""
    pairs = set(zip(claim.stems(), claim.stems()[1:], strict=False))
    found = []
    for i, reading in enumerate(evidence):
        stems = reading.stems()
        shared = len(pairs & set(itertools.pairwise(stems))) / max(1, len(pairs))
        close = float(mine.sentence @ theirs[i].sentence) if mine is not None and theirs is not None else 0.0
        found.append(coverage(claim, set(stems)) + 0.5 * shared + 0.5 * close)
    return found


def shortlist(claim: Reading, evidence: Sequence[Reading]) -> list[int]:
    """Indices, in order, of the sentences that share most words with the claim: only those are worth embedding."""
    if len(evidence) <= SHORTLIST:
        return list(range(len(evidence)))
    near = scores(claim, evidence, None, None)
    beginnings = {t.folded[:5] for t in claim.content()}
    kin = [len(beginnings & {t.folded[:5] for t in r.content()}) / max(1, len(beginnings)) for r in evidence]
    order = sorted(range(len(evidence)), key=lambda i: (-near[i] - kin[i], evidence[i].text))
    return sorted(order[:SHORTLIST])


def candidate_sets(
    claim: Reading, evidence: Sequence[Reading], mine: Vectors | None = None, theirs: Sequence[Vectors] | None = None
) -> list[tuple[int, ...]]:
    """Sets of at most three indices, the nearest sentence first in each; the first set is the nearest sentence alone."""
    if not evidence:
        return []
    near = scores(claim, evidence, mine, theirs)
    order = sorted(range(len(evidence)), key=lambda i: (-near[i], evidence[i].text))
    chosen = [order[0]]
    stems = set(evidence[order[0]].stems())
    covered = coverage(claim, stems)
    sets: list[tuple[int, ...]] = [(order[0],)]
    if len(order) > 1 and near[order[1]] >= _RIVAL * near[order[0]]:
        sets.append((order[1],))
    while len(chosen) < MAX_SIZE:
        gains = [(coverage(claim, stems | set(evidence[i].stems())) - covered, i) for i in order if i not in chosen]
        if not gains:
            break
        gain, best = max(gains, key=lambda g: (g[0], near[g[1]]))
        if gain < _GAIN:
            break
        chosen.append(best)
        stems |= set(evidence[best].stems())
        covered += gain
        sets.append(tuple(chosen))
    return sets


def joined(claim: Reading, evidence: Sequence[Reading], chosen: Sequence[int]) -> tuple[str, list[int]]:
    """The chosen sentences as one text, in the order in which the claim takes them up, and where each begins."""
    place: dict[str, int] = {}
    for i, token in enumerate(claim.tokens):
        place.setdefault(token.stem, i)

    def mean(index: int) -> float:
        found = [place[t.stem] for t in evidence[index].content() if t.stem in place]
        return sum(found) / len(found) if found else float(len(claim.tokens))

    texts = [evidence[i].text for i in sorted(chosen, key=lambda i: (mean(i), evidence[i].text))]
    starts = list(accumulate((len(text) + 1 for text in texts[:-1]), initial=0))
    return " ".join(texts), starts
