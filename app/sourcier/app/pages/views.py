"""What the pages about documents show, put together from the index, the store and the files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Protocol

from starlette.responses import RedirectResponse, Response

from sourcier.app.pages.browsing import Asked, Searching, browse, choices_of, extract
from sourcier.app.pages.originals import is_there, original_of, surroundings_of
from sourcier.app.pages.pictures import page_png, page_words
from sourcier.app.pages.reading import contents, groups
from sourcier.app.pages.rendering import render
from sourcier.app.pages.wording import Wording
from sourcier.core.errors import StoreError, UnreadableFileError
from sourcier.core.messages import Language
from sourcier.core.settings import Settings
from sourcier.core.types import Document, Metadata
from sourcier.core.validity import validity
from sourcier.index.records import DocumentRow

__all__ = ["Reading", "document_page", "documents_page", "original_file", "sheet_page", "sheet_picture"]

_ADDRESS = re.compile(r"https?://[^\s<>\"]{1,2000}", re.IGNORECASE)


class Reading(Searching, Protocol):
    """What is asked of an index to read a document."""

    def document(self, document_id: str, /) -> Document:
        """A document with its canonical text; ``StoreError`` where there is none."""
        ...


def documents_page(searcher: Reading, settings: Settings, language: Language, asked: Asked) -> Response:
    """What there is, or what was found.

    Raises:
        SourcierError: the index cannot be read.
    """
    found = browse(searcher, asked, settings)
    return render(
        "documents.html", settings, language, 422 if found.refused else 200,
        section="documents", here="/documents", asked=asked, found=found, states=found.states, facts=_facts,
        known=choices_of(searcher), extract=extract, longest=settings.answer.max_question_chars,
    )  # fmt: skip


def document_page(searcher: Reading, settings: Settings, language: Language, document_id: str) -> Response:
    """A whole document.

    Raises:
        StoreError: there is none of that id.
    """
    document = searcher.document(document_id)
    around = surroundings_of(settings, document_id)
    made = groups(document, around.cuts)
    rows = list(searcher.documents())
    by_id = {row.document_id: row for row in rows}
    alike = [(by_id[other], share) for other, share in around.alike if other in by_id]
    url = document.metadata.url or ""
    return render(
        "document.html", settings, language,
        section="documents", here=f"/documents/{document_id}", document=document, made=made, headings=contents(made),
        cuts=around.cuts, alike=alike, facts=_facts, state=validity(document.metadata, date.today()),
        about=_about(document, by_id.get(document_id), str(getattr(searcher, "version", "")), Wording(language)),
        link=url if _ADDRESS.fullmatch(url) else "", original=is_there(settings, document_id),
        pictures=is_there(settings, document_id) and document.path.lower().endswith(".pdf"),
    )  # fmt: skip


def sheet_page(searcher: Reading, settings: Settings, language: Language, document_id: str, number: int) -> Response:
    """A page of a PDF as a picture, with where its words are; the text alone where there is no picture to be had.

    Raises:
        StoreError: there is no such document, or no such page.
        BusyDrawingError: too many ask at once.
    """
    document = searcher.document(document_id)
    original = original_of(settings, document_id)
    prefix = "" if language == settings.language else f"/{language}"
    # What follows # in the address goes with the browser to where it is sent.
    text = RedirectResponse(f"{prefix}/documents/{document_id}", 303)
    if original is None or not original.is_pdf:
        return text
    try:
        words = page_words(original.data, number, settings)
    except UnreadableFileError:
        return text
    if words is None:
        raise StoreError("pages.no_page", page=number)
    labels = document.page_labels
    return render(
        "sheet.html", settings, language,
        section="documents", here=f"/documents/{document_id}/pages/{number}", document=document, number=number, words=words,
        label=(labels[number - 1] if number <= len(labels) else "") or str(number), facts=_facts, pictures=False,
        made=groups(document, page=number), state=validity(document.metadata, date.today()),
    )  # fmt: skip


def sheet_picture(searcher: Reading, settings: Settings, document_id: str, number: int) -> Response:
    """The picture itself.

    Raises:
        StoreError: there is no such document, its file is no longer what was read, or it has no such page.
        UnreadableFileError: the page cannot be drawn.
        BusyDrawingError: too many ask at once.
    """
    searcher.document(document_id)
    original = original_of(settings, document_id)
    if original is None or not original.is_pdf:
        raise FileGoneError("pages.original_gone")
    png = page_png(original.data, number, settings)
    if png is None:
        raise StoreError("pages.no_page", page=number)
    return Response(png, media_type="image/png")


def original_file(searcher: Reading, settings: Settings, document_id: str) -> Response:
    """The file that a document was read from: a PDF to be shown, anything else to be saved.

    Raises:
        StoreError: there is no such document, or its file is no longer what was read.
    """
    searcher.document(document_id)  # only what may be found, whatever else the store still holds
    original = original_of(settings, document_id)
    if original is None:
        raise FileGoneError("pages.original_gone")
    suffix = original.name.rpartition(".")[2].lower()
    extension = "pdf" if original.is_pdf else suffix if re.fullmatch(r"[a-z0-9]{1,8}", suffix) else "bin"
    shown = "inline" if original.is_pdf else "attachment"
    media_type = "application/pdf" if original.is_pdf else "application/octet-stream"
    # The name is ours: whoever wrote the file chose the other one.
    headers = {"Content-Disposition": f'{shown}; filename="{document_id}.{extension}"'}
    return Response(original.data, media_type=media_type, headers=headers)


class FileGoneError(StoreError):
    """The file of a document is no longer where it was read, or is another one."""


def _facts(metadata: Metadata, t: Wording) -> str:
    """Who published it, when, of what kind, on one line."""
    kind = t.kind(metadata.kind) if metadata.kind else ""
    return " · ".join(said for said in (metadata.publisher or "", t.date(metadata.date), kind) if said)


def _about(document: Document, row: DocumentRow | None, version: str, t: Wording) -> Sequence[tuple[str, str]]:
    metadata = document.metadata
    passages = t.number(row.n_passages if row else 0)
    return (
        (t("meta_publisher"), metadata.publisher or ""),
        (t("meta_authors"), ", ".join(metadata.authors)),
        (t("meta_date"), t.date(metadata.date)),
        (t("meta_kind"), t.kind(metadata.kind) if metadata.kind else ""),
        (t("meta_audience"), metadata.audience or ""),
        (t("meta_valid_from"), t.date(metadata.valid_from)),
        (t("meta_valid_until"), t.date(metadata.valid_until)),
        (t("meta_path"), document.path),
        (t("meta_copies"), ", ".join(row.other_paths) if row else ""),
        (t("meta_identifier"), document.document_id),
        (t("meta_index"), version),
        (t("meta_length"), t("length", characters=t.number(len(document.text)), passages=passages)),
    )
