"""A whole run with a hand-made assistant: what is written, taken up again, refused, compared."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.eval.hand_made import MODEL, HandAssistant, HandSearcher, cite, hit_on, make_answer

from sourcier.app.answering.manner import Exchange, Manner
from sourcier.app.shapes import answer_to_json
from sourcier.core.settings import Settings, load
from sourcier.core.types import Answer, Document, ModelInfo, Removed
from sourcier.eval.compare import compare
from sourcier.eval.dataset import Question, QuestionSet, RetrievalQuery, RetrievalSet, load_dataset
from sourcier.eval.folder import RunError, default_folder
from sourcier.eval.judges import Judge, Verdict, load_judge
from sourcier.eval.predictions import answer_from_json
from sourcier.eval.run import evaluate_answers, evaluate_retrieval
from sourcier.eval.scoring import _corrected, steady
from sourcier.eval.trials.trial import Trial

DAYS = "Combien de jours de télétravail ?"
PAY = "Quel est le salaire du président ?"
LEAVE = "Combien de semaines de congé ?"


def question(identifier: str, text: str, answerable: bool = True, **fields: object) -> Question:
    row = {"id": identifier, "question": text, "answerable": answerable, **fields}
    return Question.model_validate_json(json.dumps(row))


@pytest.fixture
def dataset() -> QuestionSet:
    return QuestionSet(
        "essai",
        "0" * 64,
        (
            question(
                "q1",
                DAYS,
                facts=[["trois", "\\b3\\b"]],
                documents=["teletravail.txt"],
                quotes=["trois jours"],
                kind="n",
            ),
            question("q2", PAY, answerable=False, kind="absent"),
            question("q3", LEAVE, facts=[["65|soixante"]], documents=["conge-7"], quotes=["65 semaines"], kind="n"),
        ),
    )


@pytest.fixture
def days(telework: Document) -> Answer:
    quote = cite(telework, "trois jours par semaine")
    removed = (Removed("Il y en a dix.", "number", 0.1),)
    return make_answer(
        DAYS, (("On permet trois jours par semaine.", (1,)),), (quote,), (hit_on(telework),), removed=removed
    )


@pytest.fixture
def assistant(searcher: HandSearcher, days: Answer) -> HandAssistant:
    return HandAssistant(searcher, {DAYS: days})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    options = {"home": tmp_path / "home", "model.ollama.url": "http://moi:secret@127.0.0.1:11434"}
    return load(options=options, environ={}).settings


def test_an_answer_survives_its_json(days: Answer) -> None:
    row = json.loads(json.dumps({**answer_to_json(days), "id": "q1"}))
    again = answer_from_json(row)
    assert {**answer_to_json(again)} == row


def test_a_run_writes_everything(
    dataset: QuestionSet, assistant: HandAssistant, settings: Settings, tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    folder = tmp_path / "run"
    got = evaluate_answers(dataset, assistant, settings, folder, progress=lambda *at: told.append(at))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert (got.dataset, got.n, got.predictions) == ("essai", 3, folder / "predictions.jsonl")
    printed = got.to_json()
    assert list(printed) == ["dataset", "n", "metrics", "predictions"]
    assert json.loads(json.dumps(printed)) == printed
    assert got.metrics["facts"]["value"] == 0.5
    assert got.metrics["wrongly_refused"] == {**got.metrics["wrongly_refused"], "value": 0.5, "n": 2}
    assert got.metrics["wrongly_answered"]["value"] == 0.0
    assert got.metrics["exact_quotes"]["value"] == 1.0
    assert got.metrics["fabricated"]["value"] == 0.0
    assert got.metrics["not_indexed"] == []
    assert list(got.metrics["by_kind"]) == ["absent", "n"]
    assert got.metrics["by_kind"]["absent"]["facts"]["value"] is None
    assert json.loads((folder / "metrics.json").read_text(encoding="utf-8")) == got.metrics

    lines = (folder / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["q1", "q2", "q3"]
    environment = json.loads((folder / "environment.json").read_text(encoding="utf-8"))
    assert environment["models"] == [{"provider": "embedded", "name": "hand-made", "digest": "abc"}]
    assert (environment["index_version"], environment["engine"]) == ("v1", "sourcier")
    assert {"python", "platform", "cpu_count", "processor", "seeds", "sha256"} <= environment.keys()
    kept = (folder / "settings.json").read_text(encoding="utf-8")
    assert "secret" not in kept
    assert json.loads(kept)["model"]["ollama"]["url"] == "http://127.0.0.1:11434"

    report = (folder / "report.md").read_text(encoding="utf-8")
    assert "| faits trouvés (moyenne par question) | 50,0 % |" in report
    assert "`q3`" in report and "`65|soixante`" in report and "refusée à tort" in report
    assert "`q1`" not in report and "`q2`" not in report


def test_judges_are_written_sentence_by_sentence(
    dataset: QuestionSet, assistant: HandAssistant, settings: Settings, tmp_path: Path
) -> None:
    judges = [load_judge("rules", settings), load_judge("overlap", settings)]
    heard: list[tuple[str, int, int]] = []
    seen: list[ModelInfo] = []

    def judges_of(writers: Sequence[ModelInfo]) -> Sequence[Judge]:
        seen.extend(writers)
        return judges

    got = evaluate_answers(
        dataset, assistant, settings, tmp_path / "run", judges=judges_of, judging=lambda *at: heard.append(at)
    )
    assert heard == [(j, n, 3) for j in ("rules", "overlap") for n in range(4)]
    assert seen == [MODEL]
    lines = (tmp_path / "run" / "judgements.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [(row["judge"], row["id"]) for row in rows] == [
        (j, q) for j in ("rules", "overlap") for q in ("q1", "q2", "q3")
    ]
    assert rows[1]["sentences"] == []
    assert rows[0]["sentences"][0].keys() >= {"supported", "score", "readable", "faithful"}
    rules = got.metrics["judges"]["rules"]
    assert rules["independent"] is True
    for name in ("citation_recall", "citation_precision"):  # two ways to the same figure
        assert rules[name] == got.metrics[name]


class _Gate:
    """What decides what our answers show."""

    name = "verifier"
    independent = False

    def judge(self, claim: str, sources: Sequence[str], question: str) -> Verdict:
        return Verdict(supported=True)


@pytest.mark.parametrize(("engine", "so"), [("sourcier", False), ("llamaindex", True)])
def test_the_verifier_had_no_hand_in_what_others_wrote(
    engine: str, so: bool, dataset: QuestionSet, assistant: HandAssistant, settings: Settings, tmp_path: Path
) -> None:
    got = evaluate_answers(dataset, assistant, settings, tmp_path / "run", engine=engine, judges=lambda _: [_Gate()])
    assert got.metrics["judges"]["verifier"]["independent"] is so
    environment = json.loads((tmp_path / "run" / "environment.json").read_text(encoding="utf-8"))
    assert environment["engine"] == engine
    with pytest.raises(RunError, match="engine"):
        evaluate_answers(dataset, assistant, settings, tmp_path / "run", engine="plain")


def test_what_a_trial_says_nothing_of_is_not_corrected() -> None:
    # In its trial the judge finds half of what is right: all of a hundred is no share that it could have seen.
    trial = Trial(right=100, right_supported=50, wrong=100, wrong_supported=10)
    groups = [f"q{i}" for i in range(100)]
    assert _corrected([True] * 100, groups, trial).value is None
    # 30 of 100 seen: (0.3 + 0.9 - 1) / (0.5 + 0.9 - 1).
    assert _corrected([True] * 30 + [False] * 70, groups, trial).value == pytest.approx(0.5)


def test_two_runs_of_the_same_thing_agree_to_the_last_digit(
    dataset: QuestionSet, assistant: HandAssistant, settings: Settings, days: Answer, tmp_path: Path
) -> None:
    first = evaluate_answers(
        dataset, assistant, settings, tmp_path / "a", judges=lambda _: [load_judge("rules", settings)]
    )
    assistant.answers = {DAYS: replace(days, timings_ms={"total": 7.0}, energy_wh=0.5)}  # a slower day
    again = evaluate_answers(
        dataset, assistant, settings, tmp_path / "b", judges=lambda _: [load_judge("rules", settings)]
    )
    assert steady(first.metrics) == steady(again.metrics)
    assert first.metrics["latency_ms"] != again.metrics["latency_ms"]
    assert set(first.metrics["varying"]) == {"latency_ms", "tokens", "energy_wh", "memory_mb"}
    assert "varying" in steady(first.metrics) and "facts" in steady(first.metrics)
    for name in ("scores.jsonl", "judgements.jsonl", "questions.jsonl"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_rows_asked_are_kept(
    dataset: QuestionSet, assistant: HandAssistant, settings: Settings, tmp_path: Path
) -> None:
    evaluate_answers(dataset, assistant, settings, tmp_path / "run")
    again = load_dataset(tmp_path / "run" / "questions.jsonl")
    assert isinstance(again, QuestionSet) and again.questions == dataset.questions


def test_a_follow_up_comes_with_what_was_said(
    dataset: QuestionSet, assistant: HandAssistant, settings: Settings, tmp_path: Path
) -> None:
    history = [{"question": DAYS, "answer": "Trois."}]
    rows = (question("q1", DAYS), question("q2", "Et après ?", history=history))
    evaluate_answers(QuestionSet("suite", "0" * 64, rows), assistant, settings, tmp_path / "run")
    assert assistant.manners == [Manner(), Manner(history=(Exchange(DAYS, "Trois."),))]


def test_the_report_shows_what_went_wrong(
    dataset: QuestionSet, assistant: HandAssistant, settings: Settings, days: Answer, tmp_path: Path
) -> None:
    assistant.answers = {PAY: days}
    del assistant.searcher.held["b" * 16]
    evaluate_answers(dataset, assistant, settings, tmp_path / "run")
    report = (tmp_path / "run" / "report.md").read_text(encoding="utf-8")
    assert "### `q2` Quel est le salaire du président ?" in report
    assert "répondue à tort" in report
    assert "ne sont pas dans l'index (1 : `conge-7`…)" in report
    assert "  > On permet trois jours par semaine. [1]" in report
    assert "  - Il y en a dix. (number)" in report


def test_a_stopped_run_goes_on(
    dataset: QuestionSet, assistant: HandAssistant, settings: Settings, tmp_path: Path
) -> None:
    assistant.stop_at = LEAVE
    with pytest.raises(KeyboardInterrupt):
        evaluate_answers(dataset, assistant, settings, tmp_path / "run")
    assert assistant.asked == [DAYS, PAY]
    with (tmp_path / "run" / "predictions.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "q3", "quest')  # killed in the middle of a line
    assistant.stop_at = None
    got = evaluate_answers(dataset, assistant, settings, tmp_path / "run")
    assert assistant.asked == [DAYS, PAY, LEAVE]
    assert evaluate_answers(dataset, assistant, settings, tmp_path / "run").metrics == got.metrics
    assert assistant.asked == [DAYS, PAY, LEAVE]


def test_a_folder_keeps_to_one_run(
    dataset: QuestionSet, assistant: HandAssistant, settings: Settings, tmp_path: Path
) -> None:
    evaluate_answers(dataset, assistant, settings, tmp_path / "run")
    assistant.searcher.version = "v2"
    with pytest.raises(RunError, match="index_version"):
        evaluate_answers(dataset, assistant, settings, tmp_path / "run")
    assistant.searcher.version = "v1"
    other = load(options={"home": settings.home, "search.k": 3}, environ={}).settings
    with pytest.raises(RunError, match="settings"):
        evaluate_answers(dataset, assistant, other, tmp_path / "run")
    changed = QuestionSet("essai", "1" * 64, dataset.questions)
    with pytest.raises(RunError, match="sha256"):
        evaluate_answers(changed, assistant, settings, tmp_path / "run")


def test_a_folder_that_cannot_be_used(
    dataset: QuestionSet, assistant: HandAssistant, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(RunError) as caught:
        evaluate_answers(dataset, assistant, settings, tmp_path / "file" / "run")
    assert caught.value.key == "eval.folder_unusable"


def test_a_question_that_cannot_be_asked_is_named(
    dataset: QuestionSet, assistant: HandAssistant, settings: Settings, tmp_path: Path
) -> None:
    assistant.refused = frozenset({PAY})
    with pytest.raises(RunError, match="q2"):
        evaluate_answers(dataset, assistant, settings, tmp_path / "run")


def test_a_retrieval_run(searcher: HandSearcher, settings: Settings, tmp_path: Path) -> None:
    dataset = RetrievalSet(
        "recherche",
        "0" * 64,
        (
            RetrievalQuery(id="r1", question="le télétravail par semaine", relevant={"teletravail.txt": 1.0}),
            RetrievalQuery(id="r2", question="le télétravail par semaine", relevant={"conge-7": 2.0}),
            RetrievalQuery(id="r3", question="le télétravail", relevant={"conge-7": 0.0}),
        ),
    )
    got = evaluate_retrieval(dataset, searcher, settings, tmp_path / "run", depth=5)
    assert (got.metrics["hit@1"]["value"], got.metrics["hit@1"]["n"]) == (0.5, 2)
    assert got.metrics["mrr@10"]["value"] == 0.75
    assert got.metrics["latency_ms"]["search"]["n"] == 3
    assert "appel@10" in (tmp_path / "run" / "report.md").read_text(encoding="utf-8")
    evaluate_retrieval(dataset, searcher, settings, tmp_path / "run", depth=5)
    assert len(searcher.asked) == 3
    with pytest.raises(RunError):
        evaluate_retrieval(dataset, searcher, settings, tmp_path / "run", depth=6)


def test_two_runs_are_compared_question_by_question(
    dataset: QuestionSet, assistant: HandAssistant, settings: Settings, tmp_path: Path
) -> None:
    evaluate_answers(dataset, assistant, settings, tmp_path / "a")
    assistant.answers = {}
    evaluate_answers(dataset, assistant, settings, tmp_path / "b")
    got = compare(tmp_path / "a", tmp_path / "b")
    assert (got["facts"].value, got["facts"].n) == (-0.5, 2)
    assert (got["wrongly_refused"].value, got["wrongly_answered"].value) == (0.5, 0.0)
    with pytest.raises(RunError, match="absent"):
        compare(tmp_path / "a", tmp_path / "absent")


def test_the_default_folder_says_what_it_holds(dataset: QuestionSet, tmp_path: Path) -> None:
    folder = default_folder(tmp_path, QuestionSet("mon jeu/1", "", dataset.questions), "none")
    assert folder.parent == tmp_path / "runs"
    assert folder.name.endswith("Z-mon-jeu-1-none")
