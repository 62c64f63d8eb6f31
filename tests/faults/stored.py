"""A data folder to do harm to: two documents, an embedding model that costs nothing, and what a search finds in it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.index import hash_embedder as standin

from sourcier.index.search import Searcher
from sourcier.index.sync import sync

__all__ = ["QUESTION", "SHEETS", "find", "hits_of", "ingest", "run"]

SCRIPT = Path(__file__).parent.parent / "index" / "hash_embedder.py"

SHEETS = {
    "griefs.md": "# Guide des griefs\n\n## Délai de dépôt\n\nLe grief est déposé dans les trente jours ouvrables qui "
    "suivent l'événement.\n\n## Arbitrage\n\nL'arbitre unique rend sa sentence dans les soixante jours.\n",
    "conges.txt": "La salariée enceinte a droit à un congé de maternité de vingt et une semaines.\n",
}
QUESTION = "le délai du grief"

Hits = list[tuple[str, str, float]]


def ingest(corpus: Path, home: Path, model: str = "words") -> standin.HashEmbedder:
    embedder = standin.HashEmbedder(model)
    sync([corpus], standin.settings_of(home), embedder=embedder)
    return embedder


def find(home: Path, question: str = QUESTION, **search: object) -> tuple[Hits, list[str]]:
    with closing(Searcher.open(standin.settings_of(home, **search), embedder=standin.HashEmbedder())) as searcher:
        return hits_of(searcher, question), searcher.health()


def hits_of(searcher: Searcher, question: str = QUESTION) -> Hits:
    hits = searcher.search(question, 20).hits
    return [(hit.passage.passage_id, hit.passage.text, round(hit.score, 4)) for hit in hits]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=240)
