"""What a judge says of the sentences of answers: are they carried by what they cite, and by all that was retrieved?

Citation recall, precision and F1 are the strict ones of ALCE (Gao et al. 2023, EMNLP, § 3) over check-worthy sentences;
faithfulness is the share of them that everything retrieved carries, and that of answers whose every sentence is (as
FACTS Grounding counts). A verdict that cannot be read supports nothing and is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcier.core.types import Answer
from sourcier.eval.judges.base import Judge, Verdict
from sourcier.eval.metrics.citations import Claim, claims_of
from sourcier.eval.metrics.intervals import SEED, Estimate, of_means, proportion

__all__ = ["JudgedAnswer", "JudgedSentence", "f1_of", "judge_answer", "of_judge", "retrieved_texts"]

Floats = NDArray[np.float64]

#: Canonical text of a document, by id; ``None`` for a document that the index does not hold.
Texts = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """One check-worthy sentence.

    Attributes:
        supported: what it cites carries it; never so where it cites nothing, or something that is not there.
        score: the judge's, 0 to 1, for what it cites; ``None`` where it has none or was not asked.
        readable: no verdict on this sentence was unreadable.
        faithful: all that was retrieved carries it.
        cited: it has a citation that leads somewhere.
        citations: of this sentence, those that lead nowhere included; ``useful`` those that are needed or enough.
    """

    supported: bool
    score: float | None
    readable: bool
    faithful: bool
    cited: bool
    citations: int
    useful: int


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """The sentences of one answer, as one judge saw them; none for an abstention."""

    id: str
    judge: str
    sentences: tuple[JudgedSentence, ...]

    def to_json(self) -> dict[str, Any]:
        """A line of ``judgements.jsonl``."""
        return {"id": self.id, "judge": self.judge, "sentences": [asdict(sentence) for sentence in self.sentences]}


def retrieved_texts(answer: Answer, texts: Texts) -> list[str]:
    """What was retrieved for an answer, word for word, passage by passage."""
    found = ((texts(hit.passage.document_id), hit.passage) for hit in answer.retrieved)
    return [text[passage.start : passage.end] for text, passage in found if text is not None]


def judge_answer(identifier: str, answer: Answer, judge: Judge, texts: Texts) -> JudgedAnswer:
    """Judge every check-worthy sentence of ``answer``; ``texts`` reads the store again, not the answer."""
    retrieved = retrieved_texts(answer, texts)
    sentences = tuple(_judged(claim, judge, retrieved, answer.question) for claim in claims_of(answer))
    return JudgedAnswer(identifier, judge.name, sentences)


def _judged(claim: Claim, judge: Judge, retrieved: Sequence[str], question: str) -> JudgedSentence:
    readable = True

    def ask(sources: Sequence[str]) -> Verdict:
        nonlocal readable
        if not sources:
            return Verdict(supported=False)
        verdict = judge.judge(claim.text, sources, question)
        readable = readable and verdict.readable
        return verdict

    # With a citation that leads nowhere a sentence is not supported, whatever the others say (ALCE, § 3).
    together = ask(claim.quotes) if not claim.astray else Verdict(supported=False)
    useful = 0
    for i, quote in enumerate(claim.quotes if together.supported else ()):
        others = claim.quotes[:i] + claim.quotes[i + 1 :]
        idle = bool(others) and not ask([quote]).supported and ask(others).supported
        useful += not idle
    # What a part of what was retrieved carries, the whole does: a judge is only asked about the whole for the rest.
    inside = all(any(quote in passage for passage in retrieved) for quote in claim.quotes)
    faithful = (together.supported and inside) or ask(retrieved).supported
    return JudgedSentence(
        together.supported, together.score, readable, faithful,
        bool(claim.quotes), len(claim.quotes) + claim.astray, useful,
    )  # fmt: skip


def of_judge(judged: Sequence[JudgedAnswer], independent: bool, seed: int = SEED) -> dict[str, Any]:
    """The figures of one judge over the answers of a run.

    Shares of sentences and of citations have Wilson's interval; F1, the harmonic mean of the pooled recall and
    precision, has a bootstrap over answers. ``all_faithful`` is over answers that state something.
    """
    sentences = [sentence for answer in judged for sentence in answer.sentences]
    stating = [answer for answer in judged if answer.sentences]
    return {
        "independent": independent,
        "citation_recall": proportion(sum(s.supported for s in sentences), len(sentences)),
        "citation_precision": proportion(sum(s.useful for s in sentences), sum(s.citations for s in sentences)),
        "citation_f1": f1_of(judged, seed),
        "faithfulness": proportion(sum(s.faithful for s in sentences), len(sentences)),
        "all_faithful": proportion(sum(all(s.faithful for s in a.sentences) for a in stating), len(stating)),
        "unreadable": proportion(sum(not s.readable for s in sentences), len(sentences)),
        "corrected": None,
    }


def f1_of(judged: Sequence[JudgedAnswer], seed: int = SEED) -> Estimate:
    """2PR / (P + R) of the pooled recall R and precision P; 0 where nothing is supported. ``n`` is in sentences."""
    rows = [
        (
            sum(s.supported for s in answer.sentences),
            len(answer.sentences),
            sum(s.useful for s in answer.sentences),
            sum(s.citations for s in answer.sentences),
        )
        for answer in judged
        if answer.sentences
    ]

    def f1(supported: Floats, claims: Floats, useful: Floats, citations: Floats) -> Floats:
        recall = supported / claims
        precision = useful / np.maximum(citations, 1e-12)
        harmonic: Floats = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
        return harmonic

    found = of_means(rows, f1, n=sum(row[1] for row in rows), seed=seed)
    if found.value is None or found.low != found.high:
        return found
    # Answers that are all alike leave the bootstrap nothing to draw: the bounds are those of the two shares.
    columns = [int(sum(column)) for column in zip(*rows, strict=True)]
    shares = proportion(columns[0], columns[1]), proportion(columns[2], columns[3])
    low, high = (_harmonic(*(getattr(share, end) or 0.0 for share in shares)) for end in ("low", "high"))
    return replace(found, low=low, high=high)


def _harmonic(first: float, second: float) -> float:
    return 2 * first * second / (first + second) if first + second else 0.0
