"""Measure abstention.

    python -m sourcier.eval.bench.abstention nomiracl DATA         ten given passages a question
    python -m sourcier.eval.bench.abstention conventions DATA      the same question, one agreement or another
    python -m sourcier.eval.bench.abstention own QUESTIONS DOCUMENTS   questions of our own, asked of their documents

``DATA`` is the folder of the set's files. Beside the gate as shipped, the two public sets are judged by a gate learnt
on them and on nothing else, in nested folds by question: what is reported of a question was never learnt from it, and
the threshold comes from the other folds too. With ``--opinion`` the language model of the settings says yes or no on
the same sentences, three seconds a question, and its word is weighed with the gate's as the assistant does it.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcier.app.answering.answerability import Answerability, features
from sourcier.app.answering.cache import RememberingEmbedder
from sourcier.app.answering.opinion import Opinion, log_odds
from sourcier.app.models import choose_model
from sourcier.core.settings import load
from sourcier.eval.bench.abstention.asked import shares_of_yes
from sourcier.eval.bench.abstention.measure import (
    Errors,
    aurc,
    errors,
    paired_accuracy,
    risk_coverage,
    within_question_auroc,
)
from sourcier.eval.bench.abstention.sets import Case, conventions, nomiracl
from sourcier.eval.training.train_answerability import SEED, own
from sourcier.index.embedding import load_embedder

FOLDS = 10
#: Ridge of the gate learnt within a set, fixed beforehand: a few hundred rows, some fifty features.
C = 0.1

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of each case: the gate's features, its probability, and the model's share of yes if it was asked."""

    features: Floats
    gate: Floats
    yes: Floats | None

    @property
    def with_yes(self) -> Floats:
        """The features, and the log-odds of the model's yes."""
        return np.column_stack([self.features, self.model])

    @property
    def model(self) -> Floats:
        """Log-odds of the model's yes."""
        assert self.yes is not None
        return np.array([log_odds(yes) for yes in self.yes])

    @property
    def weighed(self) -> Floats:
        """The probability by both, as the assistant has it."""
        assert self.yes is not None
        opinion = Opinion.load()
        return np.array(
            [opinion.weighed(p, yes) if p >= opinion.beneath else p for p, yes in zip(self.gate, self.yes, strict=True)]
        )


def nested(
    x: Floats, y: NDArray[np.int64], groups: Sequence[str], *, centred: bool, folds: int = FOLDS
) -> tuple[Floats, Floats]:
    """Scores by weights never learnt from a row's group, and the threshold of each row, chosen on the other folds.

    Args:
        centred: whether features are taken less their question's mean: for a question asked of many collections, so that
            nothing of which question it is can be learnt. The label is not used for that.
    """
    from sklearn.linear_model import LogisticRegression

    names = sorted(set(groups))
    random.Random(SEED).shuffle(names)
    place = {name: i % folds for i, name in enumerate(names)}
    fold = np.array([place[group] for group in groups])
    given = _centred(x, groups) if centred else x

    def learnt(inside: NDArray[np.bool_], asked: NDArray[np.bool_]) -> Floats:
        mean, scale = given[inside].mean(axis=0), given[inside].std(axis=0)
        scale[scale == 0] = 1.0
        model = LogisticRegression(C=C, max_iter=3000, class_weight="balanced", random_state=SEED)
        model.fit((given[inside] - mean) / scale, y[inside])
        return np.asarray(model.predict_proba((given[asked] - mean) / scale)[:, 1])

    scores, thresholds = np.zeros(len(y)), np.full(len(y), 0.5)
    for k in range(folds):
        outer = fold != k
        if not (~outer).any() or len(set(y[outer].tolist())) < 2:
            continue
        scores[~outer] = learnt(outer, ~outer)
        inner = np.zeros(len(y))
        for other in (i for i in range(folds) if i != k):
            asked = fold == other
            if asked.any() and len(set(y[outer & ~asked].tolist())) == 2:
                inner[asked] = learnt(outer & ~asked, asked)
        thresholds[~outer] = balanced_threshold(y[outer], inner[outer])
    return scores, thresholds


def balanced_threshold(y: NDArray[np.int64], scores: Floats) -> float:
    """The threshold with the smaller worst error, of the two kinds; the lowest of equals."""
    candidates: list[float] = sorted(set(scores.tolist()))

    def worst(threshold: float) -> float:
        found = errors(y, scores, threshold)
        return max(found.hallucination, found.error)

    return min(candidates, key=lambda threshold: (worst(threshold), threshold))


def _centred(x: Floats, groups: Sequence[str]) -> Floats:
    out = x.copy()
    for group in set(groups):
        mine = np.array([one == group for one in groups])
        out[mine] -= x[mine].mean(axis=0)
    return out


