"""Two halves of a question set: ``dev`` to tune on, ``test`` to report.

The rule, for anyone to repeat: the first byte of the SHA-256 of the parent's name, in UTF-8, even for ``dev``, odd for
``test``. The parent is what questions share: the sheet that the right section is of, the article that the right paragraph
is of. Two questions of one parent are always in the same half, in every set and every year.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum

from sourcier.eval.dataset import RetrievalQuery

__all__ = ["Split", "half_of", "in_split", "parent_of"]


class Split(StrEnum):
    """Which questions are kept."""

    DEV = "dev"
    TEST = "test"
    ALL = "all"


def half_of(parent: str) -> Split:
    """The half that the questions of ``parent`` are in."""
    return Split.TEST if hashlib.sha256(parent.encode()).digest()[0] % 2 else Split.DEV


def parent_of(query: RetrievalQuery) -> str:
    """What decides a question's half: its ``group``, else its first relevant label in alphabetical order, up to ``#``.

    A question with several relevant documents has one half all the same: where questions share their documents so much
    that no cut separates them, a ``group`` says what to cut by. A question without any is its own parent.
    """
    if query.group:
        return query.group
    relevant = min((label for label, grade in query.relevant.items() if grade > 0), default=query.id)
    return relevant.partition("#")[0] or relevant


def in_split(queries: Iterable[RetrievalQuery], split: Split) -> list[RetrievalQuery]:
    """The questions of one half, in their order; all of them for ``Split.ALL``."""
    return [query for query in queries if split is Split.ALL or half_of(parent_of(query)) is split]
