"""What a passage says of its clause survives the store; a new way to cut makes passages anew."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from sourcier.core.types import BlockKind, Metadata
from sourcier.index import cutting
from sourcier.index.search import Searcher
from sourcier.index.sync import sync
from sourcier.ingest.assembly import assemble
from sourcier.ingest.clauses import clause_at
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.passages import CUT_VERSION

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:chromadb.*")
AGREEMENT = """---
title: Convention collective
---

5-3.01 La personne salariée a droit à un congé spécial dans les cas suivants :

A) le décès de sa conjointe ou de son conjoint;

B) le mariage de son enfant.

5-3.02 La direction répond par écrit à la demande de congé dans les deux jours ouvrables.
"""


def test_a_passage_found_names_its_clauses(tmp_path: Path, standin: ModuleType) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "convention.md").write_text(AGREEMENT, encoding="utf-8")
    settings = standin.settings_of(tmp_path / "data", dense="exact")
    sync([tmp_path / "corpus"], settings, embedder=standin.HashEmbedder())
    searcher = Searcher.open(settings, embedder=standin.HashEmbedder())
    try:
        hits = searcher.search("direction demande congé", 5).hits
        assert {hit.passage.clause for hit in hits} == {"art. 5-3.01", "art. 5-3.02"}
        stored = searcher.document(hits[0].passage.document_id)
        assert clause_at(stored, stored.text.index("le décès")) == "art. 5-3.01 A)"
    finally:
        searcher.close()


def test_the_way_to_cut_has_a_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = cutting.cut_name(200, 3, "model")
    assert before == cutting.cut_name(200, 3, "model")
    monkeypatch.setattr(cutting, "CUT_VERSION", CUT_VERSION + 1)
    assert cutting.cut_name(200, 3, "model") != before


def test_what_is_embedded_keeps_its_title_and_fits_the_model(standin: ModuleType) -> None:
    title, heading = "Un titre de cinq mots", "Un sous-titre qui compte une dizaine de mots en tout"
    drafts = [Draft(BlockKind.HEADING, heading, 2)]
    drafts += [Draft(BlockKind.PARAGRAPH, " ".join(["mot"] * 9) + " fin.") for _ in range(12)]
    made = assemble(Reading(tuple(drafts)), document_id="d" * 16, path="d", metadata=Metadata(title))
    embedder = standin.HashEmbedder()
    embedder.max_tokens = 48
    rows = cutting._cut(made, 40, embedder)
    assert len(rows) == 4
    for passage, text in rows:
        assert text.startswith(f"{title}\n{heading}\n") and text.endswith(passage.text)
        assert embedder.count_tokens(text) <= embedder.max_tokens
    # With room for all, passages are as long as asked.
    embedder.max_tokens = 500
    assert [embedder.count_tokens(passage.text) for passage, _ in cutting._cut(made, 40, embedder)] == [40, 40, 40]
