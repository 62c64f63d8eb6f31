"""Judges without a model: the rules, and the share of words in common as a floor."""

from __future__ import annotations

from collections.abc import Sequence

from sourcier.app.answering.verifier.attribution import bare
from sourcier.app.answering.verifier.overlap import coverage
from sourcier.app.answering.verifier.text import read
from sourcier.eval.judges.base import Verdict
from sourcier.eval.metrics.citations import Rules

__all__ = ["OverlapJudge", "RulesJudge"]

#: The share of a claim's words from which :class:`OverlapJudge` takes it for supported: that of the rules.
OVERLAP = 0.7


class RulesJudge:
    """:class:`sourcier.eval.metrics.citations.Rules`: figures, names, negation and shared words. It has no score."""

    name = "rules"
    independent = True

    def __init__(self) -> None:
        self._rules = Rules()

    def judge(self, claim: str, sources: Sequence[str], question: str) -> Verdict:
        """See :class:`~sourcier.eval.judges.Judge`."""
        return Verdict(bool(sources) and self._rules.entails(claim, sources, question))


class OverlapJudge:
    """The weighted share of the claim's stems found anywhere in the sources. A floor: it sees no negation."""

    name = "overlap"
    independent = True

    def judge(self, claim: str, sources: Sequence[str], question: str) -> Verdict:
        """See :class:`~sourcier.eval.judges.Judge`."""
        said = read(bare(claim))
        if not said.content():  # All of nothing is everywhere.
            return Verdict(False, 0.0)
        stems = {token.stem for source in sources for token in read(source).tokens}
        share = coverage(said, stems)
        return Verdict(share >= OVERLAP, share)
