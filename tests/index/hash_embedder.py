"""An embedder without a model, for tests about storage: vectors made of the words' hashes. Also a script to be killed.

python hash_embedder.py sync HOME CORPUS [N]    ingests, and kills itself at the Nth step that touches the disk
python hash_embedder.py migrate HOME N          converts an older store, and kills itself at the Nth step
python hash_embedder.py search HOME QUERY       prints ids and scores, and how Chroma fared
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcier.core.settings import IngestSettings, SearchSettings, Settings
from sourcier.index.embedding import TokenVectors


class HashEmbedder:
    def __init__(self, fingerprint: str = "words") -> None:
        self.name = f"hash-{fingerprint}"
        self.fingerprint = fingerprint
        self.dimension = 64
        self.max_tokens = 500
        self.embedded: list[str] = []

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self._vector(text) for text in texts]) if texts else np.zeros((0, 64), np.float32)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded.extend(texts)
        return self.embed_queries(texts)

    def embed_tokens(self, texts: Sequence[str], *, query: bool = False) -> list[TokenVectors]:
        raise NotImplementedError

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.full(64, 1e-3, np.float32)
        for word in text.lower().split():
            vector[int(hashlib.sha256(f"{self.fingerprint}{word}".encode()).hexdigest(), 16) % 64] += 1
        return (vector / np.linalg.norm(vector)).astype(np.float32)


def settings_of(home: Path, **search: Any) -> Settings:
    given = {"graph_from": 2, **search}  # the smallest corpus has a graph: that is what is to be tested
    return Settings(home=home, ingest=IngestSettings(passage_tokens=40), search=SearchSettings(**given))


def _kill_at(step: int) -> None:
    """Die, as by ``kill -9``, at the Nth moment among: before a commit, after one, before and after each fsync."""
    from sourcier.index import generations, writing

    left = step

    def moment() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    transaction: Callable[..., AbstractContextManager[None]] = writing.StoreWriter.transaction
    sync_to_disk = generations.sync_to_disk

    @contextmanager
    def counted(self: writing.StoreWriter) -> Any:
        with transaction(self):
            yield
            moment()
        moment()

    def counted_sync(path: Path) -> None:
        moment()
        sync_to_disk(path)
        moment()

    writing.StoreWriter.transaction = counted  # type: ignore[method-assign]
    generations.sync_to_disk = counted_sync


def _migrate(home: Path, step: int) -> None:
    from sourcier.index import schema

    statements = (*schema.MIGRATIONS[1], "SELECT 1")

    def dying() -> Any:
        for number, statement in enumerate(statements, 1):
            if number == step:
                os.kill(os.getpid(), signal.SIGKILL)
            yield statement

    schema.MIGRATIONS = {1: dying()}
    schema.connect_to_write(home)


def main() -> None:
    command, home, argument, *step = sys.argv[1:]
    if command == "migrate":
        _migrate(Path(home), int(argument))
        return
    if command == "sync":
        from sourcier.index.sync import sync

        if step:
            _kill_at(int(step[0]))
        sync([Path(argument)], settings_of(Path(home)), embedder=HashEmbedder())
        return
    from sourcier.index.search import Searcher

    searcher = Searcher.open(settings_of(Path(home)), embedder=HashEmbedder())
    hits = [(hit.passage.passage_id, round(hit.score, 4)) for hit in searcher.search(argument).hits]
    print(json.dumps({"hits": hits, "chroma": searcher._generation._lock is not None, "health": searcher.health()}))  # noqa: T201
    searcher.close()


if __name__ == "__main__":
    main()
