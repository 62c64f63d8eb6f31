"""Judges on trial: counts are all there, claims are what they are said to be, changes catch a judge that moves."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from sourcier.core.settings import Settings
from sourcier.eval.judges import JUDGES, JudgeError, Verdict
from sourcier.eval.judges.lexical import RulesJudge
from sourcier.eval.training import examples
from sourcier.eval.trials.changes import changed_verdicts, curly, elsewhere, far, shuffled
from sourcier.eval.trials.claims import OWN, SETS, Labelled, TrialError, labelled, sample
from sourcier.eval.trials.court import figures, keep, try_judges
from sourcier.eval.trials.kept import PATH, load_trials, merged, trial_of, write_trials
from sourcier.eval.trials.reliability import curve
from sourcier.eval.trials.tables import BEGIN, END, refresh, tables
from sourcier.eval.trials.trial import Trial, hold, scored


def one(supported: bool, kind: str = "number", group: str = "g", claim: str = "Le congé dure 65 semaines.") -> Labelled:
    return Labelled(claim, ("Le congé dure 65 semaines. Il est payé.",), supported, kind, group)


def test_every_verdict_is_counted_once_by_group_and_by_kind() -> None:
    claims = [one(True), one(False), one(False, "name", "h"), one(True, "name", "h"), one(False, "name", "h")]
    verdicts = [Verdict(True), Verdict(True), Verdict(False), Verdict(False, readable=False), Verdict(True)]
    trial = scored(claims, verdicts)
    assert (trial.right, trial.right_supported, trial.wrong, trial.wrong_supported) == (2, 1, 3, 2)
    assert trial.unreadable == 1
    assert trial.groups == ((1, 0, 2, 1), (1, 1, 1, 1))  # in order of size, so that no question is known by its place
    assert trial.kinds == {"number": (1, 1, 1, 1), "name": (1, 0, 2, 1)}
    assert trial.sensitivity.value == 1 / 2
    assert trial.specificity.value == pytest.approx(1 / 3)
    assert trial.balanced_accuracy.value == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert trial.worst_kind() == ("name", 0.25)
    assert trial.area is None  # no scores, nothing to rank


def test_scores_give_an_area_and_the_best_threshold_of_the_set() -> None:
    claims = [one(label) for label in (False, False, True, True)]
    verdicts = [Verdict(False, 0.1), Verdict(False, 0.4), Verdict(False, 0.6), Verdict(True, 0.9)]
    trial = scored(claims, verdicts)
    assert (trial.area, trial.best) == (1.0, (0.6, 1.0))
    assert trial.sensitivity.value == 0.5  # its own threshold is another matter


def test_a_trial_comes_back_from_json_as_it_was() -> None:
    trial = scored([one(True), one(False)], [Verdict(True, 0.9), Verdict(False, 0.1)], ms=1.5, whole=False)
    assert Trial.from_json(json.loads(json.dumps(trial.to_json()))) == trial
    assert Trial.from_json({"right": 3, "right_supported": 2, "wrong": 1, "wrong_supported": 0, "later": 1}).right == 3


def test_counts_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="more claims"):
        Trial(1, 2, 0, 0)


def test_a_set_of_wrong_claims_alone_has_no_balanced_accuracy() -> None:
    trial = scored([one(False)] * 3, [Verdict(False)] * 3)
    assert (trial.balanced_accuracy.value, trial.sensitivity.value, trial.specificity.value) == (None, None, 1.0)
    assert trial.specificity.low is not None
    assert trial.specificity.low < 0.9  # three claims prove little


def test_our_claims_are_balanced_and_never_taught() -> None:
    ours = labelled()["paraphrases"]
    assert [sum(c.supported is label for c in ours) for label in (True, False)] == [150, 150]
    taught = examples.authored(OWN.with_name("paraphrases.learn.jsonl"), padding=0.5)
    assert not {c.claim for c in ours} & {e.claim for e in taught}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Small sets in the shapes of the public ones."""

    def write(name: str, rows: Sequence[object]) -> None:
        data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl.gz").write_bytes(gzip.compress(data.encode()))

    answer = [
        {"sentence": "Oui.", "factuality": "Supported", "fine_grained_factuality": "Direct paraphrase"},
        {"sentence": "Non.", "factuality": "Not Supported", "fine_grained_factuality": "Contradiction"},
        {"sentence": "Si.", "factuality": "Challenging to determine", "fine_grained_factuality": None},
    ]
    write(
        "memerag_fr", [{"query_id": "1", "query": "Q ?", "context": [{"text": "A."}, {"text": "B."}], "answer": answer}]
    )
    rte = [("entailment", f"Texte {i}.") for i in range(40)] + [("neutral", f"Autre {i}.") for i in range(40)]
    write("rte3_fr_dev", [{"premise": text, "hypothesis": "H.", "label_text": label} for label, text in rte])
    pairs = [
        {"premise": "P.", "hypothesis": "H.", "label_text": t, "url": f"u{i}"}
        for i in range(40)
        for t in ("contradiction", "compatibles")
    ]
    write("daccord", pairs)
    return tmp_path


