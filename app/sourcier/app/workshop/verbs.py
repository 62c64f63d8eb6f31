"""The verb that an objective starts with says what it asks: to name is to remember, to defend is to evaluate."""

from __future__ import annotations

import re

from sourcier.app.workshop.kit import Bloom
from sourcier.core.filters import fold
from sourcier.core.messages import Language

__all__ = ["bloom_of"]

#: Beginnings of verbs for each level of the revised taxonomy (Anderson & Krathwohl, 2001), without accents.
_VERBS: dict[Language, dict[Bloom, str]] = {
    "fr": {
        "create": "creer|concevoir|rediger|proposer|planifier|elaborer|preparer|construire|inventer|formuler|mobiliser|organiser|batir",
        "evaluate": "evaluer|juger|defendre|argumenter|critiquer|debattre|justifier|recommander|prendre position|choisir|convaincre|negocier",
        "analyse": "analyser|comparer|distinguer|classer|examiner|reperer|verifier|enqueter|differencier|questionner|decortiquer",
        "apply": "appliquer|utiliser|employer|agir|intervenir|resoudre|demontrer|mettre en|repondre|se servir|exercer|reagir|reclamer",
        "remember": "nommer|citer|lister|enumerer|rappeler|retenir|reconnaitre|identifier|memoriser",
        "understand": "comprendre|expliquer|resumer|decrire|reformuler|illustrer|situer|presenter|connaitre|interpreter|discuter",
    },
    "en": {
        "create": "create|design|write|propose|plan|draft|prepare|build|invent|formulate|mobili|organi",
        "evaluate": "evaluate|judge|defend|argue|critique|critici|debate|justify|recommend|choose|convince|negotiate|assess",
        "analyse": "analy|compare|distinguish|sort|classify|examine|spot|check|verify|investigate|differentiate|question",
        "apply": "apply|use|act|intervene|solve|demonstrate|implement|answer|respond|carry out|claim",
        "remember": "name|cite|list|enumerate|recall|remember|recogni|identify|memori",
        "understand": "understand|explain|summari|describe|rephrase|illustrate|situate|present|know|interpret|discuss",
    },
}


def bloom_of(goal: str, language: Language) -> Bloom:
    """The level of an objective, by the first of its verbs that is known; ``understand`` where none is."""
    said = fold(goal)
    found: list[tuple[int, Bloom]] = []
    for bloom, verbs in _VERBS[language].items():
        match = re.search(rf"\b(?:{verbs})", said)
        if match:
            found.append((match.start(), bloom))
    return min(found)[1] if found else "understand"
