"""The words of every passage in order: analysed once, and taken over from one index to the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sourcier.index.analyser import analyse_words
from sourcier.index.postings import FIELDS
from sourcier.index.vocabulary import Vocabulary

__all__ = ["Fields", "Forward", "read_forward"]


class Fields(NamedTuple):
    """What is searched of a passage; ``section`` is its path, a heading a line."""

    title: str
    section: str
    text: str


class Forward(NamedTuple):
    """The words of passages, in order.

    Attributes:
        words: surface form and term, separated by a tab.
        term_of: (words,) number of the term of each.
        tokens: numbers of words, field after field, passage after passage.
        starts: (FIELDS · passages + 1,) where each field begins in ``tokens``.
    """

    words: Vocabulary
    terms: Vocabulary
    term_of: NDArray[np.uint32]
    tokens: NDArray[np.uint32]
    starts: NDArray[np.int64]


def read_forward(passages: Sequence[Fields | int], old: Forward | None) -> Forward:
    """The words of passages. A number is a row of ``old``, made by the same analyser, that has the same fields."""
    from_old = np.fromiter((one if isinstance(one, int) else -1 for one in passages), np.int64, len(passages))
    new_words, new_tokens, new_lengths = _analysed([one for one in passages if not isinstance(one, int)])

    lengths = np.empty((len(passages), FIELDS), np.int64)
    lengths[from_old < 0] = new_lengths
    if old is not None:
        lengths[from_old >= 0] = np.diff(old.starts).reshape(-1, FIELDS)[from_old[from_old >= 0]]
    starts = np.concatenate([[0], np.cumsum(lengths.ravel())]).astype(np.int64)

    # The words of the old index keep their numbers, new ones come after them, until all that are used are known.
    old_words = len(old.words) if old is not None else 0
    tokens = np.empty(starts[-1], np.uint32)
    taken = 0
    for first, last in _runs(from_old):
        begin, end = starts[FIELDS * first], starts[FIELDS * last]
        if from_old[first] >= 0 and old is not None:
            at = old.starts[FIELDS * from_old[first]]
            tokens[begin:end] = old.tokens[at : at + end - begin]
        else:
            tokens[begin:end] = new_tokens[taken : taken + end - begin] + np.uint32(old_words)
            taken += int(end - begin)
    names = np.empty(old_words + len(new_words), object)
    if old is not None:
        names[:old_words] = list(old.words)
    names[old_words:] = new_words
    return _numbered(names, tokens, starts)


def _numbered(names: NDArray[np.object_], tokens: NDArray[np.uint32], starts: NDArray[np.int64]) -> Forward:
    """Words that occur, and their terms, numbered in their own order, whatever the numbers that ``tokens`` has for them."""
    used = np.bincount(tokens, minlength=len(names)) > 0
    numbers = {word: number for number, word in enumerate(sorted(set(names[used])))}
    words = Vocabulary.of(numbers)
    terms_by_word = [word.partition("\t")[2] for word in numbers]
    terms = sorted(set(terms_by_word))
    term_numbers = {term: number for number, term in enumerate(terms)}
    term_of = np.fromiter(map(term_numbers.__getitem__, terms_by_word), np.uint32, len(numbers))
    renumbered = np.zeros(len(names), np.uint32)
    renumbered[used] = np.fromiter(map(numbers.__getitem__, names[used]), np.uint32)
    return Forward(words, Vocabulary.of(terms), term_of, renumbered[tokens], starts)


def _analysed(passages: Sequence[Fields]) -> tuple[list[str], NDArray[np.uint32], NDArray[np.int64]]:
    """Words in the order in which they come, their numbers field after field, (passages, FIELDS) words of each field."""
    numbers: dict[str, int] = {}
    # A document's title is every one of its passages', and a heading that of those below it.
    headings: dict[str, list[int]] = {}
    parts: list[NDArray[np.uint32]] = []
    lengths = np.empty((len(passages), FIELDS), np.int64)

    def read(text: str) -> list[int]:
        words = (f"{surface}\t{term}" for surface, term in analyse_words(text))
        return [numbers.setdefault(word, len(numbers)) for word in words]

    for row, passage in enumerate(passages):
        for field, text in enumerate(passage):
            if field == FIELDS - 1:
                found = read(text)
            elif (known := headings.get(text)) is not None:
                found = known
            else:
                found = headings[text] = read(text)
            lengths[row, field] = len(found)
            parts.append(np.array(found, np.uint32))
    tokens = np.concatenate(parts) if parts else np.zeros(0, np.uint32)
    return list(numbers), tokens, lengths


def _runs(from_old: NDArray[np.int64]) -> Iterable[tuple[int, int]]:
    """``(first, last + 1)`` of passages that follow each other in the old index too, or that are all new."""
    is_new = from_old < 0
    breaks = (is_new[1:] != is_new[:-1]) | (~is_new[1:] & (np.diff(from_old) != 1))
    ends = [*(np.flatnonzero(breaks) + 1).tolist(), len(from_old)]
    return zip([0, *ends[:-1]], ends, strict=True)