def main() -> None:
    """Read the set, run the gate on it, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("nomiracl", "conventions", "own"))
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--limit", type=int, default=0, help="questions to keep, for a quick look; 0 is all")
    parser.add_argument("--opinion", action="store_true", help="ask the language model too")
    parser.add_argument("--kept", type=Path, help="file of what the model said, for a run that is taken up again")
    given = parser.parse_args()
    settings = load().settings
    gate = Answerability.load()
    if given.what == "own":
        rows = own(given.data[0], given.data[1])
        asked = [row for row in rows if not row.source.endswith("_swap")]
        x = np.array([row.x for row in asked])
        y = np.array([row.y for row in asked])
        print(_own(y, gate.probabilities(x), settings.answer.answerable))  # noqa: T201
        return
    embedder = RememberingEmbedder(load_embedder(settings.embedding, settings.home))
    cases, words = (nomiracl if given.what == "nomiracl" else conventions)(given.data[0], embedder)
    if given.limit:
        cases = random.Random(SEED).sample(cases, min(given.limit, len(cases)))
    cases = [case for case in cases if case.units]
    x = np.array([features(case.question, case.units, embedder, words.idf) for case in cases])
    shipped = gate.probabilities(x)
    yes = None
    if given.opinion:
        model = choose_model(settings)
        if model is None:
            raise SystemExit("no language model: nothing to ask (SOURCIER_MODEL__PROVIDER=embedded)")
        yes = shares_of_yes(cases, model, embedder, settings, given.kept)
        model.close()
    report = _nomiracl if given.what == "nomiracl" else _conventions
    print(report(cases, Signs(x, shipped, yes), settings.answer.answerable))  # noqa: T201


def _own(y: NDArray[np.int64], scores: Floats, threshold: float) -> str:
    lines = [_line_of("shipped gate", errors(y, scores, threshold)), f"AURC {aurc(y, scores):.3f}"]
    lines += ["", "| threshold | answered | of those, not answerable |", "|---|---|---|"]
    points = risk_coverage(y, scores)
    for wanted in np.arange(0.1, 1.01, 0.1):
        t, coverage, risk = min(points, key=lambda point: abs(point[1] - wanted))
        lines.append(f"| {t:.2f} | {coverage:.0%} | {risk:.1%} |")
    return "\n".join(lines)


def _nomiracl(cases: Sequence[Case], signs: Signs, threshold: float) -> str:
    from sklearn.metrics import roc_auc_score

    y = np.array([case.y for case in cases])
    groups = [case.group for case in cases]
    bm25 = np.array([case.bm25 for case in cases])
    rows: list[tuple[str, Floats, Floats | float]] = [
        ("BM25 alone, best threshold", bm25, balanced_threshold(y, bm25)),
        (f"shipped gate at {threshold}", signs.gate, threshold),
        ("learnt on this set, nested folds", *nested(signs.features, y, groups, centred=False)),
    ]
    if signs.yes is not None:
        rows += [
            ("the model alone, nested folds", *nested(signs.model[:, None], y, groups, centred=False)),
            (f"shipped gate with the model's opinion at {threshold}", signs.weighed, threshold),
            ("learnt on this set with the model's opinion", *nested(signs.with_yes, y, groups, centred=False)),
        ]
    lines = [f"{len(cases)} questions, {y.sum()} answerable"]
    lines += [
        f"{_line_of(name, errors(y, score, at))}, AUROC {roc_auc_score(y, score):.3f}" for name, score, at in rows
    ]
    return "\n".join(lines)


def _conventions(cases: Sequence[Case], signs: Signs, threshold: float) -> str:
    y = np.array([case.y for case in cases])
    groups = [case.group for case in cases]
    prior = np.array([y[[g == group for g in groups]].mean() for group in groups])
    lines = ["| score | questions | within-question AUROC | paired accuracy | AURC |", "|---|---|---|---|---|"]
    rows: list[tuple[str, Floats, Floats | float]] = [
        ("question prior (reads nothing)", prior, 0.5),
        (
            "BM25 alone, median as threshold",
            np.array([c.bm25 for c in cases]),
            float(np.median([c.bm25 for c in cases])),
        ),
        ("shipped gate", signs.gate, threshold),
        ("learnt on this set, nested folds by question", *nested(signs.features, y, groups, centred=True)),
    ]
    if signs.yes is not None:
        rows += [
            ("the model alone, at one half", signs.model, 0.0),
            ("shipped gate with the model's opinion", signs.weighed, threshold),
            ("learnt with the model's opinion", *nested(signs.with_yes, y, groups, centred=True)),
        ]
    for name, score, at in rows:
        shifted = score - at
        for least in (1, 3):
            auroc, count = within_question_auroc(y, score, groups, least)
            paired, _ = paired_accuracy(y, shifted, groups, 0.0, least)
            lines.append(f"| {name} | {count} (≥ {least}) | {auroc:.3f} | {paired:.1%} | {aurc(y, score):.3f} |")
    return "\n".join(lines)


def _line_of(name: str, found: Errors) -> str:
    return (
        f"{name}: hallucination {found.hallucination:.1%}, error {found.error:.1%}, "
        f"balanced accuracy {found.balanced_accuracy:.1%}, refusal F1 {found.refusal_f1:.3f}"
    )


if __name__ == "__main__":
    main()
