"""Ranking measures on documents, as trec_eval computes them.

A ranking is the list of the grades of the documents found, best first, one entry a document (its first passage);
``judged`` is all the grades of the question. A grade above 0 is relevant. A question without any relevant document
has no score: ``None`` (trec_eval says 0).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sourcier.eval.metrics.intervals import SEED, Estimate, mean

Gain = Literal["linear", "exponential"]


def same_document(label: str, document_id: str, path: str) -> bool:
    """Whether ``label`` names the document: its id, its path, the end of its path, or a row's id after ``#``.

    A label may also be longer than the path (``corpus/a.txt`` for ``a.txt``), but never shares a mere last name
    with another folder: ``particuliers/F1`` is not ``professionnels/F1``.
    """
    if label in {document_id, path} or path.endswith((f"/{label}", f"#{label}")):
        return True
    return bool(path) and label.endswith(f"/{path}")


def absent(labels: Iterable[str], documents: Iterable[tuple[str, str]]) -> list[str]:
    """The labels that name none of the documents ``(document_id, path)`` of an index: nothing can find them.

    The same rule as :func:`same_document`, for many labels and documents at once.
    """
    paths: set[str] = set()
    names: set[str] = set()
    for document_id, path in documents:
        paths.add(path)
        names |= {document_id, path, *_ends(path, "/#")}
    return [
        label for label in dict.fromkeys(labels) if label not in names and not paths.intersection(_ends(label, "/"))
    ]


def grades(found: Iterable[tuple[str, str]], relevant: Mapping[str, float]) -> list[float]:
    """Grades of a ranking of ``(document_id, path)``: one entry a document, one credit a label."""
    ranking: list[float] = []
    seen: set[str] = set()
    used: set[str] = set()
    for document_id, path in found:
        if document_id in seen:
            continue
        seen.add(document_id)
        labels = [label for label in relevant if same_document(label, document_id, path)]
        if labels and used.issuperset(labels):
            continue  # another copy of a document already counted
        ranking.append(max((relevant[label] for label in labels if label not in used), default=0.0))
        used.update(labels)
    return ranking


def ndcg(ranking: Sequence[float], judged: Iterable[float], k: int, gain: Gain = "linear") -> float | None:
    """Normalised discounted cumulative gain at ``k`` (Järvelin and Kekäläinen 2002), discount log2(rank + 1).

    ``linear`` gain is the grade itself: trec_eval's ``ndcg_cut``. ``exponential`` is 2^grade - 1 (Burges 2005), the
    same on 0/1 grades.
    """
    ideal = _dcg(sorted(judged, reverse=True)[:k], gain)
    return _dcg(ranking[:k], gain) / ideal if ideal else None


def recall(ranking: Sequence[float], judged: Iterable[float], k: int) -> float | None:
    """Share of the relevant documents among the first ``k``."""
    relevant = sum(grade > 0 for grade in judged)
    return sum(grade > 0 for grade in ranking[:k]) / relevant if relevant else None


def reciprocal_rank(ranking: Sequence[float], judged: Iterable[float], k: int) -> float | None:
    """1 / rank of the first relevant document, 0 beyond ``k``."""
    if not any(grade > 0 for grade in judged):
        return None
    return next((1 / rank for rank, grade in enumerate(ranking[:k], 1) if grade > 0), 0.0)


@dataclass(frozen=True, slots=True)
class RankingScores:
    """Scores of one question; every measure is ``None`` when nothing is relevant."""

    id: str
    kind: str | None
    documents: int
    values: dict[str, float | None]
    search_ms: float


def score(
    query_id: str, kind: str | None, found: Iterable[tuple[str, str]], relevant: Mapping[str, float], search_ms: float
) -> RankingScores:
    """All the measures of one question, for what was found: ``(document_id, path)``, best first."""
    ranking, judged = grades(found, relevant), list(relevant.values())
    values = {
        "ndcg@10": ndcg(ranking, judged, 10),
        "ndcg_exponential@10": ndcg(ranking, judged, 10, "exponential"),
        "recall@5": recall(ranking, judged, 5),
        "recall@10": recall(ranking, judged, 10),
        "recall@100": recall(ranking, judged, 100),
        "mrr@10": reciprocal_rank(ranking, judged, 10),
        "hit@1": reciprocal_rank(ranking, judged, 1),
    }
    return RankingScores(query_id, kind, len(ranking), values, search_ms)


def summary(scores: Sequence[RankingScores], seed: int = SEED) -> dict[str, Estimate]:
    """Means over the questions that have a relevant document, with bootstrap intervals."""
    names = [] if not scores else list(scores[0].values)
    return {name: mean([v for s in scores if (v := s.values[name]) is not None], seed) for name in names}


def by_kind(scores: Sequence[RankingScores], seed: int = SEED) -> dict[str, dict[str, Estimate]]:
    """:func:`summary` of each kind of query, in alphabetical order; queries without a kind under ``-``."""
    kinds = sorted({s.kind or "-" for s in scores})
    return {kind: summary([s for s in scores if (s.kind or "-") == kind], seed) for kind in kinds}


def _ends(path: str, separators: str) -> Iterator[str]:
    """What follows each separator of ``path``."""
    return (path[i + 1 :] for i, character in enumerate(path) if character in separators)


def _dcg(ranking: Sequence[float], gain: Gain) -> float:
    gains = ranking if gain == "linear" else [2**grade - 1 for grade in ranking]
    return sum(value / math.log2(rank + 1) for rank, value in enumerate(gains, 1))
