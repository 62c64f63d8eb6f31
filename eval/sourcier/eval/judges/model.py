"""The local language model as a judge: one sentence a call, three words to choose from, asked in both orders.

A small model leans to one word, and to the word that it was offered first: each claim is asked about twice, and the chance
of each word is measured against the same chance when there is nothing to judge. The second call finds all but its last
line already read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sourcier.eval.judges.base import Verdict, says_nothing
from sourcier.eval.judges.nearest import best_sentences
from sourcier.eval.judges.replies import Replies, key_of

if TYPE_CHECKING:
    from sourcier.app.models import LanguageModel, Turn

__all__ = ["ModelJudge", "verdict_of", "word_of"]

#: What may be answered; the first alone is a support.
LABELS = ("soutenu", "partiel", "non")
#: Sentences shown, and their characters together: some 230 tokens, the guidelines being 150, read once.
SENTENCES, CHARACTERS = 6, 800
#: The chance that the three words must have together. Under it the model would rather have said something else.
READABLE = 0.5
#: What stands for a claim and for its sources when the model is asked about nothing, and the least chance that it may
#: give a word there: below, a division would make a verdict out of rounding. A model that only writes has none.
NOTHING, LEAST = "(vide)", 0.01

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
        kept: replies given before.
    """

    name = "model"

    def __init__(self, model: LanguageModel, *, independent: bool, kept: Replies) -> None:
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
        orders = (LABELS, LABELS[::-1])
        return verdict_of(
            [self._chances(turns_of(claim, shown, question, order)) for order in orders],
            [self._chances(turns_of(NOTHING, [NOTHING], "", order)) for order in orders],
        )

    def close(self) -> None:
        """Let go of the model."""
        self._model.close()

    def _chances(self, turns: Sequence[Turn]) -> dict[str, float]:
        """The chance of each word as the reply to ``turns``."""
        info = self._model.info
        key = key_of(info.name, info.digest, *(turn.text for turn in turns))
        chances = self._kept.get(key)
        if chances is None:
            chances = self._model.choose(turns, LABELS)
            if chances is None:  # An engine that gives no chances: what it writes is then all there is.
                word = word_of("".join(self._model.write(turns, max_tokens=8)))
                chances = {word: 1.0} if word else {}
            self._kept.add(key, chances)
        return chances


def turns_of(claim: str, shown: Sequence[str], question: str, order: Sequence[str]) -> list[Turn]:
    """What the model reads. What changes from one call to the next comes last."""
    from sourcier.app.models import Turn

    extracts = "\n".join(f"- {sentence}" for sentence in shown)
    asked = f"Question : {question}\n" if question else ""
    last = f"{order[0]}, {order[1]} ou {order[2]}"
    text = f"Extraits :\n{extracts}\n\n{asked}Phrase à vérifier : {claim}\n\nRéponds par un seul mot : {last}."
    return [Turn("system", GUIDELINES), Turn("user", text)]


def verdict_of(replies: Sequence[Mapping[str, float]], leanings: Sequence[Mapping[str, float]] = ()) -> Verdict:
    """One verdict from the chances of each word in each reply.

    A chance counts by how many times it is what the model gives that word when it is asked, in the same order, about
    nothing at all (contextual calibration, Zhao et al. 2021, ICML): what it likes to say is not what it has found. The
    score is the share of « soutenu », averaged over the orders; it is a support when no other word has as much, and
    « partiel » is another word.

    Args:
        leanings: the chances of each word about nothing, one for each reply; none where they are not known.
    """
    if sum(sum(reply.get(label, 0.0) for label in LABELS) for reply in replies) < READABLE * len(replies):
        return Verdict(False, None, readable=False)
    shares = dict.fromkeys(LABELS, 0.0)
    for i, reply in enumerate(replies):
        leaning = leanings[i] if leanings else {}
        weights = {label: reply.get(label, 0.0) / max(leaning.get(label, 0.0), LEAST) for label in LABELS}
        total = sum(weights.values())
        for label, weight in weights.items():
            shares[label] += weight / total / len(replies) if total else 0.0
    supported = shares[LABELS[0]] > max(shares[label] for label in LABELS[1:])
    return Verdict(supported, round(shares[LABELS[0]], 6))


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
