"""Boosted trees with the obvious directions imposed, exported to the plain lists that the program reads."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcier.app.answering.verifier.features import DIRECTIONS, NAMES, digest
from sourcier.app.answering.verifier.forest import nearness
from sourcier.eval.training.examples import Example
from sourcier.eval.training.rows import Table

ROUNDS = 2
"""How often the set that carries a right claim is chosen again by the last forest (multiple-instance learning)."""

SHARES = {
    "made": 0.12, "perturbations": 0.18, "own": 0.24, "authored": 0.26, "asked": 0.08, "rte3": 0.1, "daccord": 0.02,
}  # fmt: skip
"""Weight of each origin in training, whatever its number of rows; right and wrong weigh the same within each."""


NEAR_PRIOR, FAR_PRIOR = 0.6, 0.5
"""Shares of right claims that probabilities are calibrated for. Most sentences that a small model drafts from given
sources are right: these are cautious counts of them."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Size of the forest."""

    trees: int = 240
    leaves: int = 12
    rate: float = 0.04
    smallest_leaf: int = 20
    l2: float = 20.0
    seed: int = 0


def weights(examples: Sequence[Example]) -> NDArray[np.float64]:
    """One weight an example: shares of :data:`SHARES`, both labels equal within an origin, mean 1."""
    out = np.array([e.weight for e in examples])
    origins, labels = np.array([e.origin for e in examples]), np.array([e.label for e in examples])
    present = {o: SHARES[o] for o in set(origins.tolist())}
    for origin, share in present.items():
        both = len(set(labels[origins == origin].tolist())) == 2
        for label in (0, 1):
            chosen = (origins == origin) & (labels == label)
            if chosen.any():
                out[chosen] *= share / sum(present.values()) * (0.5 if both else 1.0) / out[chosen].sum()
    # A set with wrong claims alone would tilt the whole: both labels are made equal overall.
    for label in (0, 1):
        out[labels == label] *= 0.5 / out[labels == label].sum()
    return np.asarray(out * len(out))


def fit(examples: Sequence[Example], table: Table, columns: Sequence[str], recipe: Recipe) -> Any:
    """Fit on the examples' sets: every set of a wrong claim is wrong, the best set of a right one is right."""
    labels = np.array([e.label for e in examples])[table.owner]
    weight = weights(examples)[table.owner]
    x = table.rows[:, [NAMES.index(c) for c in columns]]
    sizes = np.bincount(table.owner, minlength=len(examples))[table.owner]
    chosen = (labels == 0) | table.largest
    model = None
    for _ in range(ROUNDS):
        if model is not None:
            best = best_rows(model.decision_function(x), table)
            chosen = (labels == 0) | best
        row_weight = np.where(labels == 0, weight / sizes, weight)
        model = _booster(columns, recipe).fit(x[chosen], labels[chosen], sample_weight=row_weight[chosen])
    return model


def _booster(columns: Sequence[str], recipe: Recipe) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_iter=recipe.trees,
        learning_rate=recipe.rate,
        max_leaf_nodes=recipe.leaves,
        min_samples_leaf=recipe.smallest_leaf,
        l2_regularization=recipe.l2,
        max_features=0.5,
        monotonic_cst=[DIRECTIONS.get(c, 0) for c in columns],
        early_stopping=False,
        random_state=recipe.seed,
    )


def best_rows(scores: NDArray[np.float64], table: Table) -> NDArray[np.bool_]:
    """For each example, the row with the highest score."""
    best = np.zeros(len(scores), bool)
    order = np.lexsort((-scores, table.owner))
    first = np.r_[True, np.diff(table.owner[order]) > 0]
    best[order[first]] = True
    return best


def highest(values: NDArray[np.float64], table: Table, count: int) -> NDArray[np.float64]:
    """(count,) highest value of each example's sets."""
    out = np.full(count, -np.inf)
    np.maximum.at(out, table.owner, values)
    return out


