"""The gate on run folders made by hand: what it lets through, what it refuses, and what it says."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sourcier.app.cli import app
from sourcier.core.messages import catalogue
from sourcier.eval.gate import Accepted, GateError, accept, decide, find_accepted, record_of
from sourcier.eval.gate.measures import FLOORS, GUARDS, RANKING, per_question

N = 40
FIGURE = {"value": 1.0, "n": N, "low": 0.9, "high": 1.0}
MakeRun = Callable[..., Path]


def score(number: int, **measures: float | None) -> dict[str, Any]:
    """A question with one fact; every fourth has no answer. Nothing is wrong but what ``measures`` say."""
    answerable = number % 4 != 0
    right: dict[str, float | None] = {
        "facts": 1.0 if answerable else None,
        "answered_fully": 1.0 if answerable else None,
        "wrongly_refused": 0.0 if answerable else None,
        "wrongly_answered": None if answerable else 0.0,
        "right_place": 1.0 if answerable else None,
    }
    changed = {name: value for name, value in measures.items() if right.get(name) is not None}
    tally = {"good": 2, "n": 2} if answerable else {"good": 0, "n": 0}
    return {
        "id": f"q{number}", "answerable": answerable, "status": "answered" if answerable else "abstained",
        "cited_support": tally, "cited_use": tally, "covered": tally, "language_kept": True if answerable else None,
        "measures": {**right, **changed},
    }  # fmt: skip


def prediction(number: int) -> dict[str, Any]:
    answerable = number % 4 != 0
    shown = [
        {"text": "Deux jours.", "citations": [1], "support": 0.9},
        {"text": "« Deux »", "citations": [1], "support": 1.0},
    ]
    return {
        "id": f"q{number}", "status": "answered" if answerable else "abstained", "sentences": shown if answerable else [],
        "removed": [], "model": {"provider": "embedded", "name": "essai", "digest": "abc"},
        "usage": {"prompt_tokens": 400, "completion_tokens": 40} if answerable else {},
    }  # fmt: skip


def removed(support: float) -> dict[str, Any]:
    return {"text": "x", "reason": "unsupported", "support": support}


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    def make(
        name: str,
        *,
        scores: Callable[[int], dict[str, Any]] = score,
        predictions: Callable[[int], dict[str, Any]] = prediction,
        metrics: Mapping[str, Any] | None = None,
        sha256: str = "0" * 64,
        n: int = N,
    ) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        environment = {
            "dataset": "essai",
            "sha256": sha256,
            "engine": "sourcier",
            "models": [{"name": "m", "digest": "d"}],
        }
        figures = {"fabricated": {**FIGURE, "value": 0.0}, "exact_quotes": FIGURE, "facts": FIGURE, **(metrics or {})}
        (folder / "environment.json").write_text(json.dumps(environment), encoding="utf-8")
        (folder / "metrics.json").write_text(json.dumps(figures), encoding="utf-8")
        for file, row in (("scores.jsonl", scores), ("predictions.jsonl", predictions)):
            lines = "".join(json.dumps(row(number)) + "\n" for number in range(n))
            (folder / file).write_text(lines, encoding="utf-8")
        return folder

    return make


def record(questions: Mapping[str, Any]) -> Accepted:
    return Accepted("essai", "0" * 64, "sourcier", "embedded", (), {}, questions)


def verdicts(run: Path, accepted: Path, **options: Any) -> dict[str, str]:
    candidate = record_of(run)
    decision = decide(candidate, find_accepted(accepted, candidate), **options)
    return {finding.name: finding.verdict for finding in decision.findings}


def test_the_same_run_passes_on_every_measure(make_run: MakeRun) -> None:
    found = verdicts(make_run("b"), make_run("a"))
    assert set(found.values()) == {"held"}
    assert set(found) == {*FLOORS, *(guard.name for guard in GUARDS)}


@pytest.mark.parametrize(
    ("measure", "value"),
    [("facts", 0.0), ("wrongly_refused", 1.0), ("wrongly_answered", 1.0), ("right_place", 0.0)],
)
def test_a_measure_lost_on_most_questions_is_refused_alone(make_run: MakeRun, measure: str, value: float) -> None:
    worse = make_run("b", scores=lambda number: score(number, **({measure: value} if number % 12 < 9 else {})))
    found = verdicts(worse, make_run("a"))
    # Ten questions have no answer: eight of them answered are enough.
    assert [name for name, verdict in found.items() if verdict == "lost"] == [measure]


def test_a_loss_that_chance_explains_passes_but_is_not_proven(make_run: MakeRun) -> None:
    worse = make_run("b", scores=lambda number: score(number, **({"facts": 0.0} if number in {1, 2} else {})))
    good = make_run("a")
    assert verdicts(worse, good)["facts"] == "unproven"
    candidate = record_of(worse)
    accepted = find_accepted(good, candidate)
    assert decide(candidate, accepted).passed
    strict = decide(candidate, accepted, strict=True)
    assert [finding.name for finding in strict.refused] == ["facts"]


def test_what_the_verifier_throws_away_is_guarded(make_run: MakeRun) -> None:
    def thrown(number: int) -> dict[str, Any]:
        row = prediction(number)
        return {**row, "removed": [removed(0.4)] * 3} if row["sentences"] else row

    found = record_of(make_run("b", predictions=thrown))
    assert found.questions["q1"]["kept"] == (1.0, 4.0)  # the quote is no sentence of the model's
    assert "kept" not in found.questions["q0"]
    assert verdicts(make_run("c", predictions=thrown), make_run("a"))["kept"] == "lost"


def test_what_is_written_worse_is_seen_where_it_was_thrown_away_before() -> None:
    """On six questions that the model never got an answer for: what it writes is further from the sources now."""

    def few(support: float, first: int = 1) -> Callable[[int], dict[str, Any]]:
        def row(number: int) -> dict[str, Any]:
            made = prediction(number)
            if not made["sentences"]:
                return made
            return {
                **made,
                "sentences": [],
                "removed": [removed(support + number / 100)] * (2 if number == first else 1),
            }

        return row

    runs = [
        {f"q{n}": per_question(GUARDS, score(n), few(support)(n)) for n in range(8)} for support in (0.5, 0.1, 0.485)
    ]
    support, written = runs[0]["q1"]["carried"]
    assert support == pytest.approx(1.02) and written == 2.0
    assert "carried" not in runs[0]["q0"]
    good, raving, near = (record(questions) for questions in runs)
    found = {finding.name: finding for finding in decide(raving, good).findings}
    assert found["carried"].verdict == "lost" and found["carried"].gain == pytest.approx(-0.4)
    assert found["kept"].verdict == "held"  # nothing was kept before: nothing can be lost
    assert decide(near, good).passed  # within the margin


def test_tokens_are_guarded_with_a_margin_of_their_own(make_run: MakeRun) -> None:
    def longer(share: float) -> Callable[[int], dict[str, Any]]:
        def row(number: int) -> dict[str, Any]:
            made = prediction(number)
            return {**made, "usage": {name: round(value * share) for name, value in made["usage"].items()}}

        return row

    good = make_run("a")
    assert verdicts(make_run("b", predictions=longer(1.2)), good)["prompt_tokens"] == "held"
    assert verdicts(make_run("c", predictions=longer(1.4)), good)["prompt_tokens"] == "lost"


@pytest.mark.parametrize(("floor", "value"), [("fabricated", 0.001), ("exact_quotes", 0.999)])
def test_a_floor_has_no_margin(make_run: MakeRun, floor: str, value: float) -> None:
    broken = make_run("b", metrics={floor: {**FIGURE, "value": value}})
    assert verdicts(broken, make_run("a"), margin=0.5)[floor] == "lost"


def test_without_questions_intervals_decide(make_run: MakeRun) -> None:
    good, bad, close = make_run("a"), make_run("b"), make_run("c")
    for run, value in ((good, 0.9), (bad, 0.5), (close, 0.85)):
        (run / "scores.jsonl").unlink()
        figures = {"facts": {"value": value, "n": N, "low": value - 0.1, "high": value + 0.1}}
        (run / "metrics.json").write_text(json.dumps(figures), encoding="utf-8")
    assert verdicts(bad, good) == {"facts": "lost"}
    assert verdicts(close, good) == {"facts": "unproven"}


def test_rankings_are_guarded_too(make_run: MakeRun) -> None:
    def ranking(value: float) -> Callable[[int], dict[str, Any]]:
        return lambda number: {"id": f"q{number}", "measures": dict.fromkeys(RANKING, value)}

    def found(number: int) -> dict[str, Any]:
        return {"id": f"q{number}", "found": []}

    worse = make_run("b", scores=ranking(0.5), predictions=found, metrics={"fabricated": None, "exact_quotes": None})
    good = make_run("a", scores=ranking(0.9), predictions=found, metrics={"fabricated": None, "exact_quotes": None})
    assert verdicts(worse, good) == dict.fromkeys(RANKING, "lost")
    assert record_of(worse).file_name == "essai.sourcier.search.json"


def test_what_is_accepted_is_kept_without_texts_and_with_its_reasons(make_run: MakeRun, tmp_path: Path) -> None:
    folder = tmp_path / "accepted"
    first = accept(record_of(make_run("a")), folder, by="Ada", because="premier passage")
    assert first.name == "essai.sourcier.embedded.json"
    accept(record_of(make_run("b")), folder, by="Éloïse", because="autre modèle")
    raw = json.loads(first.read_text(encoding="utf-8"))
    assert [(one["by"], one["because"]) for one in raw["history"]] == [
        ("Ada", "premier passage"),
        ("Éloïse", "autre modèle"),
    ]
    assert "Deux jours" not in first.read_text(encoding="utf-8")
    again = record_of(tmp_path / "b")
    assert replace(find_accepted(folder, again), history=()) == again
    assert find_accepted(first, again) == find_accepted(folder, again)


def test_what_cannot_be_compared_is_said(make_run: MakeRun, tmp_path: Path) -> None:
    run = record_of(make_run("a"))
    said = {}
    accept(record_of(make_run("other", sha256="1" * 64)), tmp_path / "accepted", by="x", because="y")
    for case, where in (
        ("nothing", tmp_path / "empty"),
        ("dataset", tmp_path / "accepted"),
        ("missing", make_run("more", n=50)),
    ):
        with pytest.raises(GateError) as raised:
            find_accepted(where, run)
        said[case] = str(raised.value)
    assert "--accept" in said["nothing"]
    assert "sha256" in said["dataset"]
    assert "10 questions" in said["missing"] and "q40" in said["missing"]
    shutil.copytree(tmp_path / "a", tmp_path / "half")
    (tmp_path / "half" / "metrics.json").unlink()
    with pytest.raises(GateError, match=r"metrics\.json"):
        record_of(tmp_path / "half")
    with pytest.raises(GateError, match="--margin"):
        decide(run, run, margin=2.0)


def test_a_broken_file_of_accepted_figures_is_one_sentence(make_run: MakeRun, tmp_path: Path) -> None:
    run = record_of(make_run("a"))
    path = accept(run, tmp_path, by="x", because="y")
    for broken in ("{", "[]", '{"dataset": "essai"}'):
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(GateError, match="historique"):
            find_accepted(tmp_path, run)


def test_every_measure_has_a_name_in_both_languages() -> None:
    names = {f"gate.measure_{n.replace('@', '_at_')}" for n in (*FLOORS, *(g.name for g in GUARDS), *RANKING)}
    assert names <= catalogue("fr").keys() and names <= catalogue("en").keys()


def test_the_command(make_run: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCIER_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    good = str(make_run("a"))
    bad = str(make_run("b", scores=lambda number: score(number, facts=0.0)))
    false = str(make_run("c", metrics={"fabricated": {**FIGURE, "value": 0.5}}))
    command = CliRunner()

    def gate(*arguments: str) -> Any:
        return command.invoke(app, ["eval", "gate", *arguments], standalone_mode=True)

    def failed(*arguments: str) -> tuple[int, str]:
        done = gate(*arguments)
        error = done.exception
        return (error.exit_code, str(error)) if isinstance(error, GateError) else (done.exit_code, done.output)

    assert "--accept" in failed(good)[1]
    assert "--because" in str(gate(good, "--accept").exception)
    assert failed(false, "--accept", "--because", "essai")[0] == 1
    assert not (tmp_path / "home" / "accepted").exists()
    assert gate(good, "--accept", "--because", "premier passage", "--by", "Ada").exit_code == 0
    assert (tmp_path / "home" / "accepted" / "essai.sourcier.embedded.json").is_file()
    done = gate(good)
    assert done.exit_code == 0 and "premier passage" in done.output and "| faits trouvés | 100,0 % |" in done.output
    done = gate(bad)
    assert done.exit_code == 1 and "**perdu**" in done.output and "changement refusé (faits trouvés)" in done.output
    done = gate(bad, "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["passed"], told["refused"]) == (1, False, ["facts"])
    assert told["accepted"]["by"] == "Ada"
