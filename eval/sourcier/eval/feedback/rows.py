"""From a line of feedback to a row of a question set, or to the reason why it is none."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sourcier.core.errors import SourcierError
from sourcier.core.messages import Language, message
from sourcier.eval.feedback.identity import without_identity
from sourcier.eval.metrics.text import plain

__all__ = ["Feedback", "FeedbackError", "Taken", "rows_of"]

_FIGURE = re.compile(r"\d+(?:[   .,]\d+)*(?:\s?(?:%|\$|€))?")

Verdict = Literal["right", "wrong", "incomplete", "should_answer", "should_refuse"]
Reason = Literal["consent", "review", "identity", "empty", "repeated"]


class FeedbackError(SourcierError):
    """A file of feedback that cannot be used; the message names the file and the line."""


class _Cited(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    path: str = ""
    document_id: str = ""
    quote: str = ""


class Feedback(BaseModel):
    """What a member said of an answer, once reviewed. It has no field for who said it, and takes none.

    Attributes:
        verdict: of the answer shown; ``should_answer`` and ``should_refuse`` are about an abstention or its absence.
        correction: a good answer, written by the person who reviewed.
        facts: patterns that a good answer matches; without any, the figures of the good answer are looked for.
        quotes: where the right answer stands, if not where the answer shown said.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    question: str = Field(min_length=3)
    verdict: Verdict
    consent: bool = False
    reviewed: bool = False
    answer: str = ""
    reason: str = ""
    correction: str = ""
    citations: list[_Cited] = Field(default_factory=list)
    facts: list[list[str]] = Field(default_factory=list)
    documents: list[str] = Field(default_factory=list)
    quotes: list[str] = Field(default_factory=list)
    date: str = ""
    status: str = ""


@dataclass(slots=True)
class Taken:
    """What a file gave: rows, and how many lines were refused for which reason.

    Attributes:
        changed: texts out of which something was taken; ``flagged``: rows that a person must look over again.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    refused: Counter[Reason] = field(default_factory=Counter)
    changed: int = 0
    flagged: int = 0


def rows_of(path: Path, language: Language) -> Taken:
    """The rows that the lines of ``path`` make.

    Raises:
        FeedbackError: the file cannot be read, or a line is no feedback.
    """
    taken = Taken()
    seen: set[str] = set()
    for number, raw in _lines(path):
        unknown = [key for key, value in raw.items() if key not in Feedback.model_fields and value not in (None, "")]
        if unknown:  # a field that is none of ours may say who it was: the whole line is left
            taken.refused["identity"] += 1
            continue
        try:
            # Through JSON: what is empty and none of ours goes.
            known = {key: value for key, value in raw.items() if key in Feedback.model_fields}
            one = Feedback.model_validate_json(json.dumps(known))
        except ValidationError as error:
            first = error.errors()[0]
            detail = f"{'.'.join(str(part) for part in first['loc'])} : {first['msg']}"
            raise FeedbackError("drafting.feedback_row", path=path, line=number, detail=detail) from error
        row, reason = _row(one, taken, language)
        if row is None or row["id"] in seen:
            taken.refused[reason or "repeated"] += 1
            continue
        seen.add(row["id"])
        taken.flagged += not row["reviewed"]
        taken.rows.append(row)
    if not taken.rows:
        raise FeedbackError("drafting.feedback_nothing", path=path)
    return taken


def _row(one: Feedback, taken: Taken, language: Language) -> tuple[dict[str, Any] | None, Reason | None]:
    if not one.consent:
        return None, "consent"
    if not one.reviewed:
        return None, "review"
    public = [cited.quote for cited in one.citations] + one.quotes
    good = one.correction or (one.answer if one.verdict == "right" else "")
    asked = without_identity(one.question, public)
    texts = {"question": asked, "reference": without_identity(good, public, asked.taken)}
    changed = sum(bool(text.taken) for text in texts.values())
    # A wrong answer's citations may be right or not: only those of an answer said right, or incomplete, are kept.
    cited = one.citations if one.verdict in {"right", "incomplete"} else []
    answerable = one.verdict != "should_refuse"
    reference = re.sub(r"\s?\[\d{1,2}\]", "", texts["reference"].text).strip() if answerable else ""
    facts = (one.facts or _figures(reference, texts["question"].text)) if answerable else []
    quotes = [*one.quotes, *(c.quote for c in cited if c.quote)] if answerable else []
    documents = [*one.documents, *(c.path or c.document_id for c in cited)] if answerable else []
    if answerable and not (facts or (quotes and documents)):
        return None, "empty"
    taken.changed += changed
    flags = sorted({flag for text in texts.values() for flag in text.flags})
    why = {
        "right": message("drafting.why_feedback_right", language),
        "wrong": message("drafting.why_feedback_wrong", language),
        "incomplete": message("drafting.why_feedback_incomplete", language),
        "should_answer": message("drafting.why_feedback_should_answer", language),
        "should_refuse": message("drafting.why_feedback_should_refuse", language),
    }[one.verdict]
    question = " ".join(texts["question"].text.split())
    row = {
        "id": f"feedback-{hashlib.sha256(question.casefold().encode()).hexdigest()[:10]}",
        "question": question,
        "answerable": answerable,
        "documents": list(dict.fromkeys(filter(None, documents))),
        "quotes": list(dict.fromkeys(quotes)),
        "facts": facts,
        "reference": reference,
        "kind": "feedback",
        "why": why,
        "flags": flags,
        # What may still name someone, or from which something was taken, is looked at once more.
        "reviewed": not flags and not changed,
    }
    return row, None


def _figures(answer: str, question: str) -> list[list[str]]:
    found = [" ".join(figure.split()) for figure in _FIGURE.findall(answer)]
    new = [figure for figure in dict.fromkeys(found) if figure not in plain(question)]
    return [[r"\s*".join(re.escape(part) for part in plain(figure).split())] for figure in new]


def _lines(path: Path) -> Iterable[tuple[int, Mapping[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise FeedbackError("drafting.file_unreadable", path=path, detail=error) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
        except json.JSONDecodeError as error:
            raise FeedbackError("drafting.feedback_row", path=path, line=number, detail=error) from error
        if not isinstance(raw, dict):
            raise FeedbackError("drafting.feedback_row", path=path, line=number, detail=type(raw).__name__)
        yield number, raw
