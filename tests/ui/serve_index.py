"""The page and the HTTP interface on a real index, with vectors made of words' hashes: prints the address.

python serve_index.py HOME
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from sourcier.app.answering.manner import AS_USUAL, Manner
from sourcier.app.ui.server import build, serve
from sourcier.core.filters import Filter
from sourcier.core.settings import EmbeddingSettings, ServeSettings, Settings
from sourcier.index.embedding import model_identity
from sourcier.index.search import Searcher

_FILE = Path(__file__).parents[1] / "index" / "hash_embedder.py"


class Nobody:
    """No one asks it anything."""

    def stream(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Any:
        raise NotImplementedError

    ask = stream


def main(home: str) -> None:
    spec = importlib.util.spec_from_file_location("hash_embedder", _FILE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    settings = Settings(home=Path(home), serve=ServeSettings(port=0))
    embedder = module.HashEmbedder(model_identity(EmbeddingSettings())[1])
    searcher = Searcher.open(settings, embedder=embedder)

    def ready(address: str) -> None:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()

    serve(build(Nobody(), searcher, settings), settings, on_ready=ready)


if __name__ == "__main__":
    main(sys.argv[1])
