"""LlamaIndex's ``FaithfulnessEvaluator`` as its documentation shows it, kept as a comparison and never as a headline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sourcier.eval.judges.base import Verdict
from sourcier.eval.judges.replies import Replies, key_of

if TYPE_CHECKING:
    from sourcier.app.models.embedded import EmbeddedModel

__all__ = ["LlamaIndexJudge"]


class LlamaIndexJudge:
    """Its verdict with the embedded model: a reply that holds ``yes`` passes, so that none is unreadable to it."""

    name = "llamaindex"

    def __init__(self, model: EmbeddedModel, *, independent: bool, kept: Replies) -> None:
        self.independent = independent
        self._model, self._kept = model, kept

    @property
    def digest(self) -> str:
        """Of the weights that judge."""
        return self._model.info.digest

    def judge(self, claim: str, sources: Sequence[str], question: str) -> Verdict:
        """See :class:`~sourcier.eval.judges.Judge`."""
        from llama_index.core.evaluation import FaithfulnessEvaluator

        key = key_of("FaithfulnessEvaluator", self._model.info.digest, claim, question, *sources)
        known = self._kept.get(key)
        if known is None:
            with self._model.in_llama_index(16) as llm:
                found = FaithfulnessEvaluator(llm=llm).evaluate(query=question, response=claim, contexts=list(sources))
            known = {"passing": float(bool(found.passing))}
            self._kept.add(key, known)
        return Verdict(known["passing"] > 0.5, known["passing"])

    def close(self) -> None:
        """Let go of the model."""
        self._model.close()
