"""Is what is asked bound together in one sentence: the thing, of whom, and a value of the kind wanted, side by side?

A near miss shares every word with the documents but one: they give the date of a launch, not its cost. Its words are
all found, and never where a value of the wanted kind stands. These features look at one sentence at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from sourcier.app.answering.terms import content_stems
from sourcier.app.answering.verifier.text import fold
from sourcier.app.answering.wanted import Wanted, found_values, wanted_by
from sourcier.index.analyser import analyse
from sourcier.index.embedding import TokenVectors

_WORD = re.compile(r"[\w]+(?:[-'’.][\w]+)*", re.UNICODE)
#: How many words apart a value and what it is a value of may stand: « 14 sont qualifiées », « la prime est de 3 $ ».
REACH = 6
_KINDS = re.compile(
    r"(?P<count>\bcombien\b|\bnombre\b|\bhow (?:many|much|long)\b)|(?P<who>\bqui\b|\bwho\b)|(?P<when>\bquand\b|\bquelle? (?:date|annee|jour|mois)\b|\bwhen\b)"
    r"|(?P<where>\bou\b(?! [^?]*\?\s*\w)|\bquelle? (?:ville|pays|region|salle|endroit)\b|\bwhere\b)|(?P<why>\bpourquoi\b|\bwhy\b)"
    r"|(?P<how>\bcomment\b|\bhow\b)|(?P<what>\bquel(?:le)?s?\b|\bqu(?:e|oi|')|\bwhat\b|\bwhich\b)"
)
KINDS = ("count", "who", "when", "where", "why", "how", "what")
_ASKED_OF = re.compile(
    r"\b(?:quel(?:le)?s?(?: (?:est|sont|etait|etaient|serait|seront|sera))?|combien(?: de| d')?|how (?:many|much)|what(?: is| are| was)?|which)\s?"
    r"(?:(?:la|le|les|l'|du|de|des|d'|un|une|the)\s?)*(?P<noun>[a-z][a-z-]+)"
)
_REASON = re.compile(
    r"\b(?:parce qu|car\b|puisqu|afin d|pour (?:que|[a-z]+er\b|[a-z]+ir\b|[a-z]+re\b)|en raison|grace a|a cause|because|so that|in order)"
)


@dataclass(frozen=True, slots=True)
class Read:
    """A text's words with the stem of each (empty for grammar words), its place, and its vector of length 1."""

    text: str
    words: tuple[str, ...]
    stems: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    vectors: NDArray[np.float32]


def read(text: str, tokens: TokenVectors) -> Read:
    """The words of a text that the model read; a word's vector is the mean of its tokens'."""
    content = content_stems(text)
    words, stems, spans, vectors = [], [], [], []
    for match in _WORD.finditer(text):
        inside = (tokens.spans[:, 0] < match.end()) & (tokens.spans[:, 1] > match.start())
        if not inside.any():
            continue
        mean = tokens.vectors[inside].mean(axis=0)
        words.append(match.group())
        stems.append(next((stem for stem in analyse(match.group()) if stem in content), ""))
        spans.append(match.span())
        vectors.append(mean / (np.linalg.norm(mean) or 1.0))
    table = np.array(vectors, dtype=np.float32).reshape(len(vectors), tokens.vectors.shape[1])
    return Read(text, tuple(words), tuple(stems), tuple(spans), table)


@dataclass(frozen=True, slots=True)
class Bound:
    """What one question finds in the sentences; shares and closenesses are 0 to 1."""

    focus: float
    """How closely the word asked of (« budget » in « quel budget ») is matched in any sentence."""
    focus_rest: float
    """The same in one sentence that also holds the rest: the lower of both, at best."""
    focus_share: float
    """How much of the question's weight that word is."""
    bound: float
    """Mean match of the question's words, in the sentence where the weakest of them is best matched."""
    weakest: float
    """Match of that weakest word."""
    value: float
    """Mean match of the best sentence that holds a value of the wanted kind, 0 without one; the best where none is."""
    value_gap: float
    """How much better the best sentence is matched than that one."""
    value_near: float
    """How closely a word near such a value matches the word asked of."""
    values: float
    """How many of the sentences hold such a value."""
    new_name: float
    """For a question about who: whether the best sentence names someone that the question does not."""
    reason: float
    """For a question about why: whether one of the best two sentences gives a reason."""
    years_missing: float
    """Whether a number of the question stands in no sentence."""
    heading: float
    """Share of the question's weight that the best sentence's headings hold by themselves."""
    missing_best: float
    """Weight of the rarest word missing from the best sentence, as a share of the rarest possible."""
    wants_value: float
    kind_count: float
    kind_who: float
    kind_when: float
    kind_where: float
    kind_why: float
    kind_how: float
    kind_what: float


NAMES = tuple(field.name for field in fields(Bound))


