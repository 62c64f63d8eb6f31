"""Which questions call for a person first: rules read from ``urgent.toml``, on what was typed, misspellings included.

Words are compared as they sound (``_sound``) within one edit, two from ten letters on: someone who is shaken does not
spell. The rules were written to miss little, and know only the words they were told: :mod:`hearing` hears the rest by meaning.
``tests/ui/test_relay.py`` counts what they miss and their false alarms.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

__all__ = ["SUBJECTS", "Subject", "folded", "names_of", "urgent"]

Subject = Literal["distress", "violence", "harassment", "safety", "deadline"]
#: The gravest first: that is the order in which several are said.
SUBJECTS: tuple[Subject, ...] = get_args(Subject)

_WORD = re.compile(r"[a-z]+")
#: Letters of a word as it sounds from which one edit, and two, are forgiven.
_ONE_EDIT, _TWO_EDITS = 6, 10
#: Characters read: far more than a question may hold.
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class _Rules:
    sounds: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]
    names: tuple[str, ...]


def urgent(text: str) -> tuple[Subject, ...]:
    """The urgent subjects that ``text`` touches, the gravest first; none for a question like any other."""
    read = folded(text)[:_MOST]
    rules, harmless, not_words = _rules()
    for pattern in harmless:
        read = pattern.sub(" ", read)
    heard = {_sound(word) for word in _WORD.findall(read) if word not in not_words}
    return tuple(
        subject
        for subject in SUBJECTS
        if any(pattern.search(read) for pattern in rules[subject].patterns)
        or any(_near(word, sound) for word in heard for sound in rules[subject].sounds)
    )


def names_of(subject: Subject) -> tuple[str, ...]:
    """How an organisation may call the subject in its settings, folded."""
    return _rules()[0][subject].names


def folded(text: str) -> str:
    """Small letters, without accents or ligatures, straight apostrophes, single spaces."""
    plain = text.lower().replace("œ", "oe").replace("æ", "ae").replace("’", "'").replace("`", "'")
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return " ".join(bare.split())


@cache
def _rules() -> tuple[dict[Subject, _Rules], tuple[re.Pattern[str], ...], frozenset[str]]:
    raw = tomllib.loads((files("sourcier.app.relay") / "urgent.toml").read_text(encoding="utf-8"))
    rules = {
        subject: _Rules(
            frozenset(map(_sound, raw[subject]["words"])),
            tuple(map(re.compile, raw[subject]["patterns"])),
            tuple(raw[subject]["subjects"]),
        )
        for subject in SUBJECTS
    }
    return rules, tuple(map(re.compile, raw["harmless"])), frozenset(raw["not_words"])


@cache
def _sound(word: str) -> str:
    """A word nearly as it is heard: no silent h, one s for c, ç, z and x, no doubled letter."""
    for written, heard in _SOUNDS:
        word = written.sub(heard, word)
    return word


_SOUNDS = tuple(
    (re.compile(written), heard)
    for written, heard in (
        (r"ph", "f"),
        (r"cc(?=[ei])|x(?=[aeiou])", "ks"),
        (r"c(?=[eiy])|z", "s"),
        (r"qu|c(?!h)", "k"),
        (r"h", ""),
        (r"tion", "sion"),
        (r"(.)\1+", r"\1"),
        (r"(?<=...)(?:ent|es|e|s)$", ""),
    )
)


def _near(word: str, other: str) -> bool:
    """Whether two words are the same but for the edits that their length forgives."""
    length = min(len(word), len(other))
    allowed = 2 if length >= _TWO_EDITS else 1 if length >= _ONE_EDIT else 0
    if word == other:
        return True
    return (
        bool(allowed)
        and word[0] == other[0]
        and abs(len(word) - len(other)) <= allowed
        and _edits(word, other) <= allowed
    )


def _edits(one: str, two: str) -> int:
    """Letters added, left out, changed or swapped with a neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        latest = [i]
        for j, b in enumerate(two, 1):
            cost = min(row[j] + 1, latest[-1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            latest.append(cost)
        before, row = row, latest
    return row[-1]
