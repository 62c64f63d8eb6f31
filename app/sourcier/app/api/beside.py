"""What stands beside an answer: one's own reading, what to ask next, who can be reached, and what answers is made of."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from sourcier.app.answering.suggestions import Suggesting
from sourcier.app.api.beside_shapes import (
    ReadingBody,
    ReadingReply,
    RelayBody,
    RelayReply,
    SuggestionsBody,
    SuggestionsReply,
    TransparencyReply,
)
from sourcier.app.api.parts import Described, DocumentsAndSearch
from sourcier.app.api.reading import Reader
from sourcier.app.pages.facts import gather
from sourcier.app.relay.contacts import about, contacts_of, lines_for
from sourcier.app.relay.hearing import Hearing
from sourcier.app.relay.urgency import SUBJECTS
from sourcier.app.replying import replying
from sourcier.app.turnstile import Turnstile
from sourcier.core.settings import Settings
from sourcier.core.types import ModelInfo

__all__ = ["add_reading", "add_relay", "add_suggestions", "add_transparency"]


def add_reading(part: APIRouter, reader: Reader, hearing: Hearing) -> None:
    """``/reading``: the passages of a question; with a reading, what the sources say of each of its sentences."""

    @part.post(
        "/reading",
        **replying(
            ReadingReply, "reading", "The passages of a question, or one's own reading of them beside the sources"
        ),
    )
    def read(body: ReadingBody) -> JSONResponse:
        hits = reader.passages(body.question)
        judged = reader.judge(body.reading, hits) if body.reading.strip() else []
        found = {
            # Who needs a person now is not asked to read first.
            "urgent": bool(hearing.subjects(body.question)),
            "passages": [asdict(passage) for passage in reader.shown(hits)] if not judged else [],
            "sentences": [asdict(one) for one in judged],
        }
        return JSONResponse(found)


def add_suggestions(part: APIRouter, assistant: object, turnstile: Turnstile) -> None:
    """``/suggestions``: questions that the documents answer, near those asked; none while somebody waits for an answer."""

    @part.post(
        "/suggestions",
        **replying(SuggestionsReply, "suggestions", "What can be asked next: questions that the documents answer"),
    )
    def suggest(body: SuggestionsBody) -> JSONResponse:
        found: tuple[str, ...] = ()
        if isinstance(assistant, Suggesting):
            cited = [(one.document_id, one.start, one.end) for one in body.cited]
            found = assistant.suggestions(body.asked, cited, lambda: not len(turnstile))
        return JSONResponse({"suggestions": list(found)})


def add_relay(part: APIRouter, settings: Settings, hearing: Hearing) -> None:
    """``/relay``: the persons and lines of the settings; for a question that calls for one first, those of its subjects."""

    @part.post(
        "/relay", **replying(RelayReply, "relay", "Who can be reached, and whether a question calls for a person first")
    )
    def relay(body: RelayBody) -> JSONResponse:
        subjects = hearing.subjects(body.question)
        contacts = contacts_of(settings.organisation)
        lines = lines_for(settings.organisation, subjects or SUBJECTS)
        found = {
            "urgent": list(subjects),
            "contacts": [one.model_dump(mode="json") for one in (about(contacts, subjects) if subjects else contacts)],
            "emergency": [one.model_dump(mode="json") for one in lines],
        }
        return JSONResponse(found)


def add_transparency(part: APIRouter, assistant: object, searcher: DocumentsAndSearch, settings: Settings) -> None:
    """``/transparency``: what the page of that name shows."""

    @part.get(
        "/transparency",
        **replying(
            TransparencyReply,
            "transparency",
            "What this assistant is made of, what it keeps, and the figures that were accepted",
        ),
    )
    def transparency() -> JSONResponse:
        model = assistant.model_info if isinstance(assistant, Described) else ModelInfo("none", "")
        return JSONResponse(asdict(gather(settings, searcher, model)))