def out_of_fold(
    examples: Sequence[Example], table: Table, columns: Sequence[str], recipe: Recipe, folds: int = 4
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Top score of each example by forests that never saw its group, and its nearness there."""
    groups = sorted({e.group for e in examples})
    fold_of = {g: i % folds for i, g in enumerate(np.random.default_rng(recipe.seed).permutation(groups).tolist())}
    fold = np.array([fold_of[e.group] for e in examples])
    x = table.rows[:, [NAMES.index(c) for c in columns]]
    out, near = np.zeros(len(examples)), np.zeros(len(examples))
    for k in range(folds):
        inside = np.flatnonzero(fold != k)
        model = fit([examples[i] for i in inside.tolist()], subset(table, inside, len(examples)), columns, recipe)
        scores = model.decision_function(x)
        best = np.flatnonzero(best_rows(scores, table))
        inside_fold = best[fold[table.owner[best]] == k]
        out[table.owner[inside_fold]] = scores[inside_fold]
        near[table.owner[inside_fold]] = nearness(named(table.rows[inside_fold]))
    return out, near


def subset(table: Table, kept: NDArray[np.int64], count: int) -> Table:
    """The table of some of the examples, renumbered from 0."""
    place = np.full(count, -1)
    place[kept] = np.arange(len(kept))
    mask = place[table.owner] >= 0
    return Table(table.rows[mask], place[table.owner[mask]], table.largest[mask])


def named(rows: NDArray[np.float64]) -> list[dict[str, float]]:
    """Rows of a table with their names, as the program has them."""
    return [dict(zip(NAMES, line, strict=True)) for line in rows.tolist()]


def calibrations(
    scores: NDArray[np.float64], labels: NDArray[np.int64], near: NDArray[np.float64]
) -> dict[str, list[list[float]]]:
    """The two calibrations of a forest, each on the claims of its kind, every claim weighing the same."""
    return {"near": knots(scores, labels, near, NEAR_PRIOR), "far": knots(scores, labels, 1 - near, FAR_PRIOR)}


def knots(
    scores: NDArray[np.float64], labels: NDArray[np.int64], weight: NDArray[np.float64], prior: float
) -> list[list[float]]:
    """Score to probability for a share ``prior`` of right claims: isotonic regression over forty quantiles."""
    weight = weight * np.where(labels == 1, prior / weight[labels == 1].sum(), (1 - prior) / weight[labels == 0].sum())
    scores, labels, weight = scores[weight > 0], labels[weight > 0], weight[weight > 0]
    from sklearn.isotonic import IsotonicRegression

    edges = np.unique(np.quantile(scores, np.linspace(0, 1, 41)))
    centres, rates, masses = [], [], []
    for low, high in itertools.pairwise(edges):
        inside = (scores >= low) & ((scores < high) | (high == edges[-1]))
        if weight[inside].sum() > 0:
            centres.append(float(np.average(scores[inside], weights=weight[inside])))
            rates.append(float(np.average(labels[inside], weights=weight[inside])))
            masses.append(float(weight[inside].sum()))
    fitted = IsotonicRegression(y_min=0.002, y_max=0.998).fit_transform(centres, rates, sample_weight=masses)
    # A thousandth of slope keeps the order of claims where the isotonic steps are flat.
    rising = np.clip(fitted + 0.004 * (np.arange(len(fitted)) / len(fitted) - 0.5), 0.001, 0.999)
    return [
        [float(edges[0]) - 2.0, 0.001],
        *([round(c, 4), round(float(p), 4)] for c, p in zip(centres, rising, strict=True)),
        [float(edges[-1]) + 2.0, 0.999],
    ]


def export(model: Any, columns: Sequence[str], calibration: dict[str, list[list[float]]]) -> dict[str, Any]:
    """The fitted forest as plain lists, for ``forest.parse``."""
    trees, depth = [], 1
    for (predictor,) in model._predictors:
        nodes = predictor.nodes
        leaf = nodes["is_leaf"].astype(bool)
        depth = max(depth, int(nodes["depth"].max()) + 1)
        trees.append(
            {
                "feature": nodes["feature_idx"].tolist(),
                "threshold": [
                    0.0 if stop else round(float(t), 6) for t, stop in zip(nodes["num_threshold"], leaf, strict=True)
                ],
                "left": np.where(leaf, -1, nodes["left"].astype(int)).tolist(),
                "right": np.where(leaf, -1, nodes["right"].astype(int)).tolist(),
                "missing_left": nodes["missing_go_to_left"].astype(int).tolist(),
                "value": [round(float(v), 6) if stop else 0.0 for v, stop in zip(nodes["value"], leaf, strict=True)],
            }
        )
    return {
        "columns": list(columns),
        "digest": digest(columns),
        "base": float(model._baseline_prediction.ravel()[0]),
        "depth": depth,
        "trees": trees,
        **calibration,
    }
