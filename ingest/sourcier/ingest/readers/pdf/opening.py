"""A PDF opened, and what it says of itself: metadata, the labels of its pages, the bookmarks."""

from __future__ import annotations

import ctypes
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.limits import Limits

if TYPE_CHECKING:
    import pypdfium2

#: PDFium is not thread-safe: two threads in it can get each other's text, without any error.
LOCK = threading.Lock()

_NO_TITLE = re.compile(r"microsoft|untitled|sans titre|\.(?:docx?|indd|pdf|odt|pptx?|rtf)\b", re.IGNORECASE)
_NO_AUTHOR = re.compile(
    r"(?:admin\w*|user|utilisateur|unknown|inconnu|anonymous|owner|propriétaire|root|pc\d*)", re.IGNORECASE
)
_DATE = re.compile(r"(?:D:)?((?:19|20)\d\d)(0[1-9]|1[0-2])?(0[1-9]|[12]\d|3[01])?")
_MAX_BOOKMARKS = 20_000


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline. ``page`` counts from 0; ``top`` is in points from the bottom, where it is known."""

    title: str
    level: int
    page: int
    top: float | None


@contextmanager
def opened(data: bytes, limits: Limits) -> Iterator[pypdfium2.PdfDocument]:
    """The document, closed at the end. Everything done with it belongs under :data:`LOCK`.

    Raises:
        UnreadableFileError: ``ingest.pdf_locked``, ``ingest.damaged`` (here or on a page) or ``ingest.pdf_pages``.
    """
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower()
        raise UnreadableFileError("ingest.pdf_locked" if locked else "ingest.damaged", detail="PDF") from error
    try:
        if len(document) > limits.max_pages:
            raise UnreadableFileError("ingest.pdf_pages", pages=len(document), limit=limits.max_pages)
        yield document
    except pypdfium2.PdfiumError as error:
        raise UnreadableFileError("ingest.damaged", detail="PDF") from error
    finally:
        document.close()


def given(document: pypdfium2.PdfDocument) -> dict[str, str]:
    """The metadata the file states, without what its program wrote there by itself."""
    title, author = (clean_block(document.get_metadata_value(name) or "") for name in ("Title", "Author"))
    date = _iso(document.get_metadata_value("ModDate")) or _iso(document.get_metadata_value("CreationDate"))
    return {
        name: value
        for name, value in {
            "title": title if len(title.split()) > 1 and not _NO_TITLE.search(title) else "",
            "authors": "" if _NO_AUTHOR.fullmatch(author) else "; ".join(re.split(r"\s*;\s*", author)),
            "date": date,
            "language": _language(document),
        }.items()
        if value
    }


def restricted(document: pypdfium2.PdfDocument) -> bool:
    """Whether its owner's password, which is not asked to read it, forbids a use: printing, copying."""
    import pypdfium2.raw as pdfium

    return int(pdfium.FPDF_GetSecurityHandlerRevision(document)) != -1


def page_labels(document: pypdfium2.PdfDocument) -> tuple[str, ...]:
    """What is printed on each page, in order; empty where that is its number, or where the file does not say."""
    labels = tuple(clean_block(document.get_page_label(number) or "")[:20] for number in range(len(document)))
    numbers = tuple(str(number) for number in range(1, len(document) + 1))
    return labels if any(labels) and labels != numbers else ()


def bookmarks(document: pypdfium2.PdfDocument) -> list[Bookmark]:
    """The entries of the outline that lead to a page, in order; ``level`` is 1 for the widest."""
    found: list[Bookmark] = []
    for entry in document.get_toc(max_depth=10):
        target, title = entry.get_dest(), clean_block(entry.get_title()).replace("\n", " ")
        page = target.get_index() if target is not None else None
        if target is not None and page is not None and 0 <= page < len(document) and title:
            found.append(Bookmark(title, entry.level + 1, page, _top(target)))
        if len(found) >= _MAX_BOOKMARKS:
            break
    return found


def _top(target: Any) -> float | None:
    import pypdfium2.raw as pdfium

    has_x, has_y, has_zoom = (ctypes.c_int() for _ in range(3))
    x, y, zoom = (ctypes.c_float() for _ in range(3))
    known = pdfium.FPDFDest_GetLocationInPage(target, has_x, has_y, has_zoom, x, y, zoom)
    return float(y.value) if known and has_y.value else None


def _iso(value: str | None) -> str:
    found = _DATE.match(value or "")
    return "-".join(part for part in found.groups() if part) if found else ""


def _language(document: pypdfium2.PdfDocument) -> str:
    """Of the catalogue's « fr-CA », the part every other format states too."""
    import pypdfium2.raw as pdfium

    length = pdfium.FPDFCatalog_GetLanguage(document, None, 0)
    if not 2 < length < 100:
        return ""
    buffer = (ctypes.c_ushort * (length // 2))()
    pdfium.FPDFCatalog_GetLanguage(document, buffer, length)
    text = bytes(buffer).decode("utf-16-le", "replace").rstrip("\0").strip()
    return text.lower()[:2] if re.fullmatch(r"[A-Za-z]{2}(?:[-_]\w+)*", text) else ""
