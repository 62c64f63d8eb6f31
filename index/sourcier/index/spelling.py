"""Words that the index does not hold, read as those it holds: one letter, one sound or one space away.

Every spelling one edit away from a word is tried against the words of the index: some five hundred look-ups, with no
structure beside the words themselves (P. Norvig, "How to write a spelling corrector", 2007). Readings are weighed as a
noisy channel does: how common the word is, times how likely its mistake.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files

from sourcier.index.analyser import is_stop_word, stem

__all__ = ["Reading", "Words"]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"

#: Letters side by side on a Canadian French keyboard (QWERTY letters): where a finger slips.
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")

#: Spellings of one sound in French, each taken for the other in words that have been heard more than read.
_SOUNDS = (
    ("ph", "f"), ("eau", "o"), ("au", "o"), ("ai", "e"), ("ei", "e"), ("qu", "k"), ("qu", "c"), ("c", "k"), ("c", "ss"),
    ("c", "s"), ("s", "z"), ("ti", "si"), ("ti", "ci"), ("y", "i"), ("an", "en"), ("am", "em"), ("in", "ain"),
    ("in", "ein"), ("gu", "g"), ("g", "j"), ("ge", "j"), ("er", "e"), ("ez", "e"), ("th", "t"),
    ("x", "ks"), ("x", "cs"), ("oi", "oua"), ("ill", "y"),
)  # fmt: skip

# Natural logarithms of how likely a mistake is. Their order is what counts: transposed, doubled and phonetic spellings
# are the common ones, a wrong first letter is rare.
_DOUBLED, _TRANSPOSED, _SOUND, _NEAR_KEY, _MISSING, _ADDED, _OTHER = -3.5, -3.5, -4.0, -4.5, -4.5, -5.0, -6.5
_FIRST_LETTER = -2.0
_USUAL = -5.5
_GLUED = -3.0
_STOP_WORD = math.log(0.01)
_UNSEEN = math.log(1e-6)  # a form that the index does not hold of a word that it holds
_ELISION = math.log(0.03)

#: Words that lose their vowel before another, as they are typed when the apostrophe is forgotten.
_ELIDED = frozenset({"l", "d", "qu", "n", "s", "j", "m", "t", "c", "jusqu", "lorsqu", "puisqu"})
_AFTER_ELISION = frozenset("aeiouyh")
#: Stop words that are not French: nobody glues them to a French word.
_ENGLISH = frozenset(
    ("an", "and", "are", "at", "be", "by", "for", "in", "is", "it", "no", "of", "the", "this", "to", "with")
)

#: Little words that many words begin with: « entente », « poursuivre », « surprendre » are words, not two.
_PREFIXES = frozenset((
    "a", "au", "avant", "contre", "de", "des", "en", "entre", "mal", "me", "non", "par",
    "pour", "re", "sans", "se", "sous", "sur",
))  # fmt: skip

_SHORTEST, _SHORTEST_GLUED = 4, 3
#: After an elision, a word with a mistake of its own must be this long to be surely read: « salle » is not « s'all ».
_SHORTEST_TWICE_WRONG = 6
#: Little words alone are glued by two or three, not more: « conteste » is not « c'on tes te ».
_MOST_LITTLE_WORDS = 3
_SHORTEST_PART, _SHORTEST_ELIDED = 3, 2
#: Shorter words have stems of two or three letters, which say little.
_SHORTEST_FORM = 5
_LONGEST = 40
_MOST_READINGS = 4
#: A larger index forgoes the words it holds once for readings: most of them are mistakes themselves.
_MOST_WORDS = 300_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What a word may have been meant to be.

    Attributes:
        words: folded, in order: one, or several that were glued together; stop words and elided ones included.
        probability: its share among the readings found, 0 to 1.
        is_usual: whether fingers or ears often make that mistake: another first letter, or any letter for any other, is
            as likely to be another word.
    """

    words: tuple[str, ...]
    probability: float
    is_usual: bool = True

    @property
    def is_elided(self) -> bool:
        """Whether all that is missing is an apostrophe."""
        return len(self.words) == 2 and self.words[0] in _ELIDED

    @property
    def content(self) -> tuple[str, ...]:
        """Its words that can be searched for."""
        return tuple(word for word in self.words if word not in _ELIDED and not is_stop_word(word))

    def text(self, spelt: Callable[[str], str | None]) -> str:
        """As it would be written: ``l'intelligence``.

        Args:
            spelt: how a folded word is written, where it is known.
        """
        return "".join(f"{word}'" if word in _ELIDED else f"{spelt(word) or word} " for word in self.words).strip()


