"""The `sourcier` command as it is, but for the weights of its embedding model: its vectors are made of words' hashes.

It says on stderr when it loads the model. With ``SOURCIER_TEST_HOLD`` in the environment, it says that it embeds and
waits to be interrupted.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sourcier.app.cli import main
from sourcier.core.settings import EmbeddingSettings
from sourcier.index import embedding

_FILE = Path(__file__).parents[1] / "index" / "hash_embedder.py"
HOLD = os.environ.pop("SOURCIER_TEST_HOLD", "")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _load(settings: EmbeddingSettings, home: Path) -> Any:
    spec = importlib.util.spec_from_file_location("hash_embedder", _FILE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    _say("MODEL LOADED")
    _, fingerprint = embedding.model_identity(settings)

    class Held(module.HashEmbedder):  # type: ignore[misc, name-defined]
        def embed_passages(self, texts: Any) -> Any:
            if HOLD:
                _say("EMBEDDING")
                signal.pause()
            return super().embed_passages(texts)

    return Held(fingerprint)


if __name__ == "__main__":
    embedding._load = _load
    main()
