"""A question as the search reads it: what is embedded, and the weighted terms that passages are searched for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Origin", "QueryTerm", "Understood"]

Origin = Literal["typed", "corrected", "lexicon"]


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A term of :func:`~sourcier.index.analyser.analyse` to search for.

    Attributes:
        weight: what its BM25 score is multiplied by: 1 for a word as typed, less for what it may stand for.
    """

    term: str
    weight: float = 1.0
    origin: Origin = "typed"


@dataclass(frozen=True, slots=True)
class Understood:
    """A question, read.

    Attributes:
        text: what is embedded: the question, its spelling corrected.
        terms: each once.
        corrections: ``(word as typed, word it was read as)``.
        expansions: ``(acronym or term of the question, what it stands for)``, in full, to be shown.
    """

    text: str
    terms: tuple[QueryTerm, ...]
    corrections: tuple[tuple[str, str], ...] = ()
    expansions: tuple[tuple[str, str], ...] = ()
