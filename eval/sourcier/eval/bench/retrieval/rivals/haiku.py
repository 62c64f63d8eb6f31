"""haiku.rag's hybrid search: ``python -m sourcier.eval.bench.retrieval.rivals.haiku FOLDER URL DIMENSION``.

Its own LanceDB index, full-text search and fusion by ranks, at its defaults. Chunks are our passages, title and sections
as headings, imported with our vectors; a question is embedded by the same model, which it asks over HTTP at URL, as it
asks any server that speaks OpenAI's language. It wants Python 3.12, so it lives in an environment of its own.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from importlib.metadata import version
from typing import Any

import numpy as np
from docling_core.types.doc.document import DoclingDocument
from docling_core.types.doc.labels import DocItemLabel
from haiku.rag.client import HaikuRAG
from haiku.rag.client.documents import DocumentImport
from haiku.rag.config.models import AppConfig, EmbeddingModelConfig, EmbeddingsConfig
from haiku.rag.store.models.chunk import Chunk

from sourcier.eval.bench.retrieval.rivals.worker import Embedding, answer, load_passages

__all__: list[str] = []


def _imported(document: str, rows: list[dict[str, Any]], vectors: list[list[float]]) -> DocumentImport:
    made = DoclingDocument(name=document)
    chunks = []
    for row, vector in zip(rows, vectors, strict=True):
        item = made.add_text(DocItemLabel.TEXT, row["text"])
        headings = [part for part in (row["title"], row["section"]) if part]
        chunks.append(
            Chunk(
                content=row["text"],
                metadata={"doc_item_refs": [item.self_ref], "headings": headings, "labels": ["text"]},
                embedding=vector,
            )
        )
    return DocumentImport(made, chunks, uri=document, title=rows[0]["title"] or document)


async def _indexed(client: HaikuRAG, rows: list[dict[str, Any]], vectors: Any) -> None:
    places: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault(row["document"], []).append(place)
    imports = [_imported(one, [rows[p] for p in of], vectors[of].tolist()) for one, of in places.items()]
    for start in range(0, len(imports), 500):
        await client.import_documents(imports[start : start + 500])
    await client.vacuum()


def main() -> None:
    """Index the passages, then answer until there are no more questions."""
    folder, passages = load_passages()
    url, dimension = sys.argv[2:]
    shutil.rmtree(folder / "haiku", ignore_errors=True)
    embedder = EmbeddingModelConfig(
        provider="openai", name="shared", vector_dim=int(dimension), base_url=url, api_key="none"
    )
    config = AppConfig(embeddings=EmbeddingsConfig(model=embedder))
    config.storage.data_dir = folder / "haiku"
    loop = asyncio.new_event_loop()
    client = HaikuRAG(folder / "haiku" / "passages.lancedb", config=config, create=True)
    loop.run_until_complete(client.__aenter__())
    loop.run_until_complete(_indexed(client, passages.rows, np.load(passages.vectors_file)))
    asked = client.embedder.embed_query
    embedding = Embedding(lambda question: loop.run_until_complete(asked(question)))

    async def remembered(question: str) -> Any:
        return vector

    vector: Any = None

    def search(question: str, depth: int) -> list[str]:
        nonlocal vector
        vector = embedding(question)
        client.embedder.embed_query = remembered
        found = loop.run_until_complete(client.search(question, limit=depth, include_images=False))
        return [one.document_uri or "" for one in found]

    answer({"haiku": search}, embedding, {"haiku.rag": version("haiku.rag-slim"), "lancedb": version("lancedb")})
    loop.run_until_complete(client.__aexit__(None, None, None))


if __name__ == "__main__":
    main()
