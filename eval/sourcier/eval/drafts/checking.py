"""What a drafted question must pass before a person sees it, and what is only told to that person."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sourcier.app.answering.assistant import Assistant
from sourcier.app.answering.manner import Manner
from sourcier.app.answering.terms import content_stems
from sourcier.app.answering.verifier import Evidence, Verifier
from sourcier.core.errors import QuestionError
from sourcier.core.settings import Settings
from sourcier.eval.drafts.patterns import Asked
from sourcier.eval.drafts.sources import Source, names_in
from sourcier.eval.metrics.text import fold, plain

__all__ = ["Checker", "facts_of"]

_FIGURE = re.compile(r"\d+(?:[  .,]\d+)*(?:\s?(?:%|\$|€))?")
#: Content words that a question must have for anyone to know what is asked; « Qu'est-ce que la CPMT ? » needs one.
_FEW = {"fact_definition": 1, "fact_name": 2}
_FEW_ELSE = 4
_SPELT = {
    "deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "six": "6", "sept": "7", "huit": "8", "neuf": "9", "dix": "10",
    "onze": "11", "douze": "12", "quinze": "15", "vingt": "20", "trente": "30", "quarante": "40", "cinquante": "50",
    "soixante": "60",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checker:
    """The assistant and the verifier that drafted questions are tried on; no language model is asked."""

    assistant: Assistant
    verifier: Verifier
    settings: Settings

    @classmethod
    def of(cls, assistant: Assistant, settings: Settings) -> Checker:
        """With the verifier of the assistant's own embeddings."""
        return cls(assistant, Verifier.load(assistant.searcher.embedder), settings)

    def holds(self, asked: Asked, source: Source) -> bool:
        """Whether the question stands alone, does not give its answer, and the sentence carries the answer."""
        question = fold(asked.question)
        told = fold(asked.value) if asked.value else ""
        if len(content_stems(asked.question)) < _FEW.get(asked.kind, _FEW_ELSE) or (told and told in question):
            return False
        if content_stems(asked.answer) <= content_stems(asked.question) or not facts_of(asked, source):
            return False
        evidence = [Evidence(source.text, source.heading)]
        verdict = self.verifier.verify(asked.answer, evidence, question=asked.question)
        return verdict.support >= self.settings.answer.support

    def finds(self, question: str, source: Source) -> bool:
        """Whether a search for the question finds the passage that the sentence stands in."""
        return any(
            hit.passage.document_id == source.document_id
            and hit.passage.start < source.end
            and source.start < hit.passage.end
            for hit in self.assistant.searcher.search(question).hits
        )

    def refuses(self, question: str) -> bool:
        """Whether the assistant answers nothing, quotes included."""
        try:
            return self.assistant.ask(question, None, Manner(quotes_only=True)).status == "abstained"
        except QuestionError:
            return False


def facts_of(asked: Asked, source: Source) -> tuple[tuple[str, ...], ...]:
    """What a right answer must say, as patterns: the figures and names of the answer that the question does not give,
    or else its rarest words. Empty where there is nothing to look for."""
    question, held = fold(asked.question), fold(source.text)
    if asked.value and asked.kind in {"fact_number", "fact_date", "fact_name"}:
        return ((_pattern(asked.value), *_other_writing(asked.value)),)
    answer = asked.value or asked.answer
    values = [" ".join(value.split()) for value in (*_FIGURE.findall(answer), *names_in(f"x {answer}"))]
    new = [value for value in dict.fromkeys(values) if fold(value) in held and fold(value) not in question]
    if new:
        return tuple((_pattern(value),) for value in new[:4])
    known = content_stems(asked.question)
    words = [word for word in re.findall(r"[\w’'-]{4,}", answer) if not content_stems(word) <= known]
    longest = sorted(dict.fromkeys(words), key=lambda word: -len(word))[:2]
    return tuple((_pattern(word),) for word in longest if fold(word) in held)


def _other_writing(value: str) -> list[str]:
    """« trois » is also 3, and 3 « trois »."""
    other = _SPELT.get(value.casefold()) or next((word for word, figure in _SPELT.items() if figure == value), None)
    return [rf"\b{other}\b"] if other else []


def _pattern(value: str) -> str:
    """A pattern for a value as answers write it, whatever their spaces."""
    spaced = r"\s*".join(re.escape(part) for part in plain(value).split())
    return rf"\b{spaced}\b" if value[0].isalnum() and value[-1].isalnum() else spaced
