"""What a filter lets through in one generation: decided once for each document, then kept as long as the generation is.

What documents say is read into columns of numbers at the first filter that asks it, so that the next ones cost no more than
numpy does on as many numbers as there are documents: one to three milliseconds for 100,000 the first time that a filter is
used, ten microseconds afterwards.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sourcier.core.errors import UsageError
from sourcier.core.filters import CONDITIONS, Condition, Filter, fold, is_within, levels_of, values_of
from sourcier.core.validity import days_of
from sourcier.index.records import DocumentRow

__all__ = ["FilterMasks", "known_values"]

#: Filters remembered. One takes a byte a passage.
_KEPT = 32
#: Values that an error names.
_NAMED = 12

_days_of = lru_cache(maxsize=65536)(days_of)


@dataclass(frozen=True, slots=True)
class _Column:
    """One condition: the different things that documents say of it, and (documents,) which of them each says.

    Attributes:
        folded: the same as ``said``, as they are compared.
    """

    said: list[tuple[str, ...]]
    folded: list[list[str]]
    codes: NDArray[np.int32]


class FilterMasks:
    """The passages of a generation that filters let through. Usable from any thread."""

    def __init__(self, documents: Sequence[DocumentRow], sizes: NDArray[np.int64]) -> None:
        """The documents of a generation, in its order, and (documents,) the number of passages of each."""
        self._documents = documents
        self._sizes = sizes
        self._columns: dict[Condition, _Column] = {}
        self._days: dict[str, tuple[NDArray[np.int32], NDArray[np.int32]]] = {}
        self._masks: OrderedDict[Filter, NDArray[np.bool_] | None] = OrderedDict()
        self._lock = threading.Lock()

    def passages(self, only: Filter) -> NDArray[np.bool_] | None:
        """(passages,) whether each may be found; ``None`` when all may. Not to be written to.

        Raises:
            UsageError: no document has one of the values asked for; it names those there are.
        """
        with self._lock:
            if only in self._masks:
                self._masks.move_to_end(only)
                return self._masks[only]
            documents = self._allowed(only)
            found = None if documents.all() else np.repeat(documents, self._sizes)
            self._masks[only] = found
            if len(self._masks) > _KEPT:
                self._masks.popitem(last=False)
            return found

    def _allowed(self, only: Filter) -> NDArray[np.bool_]:
        """(documents,) what :meth:`~sourcier.core.filters.Filter.allows` says of each."""
        allowed = np.ones(len(self._documents), bool)
        for condition in CONDITIONS:
            if wanted := only.wanted(condition):
                column = self._column(condition)
                fits = np.zeros(len(column.said), bool)
                for value in wanted:
                    fits_one = np.array([is_within(condition, said, fold(value)) for said in column.folded], bool)
                    if not fits_one.any():
                        counts = np.bincount(column.codes, minlength=len(column.said)).tolist()
                        known = _known(condition, zip(column.said, counts, strict=True))
                        raise _unknown(condition, value, known)
                    fits |= fits_one
                allowed &= fits[column.codes]
        if only.since or only.until:
            first, last = self._period("date", "date")
            # What says no date reads as published from the last day to the first: never within.
            unsaid = first > last
            allowed &= ~unsaid & (last >= _number(only.since, date.min)) & (first <= _number(only.until, date.max))
        if only.in_force is not None:
            first, last = self._period("valid_from", "valid_until")
            day = only.in_force.toordinal()
            allowed &= (first <= day) & (day <= last)
        return allowed

    def _column(self, condition: Condition) -> _Column:
        if condition not in self._columns:
            numbers: dict[tuple[str, ...], int] = {}
            codes = np.fromiter(
                (
                    numbers.setdefault(values_of(condition, row.metadata, _paths(row)), len(numbers))
                    for row in self._documents
                ),
                np.int32,
                len(self._documents),
            )
            self._columns[condition] = _Column(list(numbers), [[*map(fold, said)] for said in numbers], codes)
        return self._columns[condition]

    def _period(self, begin: str, end: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """(documents,) twice: the first day that ``begin`` may stand for, the last one that ``end`` may, as ordinals."""
        if begin not in self._days:
            one_day = begin == end
            first = np.full(len(self._documents), date.max.toordinal() if one_day else 0, np.int32)
            last = np.full(len(self._documents), 0 if one_day else date.max.toordinal(), np.int32)
            for place, row in enumerate(self._documents):
                begins, ends = getattr(row.metadata, begin), getattr(row.metadata, end)
                if begins and (days := _days_of(begins)):
                    first[place] = days[0].toordinal()
                if ends and (days := _days_of(ends)):
                    last[place] = days[1].toordinal()
            self._days[begin] = first, last
        return self._days[begin]


def known_values(documents: Sequence[DocumentRow]) -> Mapping[Condition, Mapping[str, int]]:
    """By condition, the values that a filter may ask for and how many documents each lets through, in their order.

    Spellings that a filter takes for the same are one, as most documents write it.
    """
    return {
        condition: _known(
            condition, Counter(values_of(condition, row.metadata, _paths(row)) for row in documents).items()
        )
        for condition in CONDITIONS
    }


def _known(condition: Condition, said: Iterable[tuple[tuple[str, ...], int]]) -> Mapping[str, int]:
    """The values of one condition, from the different things that are said of it and how many documents say each."""
    documents_of: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = {}
    for values, documents in said:
        levels = {level for value in values for level in levels_of(condition, value)}
        for level in levels:
            spellings.setdefault(fold(level), Counter())[level] += documents
        for folded in {fold(level) for level in levels}:
            documents_of[folded] += documents
    return {
        min(spellings[folded].items(), key=lambda one: (-one[1], one[0]))[0]: documents_of[folded]
        for folded in sorted(documents_of)
    }


def _unknown(condition: Condition, value: str, known: Mapping[str, int]) -> UsageError:
    if not known:
        return UsageError("search.filter_unsaid", condition=condition)
    by_folded = {fold(one): one for one in known}
    like = [one for folded, one in by_folded.items() if fold(value) in folded]
    like += [by_folded[folded] for folded in get_close_matches(fold(value), by_folded, 3, 0.6)]
    commonest = sorted(known, key=lambda one: (-known[one], one))
    named = list(dict.fromkeys([*like, *commonest]))
    rest = ", …" if len(named) > _NAMED else ""
    return UsageError("search.filter_unknown", condition=condition, value=value, known=", ".join(named[:_NAMED]) + rest)


def _paths(row: DocumentRow) -> tuple[str, ...]:
    return (row.path, *row.other_paths)


def _number(day: date | None, otherwise: date) -> int:
    return (day or otherwise).toordinal()
