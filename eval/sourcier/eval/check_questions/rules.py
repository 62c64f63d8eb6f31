"""What one row must keep to, whatever set it is in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from sourcier.eval.check_questions.rows import ANSWERABLE, EITHER, NOT_ANSWERABLE, Row, places, text_of
from sourcier.eval.metrics.text import plain

__all__ = ["ANCHOR_WORDS", "is_at_hand", "row_faults"]

#: Longer anchors would copy the documents rather than point at them.
ANCHOR_WORDS = 6

Patterns = Sequence[re.Pattern[str]]


def is_at_hand(row: Row, texts: Mapping[str, str]) -> bool:
    """Whether every document that the row names was given."""
    return all(text_of(name, texts) is not None for name in (*row.documents, *row.about))


def row_faults(row: Row, texts: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a row, one line a fault.

    Args:
        texts: canonical texts by path; what only they can tell is left out for a row of which one lacks
            (:func:`is_at_hand` says so).
    """
    yield from _shape(row)
    yield from _patterns(row)
    if is_at_hand(row, texts):
        yield from _in_documents(row, texts)


def _shape(row: Row) -> Iterator[str]:
    known = ANSWERABLE if row.answerable else NOT_ANSWERABLE
    if row.kind not in (*known, *EITHER):
        yield f"kind {row.kind!r} is not one of {'answerable' if row.answerable else 'not answerable'} rows"
    if not row.why:
        yield "why is empty"
    answer = {"documents": row.documents, "quotes": row.quotes, "facts": row.facts, "reference": row.reference}
    for name, value in answer.items():
        if bool(value) != row.answerable:
            yield f"{name} {'is empty' if row.answerable else 'is given without an answer'}"
    if (row.kind == "follow_up") != bool(row.history):
        yield "history and kind follow_up go together"
    if row.nuggets and not row.answerable:
        yield "nuggets are given without an answer"
    if row.premise_corrected and row.kind != "false_premise":
        yield "premise_corrected is for false premises"
    if bool(row.premise_corrected) != bool(row.premise_quotes):
        yield "premise_corrected and premise_quotes go together"
    for quote in (*row.quotes, *row.premise_quotes):
        if len(quote.split()) > ANCHOR_WORDS:
            yield f"anchor {quote!r} has more than {ANCHOR_WORDS} words"


def _patterns(row: Row) -> Iterator[str]:
    """A pattern that the question or the conversation matches would be found by repeating them."""
    asked = plain(" ".join((row.question, *chain.from_iterable((turn.question, turn.answer) for turn in row.history))))
    reference = plain(row.reference)
    for fact in row.facts:
        if not _matches(fact, reference):
            yield f"fact {_shown(fact)} is not in the reference"
        if _matches(fact, asked):
            yield f"fact {_shown(fact)} is in the question"
    for nugget in row.nuggets:
        if nugget.vital and not _matches(nugget.patterns, reference):
            yield f"nugget {nugget.text!r} is not in the reference"
        if _matches(nugget.patterns, asked):
            yield f"nugget {nugget.text!r} is in the question"
    if _matches(row.premise_corrected, asked):
        yield "premise_corrected is in the question"


def _in_documents(row: Row, texts: Mapping[str, str]) -> Iterator[str]:
    source = plain("\n".join(text_of(name, texts) or "" for name in row.documents))
    for fact in row.facts:
        if not _matches(fact, source):
            yield f"fact {_shown(fact)} is not in the documents"
    for nugget in row.nuggets:
        if not _matches(nugget.patterns, source):
            yield f"nugget {nugget.text!r} is not in the documents"
    found = places(row.quotes, row.documents, texts)
    yield from (f"anchor {quote!r} is not in the documents" for quote, hits in found.items() if not hits)
    anchored = {document for hits in found.values() for document, _ in hits}
    yield from (f"no anchor is in {name}" for name in row.documents if name not in anchored)
    near = plain("\n".join(text_of(name, texts) or "" for name in row.about))
    if row.premise_corrected and not _matches(row.premise_corrected, near):
        yield "premise_corrected is not in the documents of about"
    # An abstention lists the titles of where it looked: saying one puts nothing right.
    titles = plain("\n".join(text.partition("\n")[0] for text in texts.values()))
    if _matches(row.premise_corrected, titles):
        yield "premise_corrected is in a title"
    for quote, hits in places(row.premise_quotes, row.about, texts).items():
        if not hits:
            yield f"anchor {quote!r} is not in the documents of about"


def _matches(patterns: Patterns, text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)


def _shown(fact: Patterns) -> str:
    return repr(" | ".join(pattern.pattern for pattern in fact))
