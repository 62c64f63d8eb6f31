"""Which sentences of an answer state something that a citation should carry."""

from __future__ import annotations

import re

from sourcier.eval.metrics.text import plain, without_markers
from sourcier.ingest.sentences import split_sentences

__all__ = ["check_worthy", "declines"]

#: How a small model says, in French or in English, that the sources do not answer.
_DECLINES = re.compile(
    r"je ne (?:sais|peux|dispose|trouve|connais)"
    r"|(?:pas|aucune?|ni) (?:d'|de |des )?(?:information|mention|réponse|précision|indication|donnée|détail)"
    r"|ne (?:\w+ )?(?:mentionne|précise|contien|fourni|donne|parle|indique|permet|répond|aborde|traite)\w*"
    r"|n'(?:est|a|y a|ont|apporte|indique|aborde|offre)\w* (?:pas|aucun)|(?:n'est|ne sont) pas (?:\w+ )?(?:mentionn|précis|indiqu|fourni)"
    r"|none of the (?:provided )?sources|no (?:information|mention|answer|source)|(?:do|does|did|is|are)(?: not|n't) "
    r"(?:\w+ )?(?:contain|provide|mention|specif|answer|include|give|say|state|address|available|helpful)"
    r"|i (?:do not|don't|cannot|can't|am unable)|empty response",
    re.IGNORECASE,
)

#: What speaks of the sources or of who writes: a document of the corpus may well « ne prévoir aucune donnée » itself.
_OF_THE_SOURCES = re.compile(
    r"^(?:cependant,? |toutefois,? |malheureusement,? |mais )?(?:je ne (?:sais|peux|dispose|trouve|connais)\b|i (?:do not|don't|cannot|can't|am unable)\b)"
    r"|\b(?:extraits?|sources?|contexte|passages?|corpus|textes? fournis?|documents? fournis?|informations? fournies?"
    r"|provided (?:text|information)|context)\b",
    re.IGNORECASE,
)

_GREETING = re.compile(
    r"^(?:bonjour|bonsoir|salut|merci|bonne journée|hello|hi|thank you|thanks|n'hésitez pas|j'espère que|voici (?:la|une) réponse"
    r"|here is the answer|feel free|i hope)\b[^.:;]*[.:!]?$",
    re.IGNORECASE,
)


def declines(text: str) -> bool:
    """Whether the first sentence says that there is no answer; nothing written at all says so too."""
    said = _said(text)
    spans = split_sentences(said)
    return not spans or bool(_DECLINES.search(said[spans[0][0] : spans[0][1]]))


def check_worthy(sentence: str) -> bool:
    """Whether a sentence states something: no greeting, no question, and not that the sources do not say.

    After ALCE's and FACTS's practice of leaving such sentences out of what is judged. A sentence is left out for saying
    that the sources are silent only where it speaks of them, or of who writes: that a law says nothing is a statement.
    """
    said = _said(sentence)
    if not any(character.isalnum() for character in said) or said.endswith("?") or _GREETING.match(said):
        return False
    return not (_DECLINES.search(said) and _OF_THE_SOURCES.search(said))


def _said(text: str) -> str:
    return " ".join(plain(without_markers(text)).split())
