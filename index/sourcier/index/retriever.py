"""Our search as a LlamaIndex retriever, so that any of its engines can use it."""

from __future__ import annotations

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from sourcier.core.filters import Filter
from sourcier.core.types import Hit
from sourcier.index.search import Searcher


class SourcierRetriever(BaseRetriever):
    """Nodes carry the offsets into the canonical text (``start_char_idx``, ``end_char_idx``) and the document's metadata."""

    def __init__(self, searcher: Searcher, k: int | None = None, only: Filter | None = None) -> None:
        super().__init__()
        self._searcher = searcher
        self._k = k
        self._only = only

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._searcher.search(query_bundle.query_str, self._k, self._only).hits
        return [NodeWithScore(node=node_of(hit), score=hit.score) for hit in hits]


def node_of(hit: Hit) -> TextNode:
    """A hit as a LlamaIndex node. Metadata values are plain text and numbers, as its vector stores want them."""
    passage, known = hit.passage, hit.metadata
    metadata = {
        "document_id": passage.document_id,
        "path": hit.path,
        "title": known.title,
        "section": " > ".join(passage.section),
        "page": passage.page,
        "clause": passage.clause,
        "publisher": known.publisher,
        "date": known.date,
        "language": known.language,
        "url": known.url,
    }
    return TextNode(
        id_=passage.passage_id,
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata={name: value for name, value in metadata.items() if value not in {None, ""}},
    )
