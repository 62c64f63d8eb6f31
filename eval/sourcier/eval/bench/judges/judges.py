"""What each judge says of a claim: a score where more is better, and the least score that counts as support."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcier.app.answering.verifier import Verifier
from sourcier.app.answering.verifier.attribution import bare
from sourcier.app.answering.verifier.overlap import coverage
from sourcier.app.answering.verifier.text import read
from sourcier.core.settings import Settings
from sourcier.eval.training.examples import Example
from sourcier.index.embedding import Embedder

Floats = NDArray[np.float64]
Judge = Callable[[Sequence[Example]], Floats]


def ours(embedder: Embedder | None) -> Judge:
    """The verifier of the program; without an embedder, its forest of words alone."""
    verifier = Verifier.load(embedder)

    def judge(examples: Sequence[Example]) -> Floats:
        return np.array([verifier.verify(e.claim, e.evidence, question=e.question).support for e in examples])

    return judge


def overlap(examples: Sequence[Example]) -> Floats:
    """Weighted share of the claim's stems found anywhere in its evidence."""
    found = []
    for e in examples:
        stems = {t.stem for s in e.evidence for t in read(s.text).tokens}
        found.append(coverage(read(bare(e.claim)), stems))
    return np.array(found)


def cosine(embedder: Embedder) -> Judge:
    """Cosine of the claim with the nearest sentence of its evidence."""

    def judge(examples: Sequence[Example]) -> Floats:
        texts = list(dict.fromkeys(t for e in examples for t in (e.claim, *(s.text for s in e.evidence))))
        place = {text: i for i, text in enumerate(texts)}
        vectors = np.asarray(embedder.embed_passages(texts), np.float32)
        vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.array(
            [max(float(vectors[place[e.claim]] @ vectors[place[s.text]]) for s in e.evidence) for e in examples]
        )

    return judge


def faithfulness(settings: Settings, cache: Path) -> Judge:
    """LlamaIndex's ``FaithfulnessEvaluator``, as its documentation shows it, with our embedded model.

    Args:
        cache: file of verdicts, one a line, so that an interrupted run goes on where it stopped.
    """
    from llama_index.core.evaluation import FaithfulnessEvaluator

    from sourcier.app.models.cancelling import current
    from sourcier.app.models.embedded import EmbeddedModel

    cache.parent.mkdir(parents=True, exist_ok=True)
    rows = [json.loads(line) for line in cache.read_text(encoding="utf-8").splitlines()] if cache.exists() else []
    known: dict[str, float] = {row["key"]: row["score"] for row in rows}
    model: list[EmbeddedModel] = []

    def ask(e: Example) -> float:
        if not model:
            model.append(EmbeddedModel(settings.model, settings.home))
        with model[0]._llm(16, (), current()) as llm:
            found = FaithfulnessEvaluator(llm=llm).evaluate(
                query=e.question or "", response=e.claim, contexts=[s.text for s in e.evidence]
            )
        return float(bool(found.passing))

    def judge(examples: Sequence[Example]) -> Floats:
        scores = []
        for e in examples:
            key = hashlib.sha256("\n".join([e.claim, *(s.text for s in e.evidence)]).encode()).hexdigest()[:24]
            if key not in known:
                known[key] = ask(e)
                with cache.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"key": key, "score": known[key]}) + "\n")
            scores.append(known[key])
        return np.array(scores)

    return judge


def best_threshold(scores: Floats, labels: NDArray[np.int64]) -> float:
    """The score from which calling a claim supported gives the highest balanced accuracy."""
    right, wrong = scores[labels == 1], scores[labels == 0]
    tried = np.unique(scores)
    gains = [(right >= t).mean() + (wrong < t).mean() for t in tried]
    return float(tried[int(np.argmax(gains))])
