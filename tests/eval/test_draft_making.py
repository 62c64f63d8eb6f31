"""Drafts from a small index with the real embedding model: what holds, what is flagged, what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from sourcier.app.answering.answerability import Answerability
from sourcier.app.answering.assistant import Assistant
from sourcier.core.settings import Settings, load
from sourcier.eval.dataset import QuestionSet, load_dataset
from sourcier.eval.drafts import DraftError, make_drafts, read_drafts
from sourcier.eval.drafts.checking import Checker
from sourcier.eval.drafts.patterns import Asked
from sourcier.eval.drafts.sources import chosen_documents, shuffled_sources
from sourcier.index.search import Searcher
from sourcier.index.sync import sync

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

GUIDE = """---
title: Guide du télétravail
---
# Guide du télétravail

Le SEBA verse à ses membres en télétravail une allocation de 42,50 $ par mois pour les frais de connexion.

Le SEBA a adopté le guide du télétravail en mars 2025, après une consultation de ses membres.

Nadia Lebrun-Côté, présidente du comité du télétravail, reçoit les demandes des membres à son bureau.

Le comité du télétravail compte douze membres élus et deux observateurs nommés par le conseil.
"""
GREVE = """---
title: Caisse de grève
---
# Caisse de grève

La FTAQ garde dans sa caisse de grève une réserve de 1 200 000 $ pour les conflits de plus d'un mois.

La FTAQ a ouvert la caisse de grève en 1998, après le conflit des bibliothèques de la Baie-aux-Outardes.
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("drafts")
    documents = folder / "documents"
    documents.mkdir()
    (documents / "guide.md").write_text(GUIDE, encoding="utf-8")
    (documents / "greve.md").write_text(GREVE, encoding="utf-8")
    options = {"model.provider": "none", "answer.cache": 0}
    made = load(environ={"SOURCIER_HOME": str(folder / "home")}, options=options).settings
    sync([documents], made)
    return made


@pytest.fixture(scope="module")
def assistant(settings: Settings) -> Assistant:
    return Assistant(Searcher.open(settings), None, Answerability.load(), settings)


@pytest.mark.slow
def test_drafts_hold(assistant: Assistant, settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "brouillons.jsonl"
    made = make_drafts(assistant, None, settings, out, n=8)
    read = load_dataset(out)
    assert isinstance(read, QuestionSet)
    assert len(read.questions) == len(made.drafts) >= 5
    texts = {d.path: assistant.searcher.document(d.document_id).text for d in assistant.searcher.documents()}
    for row in read_drafts(out):
        assert row["reviewed"] is False and row["why"]
        if row["answerable"]:
            (path,) = row["documents"]
            assert all(quote in texts[path] for quote in row["quotes"])
            assert "not_retrieved" not in row["flags"]
        else:
            assert (row["documents"], row["facts"], row["reference"]) == ([], [], "")
    assert {row["answerable"] for row in read_drafts(out)} == {True, False}
    # What the row says of itself is so: a right answer matches its facts, and its question does not.
    for question in read.questions:
        assert all(any(p.search(question.reference) for p in fact) for fact in question.facts)
        assert not any(p.search(question.question) for fact in question.facts for p in fact)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_drafts(assistant: Assistant, settings: Settings, tmp_path: Path) -> None:
    runs = [
        make_drafts(assistant, None, settings, tmp_path / f"{i}.jsonl", n=4, seed=s).drafts
        for i, s in enumerate((1, 1))
    ]
    assert runs[0] == runs[1]


@pytest.mark.slow
def test_only_the_documents_named(assistant: Assistant, settings: Settings, tmp_path: Path) -> None:
    made = make_drafts(assistant, None, settings, tmp_path / "a.jsonl", labels=["greve.md"], n=3)
    assert {path for draft in made.drafts for path in draft.documents} == {"greve.md"}


@pytest.mark.slow
def test_an_answer_that_the_sentence_does_not_carry_is_dropped(assistant: Assistant, settings: Settings) -> None:
    checker = Checker.of(assistant, settings)
    sources = shuffled_sources(chosen_documents(assistant.searcher, ["guide.md"]), 1)
    source = next(one for one in sources if "42,50" in one.text)
    question = "Quelle allocation mensuelle le SEBA verse-t-il aux membres en télétravail ?"
    right = Asked(question, "Le SEBA verse une allocation de 42,50 $ par mois.", "", "written")
    wrong = Asked(question, "Le SEBA verse une allocation de 45 $ par mois.", "", "written")
    vague = Asked("Combien verse-t-il ?", right.answer, "", "written")
    told = Asked("Le SEBA verse-t-il 42,50 $ par mois en télétravail ?", right.answer, "42,50 $", "fact_number")
    assert [checker.holds(asked, source) for asked in (right, wrong, vague, told)] == [True, False, False, False]


@pytest.mark.slow
def test_bad_input_is_one_sentence(assistant: Assistant, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(DraftError, match="sourcier documents"):
        make_drafts(assistant, None, settings, tmp_path / "a.jsonl", labels=["absent.md"])
    (tmp_path / "b.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(DraftError, match="existe déjà"):
        make_drafts(assistant, None, settings, tmp_path / "b.jsonl")
    assert not (tmp_path / "a.jsonl").exists()
