"""Boosted trees read from JSON: a few hundred small yes/no questions whose answers are added up, then calibrated."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcier.app.answering.verifier.features import digest
from sourcier.core.errors import ModelError

Floats = NDArray[np.float64]
FORMAT = 2


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees side by side; node 0 is a root, and a leaf points to itself.

    Attributes:
        columns: names of the features, in order.
        feature, left, right: (n_trees, n_nodes) integers; ``threshold``, ``value`` the same in floats.
        missing_left: (n_trees, n_nodes) whether a feature that is not a number goes left.
        base: sum before the first tree, log-odds.
        near, far: (n, 2) calibrations, score in log-odds to probability, linear in between: of claims that keep their
            source's wording, and of reworded ones. In near quotes one changed word is most often an error; in a
            rewording it is most often a synonym.
    """

    columns: tuple[str, ...]
    feature: NDArray[np.int64]
    threshold: Floats
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    missing_left: NDArray[np.bool_]
    value: Floats
    depth: int
    base: float
    near: Floats
    far: Floats

    def score(self, rows: Sequence[Mapping[str, float]]) -> Floats:
        """(n,) log-odds, not calibrated, of rows of features."""
        if not rows:
            return np.zeros(0)
        table = np.array([[row[name] for name in self.columns] for row in rows])
        tree = np.arange(len(self.feature))[None, :]
        at = np.zeros((len(rows), len(self.feature)), np.int64)
        line = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            seen = table[line, self.feature[tree, at]]
            goes_left = np.where(np.isnan(seen), self.missing_left[tree, at], seen <= self.threshold[tree, at])
            at = np.where(goes_left, self.left[tree, at], self.right[tree, at])
        return np.asarray(self.base + self.value[tree, at].sum(axis=1))

    def probability(self, scores: Floats, near: Floats) -> Floats:
        """Calibrated probabilities, 0 to 1, of scores; ``near`` is their :func:`nearness`."""
        by_near = np.interp(scores, self.near[:, 0], self.near[:, 1])
        by_far = np.interp(scores, self.far[:, 0], self.far[:, 1])
        return np.asarray(near * by_near + (1 - near) * by_far)

    def support(self, rows: Sequence[Mapping[str, float]]) -> Floats:
        """(n,) calibrated probabilities of rows of features."""
        return settled(self.probability(self.score(rows), nearness(rows)), rows)


EXTRACTED = 0.9
"""Support of a claim taken word for word from one sentence: of 1,754 such among some 11,000 labelled claims, 2 were wrong."""
_ANSWERED = 0.6  # share of its question's content that the evidence must have: a sentence may answer another question


def settled(probabilities: Floats, rows: Sequence[Mapping[str, float]]) -> Floats:
    """(n,) supports once what is certain has its say: word for word at least :data:`EXTRACTED`, then :func:`ceiling`."""
    whole = np.array([row["extraction.whole"] > 0 and row["question.coverage"] >= _ANSWERED for row in rows], bool)
    return np.asarray(np.where(whole, np.maximum(probabilities, EXTRACTED), probabilities) * ceiling(rows))


def ceiling(rows: Sequence[Mapping[str, float]]) -> Floats:
    """(n,) 1, or one half where a figure, or a name that a short answer rests on, is nowhere in the evidence.

    The same where a text is said further than its source says (adopted, and it was presented), where there is said to be
    another of what the source speaks of, or where a role is set in a body and the source has it in others alone. No other
    likeness makes up for it: such a claim stays below one half whatever the forest says.
    """
    figure = np.array([row["number.missing"] for row in rows]) > 0
    name = np.array([row["question.names_missing"] for row in rows]) >= 1
    stage = np.array([row["stage.ahead"] for row in rows]) > 0
    another = np.array([row["further.added"] for row in rows]) > 0
    elsewhere = np.array([row["belonging.elsewhere"] for row in rows]) > 0
    return np.where(figure | name | stage | another | elsewhere, 0.5, 1.0)


def nearness(rows: Sequence[Mapping[str, float]]) -> Floats:
    """(n,) how much of a near quote each claim is: from 0.6 to 0.8 of its tokens kept in order, from 2 to 5 words long.

    A name or a figure alone is no quote.
    """
    kept = np.array([row["edit.kept"] for row in rows])
    words = np.array([row["size.claim"] for row in rows])
    return np.clip((kept - 0.6) / 0.2, 0.0, 1.0) * np.clip((words - 2) / 3, 0.0, 1.0)


def parse(raw: Mapping[str, Any]) -> Forest:
    """Read one forest.

    Raises:
        ModelError: the features are not those it was learnt on.
    """
    columns = tuple(raw["columns"])
    if raw["digest"] != digest(columns):
        raise ModelError("verifier.features_differ")
    trees = raw["trees"]
    size = max(len(tree["value"]) for tree in trees)

    def stacked(key: str, kind: type) -> NDArray[Any]:
        own = key in {"left", "right"}
        out: NDArray[Any] = np.zeros((len(trees), size), kind)
        for i, tree in enumerate(trees):
            values: NDArray[Any] = np.array(tree[key], kind)
            out[i, : len(values)] = np.where(values < 0, np.arange(len(values)), values) if own else values
        return out

    return Forest(
        columns=columns,
        feature=stacked("feature", np.int64),
        threshold=stacked("threshold", np.float64),
        left=stacked("left", np.int64),
        right=stacked("right", np.int64),
        missing_left=stacked("missing_left", np.bool_),
        value=stacked("value", np.float64),
        depth=int(raw["depth"]),
        base=float(raw["base"]),
        near=np.array(raw["near"], np.float64),
        far=np.array(raw["far"], np.float64),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """What ``model.json`` holds.

    Attributes:
        close: the forest that also reads closeness; ``plain`` does without.
        embedding: name of the embedding model that ``close`` and ``centre`` were learnt with.
        centre: (d,) mean vector of a word.
    """

    close: Forest
    plain: Forest
    embedding: str
    centre: NDArray[np.float32]


def load() -> Learnt:
    """The learnt numbers that come with the program.

    Raises:
        ModelError: the file was made by another version of this program.
    """
    raw = json.loads(files(__package__).joinpath("model.json").read_text(encoding="utf-8"))
    if raw.get("format") != FORMAT:
        raise ModelError("verifier.model_format", found=raw.get("format"), expected=FORMAT)
    return Learnt(parse(raw["close"]), parse(raw["plain"]), raw["embedding"], np.array(raw["centre"], np.float32))
