"""Choices that nothing but the documents tells apart: the right one is as often the longest, the largest or the first as any other."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

__all__ = ["Deck", "around"]

T = TypeVar("T")


class Deck:
    """Places drawn without putting back, then all anew: over a quiz each comes as often as any other.

    Args:
        size: places are 0 to ``size`` − 1.
    """

    def __init__(self, size: int, source: random.Random) -> None:
        self._size = size
        self._source = source
        self._left: list[int] = []

    def order(self) -> list[int]:
        """Every place once, the one whose turn it is first; :meth:`take` says which was used."""
        if not self._left:
            self._left = self._source.sample(range(self._size), self._size)
        rest = [place for place in range(self._size) if place not in self._left]
        return [*self._left, *self._source.sample(rest, len(rest))]

    def take(self, place: int) -> None:
        """That place was used: it waits until the others had their turn."""
        if place in self._left:
            self._left.remove(place)


def around(size: float, others: Sequence[T], size_of: Callable[[T], float], below: int, above: int) -> list[T] | None:
    """That many others smaller and larger than ``size``, in the order given; None where there are too few.

    One that is as large counts on either side.
    """
    small = [other for other in others if size_of(other) < size]
    large = [other for other in others if size_of(other) > size]
    same = [other for other in others if size_of(other) == size]
    under = (small + same)[:below]
    over = (large + [one for one in same if one not in under])[:above]
    return [*under, *over] if len(under) == below and len(over) == above else None
