"""Which questions call for a person first: by the rules of :mod:`urgency`, and by their meaning where those hear nothing.

Rules know the words they were given; someone who is hurt finds others. A question's vector, which the search makes anyway, says how
near it is to sentences that called for a person. The plain logistic regression over it was learnt by :mod:`learning` with one
embedding model: with another, the rules are alone.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcier.app.relay.urgency import SUBJECTS, Subject, urgent
from sourcier.index.embedder import Embedder

__all__ = ["FILE", "Hearing", "Meaning", "learnt"]

FILE = "meaning.json"
#: Characters of a question whose meaning is looked at: a page. The model reads no more.
_MOST = 2000
#: A request for a poem, a joke, a story, or to forget one's instructions: unlike any question that taught, and near to none. The
#: rules are heard in it all the same.
_PLAY = re.compile(
    r"^\W*(?:ecri[st]|compose|redige|invente|recite|raconte|conte|chante|dis|fais|tell|write|sing|make up)\w*\b.{0,25}"
    r"\b(?:poemes?|haikus?|chansons?|blagues?|jokes?|farces?|histoires? (?:drole|de (?:peur|pirate|dragon))\w*|contes?|fable|slam|rap|"
    r"poems?|songs?|story|stories|limericks?)\b"
    r"|^\W*(?:ignore|oublie|forget|disregard)[rsz]?\b.{0,40}\b(?:instructions?|consignes?|regles?|rules?|previous)\b"
)
#: Share of the likeliest subject's probability from which another one is told with it.
_NEARLY = 0.4


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was learnt.

    Attributes:
        embedding: fingerprint of the embedding model.
        threshold: probability, 0 to 1, from which a question calls for a person.
        gate: a weight for each dimension of a vector, then the bias.
        subjects: the same for each subject, in the order of ``SUBJECTS``: which one it is, once it is one.
    """

    embedding: str
    threshold: float
    gate: NDArray[np.float64]
    subjects: NDArray[np.float64]

    def probability(self, vector: NDArray[Any]) -> float:
        """How probable it is, 0 to 1, that the question of that vector calls for a person."""
        return float(1 / (1 + np.exp(-(vector @ self.gate[:-1] + self.gate[-1]))))

    def likeliest(self, vector: NDArray[Any]) -> tuple[Subject, ...]:
        """The likeliest of them, with another where the two are nearly as likely: whom it names is shown either way."""
        scores = 1 / (1 + np.exp(-(self.subjects[:, :-1] @ vector + self.subjects[:, -1])))
        near = sorted(np.flatnonzero(scores >= _NEARLY * scores.max()), key=lambda at: -scores[at])[:2]
        return tuple(SUBJECTS[at] for at in sorted(near))


class Hearing:
    """Hears which urgent subjects a question touches. Keeps nothing of it.

    Args:
        embedder: of the search; None, or another model than the one learnt with, leaves the rules alone.
    """

    def __init__(self, embedder: Embedder | None = None) -> None:
        meaning = learnt()
        known = embedder is not None and getattr(embedder, "fingerprint", "") == meaning.embedding
        self._embedder = embedder if known else None
        self._meaning = meaning

    def subjects(self, text: str) -> tuple[Subject, ...]:
        """The urgent subjects that ``text`` touches, the gravest first; none for a question like any other."""
        heard = urgent(text)
        if heard or self._embedder is None or not text.strip() or _PLAY.search(_folded(text[:_MOST])):
            return heard
        # Half of a surrogate pair is no text to a tokenizer.
        read = text[:_MOST].encode("utf-8", "replace").decode()
        [vector] = self._embedder.embed_queries([read])
        likely = self._meaning.probability(vector) >= self._meaning.threshold
        return self._meaning.likeliest(vector) if likely else ()


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.lower())
    return "".join(character for character in plain if not unicodedata.combining(character))


@cache
def learnt() -> Meaning:
    """What comes with the program."""
    raw = json.loads((files("sourcier.app.relay") / FILE).read_text(encoding="utf-8"))
    subjects = np.array([raw["subjects"][subject] for subject in SUBJECTS])
    return Meaning(raw["embedding"], raw["threshold"], np.array(raw["gate"]), subjects)
