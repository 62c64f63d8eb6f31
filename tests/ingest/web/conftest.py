"""What the tests of pages and books share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from sourcier.core.types import Document, Metadata
from sourcier.ingest.assembly import assemble
from sourcier.ingest.drafts import Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers import html


@dataclass(frozen=True)
class Page:
    """A page as read, and the document it makes."""

    reading: Reading
    document: Document

    @property
    def blocks(self) -> list[tuple[str, int, str]]:
        text = self.document.text
        return [(b.kind.value, b.level, text[b.start : b.end]) for b in self.document.blocks]

    @property
    def lines(self) -> list[str]:
        return [text for _, _, text in self.blocks]

    @property
    def dropped(self) -> dict[str, str]:
        """What was dropped, by reason."""
        kinds = dict.fromkeys(one.why for one in self.reading.dropped)
        return {why: "\n".join(one.text for one in self.reading.dropped if one.why == why) for why in kinds}

    @property
    def found(self) -> dict[str, tuple[int, str]]:
        return {one.key: (one.count, one.sample) for one in self.reading.findings}


ReadPage = Callable[[str | bytes], Page]


def page_of(reading: Reading) -> Page:
    document = assemble(reading, document_id="0" * 16, path="page.html", metadata=Metadata(title="Essai"))
    return Page(reading, document)


@pytest.fixture(scope="session")
def read_page() -> ReadPage:
    def run(content: str | bytes) -> Page:
        data = content.encode() if isinstance(content, str) else content
        return page_of(html.read(data, limits=Limits()))

    return run
