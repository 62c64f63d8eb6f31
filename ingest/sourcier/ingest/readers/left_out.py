"""What a reader of office files leaves out on the way: counted for the steward, or kept whole as dropped."""

from __future__ import annotations

from sourcier.core.types import Finding
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.drafts import Dropped

_SAMPLE = 80


class LeftOut:
    """Collects findings, one a key, with the first sample met; and what was dropped on purpose."""

    def __init__(self) -> None:
        self._found: dict[str, Finding] = {}
        self._dropped: dict[tuple[str, str, int | None], None] = {}

    def add(self, key: str, sample: str = "", *, count: int = 1, page: int | None = None) -> None:
        """Count ``count`` more of what ``key`` names."""
        sample = clean_block(sample[: 4 * _SAMPLE]).replace("\n", " ")
        if len(sample) > _SAMPLE:
            sample = sample[: _SAMPLE - 1].rstrip() + "…"
        before = self._found.get(key)
        if before is None:
            self._found[key] = Finding(key, count, sample, page)
        else:
            self._found[key] = Finding(key, before.count + count, before.sample or sample, before.page or page)

    def hide(self, key: str, text: str, *, page: int | None = None) -> None:
        """Count a piece of text that nobody sees; blank text is nothing."""
        if text.strip():
            self.add(key, text, page=page)

    def drop(self, why: str, text: str, *, page: int | None = None) -> None:
        """Keep ``text`` whole as dropped, once for each page."""
        if text := clean_block(text):
            self._dropped[why, text, page] = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """In the order they were first met."""
        return tuple(self._found.values())

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """In the order they were met."""
        return tuple(Dropped(why, text, page) for why, text, page in self._dropped)
