"""French typography of the sentences that were written for the kit; the words of a source are never touched.

The spaces are those of the Office québécois de la langue française: none is added before ``; ? !``, one that does not break
stands before ``: % $ »`` and after ``«``. A space that is there before ``; ? !`` stays, and no longer breaks.
"""

from __future__ import annotations

import re

from sourcier.core.messages import Language

__all__ = ["typeset"]

_NB = "\u00a0"
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_RULES = (
    (re.compile(r'"(?=\S)([^"]*?\S)"'), f"«{_NB}\\1{_NB}»"),
    (re.compile(r"«[ \u00a0\u202f]*(?=\S)"), f"«{_NB}"),
    (re.compile(r"(?<=\S)[ \u00a0\u202f]*»"), f"{_NB}»"),
    (re.compile(r" (?=[:;?!%$€](?:\W|$))"), _NB),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), _NB),
    (re.compile(r"(?<=\d) (?=(?:h|min|km|kg|Wh|[MG]\$)\b)"), _NB),
    (re.compile(rf"\b(\d{{1,2}}|1er) (?=(?:{_MONTHS})\b)"), f"\\1{_NB}"),
    (re.compile(r"\b(M\.|MM\.|Mme|Mmes|Me|Dr|Dre|art\.|p\.|al\.|no|nos) (?=[A-ZÀ-Ý\d])"), f"\\1{_NB}"),
)


def typeset(text: str, language: Language) -> str:
    """The text with the spaces and quotation marks that French printers use; English is left as it is."""
    if language == "fr":
        for pattern, instead in _RULES:
            text = pattern.sub(instead, text)
    return text
