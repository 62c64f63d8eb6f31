"""A question in plain words instead of a sentence to complete, where a language model is there and asks the same thing."""

from __future__ import annotations

import logging
import re

from sourcier.app.answering.terms import content_stems, coverage
from sourcier.app.answering.verifier.text import fold
from sourcier.app.models import LanguageModel
from sourcier.app.models.types import Turn
from sourcier.app.workshop.quiz.checking import CLEARLY, REFUSED, Checker
from sourcier.app.workshop.quiz.drafts import Cloze
from sourcier.app.workshop.quiz.values import values_in
from sourcier.core.errors import ModelError
from sourcier.core.messages import Language, message

__all__ = ["asks_the_same", "reworded"]

_log = logging.getLogger(__name__)

_TOKENS = 90
#: Share of the sentence's words, weighted by rarity, that the question must keep: what it drops it no longer asks about.
_KEPT = 0.6
_LONGEST = 45


def reworded(cloze: Cloze, wrongs: list[str], model: LanguageModel, checker: Checker, language: Language) -> str | None:
    """The model's question, if it asks what the sentence to complete asks; None otherwise, or where the model fails."""
    turns = [
        Turn("system", message("workshop_quiz.ask_system", language)),
        Turn(
            "user", message("workshop_quiz.ask_question", language, sentence=cloze.fact.text, answer=cloze.value.text)
        ),
    ]
    try:
        written = "".join(model.write(turns, max_tokens=_TOKENS, stop=("\n",)))
    except ModelError as error:
        _log.warning("the language model failed on a question: %s", error.in_language("en"))
        return None
    question = re.sub(r"^(?:question\s*:|[-•*]|\d+[.)])\s*", "", " ".join(written.split()), flags=re.IGNORECASE).strip(
        ' «»"“”'
    )
    return question if asks_the_same(question, cloze, wrongs, checker) else None


def asks_the_same(question: str, cloze: Cloze, wrongs: list[str], checker: Checker) -> bool:
    """Whether a question asks for the hidden value: it tells nothing of it, adds nothing, and the value answers it.

    The value must be carried as its answer by the sentence, and the wrong choices must not.
    """
    if not question.endswith("?") or question.count("?") > 1 or not 4 <= len(question.split()) <= _LONGEST:
        return False
    word = re.compile(rf"(?<!\w){re.escape(fold(cloze.value.text))}(?!\w)")
    if word.search(fold(question)):
        return False
    held = fold(cloze.question)
    if any(fold(value.text) not in held for value in values_in(question)):
        return False
    kept = coverage(content_stems(cloze.question), content_stems(question), checker.tools.searcher.idf)
    if kept < _KEPT:
        return False
    evidence = checker.evidence_of(cloze.fact)
    verify = checker.tools.verifier.verify_many
    key, *others = [
        verdict.support for verdict in verify([(said, evidence, question) for said in (cloze.value.text, *wrongs)])
    ]
    return key >= checker.tools.threshold and all(other < min(REFUSED, key - CLEARLY) for other in others)
