"""What the acronyms of an answer stand for, from the lexicon, for a person who reads it in plain language.

Said beside the answer and never inside a sentence: a verified sentence is shown as it was verified.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sourcier.core.messages import Language, message
from sourcier.index.lexicon import Lexicon

__all__ = ["acronyms_notice", "explained"]

#: Two capitals or more, hyphens within: « CSQ », « CFE-CGC ».
_ACRONYM = re.compile(r"(?<![\w-])[A-ZÉÈÀ]{2,}(?:-[A-ZÉÈÀ]{2,})*(?![\w-])")


def explained(sentences: Iterable[str], lexicon: Lexicon) -> tuple[tuple[str, str], ...]:
    """The acronyms of ``sentences`` that the lexicon knows and no sentence spells out, each with its long form, in order."""
    texts = list(sentences)
    said = " ".join(texts).casefold()
    found: dict[str, str] = {}
    for text in texts:
        for match in _ACRONYM.finditer(text):
            long = next((one.text for one in lexicon.meanings(match[0]) if one.kind == "acronym"), None)
            if long is not None and len(long) > len(match[0]) and long.casefold() not in said:
                found.setdefault(match[0], long)
    return tuple(found.items())


def acronyms_notice(sentences: Iterable[str], lexicon: Lexicon, language: Language) -> str:
    """The notice that explains the acronyms of an answer; empty where there is nothing to explain."""
    pairs = explained(sentences, lexicon)
    written = " ; ".join(message("answer.acronym", language, short=short, long=long) for short, long in pairs)
    return message("answer.notice_acronyms", language, list=written) if pairs else ""
