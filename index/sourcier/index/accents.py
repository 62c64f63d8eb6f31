"""Words as the documents write them: the accents and capitals that a question was typed without.

Nothing is stored for that: a few passages that hold the word are read when a question needs it, and what they say is kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import islice

from sourcier.index.analyser import analyse_words, stem, without_accents

__all__ = ["Written", "WrittenWords", "restored"]

Written = Callable[[str], str | None]

_PASSAGES = 8
#: Words from which a question is a sentence, and not what one would look up.
_SENTENCE = 4
_TOKEN = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"(?:^|[.!?:\n•«\"“]\s*)$")


class WrittenWords:
    """How the passages of an index write its words. Usable from any thread, called as a function."""

    def __init__(self, rows_of: Callable[[str], Iterable[int]], text_of: Callable[[int], str | None]) -> None:
        """
        Args:
            rows_of: the passages that hold a term, as analysed.
            text_of: what a passage says; ``None`` where it cannot be read.
        """
        self._rows_of = rows_of
        self._text_of = text_of
        self._known = lru_cache(maxsize=8192)(self._read)

    def __call__(self, word: str) -> str | None:
        """The most common spelling of a folded word, ``None`` where no passage was found that holds it."""
        return self._known(word)

    def _read(self, word: str) -> str | None:
        spellings: Counter[str] = Counter()
        for row in islice(self._rows_of(stem(word)), _PASSAGES):
            text = self._text_of(row) or ""
            for token in _TOKEN.finditer(text):
                found = token.group()
                if abs(len(found) - len(word)) <= 1 and _folded(found) == word:
                    starts = _SENTENCE_END.search(text, max(0, token.start() - 3), token.start())
                    spellings[found.lower() if starts and not found.isupper() else found] += 1
        return max(spellings, key=lambda one: (spellings[one], one)) if spellings else None


def restored(question: str, written: Written, typed: str | None = None) -> str:
    """The question with the accents, or the capitals, of its words, where it was typed without any.

    A sentence that was typed without capitals is also given the question mark that it lacks. An embedding model that tells
    « conge » from « congé », and a question from a title, finds more so.

    Args:
        typed: the question as it was typed, where ``question`` is a correction of it.
    """
    typed = question if typed is None else typed
    no_accents = without_accents(typed) == unicodedata.normalize("NFD", typed)
    no_capitals = typed.lower() == typed
    if not (no_accents or no_capitals):
        return question
    text = _TOKEN.sub(lambda token: _restored(token.group(), written, no_accents, no_capitals), question)
    return f"{text} ?" if no_capitals and text[-1:].isalnum() and len(text.split()) >= _SENTENCE else text


def _restored(token: str, written: Written, no_accents: bool, no_capitals: bool) -> str:
    analysed = analyse_words(token)
    if len(analysed) != 1:
        return token
    found = written(analysed[0][0])
    if found is None:
        return token
    if not no_accents and found.lower() != token.lower():
        return token
    if not no_capitals:
        found = found.lower()
        return token if token.isupper() else token[0] + found[1:] if token[0].isupper() else found
    return found


def _folded(token: str) -> str:
    return without_accents(token.lower().replace("œ", "oe").replace("æ", "ae"))
