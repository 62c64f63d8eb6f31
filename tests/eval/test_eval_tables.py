"""The tables of a document, made from runs that were really made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.eval.hand_made import HandAssistant, HandSearcher, cite, hit_on, make_answer

from sourcier.core.settings import load
from sourcier.core.types import Document
from sourcier.eval.dataset import Question, QuestionSet
from sourcier.eval.folder import RunError
from sourcier.eval.judges import load_judge
from sourcier.eval.run import evaluate_answers
from sourcier.eval.tables import SORTS, Run, filled, ordered, read_run


@pytest.fixture
def runs(searcher: HandSearcher, telework: Document, tmp_path: Path) -> list[Run]:
    settings = load(options={"home": tmp_path / "home"}, environ={}).settings
    rows = [
        {"id": "a", "question": "Combien de jours ?", "answerable": True, "facts": [["trois"]], "kind": "nombre"},
        {"id": "b", "question": "Qui préside ?", "answerable": False, "kind": "absent"},
    ]
    dataset = QuestionSet("jeu", "0" * 64, tuple(Question.model_validate_json(json.dumps(row)) for row in rows))
    answer = make_answer(
        "Combien de jours ?", (("On permet trois jours.", (1,)),), (cite(telework, "trois jours"),), (hit_on(telework),)
    )
    said = {"sourcier": {"Combien de jours ?": answer}, "llamaindex": {"Qui préside ?": answer}}
    for engine, answers in said.items():
        evaluate_answers(
            dataset, HandAssistant(searcher, answers), settings, tmp_path / engine, engine=engine,
            judges=lambda _: [load_judge("rules", settings)],
        )  # fmt: skip
    return [read_run(tmp_path / engine) for engine in ("llamaindex", "sourcier")]


def test_a_document_gets_its_tables_and_keeps_the_rest(runs: list[Run]) -> None:
    text = (
        "Avant.\n\n"
        + "\n\nEntre.\n\n".join(f"<!-- eval:{s}/jeu -->\n<!-- /eval:{s}/jeu -->" for s in SORTS)
        + "\n\nAprès.\n"
    )
    got, left = filled(text, runs, "en")
    assert left == []
    assert got.startswith("Avant.\n\n<!-- eval:quality/jeu -->\n|") and got.endswith("\n\nAprès.\n")
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in got.splitlines() if line.startswith("|")]
    assert ["", "Sourcier, embedded", "LlamaIndex CitationQueryEngine"] in cells
    assert ["facts found (mean by question)", "100.0 %, 1", "0.0 %, 1"] in cells
    assert ["wrongly answered", "0.0 % (0–79), 1", "100.0 % (21–100), 1"] in cells
    assert ["worded/quoted/refused; the corpus answers, then does not", "1/0/0; 0/0/1", "0/0/1; 1/0/0"] in cells
    assert ["nombre", "facts found (mean by question)", "100 % (1)", "0 % (1)"] in cells
    assert ["whole answer (s)", "0.10 / 0.10", "0.10 / 0.10"] in cells
    assert filled(got, runs, "en") == (got, [])  # again: nothing changes


def test_markers_without_a_run_keep_their_table(runs: list[Run]) -> None:
    text = "<!-- eval:quality/autre -->\n| vieux |\n<!-- /eval:quality/autre -->\n"
    assert filled(text, runs, "fr") == (text, ["quality/autre"])


def test_a_text_may_speak_of_markers(runs: list[Run]) -> None:
    text = "Entre `<!-- eval:… -->` et la suite.\n"
    assert filled(text, runs, "fr") == (text, [])


def test_the_document_of_the_repository_can_be_filled(runs: list[Run]) -> None:
    text = (Path(__file__).parents[2] / "docs" / "evaluation.md").read_text(encoding="utf-8")
    got, left = filled(text, runs, "en")
    assert got == text and "quality/fiches.test" in left and "quality/cinq_documents.test" in left


@pytest.mark.parametrize("text", ["<!-- eval:quality/jeu -->\n", "<!-- eval:x/jeu -->\n<!-- /eval:x/jeu -->\n"])
def test_a_marker_that_is_wrong_is_named(text: str, runs: list[Run]) -> None:
    with pytest.raises(RunError, match="/jeu"):
        filled(text, runs, "fr")


def test_of_two_runs_of_one_sort_the_newer_counts(runs: list[Run]) -> None:
    old = Run(Path("old"), {**runs[1].environment, "started": "2020-01-01"}, runs[1].metrics)
    assert [run.folder.name for run in ordered([runs[1], old, runs[0]])] == ["sourcier", "llamaindex"]


def test_a_folder_that_is_no_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="absent"):
        read_run(tmp_path / "absent")