def bind(question: Read, sentences: Sequence[tuple[str, Read]], weight_of: Callable[[str], float]) -> Bound:
    """Look for what ``question`` asks in each of ``sentences``, given with their headings, best first."""
    asked = [i for i, stem in enumerate(question.stems) if stem]
    weights = np.array([weight_of(question.stems[i]) for i in asked], dtype=np.float64)
    total = float(weights.sum()) or 1.0
    matches = np.array([_matches(question, asked, heading, one) for heading, one in sentences])
    matches = matches.reshape(len(sentences), len(asked))
    means = matches @ weights / total if len(asked) else np.zeros(len(sentences))
    lows = matches.min(axis=1, initial=1.0)
    best = int(lows.argmax())
    focus = _focus(question, asked)
    place = asked.index(focus) if focus is not None else None
    wanted = wanted_by(question.text)
    held = [_values(wanted, question.text, one.text) for _, one in sentences]
    with_value = [i for i, spans in enumerate(held) if spans]
    top = float(means.max(initial=0.0))
    value = max((float(means[i]) for i in with_value), default=0.0) if wanted else top
    kind = _kind(question.text)
    stems_of = [content_stems(f"{heading} {one.text}") for heading, one in sentences]
    first = int(means.argmax()) if len(means) else 0
    rarest = weight_of("") or 1.0
    missing = [weight_of(stem) for stem in {question.stems[i] for i in asked} - stems_of[first]]
    headed = content_stems(sentences[first][0])
    numbers = set(re.findall(r"\d+", question.text))
    return Bound(
        focus=float(matches[:, place].max()) if place is not None else top,
        focus_rest=float(np.minimum(matches[:, place], means).max()) if place is not None else top,
        focus_share=float(weights[place]) / total if place is not None else 0.0,
        bound=float(means[best]),
        weakest=float(lows[best]),
        value=value,
        value_gap=top - value,
        value_near=_nearest_to_value(question, focus, sentences, held) if wanted else 1.0,
        values=len(with_value) / len(sentences) if wanted else 1.0,
        new_name=float(_names_new(question.text, sentences[first][1].text)) if kind == "who" else 1.0,
        reason=float(any(_REASON.search(fold(one.text)) for _, one in sentences[:2])) if kind == "why" else 1.0,
        years_missing=float(any(all(n not in one.text for _, one in sentences) for n in numbers)),
        heading=sum(w for i, w in zip(asked, weights, strict=True) if question.stems[i] in headed) / total,
        missing_best=max(missing, default=0.0) / rarest,
        wants_value=float(bool(wanted)),
        **{f"kind_{name}": float(kind == name) for name in KINDS},
    )


def _matches(question: Read, asked: Sequence[int], heading: str, one: Read) -> list[float]:
    if not one.words:
        return [0.0] * len(asked)
    held = content_stems(f"{heading} {one.text}")
    near = (one.vectors @ question.vectors[list(asked)].T).max(axis=0) if asked else np.zeros(0)
    return [1.0 if question.stems[i] in held else float(score) for i, score in zip(asked, near, strict=True)]


def _focus(question: Read, asked: Sequence[int]) -> int | None:
    """Which of the question's words says what is asked: the noun after « quel » or « combien de », else the last verb-like
    word, for which the last content word but names stands in.
    """
    found = _ASKED_OF.search(fold(question.text))
    if found:
        noun = found.group("noun")
        place = next((i for i in asked if fold(question.words[i]).startswith(noun)), None)
        if place is not None:
            return place
    plain = [i for i in asked if not question.words[i][0].isupper() and not question.words[i].isdigit()]
    return plain[0] if plain else None


def _kind(question: str) -> str:
    found = _KINDS.search(fold(question))
    return (found.lastgroup or "") if found else ""


def _values(wanted: frozenset[Wanted], question: str, text: str) -> list[tuple[int, int]]:
    """Where ``text`` holds values of a wanted kind that the question does not give itself."""
    given = fold(question)
    return [
        (start, end) for kind in wanted for start, end in found_values(kind, text) if fold(text[start:end]) not in given
    ]


def _nearest_to_value(
    question: Read, focus: int | None, sentences: Sequence[tuple[str, Read]], held: Sequence[list[tuple[int, int]]]
) -> float:
    """How closely the word asked of is matched within :data:`REACH` words of a value; 0 without a value."""
    best = 0.0
    for (_, one), spans in zip(sentences, held, strict=True):
        for start, end in spans:
            at = [i for i, (a, b) in enumerate(one.spans) if a < end and b > start]
            if not at:
                continue
            around = range(max(0, at[0] - REACH), min(len(one.words), at[-1] + REACH + 1))
            near = [i for i in around if i not in at and one.stems[i]]
            if focus is None:
                best = max(best, 0.5)
            elif any(one.stems[i] == question.stems[focus] for i in near):
                return 1.0
            elif near:
                best = max(best, float((one.vectors[near] @ question.vectors[focus]).max()))
    return best


def _names_new(question: str, text: str) -> bool:
    given = fold(question)
    return any(fold(text[a:b]) not in given for a, b in found_values(Wanted.PERSON, text))
