"""The few sentences that a judge with a short memory is given: whole ones, nearest to the claim first chosen."""

from __future__ import annotations

from collections.abc import Sequence

from sourcier.app.answering.verifier.attribution import bare
from sourcier.app.answering.verifier.selection import scores
from sourcier.app.answering.verifier.text import read
from sourcier.eval.judges.base import sentences_of

__all__ = ["best_sentences"]


def best_sentences(claim: str, sources: Sequence[str], count: int, most: int = 10_000) -> list[str]:
    """At most ``count`` sentences of the sources, those that share most with the claim, in their own order.

    Args:
        most: characters of all of them together. No sentence is ever cut; the nearest is kept however long it is.
    """
    distinct = list(dict.fromkeys(sentence for sentence in sentences_of(sources) if sentence.strip()))
    near = scores(read(bare(claim)), [read(sentence) for sentence in distinct], None, None)
    kept: list[int] = []
    size = 0
    # Equals are told apart by their text, so that the order of the sources changes nothing.
    for i in sorted(range(len(distinct)), key=lambda i: (-near[i], distinct[i]))[:count]:
        if not kept or size + len(distinct[i]) <= most:
            kept.append(i)
            size += len(distinct[i])
    return [distinct[i] for i in sorted(kept)]