class Words:
    """The words of an index, and what a word that is not among them may have been meant to be.

    Usable from any thread. The mapping is read, not copied, until a word is missing for the first time.
    """

    def __init__(self, counts: Mapping[str, int], holds: Callable[[str], bool] | None = None) -> None:
        """
        Args:
            counts: how often the index holds each word, folded as by
                :func:`~sourcier.index.analyser.analyse_words`.
            holds: whether the index holds a term, as analysed; worked out from the words where it is not given.
        """
        self._counts = counts
        self._holds = holds
        self._lock = threading.Lock()
        self.readings = lru_cache(maxsize=1024)(self._readings)

    def __contains__(self, word: str) -> bool:
        return word in self._counts

    def knows(self, word: str, term: str) -> bool:
        """Whether a word is no mistake: the index holds it or another of its forms, or everybody uses it."""
        if word in self._counts or word in _ordinary():
            return True
        if len(word) < _SHORTEST_FORM:
            return False
        return self.holds(term)

    def holds(self, term: str) -> bool:
        """Whether the index holds a term, as analysed."""
        if self._holds is None:
            with self._lock:
                self._holds = self._holds or frozenset(map(stem, self._counts)).__contains__
        return self._holds(term)

    def count(self, word: str) -> int:
        """How often the index holds a word."""
        return self._counts.get(word, 0)

    def _readings(self, word: str) -> tuple[Reading, ...]:
        """What an unknown word may have been meant to be, likeliest first; one reading for all forms of a word.

        Args:
            word: folded: no case, accents or apostrophe.
        """
        if not _SHORTEST_GLUED <= len(word) <= _LONGEST or not word.isalpha():
            return ()
        if len(word) < _SHORTEST:
            return tuple(Reading(words, 1.0) for words, _ in self._cut(word))
        readings: dict[tuple[str, ...], tuple[float, bool]] = {}
        for one, known in self._one_edit_away(word).items():
            readings[one,] = known
        for elided in _ELIDED:
            rest = word.removeprefix(elided)
            if rest != word and len(rest) >= _SHORTEST and rest[0] in _AFTER_ELISION:
                for one, (score, usual) in self._one_edit_away(rest).items():
                    usual = usual and len(rest) >= _SHORTEST_TWICE_WRONG
                    readings[elided, one] = score + _ELISION + _GLUED, usual
        for words, score in self._cut(word):
            usual = len(words) > 2 or words[0] not in _PREFIXES
            readings[words] = max((score, usual), readings.get(words, (-math.inf, True)))
        # Forms of one word are one reading: which of them was meant changes nothing to what is searched for.
        grouped: dict[tuple[str, ...], list[tuple[float, bool, tuple[str, ...]]]] = {}
        for words, (score, usual) in readings.items():
            key = tuple(stem(one) for one in words if one not in _ELIDED and not is_stop_word(one))
            grouped.setdefault(key, []).append((score, usual, words))
        totals = {key: sum(math.exp(score) for score, _, _ in group) for key, group in grouped.items()}
        whole = sum(totals.values())
        ranked = sorted(grouped, key=lambda key: (-totals[key], key))[:_MOST_READINGS]
        best = {key: max(grouped[key]) for key in ranked}
        return tuple(Reading(best[key][2], totals[key] / whole, best[key][1]) for key in ranked)

    def _common(self, word: str) -> float | None:
        """The logarithm of a word's share of the index, ``None`` where it holds it too rarely."""
        count = self._counts.get(word)
        if count is None or (count == 1 and len(self._counts) > _MOST_WORDS):
            return None
        return math.log(count / self._total)

    @cached_property
    def _total(self) -> int:
        return sum(self._counts.values())

    def _one_edit_away(self, word: str) -> dict[str, tuple[float, bool]]:
        likeliest: dict[str, tuple[float, bool]] = {}
        for candidate, mistake in _edits(word):
            if candidate in self._counts and (known := self._common(candidate)) is not None:
                reading = (known + mistake, mistake >= _USUAL)
                likeliest[candidate] = max(reading, likeliest.get(candidate, (-math.inf, False)))
        return likeliest

    def _cut(self, word: str) -> Iterator[tuple[tuple[str, ...], float]]:
        """The likeliest way to cut glued words apart, if there is one."""
        best: list[tuple[float, tuple[str, ...]] | None] = [(0.0, ())] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(end):
                reached = best[start]
                if reached is None:
                    continue
                part = word[start:end]
                elided = bool(reached[1]) and reached[1][-1] in _ELIDED
                if elided and part[0] not in _AFTER_ELISION:
                    continue
                score = self._part(part, least=_SHORTEST_ELIDED if elided else _SHORTEST_PART, last=end == len(word))
                if score is None:
                    continue
                score += reached[0] + (_GLUED if start else 0.0)
                known = best[end]
                if known is None or score > known[0]:
                    best[end] = (score, (*reached[1], part))
        cut = best[-1]
        if cut is not None and len(cut[1]) > 1 and _says_something(cut[1], len(word)):
            yield cut[1], cut[0]

    def _part(self, part: str, *, least: int, last: bool) -> float | None:
        if part in _ELIDED:
            return None if last else _ELISION
        if len(part) > 1 and part not in _ENGLISH and is_stop_word(part):
            return _STOP_WORD
        if len(part) < least:
            return None
        if last and len(part) >= _SHORTEST_FORM and part not in self._counts and self.knows(part, stem(part)):
            return _UNSEEN
        return self._common(part)


