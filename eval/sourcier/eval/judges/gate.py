"""The product's own verifier as a judge. It decided what the answers show, so it never judges them alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING

from sourcier.eval.judges.base import Verdict, sentences_of

if TYPE_CHECKING:
    from sourcier.app.answering.verifier import Verifier

__all__ = ["VerifierJudge"]


class VerifierJudge:
    """The gate of the answers.

    Args:
        threshold: the least support of a sentence that is shown (``answer.support``).
    """

    name = "verifier"
    independent = False

    def __init__(self, verifier: Verifier, threshold: float) -> None:
        self._verifier, self._threshold = verifier, threshold

    @property
    def digest(self) -> str:
        """Of what it learnt and of its threshold: the trial of another verifier, or of another line, says nothing of it."""
        learnt = files("sourcier.app.answering.verifier").joinpath("model.json").read_bytes()
        return hashlib.sha256(learnt + f"{self._threshold}".encode()).hexdigest()

    def judge(self, claim: str, sources: Sequence[str], question: str) -> Verdict:
        """See :class:`~sourcier.eval.judges.Judge`."""
        from sourcier.app.answering.verifier import Evidence

        evidence = [Evidence(sentence) for sentence in sentences_of(sources)]
        if not evidence:
            return Verdict(False, 0.0)
        support = self._verifier.verify(claim, evidence, question=question or None).support
        return Verdict(support >= self._threshold, support)
