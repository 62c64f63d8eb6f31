"""A question as the search reads it: what is embedded, and the weighted terms that passages are searched for."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sourcier.index.accents import Written, restored
from sourcier.index.analyser import analyse_words
from sourcier.index.lexicon import Kind, Lexicon
from sourcier.index.spelling import Reading, Words

__all__ = ["Origin", "QueryTerm", "Understood", "understand"]

Origin = Literal["typed", "corrected", "lexicon"]

#: Weight of what a term also stands for, before it is shared among its words, where the index does not hold the term,
#: then where it does: a word that the documents use needs no other. Chosen on the development halves of docs/retrieval.md's sets.
_WEIGHTS: dict[Kind, float] = {"acronym": 0.8, "forms": 0.8, "same": 0.8, "english": 0.8}
_HELD_WEIGHTS: dict[Kind, float] = {"acronym": 0.3, "forms": 0.1, "same": 0.1, "english": 0.8}
_MOST_ADDED = 12

#: From this share of the readings, and this many letters, a correction replaces the word in what is embedded.
_SURE, _SURE_LENGTH = 0.8, 6
_CORRECTED, _SURELY_CORRECTED = 0.6, 0.9
_READINGS = 2

_LONGEST_ACRONYM = 7
_TOKEN = re.compile(r"[^\W\d_]+(?:['’ʼ´`][^\W\d_]+)*")
#: What surrounds a word that is part of an address, a reference or a file name, which nobody wants corrected.
_TECHNICAL = re.compile(r"[@/\\_\d]|\.(?=\w)")

_ENGLISH_WORDS = """
    what which who whom whose when where why how does did do is are was were the of for with about from by can
    could should would must may my our your their his her its they we you it that this there and or not i in to be
    has have had if
"""
_FRENCH_WORDS = """
    le la les un une des du de et est sont quel quelle quels quelles qui que quoi où comment combien pourquoi
    quand dans pour par avec sur au aux ce cette ces mon ma mes notre nos votre vos leur leurs il elle ils elles
    nous vous je tu ne pas plus ont sous selon
"""
_ENGLISH, _FRENCH = frozenset(_ENGLISH_WORDS.split()), frozenset(_FRENCH_WORDS.split())


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A term of :func:`~sourcier.index.analyser.analyse` to search for.

    Attributes:
        weight: what its BM25 score is multiplied by: for a word as typed, how often it was; less than 1 for what it may
            stand for.
    """

    term: str
    weight: float = 1.0
    origin: Origin = "typed"


@dataclass(frozen=True, slots=True)
class Understood:
    """A question, read.

    Attributes:
        text: what is embedded: the question, its spelling corrected.
        terms: each once.
        corrections: ``(word as typed, word it was read as)``.
        expansions: ``(acronym or term of the question, what it stands for)``, in full, to be shown.
    """

    text: str
    terms: tuple[QueryTerm, ...]
    corrections: tuple[tuple[str, str], ...] = ()
    expansions: tuple[tuple[str, str], ...] = ()


def understand(
    question: str, words: Words, lexicon: Lexicon, *, spelling: bool = True, written: Written | None = None
) -> Understood:
    """Read a question.

    A word that the index holds in no form, and the lexicon neither, may be a mistake: what it may have been meant to be
    is searched for beside it, never in its place, so that a right but unknown word stays unknown. The embedded text
    takes the correction only where it is sure.

    Args:
        words: those of the index that will be searched.
        spelling: whether to look for spelling mistakes, and to give back accents and capitals.
        written: how the documents write a folded word (:class:`~sourcier.index.accents.WrittenWords`).
    """
    in_english = is_english(question)
    typed = [(word, term) for word, term in analyse_words(question) if not (in_english and word in _ENGLISH)]
    times = Counter(term for _, term in typed)
    weights = {term: QueryTerm(term, float(count)) for term, count in times.items()}
    text = question
    corrections: tuple[tuple[str, str], ...] = ()
    replaced: dict[str, tuple[str, ...]] = {}
    if spelling and not in_english:
        unknown = {
            word for word, term in typed if word.isalpha() and not words.knows(word, term) and not lexicon.knows(term)
        }
        if unknown:
            fixes = list(_fixes(question, unknown, words))
            text, corrections, replaced = _apply(question, fixes, _Spelt(lexicon, written), weights)
        if written is not None:
            text = restored(text, written, typed=question)
    sequence = [new for _, term in typed for new in replaced.get(term, (term,))]
    expansions = _expand(question, sequence, words, lexicon, weights)
    return Understood(text, tuple(weights.values()), corrections, expansions)


class _Spelt:
    """How a folded word is written: as in the lexicon, else as in the documents."""

    def __init__(self, lexicon: Lexicon, written: Written | None) -> None:
        self._lexicon, self._written = lexicon, written

    def __call__(self, word: str) -> str | None:
        return self._lexicon.written.get(word) or (self._written(word) if self._written else None)


def is_english(question: str) -> bool:
    """Whether a question is in English rather than French, by the little words it is made of."""
    found = re.findall(r"[^\W\d_]+", question.lower())
    return sum(word in _ENGLISH for word in found) > sum(word in _FRENCH for word in found)