def _says_something(words: tuple[str, ...], length: int) -> bool:
    """Whether glued words are little words alone, or at least half something else: *webmestres* is not *web mes très*."""
    content = sum(len(word) for word in words if word not in _ELIDED and not is_stop_word(word))
    return len(words) <= _MOST_LITTLE_WORDS if content == 0 else 2 * content >= length


def _edits(word: str) -> Iterator[tuple[str, float]]:
    near = _neighbours()
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        first = _FIRST_LETTER if place == 0 else 0.0
        if after:
            letter, rest = after[0], after[1:]
            doubled = before.endswith(letter)
            yield before + rest, _DOUBLED if doubled else _ADDED + first
            if rest and rest[0] != letter:
                yield before + rest[0] + letter + rest[1:], _TRANSPOSED + first
            for other in _LETTERS:
                if other != letter:
                    yield before + other + rest, (_NEAR_KEY if other in near.get(letter, "") else _OTHER) + first
        for letter in _LETTERS:
            doubled = before.endswith(letter) or after.startswith(letter)
            yield before + letter + after, _DOUBLED if doubled else _MISSING + first
        for one, other in _SOUNDS:
            for written, meant in ((one, other), (other, one)):
                if after.startswith(written):
                    yield before + meant + after[len(written) :], _SOUND


@cache
def _ordinary() -> frozenset[str]:
    """Folded words that a question may hold whatever the documents are about."""
    lines = (files(__package__) / "terms" / "mots-courants.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _neighbours() -> dict[str, str]:
    """The letters that surround each one on the keyboard."""
    found: dict[str, str] = {}
    for number, row in enumerate(_ROWS):
        for place, letter in enumerate(row):
            around = row[max(0, place - 1) : place] + row[place + 1 : place + 2]
            if number:
                around += _ROWS[number - 1][place : place + 2]
            if number + 1 < len(_ROWS):
                around += _ROWS[number + 1][max(0, place - 1) : place + 1]
            found[letter] = around
    return found
