"""LlamaIndex as its documentation shows it: ``python -m sourcier.eval.bench.retrieval.rivals.llamaindex FOLDER``.

``VectorStoreIndex`` on Chroma alone, then beside ``BM25Retriever`` in ``QueryFusionRetriever``, by its reciprocal ranks
and by its relative scores, without generated queries. BM25 is given French stop words and the French stemmer, which are
not its defaults: a French user would. Nodes are our passages with their title and headings, as we embed them, and come
with our vectors; a question is embedded by the same model.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import chromadb
import numpy as np
import Stemmer
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.llms.mock import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
from llama_index.core.schema import TextNode
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.chroma import ChromaVectorStore

from sourcier.eval.bench.retrieval.rivals.ours import model
from sourcier.eval.bench.retrieval.rivals.worker import Embedding, Search, answer, load_passages

__all__: list[str] = []


class _Questions(BaseEmbedding):
    """Our embedding model as LlamaIndex's; passages come with their vectors."""

    _embedding: Embedding = PrivateAttr()

    def __init__(self, embedding: Embedding) -> None:
        super().__init__(model_name="shared")
        self._embedding = embedding

    def _get_query_embedding(self, query: str) -> list[float]:
        vector: list[float] = self._embedding(query).tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        raise NotImplementedError(text)


def main() -> None:
    """Index the passages, then answer until there are no more questions."""
    folder, passages = load_passages()
    _, embedding = model()
    vectors = np.load(passages.vectors_file)
    nodes = [
        TextNode(id_=str(row), text=one["embedded"], embedding=vectors[row].tolist())
        for row, one in enumerate(passages.rows)
    ]
    shutil.rmtree(folder / "chroma", ignore_errors=True)
    client = chromadb.PersistentClient(str(folder / "chroma"), chromadb.config.Settings(anonymized_telemetry=False))
    store = ChromaVectorStore(chroma_collection=client.get_or_create_collection("passages"))
    index = VectorStoreIndex(
        nodes, storage_context=StorageContext.from_defaults(vector_store=store), embed_model=_Questions(embedding)
    )

    def bm25(depth: int) -> BM25Retriever:
        stemmer = Stemmer.Stemmer("french")
        return BM25Retriever(nodes=nodes, stemmer=stemmer, language="french", similarity_top_k=depth)

    def fusion(mode: FUSION_MODES, depth: int) -> BaseRetriever:
        both: Sequence[Any] = (index.as_retriever(similarity_top_k=depth), bm25(depth))
        return QueryFusionRetriever(
            list(both), llm=MockLLM(), mode=mode, similarity_top_k=depth, num_queries=1, use_async=False
        )

    made: dict[tuple[FUSION_MODES | None, int], BaseRetriever] = {}

    def retriever(mode: FUSION_MODES | None, depth: int) -> BaseRetriever:
        if (mode, depth) not in made:
            made[mode, depth] = fusion(mode, depth) if mode else index.as_retriever(similarity_top_k=depth)
        return made[mode, depth]

    def search(mode: FUSION_MODES | None) -> Search:
        return lambda question, depth: [
            passages.rows[int(found.node.node_id)]["document"] for found in retriever(mode, depth).retrieve(question)
        ]

    names = {
        "llamaindex_vector": None,
        "llamaindex_rrf": FUSION_MODES.RECIPROCAL_RANK,
        "llamaindex_scores": FUSION_MODES.RELATIVE_SCORE,
    }
    packages = ("llama-index-core", "llama-index-vector-stores-chroma", "llama-index-retrievers-bm25", "chromadb")
    answer(
        {name: search(mode) for name, mode in names.items()},
        embedding,
        {package: version(package) for package in packages},
    )


if __name__ == "__main__":
    main()