def test_a_folder_of_sets_is_read_and_what_was_learnt_from_is_left_out(folder: Path) -> None:
    found = labelled(folder)
    assert list(found) == ["paraphrases", "memerag_fr", "rte3_fr_dev", "daccord"]
    assert [(c.claim, c.supported, c.sources, c.question) for c in found["memerag_fr"]] == [
        ("Oui.", True, ("A.", "B."), "Q ?"),
        ("Non.", False, ("A.", "B."), "Q ?"),
    ]
    learnt = {e.group for e in examples.rte3(folder / "rte3_fr_dev.jsonl.gz") if not examples.held_out(e.group, 0.25)}
    assert found["rte3_fr_dev"]
    assert not {c.group for c in found["rte3_fr_dev"]} & learnt
    assert 0 < len(found["daccord"]) < 40
    assert not any(c.supported for c in found["daccord"])


def test_a_folder_without_sets_or_with_another_shape_is_named(folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(TrialError, match=r"memerag_fr\.jsonl\.gz"):
        labelled(empty)
    (folder / "perturbations.jsonl").write_text('{"claim": "x"}\n', encoding="utf-8")
    with pytest.raises(TrialError, match=r"perturbations\.jsonl"):
        labelled(folder)
    (folder / "perturbations.jsonl").unlink()
    (folder / "daccord.jsonl.gz").write_bytes(b"not gzip")
    with pytest.raises(TrialError, match="daccord"):
        labelled(folder)


def test_a_sample_is_fixed_balanced_and_in_order() -> None:
    ours = labelled()["paraphrases"]
    few = sample(ours, 20)
    assert few == sample(ours, 20)
    assert sum(c.supported for c in few) == 10
    assert [ours.index(c) for c in few] == sorted(ours.index(c) for c in few)
    assert len(sample([one(False)] * 9, 4)) == 4
    assert sample(ours, 10_000) == ours


def test_changes_change_what_they_say_and_nothing_else() -> None:
    claims = labelled()["paraphrases"]
    rng = random.Random(1)
    first = Labelled(
        "Il est « payé ».",
        (
            "Un.",
            "Deux.",
            "Il est «\u00a0payé\u00a0».",
        ),
        True,
        "k",
        claims[0].group,
    )
    assert curly(first).claim == "Il est “payé”."
    assert curly(first).sources == ("Un.", "Deux.", "Il est “payé”.")
    moved = shuffled(first, rng)
    assert sorted(moved.sources) == sorted(first.sources)
    assert moved.sources != first.sources
    more = far(claims[0], claims, rng)
    assert more.sources[:-1] == claims[0].sources
    assert more.sources[-1] in {c.sources[0] for c in claims if c.group != claims[0].group}
    sibling = elsewhere(claims[0], claims, rng)
    assert sibling.sources in {c.sources for c in claims if c.group != claims[0].group}
    assert sibling.claim == claims[0].claim


class FirstSource:
    """A judge that reads its first source alone, and takes curly quotation marks for a doubt."""

    name = "first"
    independent = True

    def judge(self, claim: str, sources: Sequence[str], question: str) -> Verdict:
        return Verdict("“" not in claim and len(sources[0]) % 2 == 0)


class Always:
    """A judge that supports everything."""

    name = "always"
    independent = True

    def judge(self, claim: str, sources: Sequence[str], question: str) -> Verdict:
        return Verdict(True)


def test_changes_catch_judges_that_move_and_judges_that_never_do() -> None:
    claims = [
        *labelled()["paraphrases"],
        *(one(True, claim=f"Il est « payé » {i} fois.", group=f"x{i}") for i in range(8)),
    ]
    moving = changed_verdicts(FirstSource(), claims, 40)
    assert moving["shuffled"][1] < moving["shuffled"][0]
    assert moving["quotes"][0] == 8
    never = changed_verdicts(Always(), claims, 40)
    assert all(never[name][0] == never[name][1] > 0 for name in ("shuffled", "irrelevant", "quotes"))
    assert never["sibling"][1] == 0 < never["sibling"][0]


def test_shuffling_or_adding_passages_moves_no_verdict_of_the_rules() -> None:
    """What is to hold of the judge of every run, on every claim of ours."""
    found = changed_verdicts(RulesJudge(), labelled()["paraphrases"], 120)
    assert found["shuffled"][0] == found["shuffled"][1] > 60
    total, held = found["sibling"]
    assert held / total > 0.9


def test_a_trial_holds_every_claim_and_tells_how_far_it_is() -> None:
    told: list[tuple[int, int]] = []
    trial = hold(Always(), labelled()["paraphrases"][:12], progress=lambda done, total: told.append((done, total)))
    assert trial.right + trial.wrong == 12
    assert told[-1] == (12, 12)
    assert trial.balanced_accuracy.value == 0.5


def test_courts_try_named_judges_on_named_sets_and_refuse_others() -> None:
    found = try_judges(["rules", "overlap"], Settings(), names=["paraphrases"], subset=20, changes=4)
    assert list(found) == ["rules", "overlap"]
    assert found["rules"]["paraphrases"].right == 10
    assert not found["rules"]["paraphrases"].whole
    assert found["overlap"]["paraphrases"].changes["sibling"][0] > 0
    shown = figures(found)["rules"]["paraphrases"]
    assert shown["balanced_accuracy"]["n"] == 20
    with pytest.raises(JudgeError, match="ragas"):
        try_judges(["rules", "ragas"], Settings())
    with pytest.raises(TrialError, match="--data"):
        try_judges(["rules"], Settings(), names=["memerag_fr"])


def test_what_is_measured_joins_what_was_and_a_sample_never_replaces_a_whole() -> None:
    whole, part = Trial(10, 9, 10, 1), Trial(2, 2, 2, 0, whole=False)
    assert merged({"rules": {"a": whole}}, {"rules": {"b": part}}) == {"rules": {"a": whole, "b": part}}
    assert merged({"rules": {"a": whole}}, {"rules": {"a": part}})["rules"]["a"] == whole
    assert merged({"rules": {"a": part}}, {"rules": {"a": whole}})["rules"]["a"] == whole
    other = Trial(2, 2, 2, 0, whole=False, digest="abc")
    assert merged({"model": {"a": whole}}, {"model": {"a": other}})["model"]["a"] == other


def test_the_page_is_refreshed_between_its_marks_alone(tmp_path: Path) -> None:
    page, kept = tmp_path / "judges.md", tmp_path / "trials.json"
    page.write_text(f"Before.\n{BEGIN}\nstale\n{END}\nAfter.\n", encoding="utf-8")
    trials = {"rules": {"paraphrases": scored([one(True), one(False)], [Verdict(True), Verdict(False)], ms=2.0)}}
    keep(trials, kept, page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"Before.\n{BEGIN}\n| set | judge |")
    assert text.endswith(f"{END}\nAfter.\n")
    assert "stale" not in text
    keep(trials, kept, page)
    assert page.read_text(encoding="utf-8") == text
    assert load_trials(kept) == trials
    page.write_text("No marks.\n", encoding="utf-8")
    refresh(page, trials, "en")
    assert page.read_text(encoding="utf-8") == "No marks.\n"


def test_tables_read_in_both_languages() -> None:
    claims = [one(True), one(False), one(True, "Contradiction"), one(False, "Contradiction")]
    trial = scored(claims, [Verdict(True), Verdict(False), Verdict(False, readable=False), Verdict(True)], whole=False)
    trials = {"rules": {"memerag_fr": trial, "perturbations": Trial(2, 2, 2, 0, changes={"shuffled": (4, 3)})}}
    french, english = tables(trials, "fr"), tables(trials, "en")
    assert "4 (échantillon)" in french
    assert "4 (sample)" in english
    assert "25.0 [" in english  # the unreadable share
    assert "75 (n = 4)" in english
    assert french.count("\n") == english.count("\n")


def test_the_trials_that_come_with_the_program_are_numbers_and_add_up() -> None:
    raw = json.loads(PATH.read_text(encoding="utf-8"))
    trials = load_trials()
    assert trials.keys() <= set(JUDGES)
    for judge, sets in trials.items():
        assert sets.keys() <= set(SETS)
        for name, trial in sets.items():
            row = raw[judge][name]
            assert all(not isinstance(value, str) or field == "digest" for field, value in row.items())
            for counts in (trial.groups, tuple(trial.kinds.values())):
                sums = tuple(np.array(counts).sum(axis=0).tolist())
                assert sums == (trial.right, trial.right_supported, trial.wrong, trial.wrong_supported)


def test_a_trial_of_other_weights_corrects_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "trials.json"
    write_trials(
        {"model": {"memerag_fr": Trial(9, 8, 9, 1, digest="abc123")}, "rules": {"memerag_fr": Trial(9, 8, 9, 1)}}, path
    )
    monkeypatch.setattr("sourcier.eval.trials.kept.load_trials", lambda: load_trials(path))
    assert trial_of("model", "abc123456") is not None
    assert trial_of("model", "fff") is None
    assert trial_of("model") is None
    assert trial_of("rules") is not None
    assert trial_of("nli") is None


def test_reliability_of_an_honest_judge() -> None:
    supports, labels = np.array([0.05, 0.05, 0.95, 0.95]), np.array([0.0, 0.0, 1.0, 1.0])
    x, y, n = curve(supports, labels)
    assert x.tolist() == pytest.approx([0.05, 0.95])
    assert (y.tolist(), n.tolist()) == ([0.0, 1.0], [2.0, 2.0])


def test_the_command_prints_one_json_value(tmp_path: Path) -> None:
    environment = {**os.environ, "SOURCIER_HOME": str(tmp_path), "LANG": "C.UTF-8"}
    code = "from sourcier.app.cli import main; main()"
    asked = [
        "eval",
        "judge",
        "--judges",
        "rules",
        "--sets",
        "paraphrases",
        "--subset",
        "10",
        "--changes",
        "2",
        "--json",
    ]
    done = subprocess.run(
        [sys.executable, "-c", code, *asked], capture_output=True, text=True, env=environment, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rules"]["paraphrases"]["right"] == 5
