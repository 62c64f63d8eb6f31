"""The language model as a second judge of a sentence that the verifier is unsure of, where an engine tells its chances.

The verifier knows figures, names, negations and who said what; a sentence that says the same in quite other words leaves
it in doubt. The model reads the sources that it rests on and the sentence, alone and in a prompt of their own, and the
chance of its yes is weighed in: it never decides alone, and lifts nothing that a rule refuses. The weights are learnt by
``sourcier.eval.training.train_second`` and kept in ``second.json``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from sourcier.app.answering.opinion import log_odds
from sourcier.app.answering.verifier import Evidence, Verdict, Verifier
from sourcier.app.answering.verifier.question import dependence
from sourcier.app.answering.verifier.text import read
from sourcier.app.models import LanguageModel, Turn

__all__ = ["SecondJudge", "heard", "judging", "judging_prefix", "resting_on", "second_opinion"]

_YES, _NO = "oui", "non"
#: Characters of a source's title and headings that are read with it.
_CONTEXT = 80
#: Log-odds beyond which the model's word counts no more, 0.95: a source is there to be read, and may tell it what to say.
_SUREST = 3.0
#: Support that a source alone may lack beside all of them.
_NEARLY = 0.2

# In French whatever the language of the sentences: on a hundred development claims that the verifier was unsure of (area
# 0.57 and 0.59 on the two sets), this had an area of 0.92 and 0.89, English rules with the same examples 0.90 and 0.87, a
# question in English without examples 0.83 and 0.86.
_RULES = (
    "Tu vérifies une phrase d'après une source. Tu réponds oui si tout ce que la phrase affirme se lit dans la source, même "
    "dit avec d'autres mots. Tu réponds non si un détail diffère : chiffre, date, nom, qui fait quoi, obligation, condition, "
    "négation, ou si la source ne le dit pas."
)
_ASKED = "Source : {source}\nPhrase : {claim}\nLa source dit-elle cela ? oui ou non"
#: Each source with a sentence that it says and one that it does not: an exception, a wish, a role, a permission.
_EXAMPLES: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Le règlement de 2019 interdit aux gérants de filmer les vestiaires, sauf après un vol déclaré à la police.",
        (
            ("Depuis 2019, les responsables n'ont en principe pas le droit de filmer les vestiaires.", _YES),
            ("Le règlement interdit toujours de filmer les vestiaires, même après un vol.", _NO),
        ),
    ),
    (
        "Le syndicat réclame que la Ville paie la moitié des frais de transport de ses 340 employés.",
        (
            ("La Ville paie la moitié des frais de transport.", _NO),
            ("Selon le syndicat, 50 % des frais de transport devraient être à la charge de la Ville.", _YES),
        ),
    ),
    (
        "Marie Côté, directrice de la clinique depuis mars, a présenté le rapport à la ministre Anne Roy.",
        (
            ("La ministre Anne Roy a reçu la présentation du rapport par Marie Côté.", _YES),
            ("La ministre Anne Roy a présenté le rapport à la directrice.", _NO),
        ),
    ),
    (
        "Les bénévoles peuvent emprunter un vélo pendant trois jours.",
        (
            ("Les bénévoles doivent emprunter un vélo.", _NO),
            ("Un vélo peut être prêté pour 3 jours à qui fait du bénévolat.", _YES),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class SecondJudge:
    """A logistic model over the sum of the two log-odds.

    Both count alike: weights of their own fit the claims that they are learnt from (0.3 for the verifier, 1.2 for the
    model), and lose on others what they gain there (Dawes 1979, *The robust beauty of improper linear models*).

    Attributes:
        weight: of the sum.
        bias: such that the result is a probability where six sentences in ten are right, as the verifier's own is.
        beyond: a support from which the model is not asked: what is taken word for word has it.
    """

    weight: float
    bias: float
    beyond: float

    @classmethod
    @cache
    def load(cls) -> SecondJudge:
        """What ships with the program."""
        raw = json.loads((files(__package__) / "second.json").read_text(encoding="utf-8"))
        return cls(*(float(raw[name]) for name in ("weight", "bias", "beyond")))

    def unsure(self, verdict: Verdict, threshold: float) -> bool:
        """Whether the model is to be asked too: where its word can bring a sentence to the other side of ``threshold``."""
        if not verdict.used or verdict.ruled or verdict.support >= self.beyond:
            return False
        return self.weighed(verdict.support, 0.0) < threshold <= self.weighed(verdict.support, 1.0)

    def weighed(self, support: float, yes: float | None) -> float:
        """Support, 0 to 1, from the verifier's and the model's; the verifier's own without one."""
        if yes is None:
            return support
        return 1.0 / (1.0 + math.exp(-(self.weight * (log_odds(support) + heard(yes)) + self.bias)))


def heard(yes: float) -> float:
    """Log-odds that the model's share of yes counts for."""
    return max(-_SUREST, min(_SUREST, log_odds(yes)))


def resting_on(
    verifier: Verifier, claim: str, sources: Sequence[Evidence], support: float, question: str | None = None
) -> Sequence[Evidence]:
    """The one source that carries the claim nearly as well as all of them do, or all of them where none does.

    A small model is led astray by a sentence that the claim has no need of: with two to read, it told right from wrong with
    an area of 0.61 on claims where one would have done.
    """
    if len(sources) < 2:
        return sources
    alone = [verdict.support for verdict in verifier.verify_many([(claim, [source], question) for source in sources])]
    best = max(range(len(sources)), key=lambda i: alone[i])
    return [sources[best]] if alone[best] >= support - _NEARLY else sources


def judging(claim: str, sources: Sequence[Evidence], question: str = "") -> list[Turn]:
    """What the model is asked: whether the sources, each under its headings, say the claim.

    A short answer is read with its ``question``: alone it says nothing.
    """
    source = " ".join(_read(one) for one in sources)
    short = bool(question) and dependence(read(question), read(claim)) >= 1.0
    said = f"(« {question} ») {claim}" if short else claim
    return [*judging_prefix(), Turn("user", _ASKED.format(source=source, claim=said))]


def judging_prefix() -> list[Turn]:
    """What never changes, for engines to read once and keep: the rules and the examples."""
    conversation = [Turn("system", _RULES)]
    for source, claims in _EXAMPLES:
        for claim, said in claims:
            conversation += [Turn("user", _ASKED.format(source=source, claim=claim)), Turn("assistant", said)]
    conversation[-1] = replace(conversation[-1], lasting=True)
    return conversation


def second_opinion(model: LanguageModel, claim: str, sources: Sequence[Evidence], question: str = "") -> float | None:
    """Share of yes in the model's yes or no, 0 to 1; None from an engine that tells no chances.

    Raises:
        ModelError: as :meth:`LanguageModel.choose`.
    """
    said = model.choose(judging(claim, sources, question), (_YES, _NO))
    total = said[_YES] + said[_NO] if said else 0.0
    return said[_YES] / total if said and total > 0 else None


def _read(source: Evidence) -> str:
    heading = source.context.split(" … ")[0][:_CONTEXT]
    return f"[{heading}] {source.text}" if heading else source.text
