"""What every program is given: our passages, each with its document and its vector."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from sourcier.index.cutting import embedded_text
from sourcier.index.embedding import Embedder
from sourcier.index.store import open_store

__all__ = ["write"]


def write(home: Path, folder: Path, embedder: Embedder) -> int:
    """Write the passages of an index as ``passages.jsonl`` and their vectors as ``vectors.npy``.

    A row says the id of its ``document``, ``title``, ``section``, ``text``, and what is ``embedded`` of it: title,
    headings and text.

    Returns:
        How many passages there are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts = []
    with open_store(home) as store, (folder / "passages.jsonl").open("w", encoding="utf-8") as file:
        cut, model = store.value("cut"), store.value("model")
        served = store.ready(cut)
        rows = {row.document_id: row for row in store.rows_of(served, cut)}
        for one in served:
            title = rows[one.document_id].metadata.title
            stored = store.passages(one.key, cut)
            vectors = store.vectors(model, [each.digest for each in stored])
            for each in stored:
                parts.append(vectors[each.digest])
                said = {
                    "document": one.document_id,
                    "title": title,
                    "section": " > ".join(each.passage.section),
                    "text": each.passage.text,
                    "embedded": embedded_text(title, each.passage, embedder),
                }
                file.write(json.dumps(said, ensure_ascii=False) + "\n")
    np.save(folder / "vectors.npy", np.stack(parts).astype(np.float32))
    return len(parts)
