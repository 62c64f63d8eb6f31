"""One ingestion by Sourcier, measured; a process of its own, so that its memory is its own.

    python -m sourcier.eval.bench.ours HOME CORPUS [FILE]

Prints :class:`~sourcier.eval.bench.measured.Figures` as JSON; ``notes`` has the number of passages of FILE.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from sourcier.core import offline
from sourcier.core.settings import load
from sourcier.eval.bench.measured import Figures, TimedEmbedder, peak_mb
from sourcier.index.store import open_store
from sourcier.index.sync import sync

__all__ = ["run"]


def run(home: Path, corpus: Path, file: str = "") -> Figures:
    """Bring the index of ``home`` in line with ``corpus``, with the settings in force otherwise."""
    settings = load(options={"home": home}).settings
    embedder = TimedEmbedder(settings.embedding, home)
    started = time.perf_counter()
    report = sync([corpus], settings, embedder=embedder)
    seconds = time.perf_counter() - started
    with open_store(home) as store:
        rows = store.documents()
    peak, workers = peak_mb()
    stages = dict(report.timings)
    if embedder.loading.times:
        # It was loaded when it was first asked to count, in the middle of cutting.
        stages["cut"] -= embedder.loading.wall
        stages["model"] = embedder.loading.wall
    return Figures(
        run=seconds,
        model=embedder.embedding.wall,
        model_processor=embedder.embedding.processor,
        loading=embedder.loading.wall,
        counting=embedder.counting.wall,
        embedded=embedder.embedding.times,
        passages=report.passages,
        documents=len(rows) + sum(len(row.other_paths) for row in rows),
        peak_mb=peak,
        workers_mb=workers,
        stages=stages,
        notes={"of_file": sum(row.n_passages for row in rows if row.path == file), "skipped": len(report.skipped)},
    )


def main() -> None:
    """Measure one ingestion."""
    offline.apply()
    home, corpus, *file = sys.argv[1:]
    sys.stdout.write(json.dumps(asdict(run(Path(home), Path(corpus), *file))))


if __name__ == "__main__":
    main()
