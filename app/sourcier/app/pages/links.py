"""Addresses of these pages, for those who point to them."""

from __future__ import annotations

__all__ = ["place_of"]


def place_of(document_id: str, path: str, page: int | None, start: int, end: int) -> str:
    """Where a stretch of a document is read: on the page of a PDF, in the text of anything else.

    A PDF in an archive, or that a collection names, has no file of its own to be opened.
    """
    sheet = f"/pages/{page}" if page and path.lower().endswith(".pdf") and "#" not in path else ""
    return f"/documents/{document_id}{sheet}#c{start}-{end}"
