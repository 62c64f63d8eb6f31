"""The local language model as a judge: one sentence a call, three words to choose from, asked in both orders.

A small model leans to the word that it was offered first, or last: each claim is asked about twice, and the chances that
it gives to each word are averaged. The second call finds all but its last line already read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sourcier.eval.judges.base import Verdict, says_nothing
from sourcier.eval.judges.nearest import best_sentences
from sourcier.eval.judges.verdicts import Verdicts, key_of

if TYPE_CHECKING:
    from sourcier.app.models import LanguageModel, Turn

__all__ = ["ModelJudge", "verdict_of", "word_of"]

#: What may be answered; the first alone is a support.
LABELS = ("soutenu", "partiel", "non")
#: Sentences shown, and their characters together: some 200 tokens, the guidelines being 170.
SENTENCES, CHARACTERS = 6, 800
#: The chance that the three words must have together. Under it the model would rather have said something else.
READABLE = 0.5

# What counts and what does not, in the spirit of the guidelines that MEMERAG's annotators were given (Blandón et al.
# 2025): the sources alone, inference allowed, nothing added.
GUIDELINES = """\
Tu vérifies une phrase d'après des extraits, et d'après eux seuls : ce que tu sais d'ailleurs ne compte pas.
soutenu : tout ce que la phrase affirme se lit dans les extraits, ou s'en déduit sans rien ajouter. Elle peut le dire \
avec d'autres mots.
partiel : une partie se lit dans les extraits, mais un détail est ajouté, une condition est perdue, une nuance change, \
ou le fait est attribué à quelqu'un d'autre.
non : les extraits disent le contraire, ou ne le disent pas.
Un chiffre, une date, un nom ou une négation qui diffère : non."""


class ModelJudge:
    """A language model of this machine.

    Args:
        model: who judges.
        independent: False where it wrote the answers too.
        kept: verdicts given before.
    """

    name = "model"

    def __init__(self, model: LanguageModel, *, independent: bool, kept: Verdicts) -> None:
        self.independent = independent
        self._model, self._kept = model, kept

    @property
    def digest(self) -> str:
        """Of the weights that judge."""
        return self._model.info.digest

    def judge(self, claim: str, sources: Sequence[str], question: str) -> Verdict:
        """See :class:`~sourcier.eval.judges.Judge`.

        Raises:
            ModelError: the model cannot be asked. That is no verdict: the run stops, and goes on later.
        """
        shown = best_sentences(claim, sources, SENTENCES, CHARACTERS)
        if not shown or says_nothing(claim):
            return Verdict(False, 0.0)
        info = self._model.info
        key = key_of(info.name, info.digest, GUIDELINES, claim, question, *shown)
        known = self._kept.get(key)
        if known is None:
            known = verdict_of([self._asked(claim, shown, question, order) for order in (LABELS, LABELS[::-1])])
            self._kept.add(key, known)
        return known

    def close(self) -> None:
        """Let go of the model."""
        self._model.close()

    def _asked(self, claim: str, shown: Sequence[str], question: str, order: Sequence[str]) -> dict[str, float]:
        turns = turns_of(claim, shown, question, order)
        chances = self._model.choose(turns, LABELS)
        if chances is None:  # An engine that gives no chances: what it writes is then all there is.
            word = word_of("".join(self._model.write(turns, max_tokens=8)))
            return {word: 1.0} if word else {}
        return chances


def turns_of(claim: str, shown: Sequence[str], question: str, order: Sequence[str]) -> list[Turn]:
    """What the model reads. What changes from one call to the next comes last."""
    from sourcier.app.models import Turn

    extracts = "\n".join(f"- {sentence}" for sentence in shown)
    asked = f"Question : {question}\n" if question else ""
    last = f"{order[0]}, {order[1]} ou {order[2]}"
    text = f"Extraits :\n{extracts}\n\n{asked}Phrase à vérifier : {claim}\n\nRéponds par un seul mot : {last}."
    return [Turn("system", GUIDELINES), Turn("user", text)]


def verdict_of(replies: Sequence[dict[str, float]]) -> Verdict:
    """One verdict from the chances of each word in each reply.

    The score is the average chance of « soutenu » among the three words. Supported from more than one half of it:
    « partiel » counts with « non ».
    """
    total = {label: sum(reply.get(label, 0.0) for reply in replies) / len(replies) for label in LABELS}
    mass = sum(total.values())
    if mass < READABLE:
        return Verdict(False, None, readable=False)
    score = round(total[LABELS[0]] / mass, 6)
    return Verdict(score > 0.5, score)


#: How a reply in one's own words begins, where the engine leaves the model free to write.
_BEGINNINGS = {
    **dict.fromkeys(("soutenu", "soutenue", "oui", "yes"), LABELS[0]),
    **dict.fromkeys(("partiel", "partielle", "partiellement"), LABELS[1]),
    **dict.fromkeys(("non", "no"), LABELS[2]),
}


def word_of(reply: str) -> str | None:
    """The verdict that a reply begins with; None where its first word is none. Whole words: « Nonobstant » is no « non ».

    >>> word_of("Soutenu."), word_of("Non soutenu"), word_of("Je ne sais pas")
    ('soutenu', 'non', None)
    """
    first = next(iter(re.findall(r"\w+", reply)), "")
    return _BEGINNINGS.get(first.casefold())
