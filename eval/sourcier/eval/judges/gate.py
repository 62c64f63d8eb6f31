"""The product's own verifier as a judge. It decided what the answers show, so it never judges them alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING

from sourcier.eval.judges.base import Verdict, sentences_of
from sourcier.eval.metrics.text import fold

if TYPE_CHECKING:
    from sourcier.app.answering.verifier import Verifier

__all__ = ["VerifierJudge"]

#: Words with a meaning that a sentence must have to stand by itself: « Oui. » and « 65 semaines. » say their question too.
#: That of the verifier's own rule for what is taken word for word.
STANDS = 3


class VerifierJudge:
    """The gate of the answers, as what it is where nothing is drafted too: a whole sentence of a source, word for word, holds.

    The gate weighs the question with the claim, so that an answer is not said of something else; a quote that answers
    beside it is a fault of relevance, which other measures count, and no lack of proof.

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
        if _stands(claim, [one.text for one in evidence]):
            return Verdict(True, 1.0)
        support = self._verifier.verify(claim, evidence, question=question or None).support
        return Verdict(support >= self._threshold, support)


def _stands(claim: str, sentences: Sequence[str]) -> bool:
    """Whether the claim is a whole sentence of the sources, to the word, that needs no question to be understood."""
    from sourcier.app.answering.verifier.text import read

    said = _bare(claim)
    return any(said == _bare(sentence) for sentence in sentences) and len(read(claim).content()) >= STANDS


def _bare(sentence: str) -> str:
    """Without what a list or a quotation puts around it: dashes, bullets, a final stop."""
    return fold(sentence).strip(' -•*·"').rstrip(" .;,:")
