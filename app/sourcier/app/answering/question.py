"""The question as typed: is it one, and in which language?"""

from __future__ import annotations

import re
import unicodedata

from sourcier.app.answering.terms import content_stems
from sourcier.core.errors import QuestionError
from sourcier.core.messages import Language
from sourcier.ingest.language import FUNCTION_WORDS

_INVISIBLE = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def check_question(question: str, max_chars: int) -> str:
    """The question, trimmed and freed of invisible characters, in Unicode NFC.

    Raises:
        QuestionError: nothing is left to ask, or more than ``max_chars`` characters are.
    """
    clean = " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", question)).split())
    if not any(character.isalnum() for character in clean):
        raise QuestionError("answer.question_empty")
    if len(clean) > max_chars:
        raise QuestionError("answer.question_long", length=len(clean), limit=max_chars)
    return clean


def question_language(question: str) -> Language:
    """French unless English words are plainly more: most people here ask in French, accents or not."""
    words = re.findall(r"[a-zà-ÿœæ]+", question.lower())
    french = sum(word in FUNCTION_WORDS["fr"] for word in words) + sum(not word.isascii() for word in words)
    english = sum(word in FUNCTION_WORDS["en"] for word in words)
    return "en" if english > french else "fr"


_ASKS_FOR = re.compile(
    r"\b(?:quel(?:le)?s?|qui|quoi|combien|quand|o[ùu]|comment|pourquoi|what|who|when|where|how|which|why)\b",
    re.IGNORECASE,
)


def only_repeats(sentence: str, question: str) -> bool:
    """Whether a sentence holds no word of meaning beyond those of a question that asks for something.

    « Le projet a été déposé en juin » does not answer « Quel projet a été déposé en juin ? », however true. A yes-or-no
    question is answered by its own words.
    """
    said = content_stems(sentence)
    return bool(said and _ASKS_FOR.search(question)) and said <= content_stems(question)
