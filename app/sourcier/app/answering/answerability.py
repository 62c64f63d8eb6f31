"""Do the passages found answer the question at all? A probability, learnt; below a threshold, nothing is answered.

A question whose key words (« salaire », « FTQ ») nothing in the best sentences matches, even in other words, is a
question about something else, however close its subject. The features measure that; their weights are learnt by
``sourcier.eval.training.train_answerability`` and kept in ``answerability.json``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from sourcier.app.answering import binding
from sourcier.app.answering.evidence import Unit
from sourcier.app.answering.question import question_language
from sourcier.app.answering.roles import said_of_role
from sourcier.app.answering.terms import content_stems, coverage
from sourcier.app.answering.wanted import holds, wanted_by
from sourcier.index.analyser import analyse
from sourcier.index.embedding import Embedder, TokenVectors

Weights = Callable[[str], float]

#: How many of the best units are looked at, and how many for what they bind together.
BEST = 4
#: The least probability where one sentence says all that is asked; the most where a role is asked of a body, and all that is
#: found has it in other bodies; words a question must have for the first to tell anything.
SAID = 0.6
UNSAID = 0.01
_FEW = 3
BOUND = 5
_WORD = re.compile(r"[\w]+(?:[-'’.][\w]+)*", re.UNICODE)
_NAME = re.compile(r"(?<![.!?…:«\n]\s)(?<!^)\b[A-ZÀ-ÖØ-Þ][\w’'-]+", re.UNICODE)
_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]{2,}\b")
_PERSONAL = re.compile(r"\b(?:je|moi|mon|ma|mes|my|me|i)\b|\bj[’']|\b(?:puis|dois|peux|ai)-je\b|\bjai\b", re.IGNORECASE)

FEATURES = (
    "passage_cosine", "unit_cosine", "unit_cosine_second", "cosine_spread", "lexical_best", "lexical_union",
    "lexical_passage", "soft_mean", "soft_low", "soft_union_low", "hard_missing", "unknown_share", "names_missing",
    "acronyms_missing", "value_missing", "value_missing_near", "personal", "english", "content_words",
    *binding.NAMES,
    "passage_gap", "passage_fall", "passage_lead", "dense_spread", "dense_first", "lexical_first", "unit_score", "unit_gap",
    "unit_fall", "unit_stands_out", "similarity_first", "overlap_first", "one_document", "length_first",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answerability:
    """A logistic model over :data:`FEATURES`, standardised by ``mean`` and ``scale``."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: float

    @classmethod
    def load(cls) -> Answerability:
        """The model that ships with the program."""
        raw = json.loads((files(__package__) / "answerability.json").read_text(encoding="utf-8"))
        if tuple(raw["features"]) != FEATURES:
            raise ValueError("answerability.json was learnt on other features: train it again")
        arrays = {name: np.array(raw[name], dtype=np.float64) for name in ("mean", "scale", "weights")}
        return cls(**arrays, bias=float(raw["bias"]))

    def probability(self, question: str, ranked: Sequence[Unit], embedder: Embedder, weight_of: Weights) -> float:
        """Probability, 0 to 1, that ``ranked`` units (best first) answer ``question``."""
        if not ranked:
            return 0.0
        learnt = float(self.probabilities(features(question, ranked, embedder, weight_of)[None, :])[0])
        held = said_of_role(question, (unit.text for unit in ranked))
        if held is False:
            return min(learnt, UNSAID)
        return max(learnt, SAID) if held or says_it_all(question, ranked) else learnt

    def probabilities(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n,) what the model says of rows of :data:`FEATURES`, shape (n, features)."""
        return np.asarray(1.0 / (1.0 + np.exp(-((rows - self.mean) / self.scale) @ self.weights - self.bias)))


def says_it_all(question: str, ranked: Sequence[Unit]) -> bool:
    """Whether one of the best sentences holds every word of the question and a value of each kind it asks for.

    What is learnt compares passages with each other and words by their rarity: it says little where there are three
    passages in all, as when a first document has just been read.
    """
    asked, wanted = content_stems(question), wanted_by(question)
    return len(asked) >= _FEW and any(
        asked <= content_stems(unit.text) and all(holds(kind, unit.text) for kind in wanted) for unit in ranked[:BEST]
    )


def features(question: str, ranked: Sequence[Unit], embedder: Embedder, weight_of: Weights) -> NDArray[np.float64]:
    """The values of :data:`FEATURES`, in that order, for a question and its units, best first."""
    best = ranked[:BEST]
    asked = content_stems(question)
    held = [content_stems(f"{unit.heading} {unit.text}") for unit in best]
    passages = [content_stems(f"{unit.heading} {unit.hit.passage.text}") for unit in best]
    union = frozenset().union(*held)
    cosines = sorted((unit.similarity for unit in ranked), reverse=True)
    soft = soft_match(question, best, embedder)
    weights = np.array([weight_of(stem) for stem, _ in soft], dtype=np.float64)
    matches = np.array([scores for _, scores in soft], dtype=np.float64).reshape(len(soft), len(best))
    means = (weights @ matches / weights.sum()) if weights.sum() > 0 else np.zeros(len(best))
    lows = _weighted_low(matches, weights)
    names = {stem for name in _NAME.findall(question) for stem in analyse(name)} & asked
    acronyms = {stem for name in _ACRONYM.findall(question) for stem in analyse(name)} & asked
    known = frozenset().union(*passages)
    total = sum(map(weight_of, asked)) or 1.0
    rarest = weight_of("")  # what no text holds weighs the most
    wanted = wanted_by(question)
    bound = _bound(question, ranked[:BOUND], embedder, weight_of)
    return np.array(
        [
            max((unit.hit.dense for unit in ranked), default=0.0),
            cosines[0],
            cosines[1] if len(cosines) > 1 else cosines[0],
            cosines[0] - float(np.mean(cosines)),
            max(coverage(asked, one, weight_of) for one in held),
            coverage(asked, union, weight_of),
            max(coverage(asked, one, weight_of) for one in passages),
            float(means.max(initial=0.0)),
            float(lows.max(initial=0.0)),
            float(_weighted_low(matches.max(axis=1, initial=0.0).reshape(-1, 1), weights).max(initial=0.0)),
            max((weight_of(stem) for stem in asked - union), default=0.0) / (rarest or 1.0),
            sum(weight_of(stem) for stem in asked if weight_of(stem) >= rarest) / total,
            len(names - known) / len(names) if names else 0.0,
            float(bool(acronyms - known)),
            float(any(not any(holds(kind, unit.text) for unit in best) for kind in wanted)),
            float(any(not holds(kind, best[0].text) for kind in wanted)),
            float(bool(_PERSONAL.search(question))),
            float(question_language(question) == "en"),
            math.log1p(len(asked)),
            *(float(getattr(bound, name)) for name in binding.NAMES),
            *_ranking(ranked),
        ]
    )


def _bound(question: str, best: Sequence[Unit], embedder: Embedder, weight_of: Weights) -> binding.Bound:
    """What the sentences bind together; their headings are read with them, and their words are not taken for theirs."""
    texts = [f"{unit.heading} : {unit.text}" for unit in best]
    sentences = []
    for unit, text, tokens in zip(best, texts, embedder.embed_tokens(texts), strict=True):
        offset = len(text) - len(unit.text)
        inside = tokens.spans[:, 0] >= offset
        own = TokenVectors(tokens.spans[inside] - offset, tokens.vectors[inside])
        sentences.append((unit.heading, binding.read(unit.text, own)))
    asked = binding.read(question, embedder.embed_tokens([question], query=True)[0])
    return binding.bind(asked, sentences, weight_of)


def _ranking(ranked: Sequence[Unit]) -> list[float]:
    """What the order itself tells: whether the first passage and the first sentence stand out among the others."""
    hits = sorted({unit.hit.rank: unit.hit for unit in ranked}.values(), key=lambda hit: hit.rank)
    first = hits[0]
    scores = np.array([hit.score for hit in hits])
    dense = np.array([hit.dense for hit in hits])
    similarity = np.array([unit.similarity for unit in ranked])
    score = [unit.score for unit in ranked]
    return [
        float(scores[0] - scores[1]) if len(scores) > 1 else 0.0,
        float(scores[0] - scores[-1]),
        float(scores[0] - scores.mean()),
        float(dense.max() - dense.mean()),
        first.dense,
        first.lexical,
        score[0],
        score[0] - score[min(1, len(score) - 1)],
        score[0] - score[min(4, len(score) - 1)],
        float((similarity.max() - similarity.mean()) / (similarity.std() + 1e-6)),
        ranked[0].similarity,
        ranked[0].overlap,
        sum(hit.passage.document_id == first.passage.document_id for hit in hits) / len(hits),
        len(ranked[0].text) / 200,
    ]


def soft_match(question: str, best: Sequence[Unit], embedder: Embedder) -> list[tuple[str, list[float]]]:
    """For each content word of the question, how closely the nearest word of each unit matches it.

    Late interaction (Khattab and Zaharia, 2020) over the embedding model's own token vectors, by word: the mean of a
    word's token vectors against those of the unit's words; a word held as such matches at 1.
    """
    asked = _words(question, embedder.embed_tokens([question], query=True)[0])
    texts = [f"{unit.heading} : {unit.text}" for unit in best]
    held = [_words(text, vectors) for text, vectors in zip(texts, embedder.embed_tokens(texts), strict=True)]
    content = content_stems(question)
    matches = []
    for word, vector in asked:
        stems = [stem for stem in analyse(word) if stem in content]
        if not stems:
            continue
        scores = []
        for words, text in zip(held, texts, strict=True):
            exact = stems[0] in content_stems(text)
            near = max((float(other @ vector) for _, other in words), default=0.0)
            scores.append(1.0 if exact else near)
        matches.append((stems[0], scores))
    return matches


def _words(text: str, tokens: TokenVectors) -> list[tuple[str, NDArray[np.float32]]]:
    found = []
    for match in _WORD.finditer(text):
        inside = (tokens.spans[:, 0] < match.end()) & (tokens.spans[:, 1] > match.start())
        if inside.any():
            mean = tokens.vectors[inside].mean(axis=0)
            found.append((match.group(), mean / (np.linalg.norm(mean) or 1.0)))
    return found


def _weighted_low(matches: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """By unit, the match of the worst matched third of the question's weight."""
    if not len(matches) or weights.sum() <= 0:
        return np.zeros(matches.shape[1] if matches.ndim > 1 else 0)
    lows = []
    for column in matches.T:
        order = np.argsort(column)
        left, total, spent = weights.sum() / 3, 0.0, 0.0
        for i in order:
            take = min(weights[i], left - spent)
            total += take * column[i]
            spent += take
            if spent >= left:
                break
        lows.append(total / spent if spent else 0.0)
    return np.array(lows)
