"""An index read as plain arrays, for rankings that owe nothing to ours; and the labels of questions, resolved in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcier.core.errors import EmptyIndexError
from sourcier.core.filters import Filter
from sourcier.eval.dataset import RetrievalQuery
from sourcier.eval.metrics.retrieval import same_document
from sourcier.index.records import DocumentRow
from sourcier.index.store import open_store

__all__ = ["Corpus", "load_corpus", "resolved"]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Passages of an index, in its order.

    Attributes:
        documents: each once; ``owner`` (passages,) is the place there of each passage's document.
        passages: what BM25 reads of each, title and headings first; ``wholes`` the title and text of each document.
        vectors: (passages, dimension), of length 1.
    """

    documents: tuple[DocumentRow, ...]
    owner: NDArray[np.int64]
    passages: tuple[str, ...]
    wholes: tuple[str, ...]
    vectors: NDArray[np.float32]

    def allowed(self, only: Filter | None) -> NDArray[np.bool_]:
        """(documents,) whether each may be found."""
        if only is None:
            return np.ones(len(self.documents), bool)
        return np.array([only.allows(row.metadata, (row.path, *row.other_paths)) for row in self.documents], bool)

    def best_documents(self, rows: Iterable[int], most: int) -> list[str]:
        """The ids of the documents of ranked passages, each at its first one."""
        found: dict[int, None] = {}
        for row in rows:
            found.setdefault(int(self.owner[row]))
            if len(found) == most:
                break
        return [self.documents[place].document_id for place in found]


def load_corpus(home: Path) -> Corpus:
    """What the index of a data folder serves.

    Raises:
        EmptyIndexError: nothing has been ingested there.
        StoreError: it cannot be read.
    """
    with open_store(home) as store:
        cut, model = store.value("cut"), store.value("model")
        served = store.ready(cut)
        if not served:
            raise EmptyIndexError("store.empty", home=home)
        rows = {row.document_id: row for row in store.rows_of(served, cut)}
        owner: list[int] = []
        passages: list[str] = []
        parts: list[NDArray[np.float32]] = []
        wholes: list[str] = []
        for place, one in enumerate(served):
            title = rows[one.document_id].metadata.title
            wholes.append(f"{title}\n{store.text(one.key)}")
            stored = store.passages(one.key, cut)
            vectors = store.vectors(model, [each.digest for each in stored])
            for each in stored:
                owner.append(place)
                passages.append("\n".join((title, *each.passage.section, each.passage.text)))
                parts.append(vectors[each.digest])
    documents = tuple(rows[one.document_id] for one in served)
    return Corpus(documents, np.array(owner, np.int64), tuple(passages), tuple(wholes), np.stack(parts))


def resolved(
    queries: Iterable[RetrievalQuery], documents: Sequence[DocumentRow]
) -> tuple[list[RetrievalQuery], list[str]]:
    """The questions with document ids for labels, and the labels that no document bears.

    A label may name an exact copy, which the index keeps with the document that stands for it. A label that nothing
    bears stays as it is: it counts against everyone.
    """
    names: dict[str, str] = {}
    for document in documents:
        for path in (document.path, *document.other_paths):
            for name in filter(None, (document.document_id, path, path.partition("#")[2])):
                names.setdefault(name, document.document_id)
    absent: list[str] = []

    def known(label: str) -> str:
        if label not in names:
            places = ((each.document_id, path) for each in documents for path in (each.path, *each.other_paths))
            names[label] = next((one for one, path in places if same_document(label, one, path)), label)
            if names[label] == label:
                absent.append(label)
        return names[label]

    found = []
    for query in queries:
        relevant: dict[str, float] = {}
        for label, grade in query.relevant.items():
            relevant[known(label)] = max(grade, relevant.get(known(label), 0.0))
        found.append(query.model_copy(update={"relevant": relevant}))
    return found, absent
