"""Drafts made one by one and kept as they come: sentence, question, checks, row."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from sourcier.app.answering.assistant import Assistant
from sourcier.app.answering.terms import content_stems
from sourcier.app.models import LanguageModel
from sourcier.core.errors import ModelError
from sourcier.core.messages import Language, message
from sourcier.core.settings import Settings
from sourcier.core.types import Document
from sourcier.eval.drafts.checking import Checker, facts_of
from sourcier.eval.drafts.patterns import Asked, ask_by_pattern
from sourcier.eval.drafts.rows import Draft, DraftError, add
from sourcier.eval.drafts.sources import Source, chosen_documents, shuffled_sources
from sourcier.eval.drafts.unanswerable import Unanswerable, missing_attributes, swapped_names
from sourcier.eval.drafts.writing import ask_by_model

__all__ = ["SEED", "Made", "make_drafts"]

_log = logging.getLogger(__name__)

SEED = 20261123
#: Told how many rows are made, of how many.
Progress = Callable[[int, int], None]
#: One question in four has no answer in the documents: enough to see whether an assistant invents.
_UNANSWERABLE = 4
#: Share of the content words of two questions, from which one is enough.
_ALIKE = 0.6
#: Sentences tried for each row wanted, before giving up.
_TRIES = 12


@dataclass(slots=True)
class Made:
    """What was drafted, and how many sentences gave no question that holds."""

    drafts: list[Draft] = field(default_factory=list)
    dropped: int = 0

    @property
    def flagged(self) -> int:
        """Rows that a reviewer should look at twice."""
        return sum(bool(draft.flags) for draft in self.drafts)


def make_drafts(
    assistant: Assistant,
    model: LanguageModel | None,
    settings: Settings,
    out: Path,
    *,
    labels: Sequence[str] = (),
    n: int = 40,
    seed: int = SEED,
    progress: Progress = lambda done, total: None,
) -> Made:
    """Draft ``n`` questions from indexed documents into ``out``, each written there as soon as it holds.

    A question that can be answered has an exact quote, an answer that the verifier accepts on that quote alone, and is
    flagged where a search does not find its passage. One that cannot is flagged where the assistant answers it.

    Args:
        assistant: answers without a model, to see what it refuses.
        model: writes the questions; without one, or where it fails, patterns make them.
        labels: documents, by id, path or end of a path; all of them by default.

    Raises:
        DraftError: ``out`` exists already, a label names no document, or nothing can be asked of the documents.
        EmptyIndexError: nothing has been ingested.
    """
    if out.exists():
        raise DraftError("drafting.out_exists", path=out)
    documents = chosen_documents(assistant.searcher, labels)
    checker = Checker.of(assistant, settings)
    made = Made()
    wanted = n - n // _UNANSWERABLE
    sources = iter(shuffled_sources(documents, seed))
    for source in sources:
        if len(made.drafts) >= wanted or made.dropped >= _TRIES * wanted:
            break
        progress(len(made.drafts), n)
        draft = _answerable(source, checker, model, len(made.drafts) + 1, settings.language)
        if draft is None or any(_alike(draft.question, other.question) for other in made.drafts):
            made.dropped += 1
            continue
        add(out, draft.to_json())
        made.drafts.append(draft)
    if not made.drafts:
        raise DraftError("drafting.nothing_to_ask", n=len(documents))
    for draft in _unanswerable(tuple(made.drafts), documents, checker, n - len(made.drafts), seed, settings.language):
        add(out, draft.to_json())
        made.drafts.append(draft)
        progress(len(made.drafts), n)
    progress(n, n)
    return made


def _answerable(
    source: Source, checker: Checker, model: LanguageModel | None, number: int, language: Language
) -> Draft | None:
    for asked, writer in _asked(source, model):
        if checker.holds(asked, source):
            return Draft(
                id=f"draft-{number:03}",
                question=asked.question,
                answerable=True,
                kind=asked.kind,
                why=message("drafting.why_said", language, heading=source.heading, start=source.start, end=source.end),
                writer=writer,
                documents=(source.path,),
                quotes=(source.text,),
                facts=facts_of(asked, source),
                reference=asked.answer,
                flags=() if checker.finds(asked.question, source) else ("not_retrieved",),
            )
    return None


def _asked(source: Source, model: LanguageModel | None) -> Iterator[tuple[Asked, str]]:
    if model is not None:
        try:
            written = ask_by_model(model, source)
        except ModelError as error:
            _log.warning("the language model failed on a sentence: %s", error)
            written = None
        if written is not None:
            yield written, "model"
    for asked in ask_by_pattern(source):
        yield asked, "patterns"


def _alike(one: str, other: str) -> bool:
    """Whether two questions ask nearly the same: documents repeat themselves, and twenty twins measure one thing."""
    mine, theirs = content_stems(one), content_stems(other)
    return len(mine & theirs) >= _ALIKE * len(mine | theirs)


def _unanswerable(
    drafts: Sequence[Draft], documents: Sequence[Document], checker: Checker, n: int, seed: int, language: Language
) -> Iterator[Draft]:
    generator = random.Random(seed)
    swapped = swapped_names(drafts, documents, generator)
    missing = missing_attributes(documents, generator)
    asked: set[str] = set()
    for one in _alternating(swapped, missing):
        if len(asked) >= n:
            return
        if one.question in asked:
            continue
        asked.add(one.question)
        yield Draft(
            id=f"draft-{len(drafts) + len(asked):03}",
            question=one.question,
            answerable=False,
            kind=one.kind,
            why=message(f"drafting.why_{one.kind}", language, detail=one.why),
            writer="patterns",
            flags=() if checker.refuses(one.question) else ("answered",),
        )


def _alternating(first: Iterator[Unanswerable], second: Iterator[Unanswerable]) -> Iterator[Unanswerable]:
    for pair in zip_longest(first, second):
        yield from (one for one in pair if one is not None)
