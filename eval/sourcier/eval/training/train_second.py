"""Learn what the language model's word is worth beside the verifier: ``python -m sourcier.eval.training.train_second``.

Claims that the verifier has not learnt from are judged by it; those that it is unsure of are put to the language model,
and a logistic regression is fitted to the sum of both log-odds. Reported by ten folds, no group in two of them, then on sets
that nothing is learnt from: our paraphrases kept for reports, and MEMERAG, which is only ever measured on.

What the model says is kept in a file, by the words that it was given, so that an interrupted run goes on.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcier.app.answering.opinion import log_odds
from sourcier.app.answering.second import SecondJudge, heard, judging, resting_on, second_opinion
from sourcier.app.answering.verifier import Verdict, Verifier
from sourcier.app.models import LanguageModel, choose_model
from sourcier.core.settings import EmbeddingSettings, load
from sourcier.eval.training import examples as sets
from sourcier.eval.training.examples import Example, held_out
from sourcier.eval.training.learner import NEAR_PRIOR
from sourcier.eval.training.report import measure
from sourcier.eval.training.said import Said
from sourcier.eval.training.train_verifier import OWN
from sourcier.index.embedding import load_embedder

#: Supports between which the model is asked. What is taken word for word has 0.9 at least.
BENEATH, BEYOND = 0.03, 0.9
#: Share of the claims that are learnt from: a weight and a bias need no more, and each costs a second or two.
SHARE = 0.5
THRESHOLD = 0.7
FOLDS = 10
SEED = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim, what the verifier says of it, and the model's share of yes where it was asked."""

    example: Example
    verdict: Verdict
    yes: float | None


def main() -> None:
    """Judge, ask (or go on from what was asked before), fit, report, write."""
    parser = argparse.ArgumentParser(description="Learn the weights of the second judge.")
    parser.add_argument("--judge", type=Path, help="folder of memerag_fr.jsonl.gz, to be measured on too")
    parser.add_argument("--home", type=Path, required=True, help="folder for the models and what was asked")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    settings = load(environ={"SOURCIER_HOME": str(given.home)}).settings
    verifier = Verifier.load(load_embedder(EmbeddingSettings(), given.home))
    model = choose_model(settings)
    if model is None:
        raise SystemExit("no language model: nothing to weigh")
    learnt, reported = gather(given.judge)
    said = Said(given.home / "second.jsonl")
    judged = [one for found in learnt.values() for one in judge(found, verifier, model, said)]
    doubtful = [one for one in judged if one.yes is not None]
    second = fitted(doubtful)
    print(json.dumps({"asked": len(doubtful), "of": len(judged), **second}, indent=1))  # noqa: T201
    folded = cross_validated(doubtful)
    places = {id(one): value for one, value in zip(doubtful, folded.tolist(), strict=True)}
    for name, found in learnt.items():
        ids = {id(e) for e in found}
        mine = [one for one in judged if id(one.example) in ids]
        show(name, mine, np.array([places.get(id(one), one.verdict.support) for one in mine]))
    judge_of = SecondJudge(**second)
    for name, found in reported.items():
        mine = judge(found, verifier, model, said)
        show(name, mine, np.array([judge_of.weighed(one.verdict.support, one.yes) for one in mine]))
    model.close()
    if given.out:
        given.out.write_text(json.dumps(second, indent=1) + "\n", encoding="utf-8")


def gather(folder: Path | None) -> tuple[dict[str, list[Example]], dict[str, list[Example]]]:
    """What is learnt from, none of it by the verifier, and what is only reported, by name."""
    learnt = {
        "own": [e for e in sets.own(OWN / "rewordings.jsonl") if held_out(e.group, 0.4)],
        "learn2": sets.authored(OWN / "paraphrases.learn2.jsonl", padding=0.5),
    }
    learnt = {name: [e for e in found if held_out(e.claim, SHARE, "second")] for name, found in learnt.items()}
    reported = {"paraphrases": sets.authored(OWN / "paraphrases.report.jsonl", padding=1.0)}
    if folder is not None:
        reported["memerag"] = sets.memerag(folder / "memerag_fr.jsonl.gz")
    return learnt, reported


def judge(found: Sequence[Example], verifier: Verifier, model: LanguageModel, said: Said) -> list[Judged]:
    """Each claim as the program would judge it."""
    verdicts = verifier.verify_many([(e.claim, e.evidence, e.question) for e in found])
    judged = []
    for e, verdict in zip(found, verdicts, strict=True):
        yes = None
        if verdict.used and not verdict.ruled and BENEATH <= verdict.support < BEYOND:
            used = [e.evidence[i] for i in verdict.used]
            sources, question = resting_on(verifier, e.claim, used, verdict.support, e.question), e.question or ""
            ask = partial(second_opinion, model, e.claim, sources, question)
            yes = said.of(model, judging(e.claim, sources, question), ask)
        judged.append(Judged(e, verdict, yes))
    return judged


def table(doubtful: Sequence[Judged]) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """``(sums of both log-odds in one column, labels, weights)``; weights make six in ten right, as the verifier's probabilities do."""
    x = np.array([[log_odds(one.verdict.support) + heard(one.yes or 0.0)] for one in doubtful])
    y = np.array([one.example.label for one in doubtful])
    weight = np.where(y == 1, NEAR_PRIOR / max(1, (y == 1).sum()), (1 - NEAR_PRIOR) / max(1, (y == 0).sum())) * len(y)
    return x, y, weight


def fitted(doubtful: Sequence[Judged]) -> dict[str, float]:
    """What :class:`SecondJudge` holds."""
    from sklearn.linear_model import LogisticRegression

    x, y, weight = table(doubtful)
    model = LogisticRegression(C=1.0, random_state=SEED).fit(x, y, sample_weight=weight)
    slope, bias = (round(float(value), 4) for value in (*model.coef_[0], *model.intercept_))
    return {"weight": slope, "bias": bias, "beyond": BEYOND}


def cross_validated(doubtful: Sequence[Judged]) -> NDArray[np.float64]:
    """Support of each claim by weights learnt on the groups of the other folds."""
    groups = sorted({one.example.group for one in doubtful})
    fold_of = {g: i % FOLDS for i, g in enumerate(np.random.default_rng(SEED).permutation(groups).tolist())}
    fold = np.array([fold_of[one.example.group] for one in doubtful])
    out = np.zeros(len(doubtful))
    for k in range(FOLDS):
        others = [one for one, place in zip(doubtful, fold.tolist(), strict=True) if place != k]
        learnt = SecondJudge(**fitted(others))
        for i in np.flatnonzero(fold == k).tolist():
            out[i] = learnt.weighed(doubtful[i].verdict.support, doubtful[i].yes)
    return out


def show(name: str, judged: Sequence[Judged], supports: NDArray[np.float64]) -> None:
    """The verifier alone, then with the model where it was asked."""
    found = [one.example for one in judged]
    alone = np.array([one.verdict.support for one in judged])
    for who, values in (("verifier", alone), ("both", supports)):
        print(f"\n{name}, {who}\n{json.dumps(measure(found, values, THRESHOLD), ensure_ascii=False, indent=1)}")  # noqa: T201


if __name__ == "__main__":
    main()
