"""Questions written by the local language model: one sentence in, a question and a short answer out."""

from __future__ import annotations

import re

from sourcier.app.models import LanguageModel, Turn
from sourcier.eval.drafts.patterns import Asked
from sourcier.eval.drafts.sources import Source

__all__ = ["ask_by_model"]

_RULES = (
    "Tu prépares un questionnaire à partir d'un document. On te donne une phrase. Écris une question, en français, à "
    "laquelle cette phrase répond, comme la poserait une personne qui n'a pas le document sous les yeux : nomme de quoi "
    "elle parle, et n'y mets pas la réponse. Puis écris la réponse, courte et complète, avec les mots de la phrase."
)
_EXAMPLES = (
    (
        "Convention des bibliothèques › Horaires",
        "L'horaire d'été débute le 24 juin et compte 32,5 heures par semaine.",
        "Question : Combien d'heures par semaine compte l'horaire d'été des bibliothèques ?\nRéponse : L'horaire d'été "
        + "compte 32,5 heures par semaine.",
    ),
    (
        "Guide d'accueil › Casiers",
        "La direction attribue un casier à chaque personne dans les cinq jours de son arrivée.",
        "Question : Qui attribue les casiers au personnel qui arrive ?\nRéponse : La direction attribue les casiers.",
    ),
)
_REPLY = re.compile(r"question\s*:\s*(?P<question>[^\n]+\?)\s*r[ée]ponse\s*:\s*(?P<answer>[^\n]+)", re.IGNORECASE)
#: What a question and a short answer may take.
MAX_TOKENS = 110


def ask_by_model(model: LanguageModel, source: Source) -> Asked | None:
    """What the model makes of a sentence; ``None`` where it does not keep to the form.

    Raises:
        ModelError: the model failed.
    """
    conversation = [Turn("system", _RULES)]
    for heading, sentence, reply in _EXAMPLES:
        conversation += [Turn("user", _given(heading, sentence)), Turn("assistant", reply)]
    conversation.append(Turn("user", _given(source.heading, source.text)))
    found = _REPLY.search("".join(model.write(conversation, max_tokens=MAX_TOKENS, stop=("\n\n",))))
    if found is None:
        return None
    return Asked(found["question"].strip(), found["answer"].strip(), "", "written")


def _given(heading: str, sentence: str) -> str:
    return f"{heading}\nPhrase : {' '.join(sentence.split())}"
