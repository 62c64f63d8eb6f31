"""A sentence as the verifier reads it: tokens with their folded form, stem and place, and which of them carry content."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[%€$£]")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "’": "'", "ʼ": "'", "‘": "'"})


def fold(text: str) -> str:
    """Lower case, without accents or ligatures, with one kind of apostrophe and of space."""
    plain = unicodedata.normalize("NFD", text.translate(_LIGATURES).lower())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


@cache
def lexicon() -> Mapping[str, Any]:
    """The closed word lists of ``lexicon.toml``, raw."""
    return tomllib.loads(files(__package__).joinpath("lexicon.toml").read_text(encoding="utf-8"))


@cache
def words(*path: str) -> frozenset[str]:
    """The folded words of one list of the lexicon, ``words("modalities", "duty")``."""
    found: Any = lexicon()
    for part in path:
        found = found[part]
    return frozenset(fold(found).split())


@cache
def classes(section: str) -> dict[str, str]:
    """Folded word to class name, for a section of the lexicon whose values are lists of words."""
    return {word: name for name, listed in lexicon()[section].items() for word in fold(listed).split()}


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("french")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Snowball's French stem of a word, folded after (its rules read accents); three letters and less stay whole."""
    plain = word.translate(_LIGATURES).lower()
    return fold(plain) if len(plain) <= 3 else fold(_stemmer().stemWord(plain))


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign: ``text[start:end]`` of the sentence it was read from."""

    text: str
    folded: str
    stem: str
    start: int
    end: int
    content: bool

    @property
    def capital(self) -> bool:
        """Whether it is written with a capital first."""
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Reading:
    """A text and its tokens, in order."""

    text: str
    tokens: tuple[Token, ...]

    def stems(self) -> list[str]:
        """Every token's stem, in order."""
        return [token.stem for token in self.tokens]

    def content(self) -> list[Token]:
        """The tokens that carry content: not grammar words, not bare signs."""
        return [token for token in self.tokens if token.content]


@lru_cache(maxsize=20_000)
def read(text: str) -> Reading:
    """Cut a text into tokens. Elisions (« l' », « n' ») are tokens of their own, so are both sides of a hyphen."""
    stop = words("stop")
    tokens = []
    for found in _WORD.finditer(text):
        surface = found.group()
        folded = fold(surface)
        content = surface.isalnum() and not (folded in stop and not _acronym(surface)) and len(folded) > 1
        content = content or surface[0].isdigit()
        tokens.append(Token(surface, folded, stem(surface), found.start(), found.end(), content))
    return Reading(text, tuple(tokens))


def _acronym(surface: str) -> bool:
    return len(surface) > 1 and surface.isupper()


def weight(token: Token) -> float:
    """How much a content word tells, from its form alone: 1 for a short common word, up to 2 for a long or proper one.

    A frequency list would be better and heavier; in French, length is a fair stand-in (Zipf's law of abbreviation).
    """
    base = min(len(token.folded), 10) / 10
    return 0.6 + base + (0.4 if token.capital or token.text[0].isdigit() else 0.0)


def find_phrases(reading: Reading, table: Mapping[str, str]) -> list[tuple[str, int]]:
    """``(class, index of the first token)`` for each word or joined phrase (``plus_de``) of ``table`` in the text."""
    folded = [token.folded for token in reading.tokens]
    found = []
    for i, word in enumerate(folded):
        for size in (3, 2, 1):
            if i + size <= len(folded) and (name := table.get("_".join(folded[i : i + size]))) is not None:
                found.append((name, i))
                break
        else:
            if word in table:
                found.append((table[word], i))
    return found
