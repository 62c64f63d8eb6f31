"""Every ranking asked every question in turn, and what it is worth beside ours."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sourcier.eval.bench.retrieval.rankings import DEPTH, SEEN, Ranking, RememberedQueries
from sourcier.eval.dataset import RetrievalQuery
from sourcier.eval.metrics.intervals import Paired, mean, paired, percentile
from sourcier.eval.metrics.retrieval import RankingScores, score

__all__ = ["MEASURES", "Compared", "Measured", "against", "measure"]

MEASURES = ("ndcg@10", "recall@5", "recall@10", "mrr@10")


@dataclass(slots=True)
class Measured:
    """One ranking on one set.

    Attributes:
        deep: scores by question, from the documents of the first ``DEPTH`` passages; ``seen`` from those of the first
            ``SEEN`` alone, as people get them.
        times: milliseconds of a search for ``SEEN`` passages, without embedding the question.
    """

    name: str
    deep: list[RankingScores] = field(default_factory=list)
    seen: list[RankingScores] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def values(self, measure: str) -> list[float]:
        """By question; those without any relevant document have none in any ranking, and are left out."""
        return [value for one in self.deep if (value := one.values[measure]) is not None]

    def to_json(self) -> dict[str, Any]:
        """Estimates, and what each question brings to them."""
        return {
            "measures": {name: asdict(mean(self.values(name))) for name in MEASURES},
            "seen": {
                name: asdict(mean([value for one in self.seen if (value := one.values[name]) is not None]))
                for name in MEASURES
            },
            "search_ms": {f"p{q}": percentile(self.times, q) for q in (50, 95)},
            "questions": {one.id: {name: one.values[name] for name in MEASURES} for one in self.deep},
        }


@dataclass(frozen=True, slots=True)
class Compared:
    """Ours less another ranking, by measure."""

    name: str
    differences: Mapping[str, Paired]


def measure(
    queries: Sequence[RetrievalQuery],
    rankings: Sequence[Ranking],
    embedder: RememberedQueries,
    progress: Callable[[int, int], None],
) -> list[Measured]:
    """Ask every ranking every question, in turn so that whatever slows the machine slows them all.

    Each question is embedded once, before its turn; the first is asked once more beforehand, and not counted.

    Args:
        queries: their labels are ids of documents (:func:`.corpus.resolved`).
    """
    measured = [Measured(ranking.name) for ranking in rankings]
    for ranking in rankings:
        ranking(queries[0].question, SEEN, queries[0].filter)
    for number, query in enumerate(queries):
        progress(number, len(queries))
        embedder.embed_queries([query.question])
        only = query.filter
        for place in range(len(rankings)):
            # Each in turn goes first: what the one before left in the processor's cache serves nobody in particular.
            ranking, into = rankings[(place + number) % len(rankings)], measured[(place + number) % len(rankings)]
            before, started = embedder.seconds, time.perf_counter()
            seen = ranking(query.question, SEEN, only)
            elapsed = 1000 * (time.perf_counter() - started - (embedder.seconds - before))
            into.times.append(elapsed)
            into.seen.append(_score(query, seen, elapsed))
            into.deep.append(_score(query, ranking(query.question, DEPTH, only), elapsed))
    progress(len(queries), len(queries))
    return measured


def against(ours: Measured, others: Sequence[Measured]) -> list[Compared]:
    """Ours less each of the others, over the same questions (paired bootstrap)."""
    return [
        Compared(other.name, {name: paired(other.values(name), ours.values(name)) for name in MEASURES})
        for other in others
    ]


def _score(query: RetrievalQuery, found: Sequence[str], elapsed: float) -> RankingScores:
    return score(query.id, query.kind, [(document, "") for document in found], query.relevant, elapsed)
