"""The order in which an eye goes over a slide: across where rows are apart, down where columns are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
_MANY = 200
_CLEARLY = 1.5


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """Something on a page; ``left`` grows to the right and ``top`` downwards, in any one unit."""

    item: T
    left: float
    top: float
    right: float
    bottom: float


def in_order(placed: Sequence[Placed[T]]) -> list[T]:
    """The items, cut again and again along the widest empty band.

    Rows come first, unless there are columns of several items that are clearly further apart.
    """
    return [one.item for one in _cut(list(placed), depth=0)]


def _cut(placed: list[Placed[T]], *, depth: int) -> list[Placed[T]]:
    by_place = sorted(placed, key=lambda one: (one.top, one.left))
    if len(placed) < 2 or len(placed) > _MANY or depth > 50:
        return by_place
    across = _gap(sorted((one.top, one.bottom) for one in placed))
    down = _gap(sorted((one.left, one.right) for one in placed))
    if across is None and down is None:
        return by_place
    if down is not None:
        first = [one for one in by_place if _middle(one.left, one.right) < down[1]]
        second = [one for one in by_place if _middle(one.left, one.right) >= down[1]]
        columns = len(first) > 1 and len(second) > 1 and across is not None and down[0] > _CLEARLY * across[0]
    if across is not None and not (down is not None and columns):
        first = [one for one in by_place if _middle(one.top, one.bottom) < across[1]]
        second = [one for one in by_place if _middle(one.top, one.bottom) >= across[1]]
    if not first or not second:
        return by_place
    return _cut(first, depth=depth + 1) + _cut(second, depth=depth + 1)


def _gap(spans: list[tuple[float, float]]) -> tuple[float, float] | None:
    """The width and the middle of the widest band that no span enters; spans may overlap by a twentieth of the page."""
    slack = (max(end for _, end in spans) - spans[0][0]) / 20
    best: tuple[float, float] | None = None
    reach = spans[0][1]
    for start, end in spans[1:]:
        width = start - reach
        if width > -slack and end > reach and (best is None or width > best[0]):
            best = (width, (start + reach) / 2)
        reach = max(reach, end)
    if best is None:
        return None
    return max(best[0], 0.0), best[1]


def _middle(start: float, end: float) -> float:
    return (start + end) / 2
