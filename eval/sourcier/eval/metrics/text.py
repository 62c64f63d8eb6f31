"""Comparing texts that differ only by typography, and reading the little that measures need to know of them."""

from __future__ import annotations

import re
import unicodedata

from sourcier.core.messages import Language

_SPACES = "\u00a0\u202f\u2007\u2009"
_APOSTROPHES = "’‘ʼ"
_QUOTES = "«»“”„"
_DASHES = "\u2010\u2011\u2012\u2013\u2014"
_PLAIN = str.maketrans({**dict.fromkeys(_SPACES, " "), **dict.fromkeys(_APOSTROPHES, "'")})
_FOLD = str.maketrans({**dict.fromkeys(_QUOTES, '"'), **dict.fromkeys(_DASHES, "-"), "\u00ad": None})
# What one character of a folded text may stand for in a canonical text.
_CLASSES = {"'": f"['{_APOSTROPHES}]", '"': f'["{_QUOTES}]', "-": f"[-{_DASHES}]"}

_MARKER = re.compile(r"\s?\[(\d+(?:\s?[,;]\s?\d+)*)\]")
_QUOTED = re.compile(r"«([^»]*)»|“([^”]*)”")
_ELLIPSIS = re.compile(r"\[\s*(?:…|\.{3})\s*\]|\(\s*(?:…|\.{3})\s*\)|…|\.{3}")
_WORD = re.compile(r"[^\W\d_]+(?:'(?=[^\W\d_]))?")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Frequent words that the other language does not have (« on », "or", "me"… are left out).
_STOP_WORDS: dict[Language, frozenset[str]] = {
    "fr": _set(
        "le la les l' un une des du de d' et est sont qu' que qui quoi quel quelle quels quelles où dans pour par sur avec"
        " sans ce cette ces c' n' ne pas plus se s' son sa ses leur leurs il elle ils elles nous vous je j' y en aux au"
        " comme combien comment pourquoi quand dont mais ou être a ont fait peut doit était selon entre"
    ),
    "en": _set(
        "the of and is are was were what which who whom whose where when why how many much does did do to in for by with"
        " without from this that these those it its they their he she we you not has have had be been can should would"
        " will at as an or about between according"
    ),
}


def plain(text: str) -> str:
    """``text`` in NFC, no-break spaces as spaces and typographic apostrophes as ``'``."""
    return unicodedata.normalize("NFC", text).translate(_PLAIN)


def fold(text: str) -> str:
    """:func:`plain`, with one form of quotation marks, dashes, spaces and case: for "is it found in" only."""
    return " ".join(plain(text).translate(_FOLD).casefold().split())


def anchor(text: str) -> re.Pattern[str]:
    """A pattern that finds ``text`` in a canonical text as it is, whatever its spaces, apostrophes and case.

    Offsets of its matches are offsets of the canonical text, since nothing is rewritten.
    """
    words = plain(text).translate(_FOLD).split()
    spelt = ("".join(_CLASSES.get(c, re.escape(c)) for c in word) for word in words)
    return re.compile(r"\s+".join(spelt), re.IGNORECASE)


def without_markers(answer: str) -> str:
    """The answer without its ``[1]``, so that no marker is taken for a figure."""
    return _MARKER.sub("", answer)


def markers(answer: str) -> set[int]:
    """The numbers of the markers of an answer: ``[2, 3]`` counts for two."""
    return {int(n) for group in _MARKER.findall(answer) for n in re.findall(r"\d+", group)}


def quoted_spans(sentence: str) -> list[tuple[str, ...]]:
    """What stands between « » or “ ”: each span as the folded pieces that its ellipses leave, in order."""
    spans = []
    for guillemets, curly in _QUOTED.findall(sentence):
        pieces = (fold(piece).strip(" .,;:!?") for piece in _ELLIPSIS.split(guillemets or curly))
        if kept := tuple(piece for piece in pieces if piece):
            spans.append(kept)
    return spans


def language(text: str) -> Language | None:
    """French or English, by a vote of stop words outside quotation marks; ``None`` when they do not decide."""
    words = [word.casefold() for word in _WORD.findall(_QUOTED.sub(" ", plain(text)))]
    french, english = (sum(word in _STOP_WORDS[name] for word in words) for name in ("fr", "en"))
    if french == english:
        return None
    return "fr" if french > english else "en"
