"""Questions before they are checked: a sentence with a value hidden, what could stand in its place, and how it may be answered."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sourcier.app.answering.verifier.text import fold, lexicon
from sourcier.app.workshop.quiz.balance import around
from sourcier.app.workshop.quiz.reading import Fact, holds
from sourcier.app.workshop.quiz.values import Value, others_like, squares, values_in

__all__ = ["BLANK", "Cloze", "clozes_of", "inner_quotes", "picked", "replaced", "tried", "wordings"]

BLANK = "______"
#: Others that are checked on each side of a figure or of the length of a name.
_TRIED = 5
_NUMERIC = frozenset({"share", "amount", "count", "date", "month", "year"})
#: Dates differ by month and year: whichever way one looks at the four, none is the odd one out.
_SQUARED = frozenset({"date", "month"})
_SPACES = re.compile("[\u00a0\u202f]")


@dataclass(frozen=True, slots=True)
class Cloze:
    """A sentence and the value of it that is asked for."""

    fact: Fact
    value: Value

    @property
    def shown(self) -> str:
        """The sentence with a blank in the place of the value."""
        return replaced(self.fact.text, self.value, BLANK)

    @property
    def question(self) -> str:
        """Its words without the value: what is searched for."""
        return " ".join(replaced(self.fact.text, self.value, " ").split())


def replaced(text: str, value: Value, other: str) -> str:
    """The sentence with something else in the place of a value."""
    return text[: value.start] + other + text[value.end :]


def clozes_of(fact: Fact) -> list[Cloze]:
    """What a sentence can be asked about; a value that it says twice, or in other words beside, is not asked for.

    Nor is one that the title of its document says: that is named in the question.
    """
    found = []
    for value in values_in(fact.text):
        rest = fold(replaced(fact.text, value, " "))
        word = re.escape(fold(value.text))
        beside = re.match(r"[\s\u00a0]?\((?P<inside>[^)]*)\)", fact.text[value.end :])
        told = beside is not None and (value.kind in {"acronym", "name"} or re.search(r"\d", beside["inside"]))
        # « cinq entreprises : … » and « deux formes : … ou … » are answered by counting.
        listed = r"[\u00a0\u202f ]: .*(?:,| ou | et )"
        counted = value.kind == "count" and re.search(listed, fact.text[value.end :]) is not None
        if not (told or counted or holds(fact.title, value.text) or re.search(rf"(?<!\w){word}(?!\w)", rest)):
            found.append(Cloze(fact, value))
    return found


def tried(cloze: Cloze, pool: Iterable[Value], source: random.Random) -> list[Value]:
    """The values to check as wrong choices, enough of them below and above the right one."""
    if cloze.value.kind in _SQUARED:
        return list({other.text: other for square in squares(cloze.value) for other in square}.values())
    held = fold(cloze.fact.text)
    others = [
        other
        for other in others_like(cloze.value, pool, source)
        if not re.search(rf"(?<!\w){re.escape(fold(other.text))}(?!\w)", held)
    ]
    others = source.sample(others, len(others)) if cloze.value.kind in _NUMERIC else others
    size = _size(cloze.value)
    below = [other for other in others if _size_of(cloze.value, other) < size][:_TRIED]
    level = [other for other in others if _size_of(cloze.value, other) == size][:_TRIED]
    above = [other for other in others if _size_of(cloze.value, other) > size][:_TRIED]
    return [*below, *level, *above]


def picked(
    cloze: Cloze, others: Sequence[Value], orders: Sequence[int], count: int, source: random.Random
) -> tuple[int, list[Value]] | None:
    """``count`` of the values such that the right one has the first rank of ``orders`` that is possible, and that rank.

    Ranks are by size for figures and dates, by length for names, 0 the smallest.
    """
    mixed = source.sample(list(others), len(others))
    if cloze.value.kind in _SQUARED:
        return _square(cloze, {other.text for other in others}, orders, source)
    for rank in orders:
        found = around(_size(cloze.value), mixed, lambda other: _size_of(cloze.value, other), rank, count - rank)
        if found is not None:
            return rank, found
    return None


def _square(
    cloze: Cloze, good: Collection[str], orders: Sequence[int], source: random.Random
) -> tuple[int, list[Value]] | None:
    size = _size(cloze.value)
    whole = [square for square in squares(cloze.value) if all(other.text in good for other in square)]
    for rank in orders:
        for square in source.sample(whole, len(whole)):
            if sum(other.number < size for other in square) == rank:
                return rank, square
    return None


def _size(value: Value) -> float:
    return _size_of(value, value)


def _size_of(asked: Value, other: Value) -> float:
    return other.number if asked.kind in _NUMERIC else float(len(other.text))


def inner_quotes(text: str) -> str:
    """A text as it is written between guillemets: its own become the second kind."""
    return re.sub(r"«[\s\u00a0\u202f]*", "“", re.sub(r"[\s\u00a0\u202f]*»", "”", text))


def wordings(value: Value, meanings: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Every wording of a value that is a right answer, its own first, each in plain spaces too.

    Args:
        meanings: what acronyms stand for, by their folded form.
    """
    found = [value.text]
    if value.kind == "share":
        figure = re.sub(r"\s*%$", "", _SPACES.sub(" ", value.text))
        found += [f"{figure} %", f"{figure}%", f"{figure} pour cent", figure]
    elif value.kind == "amount":
        plain = _SPACES.sub(" ", value.text)
        found += [plain, re.sub(r" d[’']euros$", " €", plain), plain.replace("’", "'")]
        if short := re.match(r"([\d ,]+) (million|milliard)s? d[’']euros$", plain):
            found.append(f"{short[1]} {'M' if short[2] == 'million' else 'G'}€")
    elif value.kind == "count":
        found += _other_writing(value.text)
    elif value.kind in {"date", "month"}:
        found.append(fold(_SPACES.sub(" ", value.text)))
        if value.kind == "date":
            found += [f"le {_SPACES.sub(' ', value.text)}"]
    elif value.kind == "acronym":
        article = {"m": "le ", "f": "la ", "p": "les ", "v": "l'"}.get(value.slot, "")
        longs = list(meanings.get(fold(value.text), ()))
        found += [f"{article}{value.text}", *longs, *(f"{article}{long}" for long in longs)]
    plain_spaces = [_SPACES.sub(" ", text) for text in found]
    straight = [text.replace("’", "'") for text in plain_spaces]
    return tuple(dict.fromkeys([*found, *plain_spaces, *straight]))


def _other_writing(text: str) -> list[str]:
    """Figures in letters, letters in figures, digits without their spaces."""
    words = {str(word): int(value) for word, value in lexicon()["number_words"].items() if 2 <= value <= 16}
    words = {word: value for word, value in words.items() if not word.endswith("aine")}
    if text in words:
        return [str(words[text])]
    digits = re.sub(r"\s", "", text)
    return [digits, *(word for word, value in words.items() if digits == str(value))]
