"""Learn what the language model's yes or no is worth beside the gate: ``python -m sourcier.eval.training.train_opinion``.

Each question of a set is asked of a real index of its documents as the assistant asks it: searched, judged by the gate,
then put to the language model with the same prompt that it would go on to answer from. Both opinions are kept, and a
logistic regression of two weights is fitted to them. The sets must be ones that the gate has not learnt from; its
opinion would look better than it is.

What is reported is by ten folds by question, beside the gate alone; a model of another size than the embedded one may
deserve other weights (``docs/evaluation.md``).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcier.app.answering.answerability import Answerability
from sourcier.app.answering.cache import RememberingEmbedder
from sourcier.app.answering.drafting import Drafter
from sourcier.app.answering.evidence import rank_units
from sourcier.app.answering.manner import limits
from sourcier.app.answering.opinion import Opinion, asked_of, log_odds
from sourcier.app.answering.question import question_language
from sourcier.app.answering.verifier import Verifier
from sourcier.app.models import LanguageModel, choose_model
from sourcier.core.settings import Settings, load
from sourcier.eval.training.said import Said
from sourcier.eval.training.train_answerability import SEED, complete, read_rows
from sourcier.index.search import Searcher
from sourcier.index.sync import sync

#: Both errors are counted at this threshold of the settings: the bias brings the best one there.
THRESHOLD = 0.36
#: Both errors together change little over a wide range of cuts, and their least falls anywhere in it.
SLACK = 0.01
FOLDS = 10


@dataclass(frozen=True, slots=True)
class Pair:
    """Both opinions on one question: the gate's probability and the model's share of yes, 0 to 1."""

    id: str
    answerable: bool
    gate: float
    yes: float


def main() -> None:
    """Ask (or go on from what was asked before), fit, report, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--own", type=Path, nargs=2, action="append", required=True, metavar=("QUESTIONS", "DOCUMENTS"),
        help="questions, labelled answerable or not, and the folder they are asked of; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--held", type=Path, nargs=2, action="append", default=[], metavar=("QUESTIONS", "DOCUMENTS"),
        help="questions that nothing is learnt from: both errors there, with what was learnt and the threshold",
    )  # fmt: skip
    parser.add_argument(
        "--home", type=Path, required=True, help="folder for the indexes, the models and what was asked"
    )
    parser.add_argument("--threshold", type=float, default=THRESHOLD)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    pairs = [pair for questions, documents in given.own for pair in ask(questions, documents, given.home)]
    y = np.array([pair.answerable for pair in pairs])
    x = np.array([[log_odds(pair.gate), log_odds(pair.yes)] for pair in pairs])
    gate, both = cross_validated(x[:, :1], y), cross_validated(x, y)
    print(f"{len(pairs)} questions, {y.sum()} of them answerable")  # noqa: T201
    print("| opinion | AUROC | wrongly refused | wrongly let through | let through where 90 % are answered |")  # noqa: T201
    print("|---|---|---|---|---|")  # noqa: T201
    for name, scores in (("gate", gate), ("model alone", x[:, 1]), ("both", both)):
        print(f"| {name} | {line(scores, y)} |")  # noqa: T201
    weights, bias = fit(x, y)
    scores = x @ weights + bias
    shift = log_odds(given.threshold) - best_cut(scores, y, SLACK)
    answered = np.sort(np.array([pair.gate for pair in pairs])[y])
    learnt = {
        "gate": round(float(weights[0]), 4),
        "model": round(float(weights[1]), 4),
        "bias": round(bias + shift, 4),
        "beneath": round(float(answered[0]) / 2, 4),
    }
    print(json.dumps(learnt, indent=1))  # noqa: T201
    for questions, documents in given.held:
        print(held(ask(questions, documents, given.home), Opinion(**learnt), given.threshold))  # noqa: T201
    if given.out:
        given.out.write_text(json.dumps(learnt, indent=1) + "\n", encoding="utf-8")


