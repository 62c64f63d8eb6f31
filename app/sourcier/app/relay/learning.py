"""Learn what :mod:`hearing` hears by meaning, from sentences that call for a person and questions that do not.

    python -m sourcier.app.relay.learning tests/ui/urgent_sentences.toml eval/data

The embedding model is that of the settings. Half of the questions of the data sets teach, the other half sets the threshold: one in
a hundred of them, at most, may show a person for nothing. What is learnt is written beside this file.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcier.app.relay.hearing import FILE
from sourcier.app.relay.urgency import SUBJECTS, Subject, urgent

__all__ = ["logistic", "main", "questions_of", "taught"]

#: Sections of the file whose urgent sentences have no subject: the one that the rules hear in them.
_UNTOLD = ("later", "fresh", "last")
#: The section that teaches with a subject each; the other of its kind is kept to measure with.
_TOLD = "unseen_taught"
#: Inverse of the penalty on weights. From 10 to 1000, what is kept to measure with was caught alike.
_C = 10.0
#: Share of the questions of the data sets that may show a person for nothing.
_ALARMS = 0.01
_STEPS = 100
_DIGITS = 4


def taught(sentences: Mapping[str, Any]) -> tuple[list[tuple[Subject, str]], list[str]]:
    """Urgent sentences with their subject, and those that are not urgent."""
    told = [(subject, text) for subject in SUBJECTS for text in sentences[subject]]
    told += [(subject, text) for subject in SUBJECTS for text in sentences[_TOLD].get(subject, ())]
    untold = [text for name in _UNTOLD for text in sentences[name]["urgent"]]
    told += [(urgent(text)[0], text) for text in untold if urgent(text)]
    ordinary = [
        *sentences["none"],
        *sentences[_TOLD]["none"],
        *(t for name in _UNTOLD for t in sentences[name]["none"]),
    ]
    return told, ordinary


def questions_of(folder: Path) -> list[str]:
    """The questions of data sets that the rules hear nothing in, each once, in alphabetical order."""
    rows = (
        json.loads(line)
        for path in sorted(folder.rglob("*.jsonl"))
        if "verifier" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
    )
    asked = {row.get("question") for row in rows}
    return sorted(one for one in asked if isinstance(one, str) and not urgent(one))


def logistic(vectors: NDArray[Any], are: Sequence[bool], c: float = _C) -> NDArray[np.float64]:
    """Weights and bias of a logistic regression, both classes weighing the same; by Newton's method, halving steps that overshoot."""
    x = np.column_stack([np.asarray(vectors, dtype=float), np.ones(len(vectors))])
    y = np.asarray(are, dtype=float)
    share = np.where(y == 1, 0.5 / y.sum(), 0.5 / (1 - y).sum()) * len(y)
    ridge = np.full(x.shape[1], 1 / c)
    ridge[-1] = 1e-9  # the bias is free, but for what keeps the system regular

    def loss(w: NDArray[np.float64]) -> float:
        score = x @ w
        return float((share * (np.logaddexp(0, score) - y * score)).sum() + 0.5 * (ridge * w * w).sum())

    w = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-(x @ w)))
        slope = x.T @ (share * (p - y)) + ridge * w
        step = np.linalg.solve((x.T * (share * p * (1 - p))) @ x + np.diag(ridge), slope)
        before, scale = loss(w), 1.0
        while loss(w - scale * step) > before and scale > 1e-6:
            scale /= 2
        w = w - scale * step
        if np.abs(scale * step).max() < 1e-8:
            break
    return w


def learn(sentences: Mapping[str, Any], asked: Sequence[str], embedder: Any) -> dict[str, Any]:
    """What is written: see :class:`sourcier.app.relay.hearing.Meaning`."""
    told, ordinary = taught(sentences)
    taught_by, held = asked[::2], asked[1::2]
    urgent_vectors = embedder.embed_queries([text for _, text in told])
    others = embedder.embed_queries([*ordinary, *taught_by])
    gate = logistic(np.vstack([urgent_vectors, others]), [True] * len(told) + [False] * len(others))
    scores = np.sort(embedder.embed_queries(held) @ gate[:-1] + gate[-1])[::-1]
    threshold = 1 / (1 + np.exp(-scores[int(_ALARMS * len(scores))]))
    subjects = {one: logistic(urgent_vectors, [subject == one for subject, _ in told]) for one in SUBJECTS}
    return {
        "embedding": embedder.fingerprint,
        "threshold": round(float(threshold), _DIGITS),
        "gate": _rounded(gate),
        "subjects": {subject: _rounded(weights) for subject, weights in subjects.items()},
    }


def _rounded(weights: Iterable[float]) -> list[float]:
    return [round(float(weight), _DIGITS) for weight in weights]


def main(arguments: Sequence[str]) -> None:
    """Learn from a file of sentences and a folder of data sets."""
    from sourcier.core.settings import load
    from sourcier.index.embedding import load_embedder

    file, folder = map(Path, arguments)
    settings = load().settings
    sentences = tomllib.loads(file.read_text(encoding="utf-8"))
    made = learn(sentences, questions_of(folder), load_embedder(settings.embedding, settings.home))
    Path(__file__).with_name(FILE).write_text(json.dumps(made) + "\n", encoding="utf-8")
    sys.stdout.write(f"{FILE}: {made['threshold']}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
