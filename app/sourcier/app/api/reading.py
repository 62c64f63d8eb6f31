"""A member's own reading laid beside the sources (« réflexion guidée »).

What she writes is read once by the verifier, in memory, and goes back to whoever sent it: it is not stored, logged or marked.
Each of her sentences is said to be in the sources, to differ from them (only where the words that differ are known, and
shown with the exact quote), or not to be found there, which is no fault.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sourcier.app.answering.evidence import Unit, units_of
from sourcier.app.answering.question import check_question
from sourcier.app.answering.terms import content_stems, coverage
from sourcier.app.answering.verifier import Evidence, Verdict, Verifier
from sourcier.app.api.parts import DocumentsAndSearch
from sourcier.app.shapes import section_line
from sourcier.app.ui.words import Words
from sourcier.core.messages import message
from sourcier.core.settings import Settings
from sourcier.core.types import Hit
from sourcier.ingest.sentences import split_sentences

__all__ = ["MOST_CHARACTERS", "MOST_SENTENCES", "Finding", "Judged", "Reader", "Shown"]

#: Characters and sentences of a reading: a page of handwriting. The box takes no more.
MOST_CHARACTERS, MOST_SENTENCES = 3000, 25
#: Below one half the verifier says what differs; only these kinds are told as « the sources say something else ».
_DIFFER = frozenset({"number", "date"})
#: Support under which the nearest sentence has nothing to do with hers.
_NEAR = 0.05
#: Share of a sentence's words that a quote must hold to be said to deny it; with less, they are two different sentences.
_SAME_WORDS = 0.75

Finding = Literal["supported", "differs", "silent"]


@dataclass(frozen=True, slots=True)
class Shown:
    """An exact stretch of a source, and where it stands, in words."""

    title: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One of her sentences beside the sources.

    Attributes:
        quotes: what carries it, differs from it, or is nearest to it.
        why: what to check, in one sentence; empty otherwise.
    """

    text: str
    finding: Finding
    quotes: tuple[Shown, ...] = ()
    why: str = ""


class Reader:
    """Finds the passages of a question, and lays a person's own words beside them. Holds nothing of either."""

    def __init__(self, searcher: DocumentsAndSearch, settings: Settings) -> None:
        self._searcher = searcher
        self._settings = settings
        # Its vectors are those of the verifier that judges answers; without them, it judges on words alone.
        self._verifier = Verifier.load(getattr(searcher, "embedder", None))
        # Judging takes the whole processor for a second: one at a time.
        self._turn = threading.Lock()

    def passages(self, question: str) -> tuple[Hit, ...]:
        """The passages found.

        Raises:
            QuestionError: the question is empty or too long.
        """
        asked = check_question(question, self._settings.answer.max_question_chars)
        return tuple(self._searcher.search(asked, self._settings.search.k).hits)

    def judge(self, reading: str, hits: Sequence[Hit]) -> list[Judged]:
        """Each sentence of ``reading`` beside the sentences of ``hits``: a statement of hers, not an answer to the question."""
        units = [unit for hit in hits for unit in units_of(hit)]
        evidence = [Evidence(unit.text, unit.heading) for unit in units]
        claims = [text for text in _sentences(reading) if text][:MOST_SENTENCES]
        with self._turn:
            verdicts = self._verifier.verify_many([(claim, evidence, "") for claim in claims])
        return [self._judged(claim, verdict, units) for claim, verdict in zip(claims, verdicts, strict=True)]

    def _judged(self, claim: str, verdict: Verdict, units: Sequence[Unit]) -> Judged:
        quotes = tuple(self._shown(units[index].hit, units[index].text) for index in verdict.used)
        if verdict.support >= self._settings.answer.support and quotes:
            return Judged(claim, "supported", quotes)
        if quotes and verdict.detail is not None and _differs(claim, verdict, quotes[0].text):
            why = message("guided.check", self._settings.language, words=verdict.detail[0])
            return Judged(claim, "differs", quotes[:1], why)
        # What is nearest is hers to judge: the verifier is careful, and misses what is said in other words.
        return Judged(claim, "silent", quotes[:1] if verdict.support >= _NEAR else ())

    def _shown(self, hit: Hit, text: str) -> Shown:
        words = Words(self._settings.language)
        passage, metadata = hit.passage, hit.metadata
        page = passage.page_label or (str(passage.page) if passage.page else "")
        parts = (
            section_line(passage.section),
            words.plain("page_label", label=page) if page else "",
            words.date(metadata.date) if metadata.date else "",
        )
        return Shown(metadata.title, ", ".join(part for part in parts if part), text)

    def shown(self, hits: Sequence[Hit]) -> list[Shown]:
        """The passages, as they are shown before anything is answered."""
        return [self._shown(hit, hit.passage.text) for hit in hits]


def _differs(claim: str, verdict: Verdict, quote: str) -> bool:
    if verdict.reason == "negation":
        return coverage(content_stems(claim), content_stems(quote), lambda _: 1.0) >= _SAME_WORDS
    return verdict.reason in _DIFFER


def _sentences(text: str) -> list[str]:
    return [text[span.start : span.end].strip() for span in split_sentences(text)]