def ask(questions: Path, documents: Path, home: Path) -> list[Pair]:
    """Both opinions on each question; the model is not asked again what it was asked in the same words."""
    settings = load(environ={"SOURCIER_HOME": f"{home}/{documents.name}"}).settings
    sync([documents], settings)
    model = choose_model(settings.model_copy(update={"home": home}))
    if model is None:
        raise SystemExit("no language model: nothing to weigh")
    searcher = Searcher.open(settings)
    searcher.embedder = RememberingEmbedder(searcher.embedder)
    judge = opinions(searcher, model, settings, Said(home / "opinions.jsonl"))
    pairs = []
    for row in read_rows(questions):
        gate, yes = judge(complete(row))
        if yes is not None:
            pairs.append(Pair(row["id"], bool(row["answerable"]), gate, yes))
    searcher.close()
    model.close()
    return pairs


def opinions(
    searcher: Searcher, model: LanguageModel, settings: Settings, said: Said
) -> Callable[[str], tuple[float, float | None]]:
    """What gives both opinions on a question, as the assistant has them."""
    gate = Answerability.load()
    drafter = Drafter(model, Verifier.load(searcher.embedder), searcher.embedder, settings)

    def judge(question: str) -> tuple[float, float | None]:
        language = question_language(question)
        units = rank_units(question, searcher.search(question, settings.search.k).hits, searcher.embedder, searcher.idf)
        asked = drafter.prepare(question, language, [], units, limits("normal", settings)).asked
        probability = gate.probability(question, units, searcher.embedder, searcher.idf)
        return probability, said.of(model, asked, partial(asked_of, model, asked, language))

    return judge


def fit(x: NDArray[np.float64], y: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of a logistic regression, both answers counting as much however many there are of each."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0, class_weight="balanced", random_state=SEED).fit(x, y)
    return np.asarray(model.coef_[0]), float(model.intercept_[0])


def cross_validated(x: NDArray[np.float64], y: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Scores (log-odds) of each question by weights learnt on the others."""
    fold = np.random.default_rng(SEED).permutation(len(y)) % FOLDS
    out = np.zeros(len(y))
    for k in range(FOLDS):
        weights, bias = fit(x[fold != k], y[fold != k])
        out[fold == k] = x[fold == k] @ weights + bias
    return out


def best_cut(scores: NDArray[np.float64], y: NDArray[np.bool_], slack: float = 0.0) -> float:
    """The score from which answering makes the least of both error rates together, between two that were seen.

    Args:
        slack: of the cuts whose errors together are this near to the least, the one that refuses fewest is taken.
    """
    seen = np.sort(scores)
    cuts = (seen[1:] + seen[:-1]) / 2
    errors = np.array([(scores[y] < cut).mean() + (scores[~y] >= cut).mean() for cut in cuts])
    return float(cuts[int(np.argmax(errors <= errors.min() + slack + 1e-9))])


def held(pairs: list[Pair], opinion: Opinion, threshold: float) -> str:
    """Both errors at the threshold on questions that nothing was learnt from, by the gate alone and by both."""
    from sklearn.metrics import roc_auc_score

    y = np.array([pair.answerable for pair in pairs])
    gate = np.array([pair.gate for pair in pairs])
    both = np.array([opinion.weighed(pair.gate, pair.yes) if pair.gate >= opinion.beneath else 0.0 for pair in pairs])
    lines = ["| held out | n | AUROC | wrongly refused | wrongly let through |", "|---|---|---|---|---|"]
    for name, scores in (("gate", gate), ("both", both)):
        area = f"{roc_auc_score(y, scores):.3f}" if 0 < y.sum() < len(y) else "–"
        refused = f"{(scores[y] < threshold).mean():.1%}" if y.any() else "–"
        passed = f"{(scores[~y] >= threshold).mean():.1%}" if not y.all() else "–"
        lines.append(f"| {name} | {len(y)} | {area} | {refused} | {passed} |")
    return "\n".join(lines)


def line(scores: NDArray[np.float64], y: NDArray[np.bool_]) -> str:
    """Area under the ROC curve, both error rates at the best cut, what passes where nine in ten are answered."""
    from sklearn.metrics import roc_auc_score

    cut, at = best_cut(scores, y), np.quantile(scores[y], 0.1)
    refused, passed, ninety = (scores[y] < cut).mean(), (scores[~y] >= cut).mean(), (scores[~y] >= at).mean()
    return f"{roc_auc_score(y, scores):.3f} | {refused:.1%} | {passed:.1%} | {ninety:.1%}"


if __name__ == "__main__":
    main()
