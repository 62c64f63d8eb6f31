"""What the evaluation asks of an assistant, and nothing else: any object that has it can be measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sourcier.app.answering.events import Answering
from sourcier.app.answering.manner import AS_USUAL, Manner
from sourcier.core.errors import SourcierError
from sourcier.core.filters import Filter
from sourcier.core.types import Answer, Document, Hit
from sourcier.eval.metrics.answers import Texts

__all__ = ["Asking", "Assistant", "Found", "Indexed", "Searching", "canonical_texts"]


class Found(Protocol):
    """The result of a search."""

    @property
    def hits(self) -> Sequence[Hit]:
        """Best first."""
        ...

    @property
    def timings_ms(self) -> Mapping[str, float]:
        """Milliseconds of each step."""
        ...


class Indexed(Protocol):
    """A document of the index, without its text."""

    @property
    def document_id(self) -> str:
        """Its id."""
        ...

    @property
    def path(self) -> str:
        """Its place in the corpus."""
        ...


class Searching(Protocol):
    """A searcher over an index."""

    @property
    def version(self) -> str:
        """Which state of the index is served."""
        ...

    def search(self, query: str, k: int | None = None, only: Filter | None = None) -> Found:
        """The ``k`` best passages (as configured, by default), among the documents that ``only`` lets through."""
        ...

    def documents(self) -> Sequence[Indexed]:
        """All that is indexed."""
        ...

    def document(self, document_id: str, /) -> Document:
        """A document with its canonical text.

        Raises:
            SourcierError: there is none of that id.
        """
        ...


class Asking(Protocol):
    """Whoever answers a question in one go, and the searcher over the index that is answered from."""

    @property
    def searcher(self) -> Searching:
        """The searcher."""
        ...

    def ask(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Answer:
        """The answer, timed.

        Raises:
            QuestionError: the question is empty or too long.
            ModelError: the language model failed.
        """
        ...

    def warm_up(self) -> None:
        """Do now what the first question would otherwise wait for."""
        ...


class Assistant(Asking, Answering, Protocol):
    """The product's own assistant, which also answers step by step."""


def canonical_texts(searcher: Searching) -> Texts:
    """Read canonical texts from the store, each once."""
    known: dict[str, str | None] = {}

    def text(document_id: str) -> str | None:
        if document_id not in known:
            try:
                known[document_id] = searcher.document(document_id).text
            except (SourcierError, LookupError):
                known[document_id] = None
        return known[document_id]

    return text
