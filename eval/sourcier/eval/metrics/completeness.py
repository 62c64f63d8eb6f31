"""Completeness by nuggets, as TREC's RAG track counts them (Pradeep et al. 2024): what a whole answer says, thing by thing.

``v_strict`` is the share of vital nuggets that the answer supports, ``v`` counts one supported in part for half, and
``a_strict`` and ``a`` are the same over all nuggets. TREC's assignments are made by people or by a large model; here a
nugget is supported where one of its patterns matches what is shown, and in part where none does but one sentence has at
least half of its words (stems of more than three letters): a rule that is blind to meaning, and the same for everyone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sourcier.core.types import Answer
from sourcier.eval.dataset import Nugget, Question
from sourcier.eval.metrics.citations import stems
from sourcier.eval.metrics.intervals import SEED, Estimate, mean
from sourcier.eval.metrics.text import plain, without_markers
from sourcier.ingest.sentences import split_sentences

__all__ = ["Completeness", "completeness", "summary"]

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Completeness:
    """Of one answer, 0 to 1; ``None`` where the row has no such nuggets."""

    v_strict: float | None
    v: float | None
    a_strict: float | None
    a: float | None


def completeness(question: Question, answer: Answer) -> Completeness:
    """How much of what a whole answer says this one says; an abstention says nothing."""
    if not question.nuggets:
        return Completeness(None, None, None, None)
    said = "" if answer.status == "abstained" else plain(without_markers(answer.answer))
    sentences = [stems(said[start:end]) for start, end in split_sentences(said)]
    marks = [_mark(nugget, said, sentences) for nugget in question.nuggets]
    vital = [mark for mark, nugget in zip(marks, question.nuggets, strict=True) if nugget.vital]
    return Completeness(_strict(vital), _share(vital), _strict(marks), _share(marks))


def summary(each: Sequence[Completeness], seed: int = SEED) -> dict[str, Estimate] | None:
    """The means over questions that have nuggets; ``None`` where none has."""
    if not any(one.a is not None for one in each):
        return None
    return {
        name: mean([value for one in each if (value := getattr(one, name)) is not None], seed)
        for name in ("v_strict", "v", "a_strict", "a")
    }


def _mark(nugget: Nugget, said: str, sentences: Sequence[frozenset[str]]) -> float:
    if any(pattern.search(said) for pattern in nugget.patterns):
        return 1.0
    wanted = stems(nugget.text)
    shared = max((len(wanted & sentence) for sentence in sentences), default=0)
    return _HALF if wanted and shared >= len(wanted) / 2 else 0.0


def _strict(marks: Sequence[float]) -> float | None:
    return sum(mark == 1.0 for mark in marks) / len(marks) if marks else None


def _share(marks: Sequence[float]) -> float | None:
    return sum(marks) / len(marks) if marks else None
