"""Questions written by the real embedded model: in the form asked for, and held to the same checks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sourcier.app.answering.verifier import Evidence, Verifier
from sourcier.app.models.embedded import EmbeddedModel, installed
from sourcier.core.settings import load
from sourcier.eval.drafts.sources import Source
from sourcier.eval.drafts.writing import ask_by_model
from sourcier.index.embedding import load_embedder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
    pytest.mark.skipif(not installed(), reason="the embedded model is not installed"),
]

SENTENCES = (
    "La caisse de grève du syndicat des Aulnes garde une réserve de 1 200 000 $ pour les conflits de plus d'un mois.",
    "Le comité du télétravail de la bibliothèque reçoit les demandes à son bureau tous les premiers jeudis du mois.",
    "Nadia Lebrun-Côté préside le comité du télétravail de la bibliothèque depuis mars 2025.",
)


def test_the_model_writes_questions_that_the_sentence_answers(tmp_path: Path) -> None:
    home = Path(os.environ.get("SOURCIER_TEST_HOME") or tmp_path)
    settings = load(environ={"SOURCIER_HOME": str(home)}).settings
    verifier = Verifier.load(load_embedder(settings.embedding, settings.home))
    model = EmbeddedModel(settings.model, settings.home)
    try:
        written = [ask_by_model(model, Source("d", "a.md", "", "Guide", 0, len(s), s)) for s in SENTENCES]
    finally:
        model.close()
    asked = [(one, sentence) for one, sentence in zip(written, SENTENCES, strict=True) if one is not None]
    assert len(asked) >= 2
    assert all(one.question.endswith("?") and "\n" not in one.answer for one, _ in asked)
    held = [verifier.verify(one.answer, [Evidence(s)], question=one.question).support for one, s in asked]
    assert max(held) >= settings.answer.support
