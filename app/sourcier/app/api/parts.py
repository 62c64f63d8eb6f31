"""What the interface asks of the assistant and of the index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, runtime_checkable

from sourcier.core.filters import Filter
from sourcier.core.types import Document, Hit, ModelInfo
from sourcier.index.records import DocumentRow

__all__ = ["Described", "DocumentsAndSearch", "SearchResult", "SelfChecking", "Versioned"]


class SearchResult(Protocol):
    """Ranked passages, milliseconds by stage, the index that all of them come from, and how the question was read."""

    @property
    def hits(self) -> tuple[Hit, ...]: ...  # noqa: D102

    @property
    def timings_ms(self) -> Mapping[str, float]: ...  # noqa: D102

    @property
    def version(self) -> str: ...  # noqa: D102

    @property
    def corrections(self) -> tuple[tuple[str, str], ...]: ...  # noqa: D102

    @property
    def expansions(self) -> tuple[tuple[str, str], ...]: ...  # noqa: D102


class DocumentsAndSearch(Protocol):
    """What the interface needs of an index."""

    def search(self, query: str, k: int, only: Filter | None = None) -> SearchResult:
        """The ``k`` best passages, among the documents that ``only`` allows."""
        ...

    def document(self, document_id: str, /) -> Document:
        """A document with its canonical text; ``StoreError`` where there is none."""
        ...

    def documents(self) -> Iterable[DocumentRow]:
        """All that is indexed."""
        ...


@runtime_checkable
class Described(Protocol):
    """An assistant that says which model it uses."""

    @property
    def model_info(self) -> ModelInfo: ...  # noqa: D102


@runtime_checkable
class SelfChecking(Protocol):
    """An index that says what is wrong with it."""

    def health(self) -> list[str]:
        """Catalogue keys of what is not as it should be."""
        ...


@runtime_checkable
class Versioned(Protocol):
    """An index that says which of its generations is searched."""

    @property
    def version(self) -> str: ...  # noqa: D102
