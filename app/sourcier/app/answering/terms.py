"""The words of a question that carry its meaning, and how much of them a text holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from sourcier.index.analyser import analyse

# What a question is asked with, beyond the analyser's stop words: no document answers better for holding them.
_ASKING = frozenset(
    term
    for word in [
        "quel",
        "quelle",
        "quels",
        "quelles",
        "combien",
        "comment",
        "pourquoi",
        "quand",
        "où",
        "qui",
        "que",
        "quoi",
        "est-ce",
        "selon",
        "dire",
        "dit",
        "disent",
        "parle",
        "concerne",
        "concernant",
        "sujet",
        "document",
        "documents",
        "texte",
        "expliquez",
        "expliquer",
        "explique",
        "donnez",
        "donner",
        "donne",
        "nommez",
        "nommer",
        "citez",
        "citer",
        "liste",
        "lister",
        "svp",
        "stp",
        "merci",
        "bonjour",
        "what",
        "which",
        "who",
        "when",
        "where",
        "how",
        "many",
        "much",
        "why",
        "does",
        "did",
        "according",
        "say",
        "tell",
    ]
    for term in analyse(word)
)


@lru_cache(maxsize=4096)
def content_stems(text: str) -> frozenset[str]:
    """The analysed terms of a text, less those that only ask."""
    return frozenset(analyse(text)) - _ASKING


def content_words(text: str) -> tuple[str, ...]:
    """The words of a text that carry its meaning, as they are written, each once."""
    words = re.findall(r"[\w’'-]*\w", text)
    kept = {word.casefold(): word for word in reversed(words) if content_stems(word)}
    return tuple(dict.fromkeys(kept[word.casefold()] for word in words if word.casefold() in kept))


def coverage(asked: Iterable[str], held: frozenset[str], weight_of: Callable[[str], float]) -> float:
    """Share of the asked terms' weight that ``held`` holds, 0 to 1; 0 where nothing is asked."""
    weights = {term: weight_of(term) for term in asked}
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 0.0
