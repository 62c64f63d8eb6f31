"""What surrounds a quote, so that a person can judge it in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sourcier.core.errors import SourcierError
from sourcier.core.types import Citation, Document, Hit

__all__ = ["Window", "Windows"]

#: Characters shown on each side of a quote where no passage that was found holds it.
AROUND = 400


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of canonical text and the quotes in it, as offsets into ``text``.

    Attributes:
        before: whether the document has text before it.
        after: whether the document has text after it.
    """

    text: str
    quotes: tuple[tuple[int, int], ...]
    before: bool = False
    after: bool = False


class Windows:
    """Finds the window of each citation of one answer.

    Args:
        document: gives a document by its id, or raises ``SourcierError``.
    """

    def __init__(self, document: Callable[[str], Document]) -> None:
        self._document = document
        self._texts: dict[str, str | None] = {}

    def around(self, citation: Citation, hits: Iterable[Hit]) -> Window:
        """The passage found that holds the quote, else the text around it, else the quote alone."""
        for hit in hits:
            passage = hit.passage
            if (
                passage.document_id == citation.document_id
                and passage.start <= citation.start <= citation.end <= passage.end
            ):
                return _cut(passage.text, passage.start, citation)
        text = self._text(citation.document_id)
        if text is None or text[citation.start : citation.end] != citation.quote:
            return Window(citation.quote, ((0, len(citation.quote)),))
        start, end = _at_words(text, citation.start - AROUND, citation.end + AROUND)
        found = _cut(text[start:end], start, citation)
        return Window(found.text, found.quotes, before=start > 0, after=end < len(text))

    def _text(self, document_id: str) -> str | None:
        if document_id not in self._texts:
            try:
                self._texts[document_id] = self._document(document_id).text
            except SourcierError:
                # Removed from the index since: the quote is still shown, its surroundings are not.
                self._texts[document_id] = None
        return self._texts[document_id]


def _cut(text: str, start: int, citation: Citation) -> Window:
    quote = (citation.start - start, citation.end - start)
    if text[quote[0] : quote[1]] != citation.quote:
        return Window(citation.quote, ((0, len(citation.quote)),))
    return Window(text, (quote,))


def _at_words(text: str, start: int, end: int) -> tuple[int, int]:
    if start > 0:
        space = text.find(" ", start)
        start = space + 1 if 0 <= space < start + AROUND else start
    if end < len(text):
        space = text.rfind(" ", 0, end)
        end = space if space > end - AROUND else end
    return max(0, start), min(len(text), end)
