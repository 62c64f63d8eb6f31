"""What a process measures of itself: time inside the embedding model, and the most memory it held."""

from __future__ import annotations

import re
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcier.core.settings import EmbeddingSettings
from sourcier.index.embedding import Embedder, TokenVectors, load_embedder, model_identity

__all__ = ["Clock", "Figures", "TimedEmbedder", "peak_mb"]


@dataclass(slots=True)
class Clock:
    """Seconds spent in one thing, on the wall and on the processor (all threads), and how many times."""

    wall: float = 0.0
    processor: float = 0.0
    times: int = 0

    @contextmanager
    def running(self, times: int = 1) -> Iterator[None]:
        """Count what happens inside."""
        wall, processor = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.wall += time.perf_counter() - wall
            self.processor += time.process_time() - processor
            self.times += times


class TimedEmbedder:
    """The embedding model of the settings, loaded when it is first needed, its time counted.

    Attributes:
        loading: reading the model, its libraries included.
        embedding: inside the model; ``times`` is the number of texts.
        counting: counting tokens, to cut; on the wall only.
    """

    def __init__(self, settings: EmbeddingSettings, home: Path) -> None:
        self._settings = settings
        self._home = home
        self._model: Embedder | None = None
        self.loading, self.embedding, self.counting = Clock(), Clock(), Clock()
        self.name, self.fingerprint = model_identity(settings)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._loaded().dimension

    @property
    def max_tokens(self) -> int:
        """Longest text it reads whole, in tokens."""
        return self._loaded().max_tokens

    def count_tokens(self, text: str) -> int:
        """Number of tokens of ``text``."""
        model = self._loaded()
        # Asking for processor time costs more than counting does, on a busy machine: the wall's alone is taken.
        started = time.perf_counter()
        count = model.count_tokens(text)
        self.counting.wall += time.perf_counter() - started
        self.counting.times += 1
        return count

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) vectors of questions."""
        return self._loaded().embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) vectors of passages."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        model = self._loaded()
        with self.embedding.running(len(texts)):
            return model.embed_passages(texts)

    def embed_tokens(self, texts: Sequence[str], *, query: bool = False) -> list[TokenVectors]:
        """The vectors of each text's tokens."""
        return self._loaded().embed_tokens(texts, query=query)

    def _loaded(self) -> Embedder:
        if self._model is None:
            with self.loading.running():
                self._model = load_embedder(self._settings, self._home)
        return self._model


@dataclass(slots=True)
class Figures:
    """One run of an ingestion, in a process of its own. Times are seconds, memory megabytes.

    Attributes:
        command: the whole process, from its start to its end; ``processor`` its processor time, all threads and workers.
        run: the ingestion alone, without the start of Python and the imports.
        model: inside the embedding model; ``loading`` it; ``counting`` tokens.
        stages: the parts of ``run`` as the program itself counts them.
        embedded: texts given to the model.
        passages, documents: in the index after it.
        peak_mb: the most memory the process held; ``workers_mb`` the most that one of its workers did.
        disk_mb: what was written, models not counted.
    """

    run: float
    model: float
    model_processor: float
    loading: float
    counting: float
    embedded: int
    passages: int
    documents: int
    peak_mb: float
    workers_mb: float
    stages: dict[str, float] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    command: float = 0.0
    processor: float = 0.0
    disk_mb: float = 0.0

    @property
    def outside(self) -> float:
        """Seconds of the whole command that were spent neither in the embedding model nor loading it."""
        return self.command - self.model - self.loading

    @property
    def outside_share(self) -> float:
        """Their share of the whole command."""
        return self.outside / self.command

    @property
    def outside_processor_share(self) -> float:
        """Share of processor time outside the model: what other programs of the machine cannot change."""
        return 1 - self.model_processor / self.processor

    def as_json(self) -> dict[str, object]:
        """Every figure, the shares included."""
        shares = {"outside_share": self.outside_share, "outside_processor_share": self.outside_processor_share}
        return {**asdict(self), **shares}


def peak_mb() -> tuple[float, float]:
    """The most memory this process has held, and the most that one of its ended children did, in megabytes."""
    unit = 1024 if sys.platform == "linux" else 1024 * 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    with suppress(OSError, IndexError):
        # The other figure starts at what the parent held when it started this process.
        own = int(re.findall(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))[0]) / 1024
    return own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit
