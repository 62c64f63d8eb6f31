"""The review of drafts: each decision is kept at once, and leaving at any moment loses nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sourcier.app.cli import app
from sourcier.core.errors import EmptyIndexError
from sourcier.eval.dataset import QuestionSet, load_dataset
from sourcier.eval.drafts.review import Ask, Reviewed, rejected_path, review
from sourcier.eval.drafts.rows import Draft, DraftError, add, read_drafts


def draft(number: int, **fields: Any) -> Draft:
    return Draft(
        f"draft-{number:03}", f"Combien de membres compte le local {number} ?", True, "fact_number", "Guide", "patterns",
        ("a.md",), (f"Le local {number} compte 40 membres.",), ((r"\b40\b",),), "Il compte 40 membres.", **fields,
    )  # fmt: skip


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    path = tmp_path / "brouillons.jsonl"
    for number in range(1, 5):
        add(path, draft(number, flags=("not_retrieved",) if number == 2 else ()).to_json())
    return path


def answering(*said: str | type[BaseException]) -> Ask:
    """A person who types these lines one after the other; an exception is Ctrl-C or the end of input."""
    lines: Iterator[str | type[BaseException]] = iter(said)

    def ask(question: str) -> str:
        line = next(lines)
        if isinstance(line, str):
            return line
        raise line

    return ask


def by_id(path: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in read_drafts(path)}


def test_drafts_are_a_question_set(drafts: Path) -> None:
    read = load_dataset(drafts)
    assert isinstance(read, QuestionSet)
    assert read.questions[0].facts[0][0].search("Il y a 40 membres.")


def test_each_decision(drafts: Path) -> None:
    shown: list[str] = []
    edits = ("m", "Le local 2, combien de membres ?", "", "40 / quarante")
    done = review(drafts, answering("x", "a", *edits, "r", "p"), shown.append, "fr")
    assert done == Reviewed(accepted=1, edited=1, rejected=1, left=1)
    rows = by_id(drafts)
    assert list(rows) == ["draft-001", "draft-002", "draft-004"]
    assert rows["draft-001"]["reviewed"] is True and rows["draft-004"]["reviewed"] is False
    second = rows["draft-002"]
    assert (second["question"], second["facts"]) == ("Le local 2, combien de membres ?", [["40", "quarante"]])
    assert second["reference"] == "Il compte 40 membres."
    assert by_id(rejected_path(drafts)).keys() == {"draft-003"}
    assert "« Le local 1 compte 40 membres. »" in shown[0]
    assert "recherche" in shown[1] and "recherche" not in shown[0]
    # A second sitting shows only what is left.
    assert review(drafts, answering("a"), shown.append, "fr") == Reviewed(accepted=1)
    assert all(row["reviewed"] for row in read_drafts(drafts))


@pytest.mark.parametrize("leaving", [KeyboardInterrupt, EOFError])
@pytest.mark.parametrize("before", [(), ("a",), ("a", "m", "Autre question ?"), ("a", "r", "m", "x", "y")])
def test_leaving_at_any_moment_loses_nothing(
    drafts: Path, leaving: type[BaseException], before: tuple[str, ...]
) -> None:
    untouched = by_id(drafts)
    review(drafts, answering(*before, leaving), lambda text: None, "fr")
    rows = {**by_id(drafts), **(by_id(rejected_path(drafts)) if rejected_path(drafts).exists() else {})}
    assert rows.keys() == untouched.keys()
    # Half an edit is no edit.
    assert {row["question"] for row in rows.values()} == {row["question"] for row in untouched.values()}
    assert not drafts.with_name(f"{drafts.name}.partial").exists()


def test_a_bad_pattern_is_asked_again(drafts: Path) -> None:
    review(drafts, answering("m", "", "", "(40", "40", "q"), lambda text: None, "fr")
    assert by_id(drafts)["draft-001"]["facts"] == [["40"]]


def test_a_rejection_cut_short_is_not_doubled(drafts: Path) -> None:
    add(rejected_path(drafts), {**draft(1).to_json(), "reviewed": True})  # the power went before the row left the file
    review(drafts, answering("r", "q"), lambda text: None, "fr")
    assert [row["id"] for row in read_drafts(rejected_path(drafts))] == ["draft-001"]
    assert "draft-001" not in by_id(drafts)


def test_a_line_cut_short_is_left_out_and_a_broken_one_said(drafts: Path, tmp_path: Path) -> None:
    with drafts.open("a", encoding="utf-8") as file:
        file.write('{"id": "draft-005", "quest')
    assert len(read_drafts(drafts)) == 4
    with drafts.open("a", encoding="utf-8") as file:
        file.write("\n" + json.dumps(draft(6).to_json()) + "\n")
    with pytest.raises(DraftError, match="ligne 5"):
        read_drafts(drafts)
    with pytest.raises(DraftError, match="chemin"):
        read_drafts(tmp_path / "absent.jsonl")


def test_the_command_reviews_and_keeps_what_was_decided(drafts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCIER_HOME", str(drafts.parent / "home"))
    command = CliRunner()
    # The person types two decisions and goes away.
    done = command.invoke(app, ["eval", "draft", "--review", str(drafts), "--json"], input="a\nr\n")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {"accepted": 1, "edited": 0, "rejected": 1, "left": 2}
    assert by_id(drafts)["draft-001"]["reviewed"] is True
    assert "Combien de membres compte le local 1 ?" in done.stderr


def test_nothing_to_draft_from_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCIER_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["eval", "draft", "--provider", "none"])
    assert isinstance(done.exception, EmptyIndexError)
    assert "sourcier ingest" in str(done.exception)
    (tmp_path / "brouillons.jsonl").write_text("", encoding="utf-8")
    done = CliRunner().invoke(app, ["eval", "draft", "--provider", "none"])
    assert isinstance(done.exception, DraftError)
    assert "--review" in str(done.exception)
