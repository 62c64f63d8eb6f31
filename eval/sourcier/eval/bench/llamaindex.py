"""The same ingestion by LlamaIndex's own pipeline, with the same embedding model; a process of its own.

    python -m sourcier.eval.bench.llamaindex FOLDER CORPUS

As its documentation shows it: ``IngestionPipeline`` with a ``SentenceSplitter`` and the embedding model, a document
store that says what changed (``upserts_and_delete``), its cache, and its own ``SimpleVectorStore``, all persisted to
FOLDER and loaded from there the next time. Chunks have the size of our passages, in the same model's tokens, without
overlap, and batches the size of ours, so that the model has the same work.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import Document
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.core.vector_stores import SimpleVectorStore

from sourcier.core import offline
from sourcier.core.settings import load
from sourcier.eval.bench.material import COLLECTION
from sourcier.eval.bench.measured import Figures, TimedEmbedder, peak_mb

__all__ = ["run"]

#: As many texts go to the model at once as in our own ingestion; LlamaIndex's default is 10.
_TOGETHER = 128


class _Adapter(BaseEmbedding):
    """Our embedding model as LlamaIndex's."""

    _embedder: TimedEmbedder = PrivateAttr()

    def __init__(self, embedder: TimedEmbedder) -> None:
        super().__init__(model_name=embedder.name, embed_batch_size=_TOGETHER)
        self._embedder = embedder

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.embed_passages(texts).tolist()
        return vectors

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        vector: list[float] = self._embedder.embed_queries([query])[0].tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def run(folder: Path, corpus: Path) -> Figures:
    """Bring what is persisted in ``folder`` in line with ``corpus``."""
    settings = load(options={"home": folder}).settings
    embedder = TimedEmbedder(settings.embedding, folder)
    started = time.perf_counter()
    vectors = folder / "vectors.json"
    store = SimpleVectorStore.from_persist_path(str(vectors)) if vectors.exists() else SimpleVectorStore()
    pipeline = IngestionPipeline(
        transformations=[
            SentenceSplitter(
                chunk_size=settings.ingest.passage_tokens,
                chunk_overlap=0,
                tokenizer=lambda text: _tokens(embedder, text),
            ),
            _Adapter(embedder),
        ],
        docstore=SimpleDocumentStore(),
        docstore_strategy=DocstoreStrategy.UPSERTS_AND_DELETE,
        vector_store=store,
    )
    if vectors.exists():
        pipeline.load(str(folder))
    documents = list(_documents(corpus))
    pipeline.run(documents=documents)
    pipeline.persist(str(folder))
    store.persist(str(vectors))
    seconds = time.perf_counter() - started
    peak, workers = peak_mb()
    return Figures(
        run=seconds,
        model=embedder.embedding.wall,
        model_processor=embedder.embedding.processor,
        loading=embedder.loading.wall,
        counting=embedder.counting.wall,
        embedded=embedder.embedding.times,
        passages=len(store.data.embedding_dict),
        documents=len(set(store.data.text_id_to_ref_doc_id.values())),
        peak_mb=peak,
        workers_mb=workers,
    )


def _tokens(embedder: TimedEmbedder, text: str) -> Sequence[int]:
    # The splitter asks for the tokens and only counts them.
    return range(embedder.count_tokens(text))


def _documents(corpus: Path) -> Iterator[Document]:
    with (corpus / COLLECTION).open(encoding="utf-8") as lines:
        for line in lines:
            row: dict[str, Any] = json.loads(line)
            described = {"title": row["title"], "section": row["section"]}
            yield Document(text=row["text"], id_=f"{COLLECTION}#{row['id']}", metadata=described)
    for file in sorted((corpus / "files").iterdir()):
        yield Document(text=file.read_text(encoding="utf-8"), id_=f"files/{file.name}")


def main() -> None:
    """Measure one ingestion."""
    offline.apply()
    folder, corpus = sys.argv[1:]
    sys.stdout.write(json.dumps(asdict(run(Path(folder), Path(corpus)))))


if __name__ == "__main__":
    main()
