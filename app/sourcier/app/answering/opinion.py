"""The language model's own opinion on whether the extracts answer, weighed with what is learnt of words and vectors.

A small model is a poor judge alone, and says yes too easily; but it reads a question asked in other words, where words
and sentence vectors see nothing in common, and it sees a role held in another body, where they see all the words. The
weights are learnt by ``sourcier.eval.training.train_opinion`` and kept in ``opinion.json``.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sourcier.app.answering.prompt import YES_NO
from sourcier.app.models import LanguageModel, Turn
from sourcier.core.messages import Language

__all__ = ["Opinion", "asked_of"]

#: Neither opinion is ever taken for a certainty.
_LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class Opinion:
    """A logistic model over the two log-odds.

    Attributes:
        gate: weight of the log-odds of :class:`Answerability`; ``model`` of those of the model's yes.
        bias: chosen so that the threshold of the settings (``answer.answerable``) is where both errors were least together.
        beneath: a gate's probability under which the model is not asked: half the least it gave to a question that is answered.
    """

    gate: float
    model: float
    bias: float
    beneath: float

    @classmethod
    @cache
    def load(cls) -> Opinion:
        """What ships with the program."""
        raw = json.loads((files(__package__) / "opinion.json").read_text(encoding="utf-8"))
        return cls(float(raw["gate"]), float(raw["model"]), float(raw["bias"]), float(raw["beneath"]))

    def weighed(self, probability: float, yes: float | None) -> float:
        """Probability, 0 to 1, that the extracts answer, from the gate's and the model's; the gate's own without one."""
        if yes is None:
            return probability
        return 1.0 / (1.0 + math.exp(-(self.gate * log_odds(probability) + self.model * log_odds(yes) + self.bias)))


def log_odds(probability: float) -> float:
    """Natural logarithm of the odds, kept finite."""
    return math.log((probability + _LEAST) / (1 - probability + _LEAST))


def asked_of(model: LanguageModel, asked: list[Turn], language: Language) -> float | None:
    """Share of yes in the model's yes or no, 0 to 1; None from an engine that gives no probabilities, or another word.

    Raises:
        ModelError: as :meth:`LanguageModel.choose`.
    """
    yes, no = YES_NO[language]
    said = model.choose(asked, (yes, no))
    total = said[yes] + said[no] if said else 0.0
    return said[yes] / total if said and total > 0.5 else None
