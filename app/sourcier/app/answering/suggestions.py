"""What can be asked next, made without a language model: from what was found beside the answer, and checked by the gate.

A passage that was found and not cited is near what the person wants to know. Its heading names what it is about: that is
asked, searched for as any question, and suggested only where the gate says that the documents answer it, by that very passage.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from sourcier.app.answering.answerability import Answerability
from sourcier.app.answering.evidence import rank_units
from sourcier.app.answering.outside import outside
from sourcier.app.answering.question import question_language
from sourcier.app.answering.terms import content_stems
from sourcier.core.messages import Language, message
from sourcier.core.types import Hit
from sourcier.index.embedding import Embedder

__all__ = ["MOST", "Cited", "Suggesting", "suggested"]

#: Suggestions shown, and candidates that may be searched for them: each takes a search and a look at the gate.
MOST = 3
_TRIED = 6
#: The gate is asked for more than it takes to answer: a suggestion that leads to an abstention is worse than none.
_ABOVE = 0.1
#: Share of a candidate's words that an earlier question may hold before it asks the same again.
_SAME = 0.6
_LONGEST = 90
_NUMBERED = re.compile(
    r"^\s*(?:(?:axe|article|art\.|section|chapitre|partie|point|annexe)\s+)?[\dIVX]+(?:[.\-]\d+)*\s*[.):–—-]?\s+",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"\?\s*$")

Cited = tuple[str, int, int]
"""What an answer quotes: a document's id, and offsets into its canonical text."""


@runtime_checkable
class Suggesting(Protocol):
    """An assistant that says what can be asked next."""

    def suggestions(self, asked: Sequence[str], cited: Sequence[Cited], idle: Callable[[], bool]) -> tuple[str, ...]:
        """Questions that the documents answer; ``asked`` are those of the conversation, the last one as it was searched.

        Looking for more ends as soon as ``idle`` says that the machine has something better to do.
        """
        ...


Search = Callable[[str], Sequence[Hit]]


def suggested(
    asked: Sequence[str],
    hits: Sequence[Hit],
    cited: Sequence[Cited],
    *,
    search: Search,
    gate: Answerability,
    threshold: float,
    embedder: Embedder,
    weight_of: Callable[[str], float],
    idle: Callable[[], bool] = lambda: True,
) -> tuple[str, ...]:
    """Up to :data:`MOST` questions that the documents answer and that were not asked yet, the nearest first.

    Args:
        asked: the questions of the conversation, the last one last; the language is that of the last.
        hits: what the last one found, best first; ``cited`` what its answer quotes.
        threshold: the probability from which a question is answered, 0 to 1.
        idle: asked before each candidate: what has been found is enough where it says no.
    """
    if not asked:
        return ()
    language = question_language(asked[-1])
    kept: list[str] = []
    said = [content_stems(one) for one in asked]
    for tried, (hit, question) in enumerate(_candidates(hits, cited, language)):
        if tried >= _TRIED or len(kept) >= MOST or not idle():
            break
        stems = content_stems(question)
        if any(len(stems & one) >= _SAME * len(stems) for one in said) or outside(question) is not None:
            continue
        found = search(question)
        if hit.passage.passage_id not in {one.passage.passage_id for one in found}:
            continue
        units = rank_units(question, found, embedder, weight_of)
        if gate.probability(question, units, embedder, weight_of) >= min(1.0, threshold + _ABOVE):
            kept.append(question)
            said.append(stems)
    return tuple(kept)


def _candidates(hits: Sequence[Hit], cited: Sequence[Cited], language: Language) -> Iterator[tuple[Hit, str]]:
    """A question on the heading of each passage that is not cited, one a heading."""
    seen: set[str] = set()
    for hit in hits:
        passage = hit.passage
        is_cited = any(
            document == passage.document_id and start < passage.end and passage.start < end
            for document, start, end in cited
        )
        if is_cited or not passage.section:
            continue
        heading = _NUMBERED.sub("", " ".join(passage.section[-1].split())).strip(" .:;–—-")
        if not heading or heading.casefold() in seen or len(heading) > _LONGEST or len(content_stems(heading)) < 2:
            continue
        seen.add(heading.casefold())
        if _QUESTION.search(heading):
            yield hit, heading
        else:
            yield hit, message("ui.suggestion_about", language, heading=heading)
