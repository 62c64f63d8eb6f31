"""What the layout leaves out of the blocks on purpose, gathered on the way so that nothing is lost unsaid."""

from __future__ import annotations

from collections.abc import Iterator

from sourcier.ingest.drafts import Dropped


class Losses:
    """Collects :class:`~sourcier.ingest.drafts.Dropped` in the order in which the layout meets them.

    Hand one to ``drop_repeated`` and ``structure``, then put ``tuple(losses)`` in ``Reading.dropped``: the visible
    characters of the lines are then those of the drafts and those of the collector, and no others.
    """

    def __init__(self) -> None:
        self._dropped: list[Dropped] = []

    def add(self, why: str, text: str, page: int | None = None) -> None:
        """Take note of ``text``, whole; what cannot be seen is no loss."""
        if text := text.strip():
            self._dropped.append(Dropped(why, text, page))

    def __iter__(self) -> Iterator[Dropped]:
        return iter(self._dropped)
