"""« Réflexion guidée »: the passages first, then what the member makes of them, laid beside what the sources say.

What she writes is read once by the verifier, in memory, and goes back to her browser: it is not stored, logged or marked.
Each of her sentences is said to be in the sources, to differ from them (only where the words that differ are known, and
shown with the exact quote), or not to be found there, which is no fault.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from sourcier.app.answering.evidence import Unit, units_of
from sourcier.app.answering.question import check_question
from sourcier.app.answering.terms import content_stems, coverage
from sourcier.app.answering.verifier import Evidence, Verdict, Verifier
from sourcier.app.api.parts import DocumentsAndSearch
from sourcier.app.relay.urgency import urgent
from sourcier.app.shapes import section_line
from sourcier.app.ui.inert import inert
from sourcier.app.ui.words import Words
from sourcier.core.messages import message
from sourcier.core.settings import Settings
from sourcier.core.types import Hit
from sourcier.ingest.sentences import split_sentences

__all__ = ["MOST_CHARACTERS", "Reader", "guided_panel", "reading_route"]

#: Characters and sentences of a reading: a page of handwriting. The box takes no more.
MOST_CHARACTERS, MOST_SENTENCES = 3000, 25
#: Below one half the verifier says what differs; only these kinds are told as « the sources say something else ».
_DIFFER = frozenset({"number", "date"})
#: Support under which the nearest sentence has nothing to do with hers.
_NEAR = 0.05
#: Share of a sentence's words that a quote must hold to be said to deny it; with less, they are two different sentences.
_SAME_WORDS = 0.75
_SAID = (
    "status_searching", "status_comparing", "status_none", "status_urgent", "status_failed", "supported", "differs", "silent",
    "silent_note", "nearest", "answer_coming",
)  # fmt: skip

Finding = Literal["supported", "differs", "silent"]


class ReadingBody(BaseModel):
    """A question, and what the member wrote of its passages; empty to be given the passages."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[str, Field(min_length=1, max_length=20_000)]
    reading: Annotated[str, Field(max_length=MOST_CHARACTERS)] = ""


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


def reading_route(searcher: DocumentsAndSearch, settings: Settings) -> APIRouter:
    """``POST /api/reading``: the passages of a question; with a reading, what the sources say of each of its sentences."""
    routes = APIRouter(include_in_schema=False)
    reader = Reader(searcher, settings)

    @routes.post("/api/reading", response_class=JSONResponse)
    def read(body: ReadingBody) -> JSONResponse:
        hits = reader.passages(body.question)
        judged = reader.judge(body.reading, hits) if body.reading.strip() else []
        found = {
            # Who needs a person now is not asked to read first.
            "urgent": bool(urgent(body.question)),
            "passages": [asdict(passage) for passage in reader.shown(hits)] if not judged else [],
            "sentences": [asdict(one) for one in judged],
        }
        return JSONResponse(found)

    return routes


def guided_panel(settings: Settings) -> str:
    """The panel, hidden until the mode is on and a question asked; the page's script moves it into the conversation."""

    def say(name: str) -> str:
        return inert(message(f"guided.{name}", settings.language))

    said = "".join(f"<i data-name={name}>{say(name)}</i>" for name in _SAID)
    return (
        f'<section id="guided-panel" aria-labelledby="guided-title" hidden><h2 id="guided-title" tabindex="-1">{say("title")}</h2>'
        '<p id="guided-question"></p><p id="guided-status" role="status"></p>'
        f'<div id="guided-read" hidden><h3>{say("passages")}</h3><p>{say("intro")}</p><ol id="guided-passages"></ol>'
        f'<form id="guided-form"><label for="guided-reading">{say("reading")}</label><p id="guided-hint">{say("hint")}</p>'
        f'<textarea id="guided-reading" rows="5" maxlength="{MOST_CHARACTERS}" autocomplete="off" aria-describedby="guided-hint"></textarea>'
        f'<div class="buttons"><button type="submit" class="main" id="guided-compare">{say("compare")}</button>'
        f'<button type="button" id="guided-skip">{say("skip")}</button><button type="button" id="guided-cancel">{say("cancel")}</button>'
        '</div></form></div><div id="guided-beside" hidden><div class="sides">'
        f'<div><h3 id="guided-hers" tabindex="-1">{say("reading")}</h3><ul id="guided-sentences"></ul></div>'
        f'<div><h3>{say("answer")}</h3><div id="guided-answer"></div></div></div>'
        f'<p class="where">{say("closing")}</p><div class="buttons"><button type="button" id="guided-done">{say("done")}</button></div></div>'
        f'<div id="guided-said" hidden>{said}</div></section>'
    )


def _differs(claim: str, verdict: Verdict, quote: str) -> bool:
    if verdict.reason == "negation":
        return coverage(content_stems(claim), content_stems(quote), lambda _: 1.0) >= _SAME_WORDS
    return verdict.reason in _DIFFER


def _sentences(text: str) -> list[str]:
    return [text[span.start : span.end].strip() for span in split_sentences(text)]