@dataclass(frozen=True, slots=True)
class _Fix:
    """A word of the question, ``[start, end)``, and its readings; ``sure`` when the first can take its place."""

    start: int
    end: int
    term: str
    readings: tuple[Reading, ...]
    sure: bool


def _fixes(question: str, unknown: set[str], words: Words) -> Iterator[_Fix]:
    shouted = question.upper() == question
    tokens = [*_TOKEN.finditer(question)]
    done = 0
    for number, token in enumerate(tokens):
        if token.start() < done:
            continue
        around = question[max(0, token.start() - 1) : token.start()] + question[token.end() : token.end() + 2]
        analysed = analyse_words(token.group())
        if len(analysed) != 1 or analysed[0][0] not in unknown or _TECHNICAL.search(around):
            continue
        word, term = analysed[0]
        written = re.split(r"['’ʼ´`]", token.group())[-1]
        if _folded_length(written) != len(word):
            continue  # a ligature, or an apostrophe inside the word: it is not known which letters these are
        if written.isupper() and not shouted and len(written) <= _LONGEST_ACRONYM:
            continue
        start = token.end() - len(written)
        joined = None
        for first, second in ((number, number + 1), (number - 1, number)):
            if joined is None and first >= 0 and second < len(tokens) and tokens[first].start() >= done:
                joined = _joined(tokens[first], tokens[second], question, words)
                start, done = (tokens[first].start(), tokens[second].end()) if joined else (start, done)
        if joined is not None:
            yield _Fix(start, done, term, (joined,), sure=True)
            continue
        readings = words.readings(word)[:_READINGS]
        if readings:
            name = number > 0 and written[0].isupper() and not shouted
            best = readings[0]
            likely = best.probability >= _SURE and best.is_usual and (len(word) >= _SURE_LENGTH or best.is_elided)
            done = token.end()
            yield _Fix(start, done, term, readings, sure=likely and not name)


def _joined(first: re.Match[str], second: re.Match[str], question: str, words: Words) -> Reading | None:
    """The one word that two make where a space slipped in."""
    if question[first.end() : second.start()] not in {" ", "-"}:
        return None
    analysed = analyse_words(first.group() + second.group())
    return Reading((analysed[0][0],), 1.0) if len(analysed) == 1 and analysed[0][0] in words else None


def _apply(
    question: str, fixes: Sequence[_Fix], spelt: Written, weights: dict[str, QueryTerm]
) -> tuple[str, tuple[tuple[str, str], ...], dict[str, tuple[str, ...]]]:
    """The text corrected, what was corrected, and the terms that surely stand for others; terms go into ``weights``."""
    pieces: list[str] = []
    done = 0
    corrections: list[tuple[str, str]] = []
    replaced: dict[str, tuple[str, ...]] = {}
    for fix in fixes:
        for reading in fix.readings:
            best = _SURELY_CORRECTED if fix.sure else _CORRECTED
            terms = tuple(term for _, term in analyse_words(" ".join(reading.content)))
            for term in terms:
                weights.setdefault(term, QueryTerm(term, best * reading.probability, "corrected"))
            if fix.sure:
                replaced[fix.term] = terms
                read = reading.text(spelt)
                corrections.append((question[fix.start : fix.end], read))
                pieces += [question[done : fix.start], read]
                done = fix.end
                break
    return "".join([*pieces, question[done:]]), tuple(corrections), replaced


def _expand(
    question: str, sequence: Sequence[str], words: Words, lexicon: Lexicon, weights: dict[str, QueryTerm]
) -> tuple[tuple[str, str], ...]:
    """Add to ``weights`` what the lexicon knows of the question's terms, and say what it was."""
    expansions: list[tuple[str, str]] = []
    added = 0
    for match in [*lexicon.matches(sequence), *lexicon.in_capitals(question)]:
        held = all(map(words.holds, sequence[match.start : match.end]))
        for meaning in match.meanings:
            if meaning.capitals and not _in_capitals(match.text, question):
                continue
            if meaning.kind == "english" and not _may_be_english(question):
                continue
            new = [term for term in dict.fromkeys(meaning.terms) if term not in weights]
            if not new or added + len(new) > _MOST_ADDED:
                continue
            weight = (_HELD_WEIGHTS if held else _WEIGHTS)[meaning.kind] / len(meaning.terms) ** 0.5
            for term in new:
                weights[term] = QueryTerm(term, weight, "lexicon")
            added += len(new)
            expansions.append((match.text, meaning.text))
    return tuple(expansions)


def _may_be_english(question: str) -> bool:
    found = re.findall(r"[^\W\d_]+", question.lower())
    return is_english(question) or not any(word in _FRENCH for word in found)


def _in_capitals(acronym: str, question: str) -> bool:
    return re.search(rf"\b{re.escape(acronym)}s?\b", question.replace(".", "")) is not None


def _folded_length(written: str) -> int:
    return sum(not unicodedata.combining(character) for character in unicodedata.normalize("NFD", written))
