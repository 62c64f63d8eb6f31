"""Learn how much each feature of a candidate counts, on the development halves of question sets.

    python -m sourcier.eval.training.train_ranking SOURCE… --work FOLDER [--write]

The sources are those of ``make bench-retrieval``. Each question gives the candidates that a search would rank, and the
documents that are right. Weights are learnt by the listwise softmax loss (Cao et al. 2007, "Learning to rank: from pairwise
approach to listwise approach", ICML; Xia et al. 2008 for its likelihood), every set counting as much as it is given. A
right document is represented by its best passage under the weights so far; its other passages are neither right nor wrong.

What is printed is learnt on one half and measured on the other, both ways; what is written is learnt on ``dev`` alone, so
that ``test`` stays to report.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from sourcier.core.errors import EmptyIndexError
from sourcier.core.settings import load
from sourcier.eval.bench.retrieval.sets import SearchSet, find_sets
from sourcier.eval.metrics.retrieval import ndcg, recall, same_document
from sourcier.eval.script import run_script
from sourcier.eval.split import Split, half_of, parent_of
from sourcier.index import ranking
from sourcier.index.embedding import load_embedder
from sourcier.index.features import NAMES
from sourcier.index.query import understand
from sourcier.index.ranking import features_of
from sourcier.index.search import Searcher
from sourcier.index.selection import best

__all__ = ["Examples", "collect", "evaluate", "fit"]

_CANDIDATES = 100
_STEPS, _RATE, _DECAY = 250, 0.05, 1e-2
#: Steps between two choices of the passage that stands for a right document.
_CHOOSE = 5

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Examples:
    """The candidates of a set's questions, side by side; rows beyond a question's own are of document -1.

    Attributes:
        features: (questions, candidates, features).
        documents: (questions, candidates) the document of each candidate; ``right`` whether it is relevant.
        relevant: (questions,) how many documents are.
        dev: (questions,) whether it is in the development half.
    """

    name: str
    features: Floats
    documents: NDArray[np.int64]
    right: NDArray[np.bool_]
    relevant: NDArray[np.int64]
    dev: NDArray[np.bool_]


def collect(one: SearchSet, kept: Path) -> Examples:
    """The candidates of a set that is indexed.

    Args:
        kept: where vectors of questions are kept for the next time.

    Raises:
        EmptyIndexError: it is not indexed yet: ``make bench-retrieval`` does that.
    """
    settings = load(environ={}, options={"home": one.home, "search.dense": "exact", "search.cache": 0}).settings
    embedder = load_embedder(settings.embedding, kept)
    features = np.zeros((len(one.queries), 2 * _CANDIDATES, len(NAMES)), np.float32)
    documents = np.full(features.shape[:2], -1)
    right = np.zeros(features.shape[:2], bool)
    with closing(Searcher.open(settings, embedder=embedder)) as searcher:
        generation = searcher.generation
        sizes = [row.n_passages for row in generation.documents]
        owner = np.repeat(np.arange(len(sizes)), sizes)
        for number, query in enumerate(one.queries):
            asked = understand(query.question, generation.words, searcher.lexicon)
            vector = embedder.embed_queries([asked.text])[0]
            scores = generation.lexical.scores({term.term: term.weight for term in asked.terms})
            rows = np.union1d(generation.nearest(vector, _CANDIDATES), best(scores, _CANDIDATES, above=0.0))
            features[number, : len(rows)], _ = features_of(asked, vector, rows, scores, generation)
            found = owner[rows]
            documents[number, : len(rows)] = found
            relevant = {
                document
                for document in set(found.tolist())
                if (row := generation.documents[document])
                and any(same_document(label, row.document_id, row.path) for label in query.relevant)
            }
            right[number, : len(rows)] = np.isin(found, list(relevant))
    counts = np.array([len(query.relevant) for query in one.queries])
    dev = np.array([half_of(parent_of(query)) is Split.DEV for query in one.queries])
    return Examples(one.name, features, documents, right, counts, dev)


def fit(sets: Sequence[Examples], *, dev: bool, shares: Mapping[str, float] | None = None) -> Floats:
    """(features,) weights learnt on one half of each set.

    Args:
        shares: how much a set counts, 1 where it is not named.
    """
    parts = [(one, np.flatnonzero((one.dev == dev) & one.right.any(axis=1))) for one in sets]
    x = np.concatenate([one.features[kept] for one, kept in parts])
    documents = np.concatenate([one.documents[kept] for one, kept in parts])
    right = np.concatenate([one.right[kept] for one, kept in parts])
    count = np.concatenate(
        [np.full(len(kept), (shares or {}).get(one.name, 1.0) / max(len(kept), 1)) for one, kept in parts]
    ).astype(np.float32)
    count /= count.sum()
    there = documents >= 0
    deviation = x[there].std(axis=0) + 1e-4
    x = x / deviation
    weights = np.zeros(x.shape[2], np.float32)
    first, second = np.zeros_like(weights), np.zeros_like(weights)  # Adam (Kingma and Ba 2015)
    for step in range(1, _STEPS + 1):
        scores = np.where(there, x @ weights, np.float32(-1e9))
        if step % _CHOOSE == 1:
            chosen = _representatives(scores, documents, right)
            kept = there & (~right | chosen)
            target = chosen / chosen.sum(axis=1, keepdims=True)
        scores = np.where(kept, scores, np.float32(-1e9))
        share = np.exp(scores - scores.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        held = share * chosen
        held /= np.maximum(held.sum(axis=1, keepdims=True), 1e-12)
        # Half of the loss wants every right document high, half wants one of them first.
        wrong = (share - 0.5 * target - 0.5 * held) * count[:, None]
        gradient = np.einsum("qc,qcf->f", wrong, x) + 2 * _DECAY * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.98 * second + 0.02 * gradient**2
        move = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.98**step)) + 1e-8)
        weights = (weights - _RATE * (1 - step / _STEPS) * move).astype(np.float32)
    learnt: Floats = (weights / deviation).astype(np.float32)
    return learnt


def evaluate(weights: Floats, one: Examples, *, dev: bool) -> NDArray[np.float64]:
    """(questions, 3) nDCG@10, R@5 and R@10 of one half of a set, documents ranked by their best passage."""
    scores = np.where(one.documents >= 0, one.features @ weights, np.float32(-1e9))
    found = []
    for number in np.flatnonzero(one.dev == dev):
        order = np.argsort(-scores[number], kind="stable")
        grades: dict[int, float] = {}
        for place in order:
            if (document := int(one.documents[number, place])) >= 0:
                grades.setdefault(document, float(one.right[number, place]))
        ranking_, judged = list(grades.values()), [1.0] * int(one.relevant[number])
        values = (ndcg(ranking_, judged, 10), recall(ranking_, judged, 5), recall(ranking_, judged, 10))
        found.append([math.nan if value is None else value for value in values])
    return np.array(found).reshape(-1, 3)


def _representatives(scores: Floats, documents: NDArray[np.int64], right: NDArray[np.bool_]) -> NDArray[np.bool_]:
    chosen = np.zeros_like(right)
    for number in range(len(right)):
        best_of: dict[int, int] = {}
        for place in np.flatnonzero(right[number]).tolist():
            document = int(documents[number, place])
            if document not in best_of or scores[number, place] > scores[number, best_of[document]]:
                best_of[document] = place
        chosen[number, list(best_of.values())] = True
    return chosen


def _tell(
    label: str, learn_on: Sequence[Examples], measure_on: Sequence[Examples], shares: Mapping[str, float]
) -> None:
    parts: dict[str, list[NDArray[np.float64]]] = {}
    for dev in (True, False):
        weights = fit(learn_on, dev=dev, shares=shares)
        for one in measure_on:
            parts.setdefault(one.name, []).append(evaluate(weights, one, dev=not dev))
    for name, halves in parts.items():
        values = 100 * np.nanmean(np.concatenate(halves), axis=0)
        typer.echo(f"{label:24} {name:14} " + " ".join(f"{value:6.1f}" for value in values))


def main(
    sources: Annotated[list[Path] | None, typer.Argument()] = None,
    work: Annotated[Path, typer.Option()] = Path(".bench"),
    names: Annotated[str, typer.Option("--sets")] = "",
    shares: Annotated[str, typer.Option(help="piaf=2,code=0.5: how much a set counts")] = "",
    write: Annotated[bool, typer.Option()] = False,
) -> None:
    """Learn, print what each half gives on the other, and write the weights of the ``dev`` halves."""
    counted = {name: float(share) for name, _, share in (one.partition("=") for one in shares.split(",") if one)}
    sets: list[Examples] = []
    for found in find_sets(sources or [], work, [name for name in names.split(",") if name]):
        try:
            sets.append(collect(found, work))
        except EmptyIndexError:
            typer.echo(f"{found.name}: -", err=True)
    typer.echo(f"{'':24} {'':14} nDCG10    R@5   R@10")
    _tell("all", sets, sets, counted)
    for one in sets:
        _tell("itself alone", [one], [one], counted)
        if len(sets) > 1:
            _tell("all others", [other for other in sets if other is not one], [one], counted)
    weights = fit(sets, dev=True, shares=counted)
    told = {name: round(float(weight), 4) for name, weight in zip(NAMES, weights, strict=True)}
    text = json.dumps({"sets": [one.name for one in sets], "shares": counted, "weights": told}, indent=2)
    typer.echo(text)
    if write:
        Path(ranking.__file__).with_name("ranking.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    run_script(main, "Learn the weights of the ranking.")
